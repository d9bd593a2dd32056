"""The DingTalk robot against a stand-in that recomputes its signatures."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from peers.messages import LINK, a_message
from peers.robot import running
from peers.robot_dingtalk import SECRET, STALE, TOKEN, UNSIGNED, DingTalkPeer

from domain.words import say
from notifiers.channels import Channel, Message, open_channel
from notifiers.channels.dingtalk import signature
from notifiers.outcomes import OutcomeKind
from notifiers.reaching import Reach

TEXT = f"【守望】个案 371302-00412 的回访已逾期 3 天,请打开办理:\n{LINK}"


@pytest.fixture
def peer() -> Iterator[DingTalkPeer]:
    with running(DingTalkPeer()) as peer:
        yield peer


def dingtalk(port: int, login: str = f"{TOKEN}:{SECRET}", more: str = "") -> Channel:
    return open_channel(f"swdingtalk://{login}@127.0.0.1:{port}/?mode=plain{more}")


def word(**changes: Any) -> Message:
    return a_message(**{"to": "13812345678", "text": TEXT, "html": None, "subject": "", **changes})


def test_a_signed_text_stands_in_the_group_and_calls_the_coordinator(peer: DingTalkPeer) -> None:
    with dingtalk(peer.port) as channel:
        outcome = channel.send(word())
        assert channel.reach is Reach.CHAT

    assert (outcome.kind, outcome.code) == (OutcomeKind.ACCEPTED, "0")
    assert peer.taken == [
        {
            "msgtype": "text",
            "text": {"content": f"@13812345678\n{TEXT}"},
            "at": {"atMobiles": ["13812345678"], "isAtAll": False},
        }
    ]


def test_the_signature_is_the_one_a_widely_used_library_makes() -> None:
    # DingtalkChatbot 1.5.7 on PyPI, with its clock held at this millisecond.
    assert signature("1780000000123", SECRET) == "SOOIHBQj0oGZKzuOJR06BEPbq5qkjMAzmwX01kOsoT0="


def test_a_robot_without_a_secret_signs_nothing(peer: DingTalkPeer) -> None:
    peer.secret = ""
    with dingtalk(peer.port, TOKEN, "&mention=no") as channel:
        assert channel.send(word()).is_accepted

    assert peer.asked[0].query == {"access_token": TOKEN}
    assert peer.taken == [{"msgtype": "text", "text": {"content": TEXT}}]


def test_each_security_rule_is_told_apart_for_ops(peer: DingTalkPeer) -> None:
    with dingtalk(peer.port, f"{TOKEN}:SECwrong") as channel:
        wrong_secret = channel.send(word())
    with dingtalk(peer.port) as channel:
        peer.ahead = timedelta(minutes=61)
        late = channel.send(word())
        peer.ahead, peer.addresses = timedelta(), ("203.0.113.9",)
        elsewhere = channel.send(word())
        peer.addresses, peer.keyword = (), "值班"
        silent = channel.send(word())
        peer.keyword = "守望"
        assert channel.send(word()).is_accepted

    refused = (wrong_secret, late, elsewhere, silent)
    assert {outcome.kind for outcome in refused} == {OutcomeKind.MISCONFIGURED}
    assert [outcome.code for outcome in refused] == [
        "310000 signature", "310000 timestamp", "310000 address", "310000 keywords",
    ]  # fmt: skip


def test_who_is_too_quick_is_shut_out_for_ten_minutes(peer: DingTalkPeer) -> None:
    with dingtalk(peer.port) as channel:
        outcomes = [channel.send(word(nudge_id=f"n{number}")) for number in range(21)]
        peer.ahead = timedelta(minutes=9)
        early = channel.send(word())
        peer.ahead = timedelta(minutes=11)
        later = channel.send(word())

    assert all(outcome.is_accepted for outcome in outcomes[:20])
    assert [(each.kind, each.code) for each in (outcomes[20], early)] == [(OutcomeKind.THROTTLED, "130101")] * 2
    assert outcomes[20].retry_after == timedelta(minutes=10)
    assert later.is_accepted


@pytest.mark.parametrize(
    ("code", "words", "kind", "told"),
    [
        (-1, "系统繁忙", "temporary", "-1"),
        (40035, "缺少参数 access_token", "misconfigured", "40035"),
        (43004, "无效的HTTP HEADER Content-Type", "misconfigured", "43004"),
        (90018, "您的服务器调用钉钉开放平台所有接口的请求都被暂时禁用了", "throttled", "90018"),
        (90030, "webhook over limit", "throttled", "90030"),
        (130101, "send too fast, exceed 20 times per minute", "throttled", "130101"),
        (410100, "发送速度太快而限流", "throttled", "410100"),
        (300001, "token is not exist", "misconfigured", "300001"),
        (300001, "send too fast", "throttled", "300001"),
        (300005, "token is not exist", "misconfigured", "300005"),
        (310000, UNSIGNED, "misconfigured", "310000 signature"),
        (310000, "sign not match, more: [https://ding-doc.dingtalk.com/doc]", "misconfigured", "310000 signature"),
        (310000, STALE, "misconfigured", "310000 timestamp"),
        (310000, "description:关键词不匹配;solution:请联系群管理员", "misconfigured", "310000 keywords"),
        (310000, "ip 203.0.113.9 not in whitelist", "misconfigured", "310000 address"),
        (310000, "some rule of next year", "misconfigured", "310000"),
        (400013, "群已被解散", "misconfigured", "400013"),
        (400101, "access_token不存在", "misconfigured", "400101"),
        (400102, "机器人已停用", "misconfigured", "400102"),
        (400105, "不支持的消息类型", "permanent", "400105"),
        (400106, "机器人不存在", "misconfigured", "400106"),
        (430101, "含有不安全的外链", "permanent", "430101"),
        (430102, "含有不合适的文本", "permanent", "430102"),
        (430103, "含有不合适的图片", "permanent", "430103"),
        (430104, "含有不合适的内容", "permanent", "430104"),
        (460101, "message too long, exceed 20000 bytes", "permanent", "460101"),
        (987654, "something quite new", "temporary", "987654"),
    ],
)
def test_each_code_means_one_thing_though_http_says_200(
    peer: DingTalkPeer, code: int, words: str, kind: str, told: str
) -> None:
    with dingtalk(peer.port) as channel:
        peer.answer({"errcode": code, "errmsg": words})
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (kind, told)


@pytest.mark.parametrize(("wait", "seconds"), [(5, 5), (-5, 0), (10**12, 86_400)])
def test_the_guard_before_the_robots_says_how_long_to_wait(peer: DingTalkPeer, wait: int, seconds: int) -> None:
    with dingtalk(peer.port) as channel:
        peer.answer({"status": 1111, "wait": wait, "source": "x5", "punish": "deny", "uuid": "24ce64f6"})
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (OutcomeKind.THROTTLED, "1111")
    assert outcome.retry_after == timedelta(seconds=seconds)


def test_a_line_that_breaks_after_the_message_was_taken_leaves_it_in_doubt(peer: DingTalkPeer) -> None:
    with dingtalk(peer.port) as channel:
        peer.drop_the_line()
        outcome = channel.send(word())

    assert outcome.kind is OutcomeKind.UNKNOWN
    assert len(peer.taken) == 1


def test_a_long_text_is_shortened_until_the_whole_document_fits(peer: DingTalkPeer) -> None:
    lines = [f'{number}. 个案 371302-{number:05} "已逾期",请尽快联系志愿者。' for number in range(400)]
    with dingtalk(peer.port) as channel:
        assert channel.send(word(text="\n".join(lines))).is_accepted

    called, *kept, closing = peer.taken[0]["text"]["content"].split("\n")
    assert (called, closing) == ("@13812345678", say("zh", "channels.robot-shortened"))
    assert kept == lines[: len(kept)]
    assert 19_850 < len(peer.asked[0].body) <= 20_000


def test_neither_token_nor_secret_nor_signature_is_ever_shown(
    peer: DingTalkPeer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(1), dingtalk(peer.port) as channel:
        channel.send(word())
        peer.answer({"errcode": 310000, "errmsg": f"sign not match {SECRET} {TOKEN} (#9)"})
        outcome = channel.send(word())
        shown = caplog.text + repr(channel) + channel.url() + outcome.detail

    assert "(#9)" in outcome.detail
    for secret in (TOKEN, SECRET, TOKEN[:12], SECRET[3:15], peer.asked[0].query["sign"]):
        assert secret not in shown
    assert channel.url() == f"swdingtalk://****:****@127.0.0.1:{peer.port}/?mode=plain"
