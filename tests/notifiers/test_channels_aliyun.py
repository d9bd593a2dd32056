"""SMS through Aliyun, at a stand-in that checks signatures and keeps a record."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from peers.aliyun import KEY_ID, SECRET, AliyunPeer, aliyun_peer
from peers.messages import a_message
from peers.rude import closed_port

from domain import clock
from notifiers.channels import Channel, Doubt, Filled, Message, open_channel
from notifiers.channels.aliyun_signing import aliyun_request
from notifiers.reaching import Reach

NUMBER = "13812345678"
WITH_SECRET = f"{KEY_ID}:{quote(SECRET, safe='')}"


@pytest.fixture(scope="module")
def running() -> Iterator[AliyunPeer]:
    with aliyun_peer() as peer:
        yield peer


@pytest.fixture
def peer(running: AliyunPeer) -> AliyunPeer:
    running.reset()
    return running


def opened(port: int, login: str = WITH_SECRET, more: str = "") -> Channel:
    templates = ":one-answer=SMS_1001,case,code&:many=SMS_1002,count&:plain=SMS_1003"
    return open_channel(f"swaliyun://{login}@localhost:{port}/?mode=plain&sign={quote('守望')}&{templates}{more}")


def sms(key: str = "one-answer", **changes: Any) -> Message:
    filled = Filled(key=key, values={"case": "371302-00412", "code": "8K 2Q+", "count": "3"})
    usual = {"to": NUMBER, "subject": "", "text": "案例 371302-00412 今天该回访", "html": None, "filled": filled}
    return a_message(**usual | {"at": clock.now() - timedelta(minutes=11)} | changes)


def test_the_signature_is_that_of_aliyuns_own_example() -> None:
    fields = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    request = aliyun_request(
        "https://ecs.cn-shanghai.aliyuncs.com/",
        ("RunInstances", "2014-05-26"),
        fields,
        ("YourAccessKeyId", "YourAccessKeySecret"),
        datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        "3156853299f313e23d1673dc12e1703d",
    )
    proof = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    assert request.headers["authorization"].endswith(f"Signature={proof}")


def test_a_message_is_taken_with_our_name_for_it_and_theirs_is_kept(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        outcome = channel.send(sms(to="+86 138-1234-5678"))

    (kept,) = peer.record
    assert (outcome.kind, outcome.code, outcome.provider_id) == ("accepted", "OK", kept.biz_id)
    assert (kept.number, kept.out_id, kept.template) == (NUMBER, "4711", "SMS_1001")
    assert kept.values == {"case": "371302-00412", "code": "8K 2Q+"}


def test_a_template_without_places_is_sent_without_values(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        assert channel.send(sms("plain")).is_accepted

    assert peer.record[0].values == {}


def test_it_says_what_it_can_do() -> None:
    channel = opened(1)
    assert (channel.reach, channel.hears, channel.doubt, channel.can_ask) == (Reach.SMS, True, Doubt.ONE, True)


def test_a_wrong_secret_an_unknown_key_and_a_wrong_clock_are_misconfigured(peer: AliyunPeer) -> None:
    with opened(peer.port, f"{KEY_ID}:wrong") as channel:
        wrong = channel.send(sms())
    with opened(peer.port, "nobody:wrong") as channel:
        unknown = channel.send(sms())
    peer.ahead = timedelta(minutes=16)
    with opened(peer.port) as channel:
        late = channel.send(sms())

    assert {outcome.kind for outcome in (wrong, unknown, late)} == {"misconfigured"}
    codes = [wrong.code, unknown.code, late.code]
    assert codes == ["SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound", "InvalidTimeStamp.Expired"]
    assert peer.record == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (200, "isv.DAY_LIMIT_CONTROL", "misconfigured"),
        (200, "isv.MONTH_LIMIT_CONTROL", "misconfigured"),
        (200, "isv.AMOUNT_NOT_ENOUGH", "misconfigured"),
        (200, "isv.OUT_OF_SERVICE", "misconfigured"),
        (200, "isv.SMS_TEMPLATE_ILLEGAL", "misconfigured"),
        (200, "isv.SMS_SIGNATURE_ILLEGAL", "misconfigured"),
        (200, "isv.TEMPLATE_MISSING_PARAMETERS", "misconfigured"),
        (200, "isp.RAM_PERMISSION_DENY", "misconfigured"),
        (400, "SignatureNonceUsed", "misconfigured"),
        (403, "Forbidden.RAM", "misconfigured"),
        (200, "isv.MOBILE_NUMBER_ILLEGAL", "permanent"),
        (200, "isv.BLACK_KEY_CONTROL_LIMIT", "permanent"),
        (200, "isv.SMS_CONTENT_ILLEGAL", "permanent"),
        (200, "isv.PARAM_LENGTH_LIMIT", "permanent"),
        (200, "isv.PARAM_NOT_SUPPORT_URL", "permanent"),
        (400, "Throttling.User", "throttled"),
        (400, "Throttling", "throttled"),
        (503, "ServiceUnavailable", "temporary"),
        (200, "isp.SYSTEM_ERROR", "unknown"),
        (500, "InternalError", "unknown"),
        (200, "isv.SOMETHING_NEW", "unknown"),
    ],
)
def test_each_code_means_one_thing(peer: AliyunPeer, status: int, code: str, kind: str) -> None:
    peer.answer({"Code": code, "Message": "说明", "RequestId": "A-1"}, status)
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (kind, code)
    assert outcome.retry_after is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "{}", "unknown"),
        (200, '{"Code": "<b>"}', "unknown"),
        (200, "[1]", "unknown"),
        (502, "<html>", "unknown"),
        (503, "<html>", "temporary"),
        (429, "", "throttled"),
        (404, "<html>", "misconfigured"),
        (301, "", "misconfigured"),
    ],
)
def test_an_answer_without_a_code_is_judged_by_its_status(peer: AliyunPeer, status: int, body: str, kind: str) -> None:
    peer.answer(body, status)
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (kind, str(status))


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("触发分钟级流控Permits:1", 1),
        ("触发小时级流控Permits:5", 60),
        ("触发天级流控Permits:40", 360),
        ("触发业务流控", 60),
    ],
)
def test_a_number_that_gets_too_many_waits_as_long_as_its_limit_lasts(
    peer: AliyunPeer, words: str, minutes: int
) -> None:
    peer.answer({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": words})
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.retry_after) == ("temporary", timedelta(minutes=minutes))


def test_a_number_beyond_its_quota_does_not_slow_down_the_others(peer: AliyunPeer) -> None:
    peer.quota = 1
    with opened(peer.port) as channel:
        first, second, other = channel.send(sms()), channel.send(sms()), channel.send(sms(to="13900000001"))

    assert [outcome.kind for outcome in (first, second, other)] == ["accepted", "temporary", "accepted"]


def test_the_servers_own_wait_goes_before_ours(peer: AliyunPeer) -> None:
    peer.answer({"Code": "Throttling.User", "Message": "slow"}, 400, {"retry-after": "7"})
    with opened(peer.port) as channel:
        assert channel.send(sms()).retry_after == timedelta(seconds=7)


def test_after_a_dropped_line_the_record_knows_whether_the_message_was_taken(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        peer.drop(late=True)
        taken = channel.send(sms(nudge_id="n1"))
        peer.drop()
        lost = channel.send(sms(nudge_id="n2"))
        assert {taken.code, lost.code} == {"dropped-after-request"}
        found, missing = channel.ask(sms(nudge_id="n1")), channel.ask(sms(nudge_id="n2"))

    assert (found.kind, found.code) == ("accepted", "waiting")
    assert (missing.kind, missing.code) == ("temporary", "not-in-record")
    assert len(peer.record) == 1


@pytest.mark.parametrize(
    ("status", "err_code", "kind", "code"),
    [
        (3, "DELIVERED", "accepted", "delivered"),
        (1, "", "accepted", "waiting"),
        (2, "MOBILE_NOT_ON_SERVICE", "temporary", "MOBILE_NOT_ON_SERVICE"),
        (2, "MOBILE_SEND_LIMIT", "temporary", "MOBILE_SEND_LIMIT"),
        (2, "MOBILE_IN_BLACK", "permanent", "MOBILE_IN_BLACK"),
        (2, "", "temporary", "failed"),
        (9, "", "unknown", "unreadable-record"),
    ],
)
def test_the_record_says_what_became_of_a_message(
    peer: AliyunPeer, status: int, err_code: str, kind: str, code: str
) -> None:
    with opened(peer.port) as channel:
        sent = channel.send(sms())
        peer.record[0].status, peer.record[0].err_code = status, err_code
        outcome = channel.ask(sms(), sent.provider_id)

    assert (outcome.kind, outcome.code) == (kind, code)


def test_of_two_attempts_the_better_one_counts(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        channel.send(sms())
        channel.send(sms())
        peer.record[1].status = 2
        assert channel.ask(sms()).is_accepted


def test_all_pages_and_all_days_of_the_record_are_read(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        for number in range(120):
            channel.send(sms(nudge_id=f"n{number}"))
        for kept in peer.record:
            kept.at -= timedelta(days=1)
        # The record shows the newest first, so the first message stands on the third page of yesterday.
        found = channel.ask(sms(nudge_id="n0", at=clock.now() - timedelta(days=3)))
        missing = channel.ask(sms(nudge_id="n120", at=clock.now() - timedelta(days=3)))

    assert (found.code, missing.code) == ("waiting", "not-in-record")


def test_a_record_that_is_not_whole_proves_nothing(peer: AliyunPeer) -> None:
    peer.hidden = 1
    with opened(peer.port) as channel:
        channel.send(sms(nudge_id="other"))
        outcome = channel.ask(sms())

    assert (outcome.kind, outcome.code) == ("unknown", "record-incomplete")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"Code": "Throttling.User", "Message": ""}, 400),
        ({"Code": "SignatureDoesNotMatch", "Message": ""}, 400),
        ({"Code": "OK", "TotalCount": "many"}, 200),
        ({"Code": "OK", "TotalCount": "1", "SmsSendDetailDTOs": {"SmsSendDetailDTO": [{}]}}, 200),
        ({"Code": "OK", "TotalCount": "1", "SmsSendDetailDTOs": {"SmsSendDetailDTO": ["?"]}}, 200),
        ("<html>", 503),
    ],
)
def test_asking_that_did_not_work_never_says_that_nothing_was_taken(peer: AliyunPeer, answer: Any, status: int) -> None:
    peer.answer(answer, status)
    with opened(peer.port) as channel:
        assert channel.ask(sms()).kind == "unknown"


def test_asking_too_early_too_late_or_in_vain_leaves_the_doubt(peer: AliyunPeer) -> None:
    with opened(peer.port) as channel:
        early = channel.ask(sms(at=clock.now()))
        late = channel.ask(sms(at=clock.now() - timedelta(days=31)))
    with opened(closed_port()) as channel:
        in_vain = channel.ask(sms())

    codes = [outcome.code for outcome in (early, late, in_vain)]
    assert codes == ["record-may-lag", "too-old-to-ask", "connection-refused"]
    assert {outcome.kind for outcome in (early, late, in_vain)} == {"unknown"}


def test_neither_logs_nor_details_nor_addresses_show_secrets(
    peer: AliyunPeer, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"no: {NUMBER} 371302-00412 8K 2Q+ {SECRET} {quote(SECRET, safe='')} {KEY_ID} (#9)"
    with caplog.at_level(logging.DEBUG), opened(peer.port, more=f"&to={NUMBER}") as channel:
        channel.send(sms())
        peer.answer({"Code": "isv.INVALID_PARAMETERS", "Message": echo})
        outcome = channel.send(sms())
        shown = caplog.text + repr(channel) + channel.url() + outcome.detail + repr(sms().filled)

    assert "(#9)" in outcome.detail
    for secret in (NUMBER, "00412", "8K 2Q", SECRET, quote(SECRET, safe=""), "SMS_1001"):
        assert secret not in shown
    assert KEY_ID not in outcome.detail
