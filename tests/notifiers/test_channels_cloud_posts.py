"""What Aliyun and Tencent Cloud post: reports of delivery, replies, and what is not believed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from notifiers.channels import Delivered, Incoming, Posted, PostRefused, Receipt, open_channel
from notifiers.channels.incoming import MOST_BYTES

ALIYUN = open_channel("swaliyun://id:key@dysmsapi.aliyuncs.com/?sign=a&:k=SMS_1")
TENCENT = open_channel("swtencent://id:key@sms.tencentcloudapi.com/?app=1&sign=a&:k=1")

REPORT = {
    "phone_number": "13812345678", "send_time": "2026-11-22 09:30:00", "report_time": "2026-11-22 09:30:04",
    "success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1", "biz_id": "900100^0",
    "out_id": "n7",
}  # fmt: skip
UPLINK = {
    "phone_number": "13812345678", "content": " 1", "send_time": "2026-11-22 09:30:00", "dest_code": "1234",
    "sequence_id": 1234567890,
}  # fmt: skip
STATUS = {
    "user_receive_time": "2026-11-22 09:30:04", "nationcode": "86", "mobile": "13812345678", "sid": "5000:1045",
    "report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "用户短信送达成功",
}  # fmt: skip
ANSWER = {"extend": "", "mobile": "13812345678", "nationcode": "86", "sign": "守望", "text": "2", "time": 1795311000}


def posted(said: Any, method: str = "POST") -> Posted:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"content-type": "application/json"}
    return Posted(method=method, path="", query={}, headers=headers, body=body, peer="127.0.0.1")


def from_aliyun(*items: dict[str, Any]) -> Incoming:
    return ALIYUN.read_post(posted(list(items)))


def test_aliyuns_reports_name_the_message_by_both_its_names() -> None:
    incoming = from_aliyun(REPORT, REPORT | {"out_id": None, "success": False, "err_code": "MOBILE_IN_BLACK"})
    assert incoming.receipts == (
        Receipt(message="n7", provider_id="900100^0", state=Delivered.YES, code="DELIVERED"),
        Receipt(provider_id="900100^0", state=Delivered.NO, code="MOBILE_IN_BLACK", permanent=True),
    )
    assert json.loads(incoming.answer) == {"code": 0, "msg": "成功"}
    assert incoming.answer_type.startswith("application/json")


@pytest.mark.parametrize(
    ("code", "state", "permanent"),
    [
        ("MOBILE_NOT_ON_SERVICE", Delivered.NO, False),
        ("MOBILE_SEND_LIMIT", Delivered.NO, False),
        ("USER_REJECT", Delivered.NO, True),
        ("isv.BLACK_KEY_CONTROL_LIMIT", Delivered.NO, True),
        ("REQUEST_SUCCESS", Delivered.NOT_YET, False),
    ],
)
def test_aliyuns_reports_say_whether_it_will_ever_arrive(code: str, state: Delivered, permanent: bool) -> None:
    (receipt,) = from_aliyun(REPORT | {"success": False, "err_code": code}).receipts
    assert (receipt.state, receipt.permanent) == (state, permanent)


def test_a_reply_through_aliyun_goes_by_its_sequence_id() -> None:
    first, again = from_aliyun(UPLINK).replies[0], from_aliyun(UPLINK | {"phone_number": "+8613812345678"}).replies[0]
    assert (first.key, first.number, first.text) == ("1234567890", "13812345678", " 1")
    assert first.at == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert again == first


def test_a_reply_without_a_sequence_id_goes_by_what_it_says() -> None:
    bare = {name: value for name, value in UPLINK.items() if name != "sequence_id"}
    first, again = from_aliyun(bare).replies[0], from_aliyun(bare).replies[0]
    other = from_aliyun(bare | {"send_time": "2026-11-22 09:30:01"}).replies[0]
    assert first.key == again.key != other.key
    assert "13812345678" not in first.key


@pytest.mark.parametrize(
    ("sent", "at"),
    [("20261122093000", datetime(2026, 11, 22, 1, 30, tzinfo=UTC)), ("yesterday", None), ("", None)],
)
def test_a_reply_is_taken_whatever_its_time_looks_like(sent: str, at: datetime | None) -> None:
    assert from_aliyun(UPLINK | {"send_time": sent}).replies[0].at == at


def test_half_a_character_does_not_lose_the_rest_of_a_reply() -> None:
    (reply,) = from_aliyun(UPLINK | {"content": "1 \ud83d\0谢谢"}).replies
    assert reply.text == "1 ?谢谢"


def test_tencents_reports_name_the_message_by_its_serial_number() -> None:
    failed = {"report_status": "FAIL", "errmsg": "MK:0001", "description": "空号"}
    incoming = TENCENT.read_post(posted([STATUS, STATUS | failed]))
    assert incoming.receipts == (
        Receipt(provider_id="5000:1045", state=Delivered.YES, code="DELIVRD"),
        Receipt(provider_id="5000:1045", state=Delivered.NO, code="MK:0001", permanent=True),
    )
    assert json.loads(incoming.answer) == {"result": 0, "errmsg": "OK"}


@pytest.mark.parametrize(
    ("words", "permanent"),
    [("空号", True), ("手机号在黑名单库中", True), ("空号、停机或关机", False), ("不在服务区", False), ("", False)],
)
def test_tencents_reports_say_whether_it_will_ever_arrive(words: str, permanent: bool) -> None:
    report = STATUS | {"report_status": "FAIL", "errmsg": "XX", "description": words}
    assert TENCENT.read_post(posted([report])).receipts[0].permanent == permanent


def test_a_reply_through_tencent_has_the_same_key_each_time_it_is_posted() -> None:
    (first,), (again,) = (TENCENT.read_post(posted(ANSWER)).replies for _ in range(2))
    (later,) = TENCENT.read_post(posted(ANSWER | {"time": 1795311001})).replies
    assert (first.number, first.text, first.at) == ("13812345678", "2", datetime.fromtimestamp(1795311000, UTC))
    assert first == again
    assert first.key != later.key
    assert "13812345678" not in first.key


def test_a_number_from_elsewhere_keeps_its_country() -> None:
    (reply,) = TENCENT.read_post(posted(ANSWER | {"nationcode": "852", "mobile": "91234567"})).replies
    assert reply.number == "+85291234567"


@pytest.mark.parametrize("channel", [ALIYUN, TENCENT], ids=["aliyun", "tencent"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"null", b'"text"', b"[1]", b"[[]]", b"{}", b'[{"success": "yes", "biz_id": "1"}]',
        b'[{"success": true}]', b'[{"content": "1"}]', b'[{"report_status": "SUCCESS"}]', b'{"text": "1"}',
        b'[{"report_status": "MAYBE", "sid": "1"}]', b'{"text": {}, "mobile": "1", "nationcode": "86"}',
        b"[" * 200_000, b" " * (MOST_BYTES + 1) + b"[]",
    ],
)  # fmt: skip
def test_what_has_another_shape_is_refused_whole(channel: Any, body: bytes) -> None:
    with pytest.raises(PostRefused) as refused:
        channel.read_post(posted(body))
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("channel", [ALIYUN, TENCENT], ids=["aliyun", "tencent"])
def test_one_bad_item_refuses_the_post_so_that_it_comes_again_whole(channel: Any) -> None:
    with pytest.raises(PostRefused):
        channel.read_post(posted([REPORT, STATUS, UPLINK, ANSWER]))


@pytest.mark.parametrize("channel", [ALIYUN, TENCENT], ids=["aliyun", "tencent"])
def test_a_look_at_the_address_is_refused_and_an_empty_list_is_taken(channel: Any) -> None:
    with pytest.raises(PostRefused) as refused:
        channel.read_post(posted([], method="GET"))
    assert refused.value.code == "not-expected"
    taken = channel.read_post(posted([]))
    assert (taken.receipts, taken.replies) == ((), ())
    assert taken.answer


def test_who_said_what_is_not_shown() -> None:
    (reply,) = from_aliyun(UPLINK).replies
    assert "13812345678" not in repr(reply) + repr(posted([UPLINK]))
