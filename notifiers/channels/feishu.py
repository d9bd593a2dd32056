"""Feishu 飞书: the robot of a group, ``swfeishu://TOKEN:SECRET@open.feishu.cn``."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from domain.words import say
from notifiers.channels.robot import RobotChannel
from notifiers.outcomes import OutcomeKind


class FeishuChannel(RobotChannel):
    """Known by its token; with a secret every document is signed. A hundred messages a minute, five a second.

    It cannot call anybody by telephone, so the first line names the last digits of the number instead.
    """

    service_name = "Shouwang Feishu robot"
    service_url = "https://www.feishu.cn"
    setup_url = "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"
    protocol = "swfeishu"
    templates = ("{schema}://{user}@{host}", "{schema}://{user}:{password}@{host}")
    path = "/open-apis/bot/v2/hook"
    longest = 20_000
    code_names = ("code", "StatusCode")
    words_names = ("msg", "StatusMessage")
    # https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot and the list of general error codes. Under
    # 9499 a request that came too fast is refused as well; its words say so.
    meanings: ClassVar[Mapping[int, OutcomeKind]] = {
        9499: OutcomeKind.PERMANENT,  # not as documented, or more than 20 KB
        11232: OutcomeKind.THROTTLED,  # too fast, or the hour has just struck
        99991400: OutcomeKind.THROTTLED,  # too fast
        19001: OutcomeKind.MISCONFIGURED,  # no such token
        19002: OutcomeKind.PERMANENT,  # a parameter
        19007: OutcomeKind.MISCONFIGURED,  # the robot is switched off
        19021: OutcomeKind.MISCONFIGURED,  # signature, or our clock is an hour wrong
        19022: OutcomeKind.MISCONFIGURED,  # our address is not among those allowed
        19024: OutcomeKind.MISCONFIGURED,  # none of the keywords
    }

    def target(self, now: datetime) -> str:  # noqa: ARG002
        """The address that ends in the token."""
        return f"{self.address}/{quote(self.user or '', safe='')}"

    def document(self, text: str, called: str, now: datetime) -> dict[str, Any]:  # noqa: ARG002
        """A text, and the signature of this second."""
        timestamp = str(int(now.timestamp()))
        signed = {"timestamp": timestamp, "sign": signature(timestamp, self.password)} if self.password else {}
        return {**signed, "msg_type": "text", "content": {"text": text}}

    def worded(self, text: str, called: str) -> str:
        """Who is meant, in words; and no tag in the text may call the whole group."""
        plain = text.replace("<at", "＜at")
        return f"{say(self.language, 'channels.robot-call', digits=called[-4:])}\n{plain}" if called else plain


def signature(timestamp: str, secret: str) -> str:
    """HMAC-SHA256 of nothing, under ``timestamp`` (seconds) and secret.

    https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
    """
    return b64encode(hmac.digest(f"{timestamp}\n{secret}".encode(), b"", "sha256")).decode("ascii")
