"""A gateway answers back: what Kannel and others post about messages sent, and what people text us."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

import pytest
from peers import kannel
from peers.gateway import GatewayPeer, gateway_peer
from peers.messages import a_message

from notifiers.channels import Channel, Delivered, Incoming, Posted, PostRefused, Receipt, Reply, open_channel

REPORT_URL: Final = "https://shouwang.example/in/sms/Zr4WqP81cN"
EXAMPLE: Final = Path(__file__).parents[2] / "deployments" / "examples" / "kannel"
AT: Final = datetime(2026, 11, 28, 22, 35, 55, tzinfo=UTC)
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json; charset=utf-8"
FORM_REPLY: Final = {"preset": "json", "reply_number": "mobile", "reply_text": "msg", "reply_id": "", "reply_time": "t"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


def hearing(port: int = 1, **settings: Any) -> Channel:
    given = "".join(f"&{name}={quote(str(value), safe='')}" for name, value in settings.items())
    login = "shouwang:p%40ss%3Aw%2Frd%26"
    return open_channel(f"swsms://{login}@localhost:{port}/cgi-bin/sendsms?mode=plain&from=10690&hears=yes{given}")


def read(address: str, **settings: Any) -> Incoming:
    with hearing(**settings) as channel:
        return channel.read_post(kannel.as_posted(address))


def sent_in(body: str | bytes, kind: str = JSON, path: str = "report", **settings: Any) -> Incoming:
    content = body.encode() if isinstance(body, str) else body
    posted = Posted(method="POST", path=path, query={}, headers={"content-type": kind}, body=content, peer="::1")
    with hearing(**{"preset": "json", **settings}) as channel:
        return channel.read_post(posted)


def refused(address: str, peer: str = kannel.PEER, **settings: Any) -> str:
    with hearing(**settings) as channel, pytest.raises(PostRefused) as refusal:
        channel.read_post(kannel.as_posted(address, peer=peer))
    return refusal.value.code


@pytest.mark.parametrize(
    ("address", "state", "code", "permanent", "provider_id"),
    [
        (kannel.DELIVERED, Delivered.YES, "1 stat:DELIVRD err:000", False, "0000000001"),
        (kannel.DELIVERED_BY_A_FAKE_CENTRE, Delivered.YES, "1", False, "4c425e5d-860b-49ad-9379-40f195be28ff"),
        (kannel.UNDELIVERED, Delivered.NO, "2 stat:UNDELIV err:001", False, "0000000002"),
        (kannel.REJECTED, Delivered.NO, "2 stat:REJECTD err:099", True, "0000000002"),
        (kannel.NO_SUCH_NUMBER, Delivered.NO, "16 NACK/0x0000000b", True, None),
        (kannel.ON_ITS_WAY, Delivered.NOT_YET, "8", False, "0000000001"),
        (
            kannel.REJECTED.replace("state=2", "state=4"),
            Delivered.NOT_YET,
            "4 stat:REJECTD err:099",
            False,
            "0000000002",
        ),
        (kannel.ON_ITS_WAY.replace("state=8", "state=64"), Delivered.NOT_YET, "64", False, "0000000001"),
    ],
    ids=["delivered", "fake centre", "undelivered", "rejected", "no such number", "on its way", "not yet", "quite new"],
)
def test_each_report_of_kannel_means_one_thing(
    address: str, state: Delivered, code: str, permanent: bool, provider_id: str | None
) -> None:
    (receipt,) = read(address).receipts

    assert (receipt.state, receipt.code, receipt.permanent) == (state, code, permanent)
    assert receipt.provider_id == provider_id


def test_a_report_finds_its_message_by_the_address_kannel_was_given(gateway: GatewayPeer) -> None:
    gateway.reset()
    with hearing(gateway.port, report_url=REPORT_URL + "/") as channel:
        assert channel.hears
        assert channel.send(a_message(nudge_id="n+12/a:b", to="13812345678", html=None)).is_accepted
        (request,) = gateway.seen
        fetched = kannel.report_fetched(request.fields["dlr-url"], 2, "stat:UNDELIV err:001 text:案例", "77")
        assert fetched.startswith(REPORT_URL + "/report?")
        (receipt,) = channel.read_post(kannel.as_posted(fetched.removeprefix(REPORT_URL))).receipts

    assert request.fields["dlr-mask"] == "19"
    told = {"message": "n+12/a:b", "provider_id": "77", "code": "2 stat:UNDELIV err:001"}
    assert receipt == Receipt(**told, state=Delivered.NO)  # type: ignore[arg-type]


def test_without_an_address_for_reports_none_are_asked_for(gateway: GatewayPeer) -> None:
    gateway.reset()
    with hearing(gateway.port) as channel:
        channel.send(a_message(to="13812345678", html=None))

    assert not {"dlr-mask", "dlr-url"} & gateway.seen[0].fields.keys()


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (kannel.REPLY_DIGIT, "1"),
        (kannel.REPLY_CHINESE, "3 孩子搬走了"),
        (kannel.REPLY_WITH_A_PICTURE, "１ 好的👍"),
    ],
)
def test_a_text_message_from_a_phone_arrives_as_it_was_written(address: str, text: str) -> None:
    (reply,) = read(address).replies

    assert (reply.number, reply.text, reply.at) == ("+8613812345678", text, AT)
    assert reply.key == kannel.as_posted(address).query["id"]
    assert text not in repr(reply)


def test_words_that_were_lost_on_the_way_are_refused_rather_than_guessed() -> None:
    assert refused(kannel.REPLY_CHINESE_AS_BYTES) == "unreadable"
    assert refused(kannel.REPLY_DIGIT.replace("UTF-8", "KOI8-R")) == "unreadable"
    assert refused(kannel.REPLY_DIGIT.replace("hex=31", "hex=3")) == "unreadable"
    assert refused(kannel.REPLY_CHINESE.replace("hex=0033", "hex=D800")) == "unreadable"
    assert refused(kannel.REPLY_DIGIT.replace("hex=31", "hex=")) == "unreadable"


@pytest.mark.parametrize(("charset", "codec"), [("gbk", "gb18030"), ("ucs-2", "utf-16-be"), ("utf-8", "utf-8")])
def test_a_form_is_read_in_the_charset_the_channel_declares(charset: str, codec: str) -> None:
    body = urlencode({"mobile": "13812345678", "msg": "2 需要帮助 + 50%".encode(codec), "t": "2026-11-29 06:35:55"})
    (reply,) = sent_in(body, FORM, "reply", charset=charset, **FORM_REPLY).replies

    assert reply.text == "2 需要帮助 + 50%"
    assert reply.at == AT


def test_a_reply_without_an_id_is_known_again_by_what_it_says() -> None:
    def key(**changes: str) -> str:
        said = {"mobile": "13812345678", "msg": "1", "t": "2026-11-29 06:35:55", **changes}
        return sent_in(urlencode(said), FORM, "reply", **FORM_REPLY).replies[0].key

    assert key() == key()
    assert len({key(), key(mobile="13812345679"), key(msg="2"), key(t="2026-11-29 06:35:56")}) == 4
    assert "13812345678" not in key()


def test_a_sentence_where_a_code_should_stand_is_not_kept() -> None:
    (receipt,) = sent_in('{"id": "n1", "status": "failed", "code": "回复1完成 was refused"}').receipts

    assert receipt.code == "failed"


def test_the_example_for_kannel_posts_what_the_channel_reads() -> None:
    conf, readme = ((EXAMPLE / file).read_text(encoding="utf-8") for file in ("kannel.conf", "README.md"))
    (url,) = re.findall(r"^swsms://\S+$", readme, flags=re.MULTILINE)
    (get_url,) = re.findall(r'^get-url = "(\S+)"$', conf, flags=re.MULTILINE)
    with open_channel(url) as channel:
        assert channel.hears
    base = unquote(url.partition("report_url=")[2])
    values = {"%p": "%2B8613812345678", "%e": "0031", "%C": "UTF-16BE", "%I": "b4bec545", "%T": "1795905355"}
    fetched = re.sub(r"%[a-zA-Z]", lambda code: values[code[0]], get_url)

    assert fetched.startswith(f"{base}/reply?")
    assert read(fetched.removeprefix(base)).replies == (
        Reply(key="b4bec545", number="+8613812345678", text="1", at=AT),
    )


def test_several_reports_in_one_json_post_are_read_and_broken_ones_passed_over() -> None:
    body = '{"all": [{"id": "4711", "status": "DELIVRD"}, {"id": 4712, "status": "Rejected", "code": "DB:0141"}, 7]}'
    incoming = sent_in(body, report_list="/all", answer='{"code": 0}')

    assert incoming.receipts == (
        Receipt(message="4711", state=Delivered.YES, code="DELIVRD"),
        Receipt(message="4712", state=Delivered.NO, code="Rejected DB:0141", permanent=True),
    )
    assert (incoming.answer, incoming.answer_type) == (b'{"code": 0}', "application/json")


def test_several_replies_in_one_json_post_are_read_and_broken_ones_passed_over() -> None:
    body = '[{"from": "138", "text": "1", "message_id": "a", "time": 1795905355000}, {"from": "139"}, {"text": "2"}]'
    incoming = sent_in('{"list": ' + body + "}", path="/reply/", reply_list="/list")

    assert incoming.replies == (Reply(key="a", number="138", text="1", at=AT),)


@pytest.mark.parametrize("time", ["", "soon", "99999999999999999999", "2026-02-30 10:00"])
def test_a_moment_nobody_can_read_is_left_out(time: str) -> None:
    (reply,) = read(kannel.REPLY_DIGIT.replace("1795905355", time)).replies

    assert reply.at is None


@pytest.mark.parametrize(
    ("peer", "taken"),
    [
        ("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("192.168.1.5", True), ("fd00::7", True), ("11.1.2.3", False),
        ("192.168.1.6", False), ("::1", False), ("", False), ("unix", False),
    ],
)  # fmt: skip
def test_a_post_is_taken_only_from_the_networks_that_are_named(peer: str, taken: bool) -> None:
    with hearing(allow="10.0.0.0/8, 192.168.1.5,fd00::/8") as channel:
        posted = kannel.as_posted(kannel.DELIVERED, peer=peer)
        if taken:
            assert channel.read_post(posted).receipts
        else:
            with pytest.raises(PostRefused, match="not-allowed"):
                channel.read_post(posted)


def test_a_channel_that_does_not_hear_expects_nothing() -> None:
    with hearing(hears="no") as channel, pytest.raises(PostRefused, match="not-expected"):
        channel.read_post(kannel.as_posted(kannel.DELIVERED))
    assert refused(kannel.DELIVERED.replace("report?", "elsewhere?")) == "not-expected"


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[" * 100_000, "[]", "7", '{"status": "delivered"}', '{"id": "4711"}', b"\xff\xfe\x00",
        '{"id": "a\\r\\nb", "status": "x"}', '{"id": "4711", "status": "delivered"}' + " " * 300_000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_whatever_it_is(body: str | bytes) -> None:
    with pytest.raises(PostRefused, match="unreadable"):
        sent_in(body)
    with pytest.raises(PostRefused, match="unreadable"):
        sent_in(body, report_list="/list")


def test_the_address_for_reports_is_shown_to_nobody(gateway: GatewayPeer) -> None:
    gateway.reset()
    gateway.answer(400, f"bad dlr-url {REPORT_URL} and Zr4WqP81cN (#9)")
    with hearing(gateway.port, report_url=REPORT_URL) as channel:
        outcome = channel.send(a_message(to="13812345678", html=None))

    assert "(#9)" in outcome.detail
    assert "Zr4WqP81cN" not in repr(channel) + outcome.detail
