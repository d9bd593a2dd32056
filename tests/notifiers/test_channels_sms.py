"""SMS through a gateway that runs as a process of its own, spoken to as Kannel and as a JSON gateway."""

import logging
import socket
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from peers.certificates import certificates
from peers.gateway import PASSWORD_IN_URL, USER, GatewayPeer, gateway_peer
from peers.messages import a_message
from peers.rude import closed_port, rude_peer, silent_peer, slam

from notifiers.channels import Channel, Doubt, Message, open_channel
from notifiers.outcomes import OutcomeKind

TEXT = "【守望】案例371302-00412今天该回访,请回复1完成 2需要帮助,或打开 shouwang.example 输入 8K2Q。50% & {password}+#"


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.fixture
def peer(gateway: GatewayPeer) -> GatewayPeer:
    gateway.reset()
    return gateway


def sms(**changes: Any) -> Message:
    return a_message(**{"to": "13812345678", "text": TEXT, "html": None, "subject": "", **changes})


def kannel(port: int, password: str = PASSWORD_IN_URL, **settings: Any) -> Channel:
    return open_channel(gateway_url(port, "cgi-bin/sendsms", password, **{"from": "10690", **settings}))


def json_gateway(port: int, **settings: Any) -> Channel:
    rules = {"preset": "json", "ok_pointer": "/code", "ok_value": "ok", "id_pointer": "/data/id"}
    return open_channel(gateway_url(port, "v1/send", **{**rules, **settings}))


def gateway_url(port: int, path: str, password: str = PASSWORD_IN_URL, **settings: Any) -> str:
    given = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in settings.items())
    return f"swsms://{USER}:{password}@localhost:{port}/{path}?mode=plain{given}"


def test_an_sms_reaches_kannel_with_every_character_as_written(peer: GatewayPeer) -> None:
    with kannel(peer.port) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (OutcomeKind.ACCEPTED, "202 0")
    (request,) = peer.seen
    assert (request.method, request.path) == ("GET", "/cgi-bin/sendsms")
    assert request.fields == {
        "username": "shouwang",
        "password": "p@ss:w/rd&",
        "from": "10690",
        "to": "+8613812345678",
        "text": TEXT,
        "charset": "UTF-8",
        "coding": "2",
        "meta-data": "?shouwang?nudge=4711",
    }


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (202, "3: Queued for later delivery", "accepted", "202 3"),
        (202, "Sent. Message splits: 2", "accepted", "202"),
        (403, "Authorization failed for sendsms", "misconfigured", "403"),
        (403, "Not routable. Do not try again.", "permanent", "403"),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", "permanent", "400"),
        (400, "Empty receiver number not allowed, rejected", "permanent", "400"),
        (400, "Sender missing and no global set, rejected", "misconfigured", "400"),
        (400, "Coding field misformed, rejected", "misconfigured", "400"),
        (404, "Unknown request.", "misconfigured", "404"),
        (500, "Sending failed.", "temporary", "500"),
        (503, "Temporal failure, try again later.", "temporary", "503"),
        (202, "something quite new", "unknown", "202"),
        (429, "", "throttled", "429"),
        (301, "", "misconfigured", "301"),
        (504, "the back end did not answer", "unknown", "504"),
        (502, "the back end is down", "temporary", "502"),
    ],
)
def test_each_answer_of_kannel_means_one_thing(peer: GatewayPeer, status: int, body: str, kind: str, code: str) -> None:
    with kannel(peer.port) as channel:
        peer.answer(status, body, headers={"location": "http://elsewhere.invalid/"})
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (kind, code)
    assert len(peer.seen) == 1


def test_a_wrong_password_at_kannel_is_misconfigured(peer: GatewayPeer) -> None:
    with kannel(peer.port, password="wrong") as channel:
        assert channel.send(sms()).kind is OutcomeKind.MISCONFIGURED


def test_a_gateway_that_wants_less_says_for_how_long(peer: GatewayPeer) -> None:
    dated = {"retry-after": "Sun, 22 Nov 2026 10:02:00 GMT", "date": "Sun, 22 Nov 2026 10:00:30 GMT"}
    with kannel(peer.port) as channel:
        peer.answer(429, "slower", headers={"retry-after": "120"})
        peer.answer(429, "slower", headers=dated)
        peer.answer(503, "closed", headers={"retry-after": "9999999"})
        peer.answer(503, "closed", headers={"retry-after": "soon"})
        waits = [channel.send(sms()).retry_after for _ in range(4)]

    assert waits == [timedelta(minutes=2), timedelta(seconds=90), timedelta(days=1), None]


def test_no_answer_after_the_request_was_read_is_unknown_and_nothing_is_sent_again(peer: GatewayPeer) -> None:
    with kannel(peer.port, rto="0.3") as channel:
        peer.answer_nothing()
        dropped = channel.send(sms())
        peer.keep_waiting()
        hanging = channel.send(sms())

    assert (dropped.kind, dropped.code) == (OutcomeKind.UNKNOWN, "dropped-after-request")
    assert (hanging.kind, hanging.code) == (OutcomeKind.UNKNOWN, "timed-out-after-request")
    assert len(peer.seen) == 2


def test_a_gateway_that_takes_the_line_but_never_answers_is_unknown_for_it_may_have_read() -> None:
    with silent_peer() as port, kannel(port, rto="0.2") as channel:
        assert channel.send(sms()).kind is OutcomeKind.UNKNOWN


def test_a_gateway_that_is_not_there_is_temporary() -> None:
    with kannel(closed_port()) as channel:
        outcome = channel.send(sms())

    assert (outcome.kind, outcome.code) == (OutcomeKind.TEMPORARY, "connection-refused")


def test_a_request_that_could_not_leave_whole_is_temporary() -> None:
    def take_a_bite(connection: socket.socket) -> None:
        connection.recv(100)
        slam(connection)

    with rude_peer(take_a_bite) as port, json_gateway(port) as channel:
        outcome = channel.send(sms(text="很长。" * 3_000_000))

    assert (outcome.kind, outcome.code) == (OutcomeKind.TEMPORARY, "dropped-before-request")


def test_many_sms_go_over_one_connection_and_a_closed_one_is_replaced(peer: GatewayPeer) -> None:
    with kannel(peer.port) as channel:
        for number in range(10):
            assert channel.send(sms(nudge_id=f"{number}")).is_accepted
        assert peer.connections == 1
        peer.answer(202, "0: Accepted for delivery", close_after=True)
        assert channel.send(sms()).is_accepted
        peer.wait_until_closed()
        assert channel.send(sms()).is_accepted
        channel.close()
        assert channel.send(sms()).is_accepted

    assert peer.connections == 3


def test_a_json_gateway_gets_its_fields_and_its_id_is_kept(peer: GatewayPeer) -> None:
    with json_gateway(peer.port, **{"from": "守望"}) as channel:
        outcome = channel.send(sms())

    assert outcome.is_accepted
    assert outcome.provider_id == "sms-1"
    (request,) = peer.seen
    assert request.method == "POST"
    assert request.fields == {"from": "守望", "to": "+8613812345678", "text": TEXT, "id": "4711"}


def test_a_gateway_is_declared_down_to_the_place_of_each_field(peer: GatewayPeer) -> None:
    fields = {":/batch/0/mobiles/0": "{to}", ":/batch/0/content": "{text}", ":/Ref": "nudge-{id}", ":id": ""}
    hidden = {":to": "", ":text": "", ":from": "", "+X-Api-Key": "{password}", "auth": "none", "phone": "national"}
    with json_gateway(peer.port, **fields, **hidden) as channel:
        peer.answer(200, '{"code": "ok", "data": {"id": 77}}')
        outcome = channel.send(sms(to="+86 138-1234-5678"))

    assert outcome.provider_id == "77"
    (request,) = peer.seen
    assert request.fields == {"batch": [{"mobiles": ["13812345678"], "content": TEXT}], "Ref": "nudge-4711"}
    assert request.headers["x-api-key"] == "p@ss:w/rd&"
    assert "authorization" not in request.headers


def test_a_form_gateway_that_answers_in_gbk_is_understood(peer: GatewayPeer) -> None:
    words = {"throttled_match": "余额不足|超过频率", "ok_match": "^提交成功,编号(\\w+)", "id_match": "编号(\\w+)"}
    plain = {"ok_pointer": "", "ok_value": "", "id_pointer": "", "code_match": r"^(E\d+)"}
    with json_gateway(peer.port, send="form", phone="digits", **words, **plain) as channel:
        peer.answer(200, "提交成功,编号A17")
        peer.answer(200, "E05 超过频率限制")
        peer.answer(200, "E99 系统繁忙")
        sent, slowed, odd = channel.send(sms()), channel.send(sms()), channel.send(sms())

    assert (sent.kind, sent.provider_id) == (OutcomeKind.ACCEPTED, "A17")
    assert (slowed.kind, slowed.code) == (OutcomeKind.THROTTLED, "200 E05")
    assert (odd.kind, odd.code, odd.detail) == (OutcomeKind.UNKNOWN, "200 E99", "E99 系统繁忙")
    assert peer.seen[0].fields["to"] == "8613812345678"
    assert peer.seen[0].headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_a_gateway_that_refuses_a_reference_it_has_seen_makes_repeats_harmless(peer: GatewayPeer) -> None:
    with json_gateway(peer.port, repeat_match="duplicate") as channel:
        first, repeat, other = channel.send(sms()), channel.send(sms()), channel.send(sms(nudge_id="4712"))
        assert channel.doubt is Doubt.NOTHING

    assert [first.code, repeat.code, other.code] == ["200", "409 repeat", "200"]
    assert first.provider_id == repeat.provider_id == "sms-1"
    assert repeat.is_accepted
    with kannel(peer.port) as channel:
        assert channel.doubt is Doubt.ONE
        assert not channel.can_ask
        assert channel.ask(sms()).kind is OutcomeKind.UNKNOWN


def test_a_gateway_is_believed_only_with_a_certificate_of_an_authority_we_trust(tmp_path: Path) -> None:
    signed, other = certificates(tmp_path / "ours"), certificates(tmp_path / "other")
    with gateway_peer(signed) as peer:
        with kannel(peer.port, mode="tls", ca=signed.authority) as channel:
            assert channel.send(sms()).is_accepted
        with kannel(peer.port, mode="tls", ca=other.authority) as channel:
            outcome = channel.send(sms())
        assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "tls-certificate")
        assert len(peer.seen) == 1


@pytest.mark.parametrize("number", ["", "li@example.org", "1381234\r\n5678", "12", "+86138123456789012", "一三八"])
def test_what_is_not_a_telephone_number_is_permanent_and_never_sent(peer: GatewayPeer, number: str) -> None:
    with kannel(peer.port) as channel:
        assert channel.send(sms(to=number)).kind is OutcomeKind.PERMANENT

    assert not peer.seen


def test_neither_logs_nor_details_show_who_was_told_what(peer: GatewayPeer, caplog: pytest.LogCaptureFixture) -> None:
    basic = b64encode(b"shouwang:p@ss:w/rd&").decode()
    with caplog.at_level(logging.DEBUG), kannel(peer.port, **{":key": "sesame77"}) as channel:
        channel.send(sms())
        peer.answer(400, f"bad: +8613812345678 <{TEXT[4:30]}> p@ss:w/rd& sesame77 {basic} {quote(TEXT)[:150]} (#9)")
        outcome = channel.send(sms())
        shown = caplog.text + repr(channel) + repr(sms()) + outcome.detail

    assert "(#9)" in outcome.detail
    for secret in ("13812345678", "00412", "8K2Q", "p@ss", "p%40ss", PASSWORD_IN_URL, "sesame77", basic):
        assert secret not in shown
