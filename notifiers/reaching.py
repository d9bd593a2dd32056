"""What a kind of channel needs to know of a person, and which words it carries; known from its URL alone."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from domain.settings import ChannelSetting


class Reach(StrEnum):
    """What a channel needs to know of a person, and which words it carries."""

    MAIL = "mail"
    """An e-mail address; long words, links, HTML."""
    SMS = "sms"
    """A telephone; short words, no link of one's own, a code."""
    CHAT = "chat"
    """A group chat in which a coordinator is called by his or her telephone; words of middle length."""
    FILE = "file"
    """A file on this machine, whatever contact there is; the words of a mail."""


Words = Literal["sms", "mail", "chat"]
"""The three kinds of words there are; a file holds those of a mail."""

BY_SCHEME: Final[Mapping[str, Reach]] = {
    "swmail": Reach.MAIL, "swsms": Reach.SMS, "swaliyun": Reach.SMS, "swtencent": Reach.SMS, "swwecom": Reach.CHAT,
    "swdingtalk": Reach.CHAT, "swfeishu": Reach.CHAT, "swspool": Reach.FILE,
}  # fmt: skip
"""A copy of what the plugins say, so that planning loads none of them; a test compares the two."""

AT_ONCE: Final = 2
AT_ONCE_BY_MAIL: Final = 4
"""Messages under way together where the office sets nothing: a mail is four round trips, and waits most of its time."""

_BY_NAME: Final[Mapping[str, Reach]] = {"sms": Reach.SMS, "spool": Reach.FILE}


def reach_of(channel: ChannelSetting) -> Reach:
    """What a channel needs to know of a person, by the first word of its URL, else by its name."""
    scheme = channel.url.partition("://")[0].strip().lower()
    return BY_SCHEME.get(scheme) or _BY_NAME.get(channel.name, Reach.MAIL)


def at_once(channel: ChannelSetting) -> int:
    """How many of a channel's messages are under way together."""
    usual = AT_ONCE_BY_MAIL if reach_of(channel) is Reach.MAIL else AT_ONCE
    return channel.at_once or usual
