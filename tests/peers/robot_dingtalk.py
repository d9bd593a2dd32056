"""DingTalk's side of a group robot, by https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from peers.robot import Asked, Document, RobotPeer, misfit, parsed

TOKEN: Final = "566cc69da782ec33e42542b1bb67a9c1a5e2e9f5b6b4f0c1d2e3f4a5b6c7d8e9"
SECRET: Final = "SEC7d2f0c5b9e1a4833bb90de1c2a6f84725f0c93d1ee4b"
FORM: Final = {
    "msgtype": str,
    "text": {"content": str},
    "at?": {"atMobiles?": [str], "atUserIds?": [str], "isAtAll?": bool},
}
UNSIGNED: Final = "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中"
STALE: Final = "invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"


@dataclass
class DingTalkPeer(RobotPeer):
    """One group; without ``secret`` requests need no signature. Who was too quick is shut out for ten minutes."""

    secret: str = SECRET
    shut_until: datetime | None = None

    def judge(self, asked: Asked) -> Document:
        """What the provider would answer."""
        return self._door(asked) or self._security(asked) or self._message(asked)

    def _door(self, asked: Asked) -> Document | None:
        if "access_token" not in asked.query:
            return refusal(40035, "缺少参数 access_token")
        if asked.path != "/robot/send" or asked.query["access_token"] != TOKEN:
            return refusal(300005, "token is not exist")
        if not asked.headers.get("content-type", "").lower().startswith("application/json"):
            return refusal(43004, "无效的HTTP HEADER Content-Type")
        return None

    def _security(self, asked: Asked) -> Document | None:
        if self.secret:
            timestamp = asked.query.get("timestamp", "")
            if asked.query.get("sign") != signed(timestamp, self.secret):
                return refusal(310000, UNSIGNED)
            if not self.is_within_an_hour(timestamp, 1000):
                return refusal(310000, STALE)
        if self.addresses and "127.0.0.1" not in self.addresses:
            return refusal(310000, "ip 127.0.0.1 not in whitelist")
        if self.keyword not in asked.body.decode():
            return refusal(310000, "keywords not in content")
        return None

    def _message(self, asked: Asked) -> Document:
        document = parsed(asked.body)
        if misfit(document, FORM):
            return refusal(40035, "缺少参数 json")
        if document["msgtype"] != "text":
            return refusal(400105, "不支持的消息类型")
        if len(asked.body) > 20_000:
            return refusal(460101, "message too long, exceed 20000 bytes")
        if not all(re.fullmatch(r"1\d{10}", number) for number in document.get("at", {}).get("atMobiles", [])):
            return refusal(40035, "缺少参数 json")
        if (self.shut_until and self.now() < self.shut_until) or self.is_too_fast(20, timedelta(minutes=1)):
            self.shut_until = self.shut_until or self.now() + timedelta(minutes=10)
            return refusal(130101, "send too fast, exceed 20 times per minute")
        self.shut_until = None
        self.take(document)
        return {"errcode": 0, "errmsg": "ok"}


def signed(timestamp: str, secret: str) -> str:
    """By the provider's own sample in Python."""
    mac = hmac.new(secret.encode("utf-8"), f"{timestamp}\n{secret}".encode(), digestmod=hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def refusal(code: int, words: str) -> Document:
    """An error document."""
    return {"errcode": code, "errmsg": words}
