"""How a person can be reached: which channels there are for the contacts he or she left, in order of preference."""

from collections.abc import Sequence
from typing import assert_never

from domain.store.contacts import Contact
from domain.store.outbox import DESK
from notifiers.reaching import Reach, reach_of
from notifiers.settings import ChannelSetting


def address(channel: ChannelSetting, contact: Contact | None) -> str | None:
    """Where a channel reaches a person; nothing where it cannot, is for others, or was asked not to."""
    reach = reach_of(channel)
    if contact is None or reach in contact.stopped or not _is_for(channel, contact):
        return None
    match reach:
        case Reach.MAIL:
            return contact.email
        case Reach.SMS:
            return contact.phone
        case Reach.CHAT:
            # A group is a desk's: whoever is no coordinator is not in it.
            return contact.phone if contact.kind == "coordinator" else None
        case Reach.FILE:
            return contact.email or contact.phone
        case _:
            assert_never(reach)


def channel_for(channels: Sequence[ChannelSetting], contact: Contact | None, after: str | None = None) -> str:
    """The first channel that reaches a person, of those that come ``after`` one given up; the desk where none does."""
    names = [channel.name for channel in channels]
    start = names.index(after) + 1 if after in names else 0
    return next((each.name for each in channels[start:] if address(each, contact)), DESK)


def _is_for(channel: ChannelSetting, contact: Contact) -> bool:
    if channel.who != "everybody" and not channel.who.startswith(contact.kind):
        return False
    return not channel.units or any((contact.unit or "").startswith(unit) for unit in channel.units)
