"""Reads what Aliyun posts: SmsReport (reports of delivery) and SmsUp (replies), each a JSON list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from notifiers.channels.aliyun_answers import NO_REPORT_YET, NUMBER_GONE
from notifiers.channels.incoming import Delivered, Incoming, Posted, PostRefused, Receipt, Reply
from notifiers.channels.phones import written
from notifiers.channels.posted_json import items_of, key_of, text_in
from notifiers.channels.provider_codes import code_in, id_in

TAKEN: Final = '{"code":0,"msg":"成功"}'.encode()
CHINA: Final = ZoneInfo("Asia/Shanghai")
MOMENTS: Final = ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S")


def aliyun_post(posted: Posted) -> Incoming:
    """All reports and replies of one post."""
    items = items_of(posted)
    receipts = tuple(_receipt(item) for item in items if "success" in item)
    replies = tuple(_reply(item) for item in items if "content" in item)
    if len(receipts) + len(replies) != len(items):
        raise PostRefused("unreadable")
    return Incoming(receipts=receipts, replies=replies, answer=TAKEN, answer_type="application/json; charset=utf-8")


def _receipt(item: Mapping[str, Any]) -> Receipt:
    code = code_in(item.get("err_code")) or ""
    if not isinstance(item["success"], bool):
        raise PostRefused("unreadable")
    return Receipt(
        message=id_in(item.get("out_id")),
        provider_id=id_in(text_in(item, "biz_id")),
        state=_state(item["success"], code),
        code=code,
        permanent=not item["success"] and code in NUMBER_GONE,
    )


def _state(success: bool, code: str) -> Delivered:
    if success:
        return Delivered.YES
    return Delivered.NOT_YET if code == NO_REPORT_YET else Delivered.NO


def _reply(item: Mapping[str, Any]) -> Reply:
    number, text, at = text_in(item, "phone_number"), text_in(item, "content"), text_in(item, "send_time", "")
    return Reply(
        key=text_in(item, "sequence_id", "") or key_of(number, text, at),
        number=written(number, "national") or number,
        text=text,
        at=_moment(at),
    )


def _moment(text: str) -> datetime | None:
    for form in MOMENTS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=CHINA)
        except ValueError:
            continue
    return None
