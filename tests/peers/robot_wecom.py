"""WeCom's side of a group robot, by https://developer.work.weixin.qq.com/document/path/91770."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from peers.robot import Asked, Document, RobotPeer, misfit, parsed

KEY: Final = "693a91f6-7e5b-4bc4-97a0-0ec2cc1fa5aa"
FORM: Final = {
    "msgtype": str,
    "text": {"content": str, "mentioned_list?": [str], "mentioned_mobile_list?": [str]},
}


@dataclass
class WeComPeer(RobotPeer):
    """One group; every error comes with a hint, our address and a link, as there."""

    def judge(self, asked: Asked) -> Document:
        """What the provider would answer."""
        if asked.path != "/cgi-bin/webhook/send" or asked.query != {"key": KEY}:
            return refusal(93000, "invalid webhook url")
        document = parsed(asked.body)
        if document is None:
            return refusal(47001, "data format error")
        if wrong := misfit(document, FORM):
            return refusal(
                40058, f"{wrong.strip('/').replace('/', '.')} is not as documented. invalid Request Parameter"
            )
        if document["msgtype"] != "text":
            return refusal(40008, "invalid message type")
        text = document["text"]
        if not text["content"]:
            return refusal(44004, "empty content")
        if len(text["content"].encode()) > 2048:
            return refusal(40058, "text.content exceed max length 2048. invalid Request Parameter")
        if not all(re.fullmatch(r"1\d{10}|@all", number) for number in text.get("mentioned_mobile_list", [])):
            return refusal(40058, "text.mentioned_mobile_list is not as documented. invalid Request Parameter")
        if self.is_too_fast(20, timedelta(minutes=1)):
            return refusal(45009, "api freq out of limit")
        self.take(document)
        return {"errcode": 0, "errmsg": "ok"}


def refusal(code: int, words: str) -> Document:
    """An error document."""
    hint = f"hint: [1717384082142832100935838], from ip: 127.0.0.1, more info at {QUERY}{code}"
    return {"errcode": code, "errmsg": f"{words}, {hint}"}


QUERY: Final = "https://open.work.weixin.qq.com/devtool/query?e="
