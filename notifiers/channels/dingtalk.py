"""DingTalk 钉钉: the robot of a group, ``swdingtalk://TOKEN:SECRET@oapi.dingtalk.com``."""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from notifiers.channels.http_line import Answer
from notifiers.channels.robot import RobotChannel, Said
from notifiers.outcomes import Outcome, OutcomeKind, misconfigured, throttled

SECURITY: Final = 310000
# One code for four rules, in words of two generations. The newer words about the signature speak of the
# timestamp as well, so they are looked at first.
RULES: Final = (
    ("keywords", re.compile("keywords not in content|关键词")),
    ("signature", re.compile("sign not match|签名不匹配")),
    ("timestamp", re.compile("timestamp|时间戳")),
    ("address", re.compile("whitelist|白名单")),
)
MOST_WAIT: Final = 86_400


class DingTalkChannel(RobotChannel):
    """Known by its token; with a secret every request is signed. Twenty messages a minute, else ten minutes of rest."""

    service_name = "Shouwang DingTalk robot"
    service_url = "https://www.dingtalk.com"
    setup_url = "https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages"
    protocol = "swdingtalk"
    templates = ("{schema}://{user}@{host}", "{schema}://{user}:{password}@{host}")
    path = "/robot/send"
    longest = 20_000
    pause = timedelta(minutes=10)
    # https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages; 130101, 300001, 300005, 460101
    # and 90030 are what the server also says.
    meanings: ClassVar[Mapping[int, OutcomeKind]] = {
        -1: OutcomeKind.TEMPORARY,  # busy
        40035: OutcomeKind.MISCONFIGURED,  # a parameter is missing, such as the token
        43004: OutcomeKind.MISCONFIGURED,  # content type
        90018: OutcomeKind.THROTTLED,  # more than may be in a second
        90030: OutcomeKind.THROTTLED,  # more than may be in a day
        130101: OutcomeKind.THROTTLED,  # more than 20 a minute
        410100: OutcomeKind.THROTTLED,  # the same, by a newer number
        300001: OutcomeKind.MISCONFIGURED,  # no such token
        300005: OutcomeKind.MISCONFIGURED,  # no such token
        SECURITY: OutcomeKind.MISCONFIGURED,
        400013: OutcomeKind.MISCONFIGURED,  # the group was dissolved
        400101: OutcomeKind.MISCONFIGURED,  # no such token
        400102: OutcomeKind.MISCONFIGURED,  # the robot is switched off
        400105: OutcomeKind.PERMANENT,  # kind of message
        400106: OutcomeKind.MISCONFIGURED,  # the robot is not in the group
        430101: OutcomeKind.PERMANENT,  # an unsafe link
        430102: OutcomeKind.PERMANENT,  # improper text
        430103: OutcomeKind.PERMANENT,  # improper picture
        430104: OutcomeKind.PERMANENT,  # improper content
        460101: OutcomeKind.PERMANENT,  # too long
    }

    def target(self, now: datetime) -> str:
        """The address with the token, and the signature of this millisecond."""
        address = f"{self.address}?access_token={quote(self.user or '', safe='')}"
        if not self.password:
            return address
        timestamp = str(int(now.timestamp() * 1000))
        return f"{address}&timestamp={timestamp}&sign={quote(signature(timestamp, self.password), safe='')}"

    def document(self, text: str, called: str, now: datetime) -> dict[str, Any]:  # noqa: ARG002
        """A text, and whom to call by telephone."""
        calling = {"at": {"atMobiles": [called], "isAtAll": False}} if called else {}
        return {"msgtype": "text", "text": {"content": text}, **calling}

    def worded(self, text: str, called: str) -> str:
        """The call stands in the text too: the group sees a name in its place."""
        return f"@{called}\n{text}" if called else text

    def refused(self, code: int, words: str) -> Outcome:
        """As every robot's, but the code of the security rules has its words read: each is put right elsewhere."""
        if code != SECURITY:
            return super().refused(code, words)
        rule = next((name for name, pattern in RULES if pattern.search(words)), "")
        return misconfigured(f"{code} {rule}".rstrip(), words)

    def without_code(self, answer: Answer, said: Said) -> Outcome:
        """The guard before the robots answers on its own: so many seconds nothing is let through."""
        wait = said.document.get("wait")
        if "punish" not in said.document or type(wait) is not int:
            return super().without_code(answer, said)
        return throttled(str(said.document.get("status")), answer.body, timedelta(seconds=min(max(wait, 0), MOST_WAIT)))


def signature(timestamp: str, secret: str) -> str:
    """HMAC-SHA256 of ``timestamp`` (milliseconds) and secret, under the secret.

    https://open.dingtalk.com/document/orgapp/customize-robot-security-settings
    """
    return b64encode(hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")).decode("ascii")
