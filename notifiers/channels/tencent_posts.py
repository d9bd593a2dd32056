"""Reads what Tencent Cloud posts: a list of reports of delivery, or one reply."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from notifiers.channels.incoming import Delivered, Incoming, Posted, PostRefused, Receipt, Reply
from notifiers.channels.phones import written
from notifiers.channels.posted_json import items_of, key_of, text_in
from notifiers.channels.provider_codes import code_in, id_in
from notifiers.channels.tencent_answers import is_gone

TAKEN: Final = b'{"result":0,"errmsg":"OK"}'
STATES: Final = {"SUCCESS": Delivered.YES, "FAIL": Delivered.NO}


def tencent_post(posted: Posted) -> Incoming:
    """All reports and replies of one post."""
    items = items_of(posted)
    receipts = tuple(_receipt(item) for item in items if "report_status" in item)
    replies = tuple(_reply(item) for item in items if "text" in item)
    if len(receipts) + len(replies) != len(items):
        raise PostRefused("unreadable")
    return Incoming(receipts=receipts, replies=replies, answer=TAKEN, answer_type="application/json; charset=utf-8")


def _receipt(item: Mapping[str, Any]) -> Receipt:
    state = STATES.get(text_in(item, "report_status"))
    if state is None:
        raise PostRefused("unreadable")
    words = f"{text_in(item, 'errmsg', '')} {text_in(item, 'description', '')}"
    return Receipt(
        provider_id=id_in(text_in(item, "sid")),
        state=state,
        code=code_in(item.get("errmsg")) or "",
        permanent=state is Delivered.NO and is_gone(words),
    )


def _reply(item: Mapping[str, Any]) -> Reply:
    country, number, text = text_in(item, "nationcode"), text_in(item, "mobile"), text_in(item, "text")
    at = text_in(item, "time", "")
    whole = f"+{country.removeprefix('+')}{number}"
    return Reply(
        key=key_of(country, number, text, at, text_in(item, "extend", "")),
        number=written(whole, "national") or number,
        text=text,
        at=datetime.fromtimestamp(int(at), UTC) if at.isdecimal() and len(at) <= 10 else None,
    )
