"""How a person can be reached: which channels there are for the contacts he or she left, in order of preference."""

from collections.abc import Sequence
from typing import assert_never

from domain.store.outbox import DESK
from domain.store.people import Identity
from notifiers.settings import ChannelSetting


def address(channel: ChannelSetting, identity: Identity | None) -> str | None:
    """Where a channel reaches a person; nothing where it cannot."""
    if identity is None:
        return None
    match channel.name:
        case "mail":
            return identity.email or None
        case "sms":
            return identity.phone or None
        case "spool":
            return identity.email or identity.phone or None
        case _:
            assert_never(channel.name)


def channel_for(channels: Sequence[ChannelSetting], identity: Identity | None, after: str | None = None) -> str:
    """The first channel that reaches a person, of those that come ``after`` one given up; the desk where none does."""
    names = [channel.name for channel in channels]
    start = names.index(after) + 1 if after in names else 0
    return next((each.name for each in channels[start:] if address(each, identity)), DESK)
