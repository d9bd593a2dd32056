"""SMS through Tencent Cloud, at a stand-in that checks signatures and keeps a record."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from peers.messages import a_message
from peers.rude import closed_port
from peers.tencent import APP, SECRET_ID, SECRET_KEY, TencentPeer, tencent_peer
from tencentcloud.sms.v20210111 import errorcodes

from domain import clock
from notifiers.channels import Channel, Doubt, Filled, Message, open_channel
from notifiers.channels.provider_codes import meaning_of
from notifiers.channels.tencent_answers import MEANINGS
from notifiers.channels.tencent_signing import JSON, canonical_request, signature
from notifiers.reaching import Reach

NUMBER = "13812345678"
WITH_SECRET = f"{SECRET_ID}:{quote(SECRET_KEY, safe='')}"


@pytest.fixture(scope="module")
def running() -> Iterator[TencentPeer]:
    with tencent_peer() as peer:
        yield peer


@pytest.fixture
def peer(running: TencentPeer) -> TencentPeer:
    running.reset()
    return running


def opened(port: int, login: str = WITH_SECRET, more: str = "") -> Channel:
    templates = ":one-answer=1110,code,case&:many=1120,count&:plain=1130"
    given = f"mode=plain&app={APP}&sign={quote('守望')}&{templates}{more}"
    return open_channel(f"swtencent://{login}@localhost:{port}/?{given}")


def sms(key: str = "one-answer", **changes: Any) -> Message:
    filled = Filled(key=key, values={"case": "371302-00412", "code": "8K 2Q+", "count": "3"})
    usual = {"to": NUMBER, "subject": "", "text": "案例 371302-00412 今天该回访", "html": None, "filled": filled}
    return a_message(**usual | {"at": clock.now() - timedelta(minutes=11)} | changes)


def test_the_signature_is_that_of_tencents_own_example() -> None:
    body = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    headers = {"content-type": JSON, "host": "cvm.tencentcloudapi.com"}
    request = canonical_request("POST", "/", "", headers, body)
    proof = signature(request, "2019-02-25/cvm/tc3_request", 1551113065, "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
    assert proof == "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"


def test_a_message_is_taken_with_our_name_for_it_and_its_values_in_the_declared_order(peer: TencentPeer) -> None:
    with opened(peer.port) as channel:
        outcome = channel.send(sms(to="0086 138-1234-5678"))

    (kept,) = peer.record
    assert (outcome.kind, outcome.code, outcome.provider_id) == ("accepted", "Ok", kept.serial)
    assert (kept.number, kept.context, kept.template) == ("+8613812345678", "4711", "1110")
    assert kept.values == ["8K 2Q+", "371302-00412"]


def test_a_template_without_places_is_sent_without_values(peer: TencentPeer) -> None:
    with opened(peer.port) as channel:
        assert channel.send(sms("plain")).is_accepted

    assert peer.record[0].values == []


def test_it_says_what_it_can_do_and_can_be_asked_only_where_our_name_comes_back() -> None:
    channel = opened(1)
    assert (channel.reach, channel.hears, channel.doubt, channel.can_ask) == (Reach.SMS, True, Doubt.ONE, False)
    assert opened(1, more="&context=yes").can_ask
    assert channel.ask(sms()).code == "cannot-be-asked"


def test_a_wrong_secret_an_unknown_key_and_a_wrong_clock_are_misconfigured(peer: TencentPeer) -> None:
    with opened(peer.port, f"{SECRET_ID}:wrong") as channel:
        wrong = channel.send(sms())
    with opened(peer.port, "nobody:wrong") as channel:
        unknown = channel.send(sms())
    peer.ahead = timedelta(minutes=6)
    with opened(peer.port) as channel:
        late = channel.send(sms())

    assert {outcome.kind for outcome in (wrong, unknown, late)} == {"misconfigured"}
    codes = [outcome.code.removeprefix("AuthFailure.") for outcome in (wrong, unknown, late)]
    assert codes == ["SignatureFailure", "SecretIdNotFound", "SignatureExpire"]
    assert peer.record == []


def test_a_template_that_takes_another_number_of_values_is_misconfigured(peer: TencentPeer) -> None:
    with opened(peer.port, more="&:wrong=1110,case") as channel:
        outcome = channel.send(sms("wrong"))

    assert outcome.kind == "misconfigured"
    assert outcome.code == "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"


@pytest.mark.parametrize(
    ("code", "kind", "wait"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "temporary", timedelta(seconds=30)),
        ("LimitExceeded.DeliveryFrequencyLimit", "temporary", timedelta(minutes=1)),
        ("LimitExceeded.PhoneNumberOneHourLimit", "temporary", timedelta(hours=1)),
        ("LimitExceeded.PhoneNumberDailyLimit", "temporary", timedelta(hours=6)),
        ("LimitExceeded.AppDailyLimit", "misconfigured", None),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "misconfigured", None),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "misconfigured", None),
        ("FailedOperation.TemplateUnapprovedOrNotExist", "misconfigured", None),
        ("FailedOperation.PhoneNumberInBlacklist", "permanent", None),
        ("FailedOperation.ContainSensitiveWord", "permanent", None),
        ("FailedOperation.SomethingNew", "unknown", None),
        ("InvalidParameterValue.IncorrectPhoneNumber", "permanent", None),
        ("InvalidParameterValue.TemplateParameterLengthLimit", "permanent", None),
        ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "permanent", None),
        ("InvalidParameterValue.SdkAppIdNotExist", "misconfigured", None),
        ("UnsupportedOperation.GlobalTemplateToChineseMainlandPhone", "misconfigured", None),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", "misconfigured", None),
        ("InternalError.Timeout", "unknown", None),
        ("InternalError.RequestTimeException", "misconfigured", None),
    ],
)
def test_each_code_of_a_number_means_one_thing(peer: TencentPeer, code: str, kind: str, wait: timedelta | None) -> None:
    status = {"SerialNo": "", "PhoneNumber": f"+86{NUMBER}", "Fee": 0, "Code": code, "Message": "why"}
    peer.answer({"Response": {"SendStatusSet": [status], "RequestId": "T-1"}})
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code, outcome.retry_after, outcome.detail) == (kind, code, wait, "why")


def test_every_code_on_tencents_own_list_has_a_meaning() -> None:
    codes = {value for name, value in vars(errorcodes).items() if name.isupper()}
    assert len(codes) > 80
    assert {code for code in codes if meaning_of(code, MEANINGS) is None} == set()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AuthFailure.UnauthorizedOperation", "misconfigured"),
        ("RequestLimitExceeded", "throttled"),
        ("RequestLimitExceeded.IPLimitExceeded", "throttled"),
        ("ResourceUnavailable", "temporary"),
        ("InternalError", "unknown"),
        ("MissingParameter.EmptyPhoneNumberSet", "misconfigured"),
        ("NoSuchVersion", "misconfigured"),
        ("SomethingNew", "unknown"),
    ],
)
def test_each_error_of_the_call_means_one_thing(peer: TencentPeer, code: str, kind: str) -> None:
    peer.answer({"Response": {"Error": {"Code": code, "Message": "why"}, "RequestId": "T-1"}})
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (kind, code)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"Response": {}}, "unknown"),
        (200, {"Response": {"SendStatusSet": []}}, "unknown"),
        (200, {"Response": {"SendStatusSet": [{"Code": None}]}}, "unknown"),
        (200, "<html>", "unknown"),
        (502, "<html>", "unknown"),
        (503, "<html>", "temporary"),
        (404, "<html>", "misconfigured"),
    ],
)
def test_an_answer_without_a_code_is_judged_by_its_status(peer: TencentPeer, status: int, body: Any, kind: str) -> None:
    peer.answer(body, status)
    with opened(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (kind, str(status))


def test_a_number_beyond_its_quota_does_not_slow_down_the_others(peer: TencentPeer) -> None:
    peer.quota = 1
    with opened(peer.port) as channel:
        first, second, other = channel.send(sms()), channel.send(sms()), channel.send(sms(to="13900000001"))

    assert [outcome.kind for outcome in (first, second, other)] == ["accepted", "temporary", "accepted"]


def test_after_a_dropped_line_a_carriers_report_that_bears_our_name_settles_the_doubt(peer: TencentPeer) -> None:
    peer.gives_context = True
    with opened(peer.port, more="&context=yes") as channel:
        peer.drop(late=True)
        taken = channel.send(sms(nudge_id="n1"))
        before = channel.ask(sms(nudge_id="n1"))
        peer.record[0].report = "DELIVRD"
        found, missing = channel.ask(sms(nudge_id="n1")), channel.ask(sms(nudge_id="n2"))

    assert (taken.kind, taken.code) == ("unknown", "dropped-after-request")
    assert (before.kind, before.code) == ("unknown", "not-reported-yet")
    assert (found.kind, found.code, found.provider_id) == ("accepted", "delivered", peer.record[0].serial)
    assert (missing.kind, missing.code) == ("unknown", "not-reported-yet")


def test_another_message_to_the_same_number_is_never_taken_for_ours(peer: TencentPeer) -> None:
    with opened(peer.port, more="&context=yes") as channel:
        sent = channel.send(sms(nudge_id="n1"))
        peer.record[0].report = "DELIVRD"
        assert channel.ask(sms(nudge_id="n1")).kind == "unknown"
        assert channel.ask(sms(nudge_id="n1"), sent.provider_id).is_accepted


@pytest.mark.parametrize(
    ("report", "kind"), [("MK:0001 空号", "permanent"), ("关机、停机或空号", "temporary"), ("MI:0013", "temporary")]
)
def test_a_report_of_failure_says_whether_trying_again_can_help(peer: TencentPeer, report: str, kind: str) -> None:
    with opened(peer.port, more="&context=yes") as channel:
        sent = channel.send(sms())
        peer.record[0].report = report
        assert channel.ask(sms(), sent.provider_id).kind == kind


@pytest.mark.parametrize(
    "answer",
    [
        {"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": ""}}},
        {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": ""}}},
        {"Response": {"PullSmsSendStatusSet": [{}]}},
        {"Response": {"PullSmsSendStatusSet": ["?"]}},
        "<html>",
    ],
)
def test_asking_that_did_not_work_never_says_that_nothing_was_taken(peer: TencentPeer, answer: Any) -> None:
    peer.answer(answer)
    with opened(peer.port, more="&context=yes") as channel:
        assert channel.ask(sms()).kind == "unknown"
    with opened(closed_port(), more="&context=yes") as channel:
        assert channel.ask(sms()).kind == "unknown"


def test_neither_logs_nor_details_nor_addresses_show_secrets(
    peer: TencentPeer, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"no: +86{NUMBER} 371302-00412 8K 2Q+ {SECRET_KEY} {quote(SECRET_KEY, safe='')} {SECRET_ID} (#9)"
    with caplog.at_level(logging.DEBUG), opened(peer.port, more=f"&to={NUMBER}") as channel:
        channel.send(sms())
        peer.answer({"Response": {"Error": {"Code": "InvalidParameter", "Message": echo}}})
        outcome = channel.send(sms())
        shown = caplog.text + repr(channel) + channel.url() + outcome.detail

    assert "(#9)" in outcome.detail
    for secret in (NUMBER, "00412", "8K 2Q", SECRET_KEY, quote(SECRET_KEY, safe=""), "1110"):
        assert secret not in shown
    assert SECRET_ID not in outcome.detail
