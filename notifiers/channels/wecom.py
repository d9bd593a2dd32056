"""WeCom 企业微信: the robot of a group, ``swwecom://KEY@qyapi.weixin.qq.com``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from notifiers.channels.robot import RobotChannel
from notifiers.outcomes import OutcomeKind


class WeComChannel(RobotChannel):
    """Known by its key alone. Twenty messages a minute, text of at most 2,048 bytes."""

    service_name = "Shouwang WeCom robot"
    service_url = "https://work.weixin.qq.com"
    setup_url = "https://developer.work.weixin.qq.com/document/path/91770"
    protocol = "swwecom"
    templates = ("{schema}://{user}@{host}", "{schema}://{user}@{host}:{port}")
    path = "/cgi-bin/webhook/send"
    longest = 2048
    signs = False
    # https://developer.work.weixin.qq.com/document/path/90313, as far as it can concern a robot.
    meanings: ClassVar[Mapping[int, OutcomeKind]] = {
        -1: OutcomeKind.TEMPORARY,  # busy
        6000: OutcomeKind.TEMPORARY,  # two changes at once
        40008: OutcomeKind.PERMANENT,  # kind of message
        40058: OutcomeKind.PERMANENT,  # a parameter, the text too long among others
        44004: OutcomeKind.PERMANENT,  # no content
        45002: OutcomeKind.PERMANENT,  # too long
        47001: OutcomeKind.PERMANENT,  # not to be parsed
        45009: OutcomeKind.THROTTLED,  # more than 20 a minute
        45033: OutcomeKind.THROTTLED,  # too many at the same time
        60020: OutcomeKind.MISCONFIGURED,  # our address is not among those allowed
        93000: OutcomeKind.MISCONFIGURED,  # wrong key, or the robot was taken out of the group
        93004: OutcomeKind.MISCONFIGURED,  # the robot is switched off
        93008: OutcomeKind.MISCONFIGURED,  # not in the group
    }

    def target(self, now: datetime) -> str:  # noqa: ARG002
        """The address with the key."""
        return f"{self.address}?key={quote(self.user or '', safe='')}"

    def document(self, text: str, called: str, now: datetime) -> dict[str, Any]:  # noqa: ARG002
        """A text, and whom to call by telephone."""
        calling = {"mentioned_mobile_list": [called]} if called else {}
        return {"msgtype": "text", "text": {"content": text, **calling}}

    def weight(self, text: str, called: str, now: datetime) -> int:  # noqa: ARG002
        """The limit counts the text alone."""
        return len(text.encode())
