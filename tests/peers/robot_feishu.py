"""Feishu's side of a group robot, by https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from peers.robot import Asked, Document, RobotPeer, misfit, parsed

TOKEN: Final = "3f6d1c2a-58e4-4b1d-9a77-0c5e2b8d4f61"
SECRET: Final = "pQ7xLm2ZkT9vR4sYbN1cWd"
FORM: Final = {"timestamp?": str, "sign?": str, "msg_type": str, "content": {"text": str}}


@dataclass
class FeishuPeer(RobotPeer):
    """One group; without ``secret`` documents need no signature."""

    secret: str = SECRET

    def judge(self, asked: Asked) -> Document:
        """What the provider would answer."""
        document = parsed(asked.body)
        if asked.path != f"/open-apis/bot/v2/hook/{TOKEN}":
            return refusal(19001, "param invalid: incoming webhook access token invalid")
        if misfit(document, FORM) or len(asked.body) > 20 * 1024:
            return refusal(9499, "Bad Request")
        if document["msg_type"] != "text" or not document["content"]["text"]:
            return refusal(19002, "params error, msg_type need")
        if self.secret and not self._is_signed(document):
            return refusal(19021, "sign match fail or timestamp is not within one hour from current time")
        if self.addresses and "127.0.0.1" not in self.addresses:
            return refusal(19022, "Ip Not Allowed")
        if self.keyword not in document["content"]["text"]:
            return refusal(19024, "Key Words Not Found")
        if self.is_too_fast(5, timedelta(seconds=1)) or self.is_too_fast(100, timedelta(minutes=1)):
            return refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]")
        self.take(document)
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}

    def _is_signed(self, document: Document) -> bool:
        timestamp = document.get("timestamp", "")
        return self.is_within_an_hour(timestamp, 1) and document.get("sign") == signed(timestamp, self.secret)


def signed(timestamp: str, secret: str) -> str:
    """By the provider's own sample in Python: the words to be signed are the key, and nothing is signed."""
    string_to_sign = f"{timestamp}\n{secret}"
    mac = hmac.new(string_to_sign.encode("utf-8"), digestmod=hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("utf-8")


def refusal(code: int, words: str) -> Document:
    """An error document."""
    return {"code": code, "data": {}, "msg": words}
