"""The Feishu robot against a stand-in that recomputes its signatures."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import apprise
import pytest
from peers.messages import LINK, a_message
from peers.robot import running
from peers.robot_feishu import SECRET, TOKEN, FeishuPeer

from domain.words import say
from notifiers.channels import Channel, Message, open_channel, register_channels
from notifiers.channels.feishu import signature
from notifiers.outcomes import OutcomeKind
from notifiers.reaching import Reach

TEXT = f"【守望】个案 371302-00412 的回访已逾期 3 天,请打开办理:\n{LINK}"
CALL = "请手机尾号 5678 的协调员办理："


@pytest.fixture
def peer() -> Iterator[FeishuPeer]:
    with running(FeishuPeer()) as peer:
        yield peer


def feishu(port: int, login: str = f"{TOKEN}:{SECRET}", more: str = "") -> Channel:
    return open_channel(f"swfeishu://{login}@127.0.0.1:{port}/?mode=plain{more}")


def word(**changes: Any) -> Message:
    return a_message(**{"to": "13812345678", "text": TEXT, "html": None, "subject": "", **changes})


def test_a_signed_text_stands_in_the_group_and_says_by_its_last_digits_who_is_meant(peer: FeishuPeer) -> None:
    with feishu(peer.port) as channel:
        outcome = channel.send(word())
        assert channel.reach is Reach.CHAT

    assert (outcome.kind, outcome.code) == (OutcomeKind.ACCEPTED, "0")
    (document,) = peer.taken
    assert document["content"] == {"text": f"{CALL}\n{TEXT}"}
    assert "13812345678" not in peer.asked[0].body.decode()


def test_the_signature_is_the_one_the_providers_sample_makes() -> None:
    # The sample in the document named in feishu.py; lark-webhook-notify 0.2.0 on PyPI makes the same.
    assert signature("1599360473", "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_a_robot_without_a_secret_signs_nothing_and_may_name_nobody(peer: FeishuPeer) -> None:
    peer.secret = ""
    with feishu(peer.port, TOKEN, "&mention=no") as channel:
        assert channel.send(word()).is_accepted

    assert peer.taken == [{"msg_type": "text", "content": {"text": TEXT}}]


def test_no_tag_in_a_text_calls_the_whole_group(peer: FeishuPeer) -> None:
    with feishu(peer.port) as channel:
        channel.send(word(text='<at user_id="all">所有人</at> 3 < 5'))

    assert peer.taken[0]["content"]["text"] == f'{CALL}\n＜at user_id="all">所有人</at> 3 < 5'


def test_each_security_rule_is_told_apart_for_ops(peer: FeishuPeer) -> None:
    with feishu(peer.port, f"{TOKEN}:wrong") as channel:
        wrong_secret = channel.send(word())
    with feishu(peer.port, "wrong") as channel:
        wrong_token = channel.send(word())
    with feishu(peer.port) as channel:
        peer.ahead = timedelta(minutes=-61)
        early = channel.send(word())
        peer.ahead, peer.addresses = timedelta(), ("203.0.113.9",)
        elsewhere = channel.send(word())
        peer.addresses, peer.keyword = (), "值班"
        silent = channel.send(word())

    refused = (wrong_secret, wrong_token, early, elsewhere, silent)
    assert {outcome.kind for outcome in refused} == {OutcomeKind.MISCONFIGURED}
    assert [outcome.code for outcome in refused] == ["19021", "19001", "19021", "19022", "19024"]


def test_the_sixth_message_of_a_second_waits(peer: FeishuPeer) -> None:
    with feishu(peer.port) as channel:
        outcomes = [channel.send(word(nudge_id=f"n{number}")) for number in range(6)]

    assert all(outcome.is_accepted for outcome in outcomes[:5])
    assert (outcomes[5].kind, outcomes[5].code) == (OutcomeKind.THROTTLED, "11232")
    assert outcomes[5].retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ({"code": 9499, "data": {}, "msg": "Bad Request"}, "permanent", "9499"),
        ({"code": 9499, "data": {}, "msg": "too many request"}, "throttled", "9499"),
        ({"code": 11232, "data": {}, "msg": "frequency limited psm[lark.oapi]appID[1500]"}, "throttled", "11232"),
        ({"code": 99991400, "msg": "request trigger frequency limit"}, "throttled", "99991400"),
        ({"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}, "misconfigured", "19001"),
        ({"code": 19002, "msg": "params error, msg_type need"}, "permanent", "19002"),
        ({"code": 19007, "msg": "Bot Not Enabled"}, "misconfigured", "19007"),
        ({"code": 19021, "msg": "sign match fail"}, "misconfigured", "19021"),
        ({"code": 19022, "msg": "Ip Not Allowed"}, "misconfigured", "19022"),
        ({"code": 19024, "msg": "Key Words Not Found"}, "misconfigured", "19024"),
        ({"code": 77777, "msg": "something quite new"}, "temporary", "77777"),
        ({"StatusCode": 0, "StatusMessage": "success"}, "accepted", "0"),
        ({"StatusCode": 9499, "StatusMessage": "Bad Request"}, "permanent", "9499"),
    ],
)
def test_each_code_means_one_thing_though_http_says_200(
    peer: FeishuPeer, answer: dict[str, Any], kind: str, told: str
) -> None:
    with feishu(peer.port) as channel:
        peer.answer(answer)
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (kind, told)


def test_a_line_that_breaks_after_the_message_was_taken_leaves_it_in_doubt(peer: FeishuPeer) -> None:
    with feishu(peer.port) as channel:
        peer.drop_the_line()
        outcome = channel.send(word())

    assert outcome.kind is OutcomeKind.UNKNOWN
    assert len(peer.taken) == 1


def test_a_long_text_is_shortened_in_the_offices_language_until_the_whole_document_fits(peer: FeishuPeer) -> None:
    lines = [f'{number}. 个案 371302-{number:05} "已逾期",请尽快联系志愿者。' for number in range(400)]
    with feishu(peer.port, more="&language=en") as channel:
        assert channel.send(word(text="\n".join(lines))).is_accepted
        assert channel.send(word(text="守望" * 5000)).is_accepted

    call, *kept, closing = peer.taken[0]["content"]["text"].split("\n")
    assert call == say("en", "channels.robot-call", digits="5678")
    assert closing == say("en", "channels.robot-shortened")
    assert kept == lines[: len(kept)]
    assert 19_800 < len(peer.asked[0].body) <= 20_000
    call, begin, closing = peer.taken[1]["content"]["text"].split("\n")
    assert begin == ("守望" * 5000)[: len(begin)]
    assert len(begin) > 6000


def test_apprise_posts_a_notice_for_ops_to_the_group_and_calls_nobody(peer: FeishuPeer) -> None:
    register_channels()
    notices = apprise.Apprise(f"swfeishu://{TOKEN}:{SECRET}@127.0.0.1:{peer.port}/?mode=plain")

    assert notices.notify(title="磁盘将满", body="剩余 3%")

    assert peer.taken[0]["content"]["text"].split() == ["磁盘将满", "剩余", "3%"]


def test_neither_token_nor_secret_is_ever_shown(peer: FeishuPeer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(1), feishu(peer.port) as channel:
        channel.send(word())
        peer.answer({"code": 19021, "msg": f"sign match fail {SECRET} {TOKEN} (#9)"})
        outcome = channel.send(word())
        shown = caplog.text + repr(channel) + channel.url() + outcome.detail

    assert "(#9)" in outcome.detail
    for secret in (TOKEN, SECRET, TOKEN[:8], "13812345678"):
        assert secret not in shown
