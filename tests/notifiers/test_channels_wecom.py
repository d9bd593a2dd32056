"""The WeCom robot against a stand-in as strict as its documents; and what every robot does alike."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from peers.messages import LINK, a_message
from peers.robot import running
from peers.robot_wecom import KEY, WeComPeer
from peers.rude import closed_port

from domain.words import say
from notifiers.channels import Channel, ChannelUrlRefused, Doubt, Message, open_channel
from notifiers.channels.shortening import shortened
from notifiers.outcomes import OutcomeKind
from notifiers.reaching import Reach

TEXT = f'【守望】个案 371302-00412 的回访已逾期 3 天,请打开办理:\n{LINK}\n"引号"、反斜杠 \\ 和 <尖括号> 原样不动。'


@pytest.fixture
def peer() -> Iterator[WeComPeer]:
    with running(WeComPeer()) as peer:
        yield peer


def wecom(port: int, key: str = KEY, more: str = "") -> Channel:
    return open_channel(f"swwecom://{key}@127.0.0.1:{port}/?mode=plain{more}")


def word(**changes: Any) -> Message:
    return a_message(**{"to": "13812345678", "text": TEXT, "html": None, "subject": "", **changes})


def test_a_text_stands_in_the_group_and_calls_the_coordinator_by_telephone(peer: WeComPeer) -> None:
    with wecom(peer.port) as channel:
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (OutcomeKind.ACCEPTED, "0")
    assert peer.taken == [{"msgtype": "text", "text": {"content": TEXT, "mentioned_mobile_list": ["13812345678"]}}]


def test_a_robot_reaches_groups_and_a_repeat_is_seen_twice(peer: WeComPeer) -> None:
    with wecom(peer.port) as channel:
        assert (channel.reach, channel.doubt, channel.can_ask) == (Reach.CHAT, Doubt.ONE, False)
        assert channel.ask(word()).kind is OutcomeKind.UNKNOWN
        channel.send(word())
        channel.send(word())

    assert len(peer.taken) == 2


@pytest.mark.parametrize("number", ["+86 138-1234-5678", "8613812345678", "138 1234 5678"])
def test_a_number_is_written_as_the_group_knows_it(peer: WeComPeer, number: str) -> None:
    with wecom(peer.port) as channel:
        assert channel.send(word(to=number)).is_accepted

    assert peer.taken[0]["text"]["mentioned_mobile_list"] == ["13812345678"]


@pytest.mark.parametrize("number", ["li@example.org", "+85291234567", "05398112345", "1381234567"])
def test_whom_a_robot_cannot_call_is_told_through_another_channel(peer: WeComPeer, number: str) -> None:
    with wecom(peer.port) as channel:
        outcome = channel.send(word(to=number))

    assert (outcome.kind, outcome.code) == (OutcomeKind.PERMANENT, "not-a-mainland-mobile")
    assert peer.asked == []


def test_nobody_is_called_where_the_office_wants_none_called(peer: WeComPeer) -> None:
    with wecom(peer.port, more="&mention=no") as channel:
        assert channel.send(word(to="+85291234567")).is_accepted

    assert peer.taken == [{"msgtype": "text", "text": {"content": TEXT}}]


def test_the_twenty_first_message_of_a_minute_waits_for_the_next(peer: WeComPeer) -> None:
    with wecom(peer.port) as channel:
        kinds = [channel.send(word(nudge_id=f"n{number}")) for number in range(21)]
        peer.ahead = timedelta(seconds=61)
        later = channel.send(word())

    assert {outcome.kind for outcome in kinds[:20]} == {OutcomeKind.ACCEPTED}
    assert (kinds[20].kind, kinds[20].code) == (OutcomeKind.THROTTLED, "45009")
    assert kinds[20].retry_after == timedelta(minutes=1)
    assert later.is_accepted


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (-1, "system busy", "temporary"),
        (6000, "data version conflict", "temporary"),
        (40008, "invalid message type", "permanent"),
        (40058, "text.content exceed max length 2048. invalid Request Parameter", "permanent"),
        (44004, "empty content", "permanent"),
        (45002, "content size out of limit", "permanent"),
        (47001, "data format error", "permanent"),
        (45009, "api freq out of limit", "throttled"),
        (45033, "api concurrent out of limit", "throttled"),
        (60020, "not allow to access from your ip", "misconfigured"),
        (93000, "invalid webhook url", "misconfigured"),
        (93004, "robot is disabled", "misconfigured"),
        (93008, "not in chat", "misconfigured"),
        (12345, "something quite new", "temporary"),
        (12345, "api freq out of limit", "throttled"),
    ],
)
def test_each_code_means_one_thing_though_http_says_200(peer: WeComPeer, code: int, words: str, kind: str) -> None:
    with wecom(peer.port) as channel:
        peer.answer({"errcode": code, "errmsg": words})
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (kind, str(code))
    assert (outcome.retry_after is not None) == (kind == "throttled")


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, "<html>ok</html>", "unknown", "http 200"),
        (200, {"errmsg": "ok"}, "unknown", "http 200"),
        (200, {"errcode": "0", "errmsg": "ok"}, "unknown", "http 200"),
        (200, [0], "unknown", "http 200"),
        (500, {"errcode": 0, "errmsg": "ok"}, "temporary", "http 500"),
        (502, "bad gateway", "temporary", "http 502"),
        (504, "too late", "unknown", "http 504"),
        (429, "slower", "throttled", "http 429"),
        (404, "not here", "misconfigured", "http 404"),
        (302, "elsewhere", "misconfigured", "http 302"),
        (400, {"errcode": 93000, "errmsg": "invalid webhook url"}, "misconfigured", "93000"),
    ],
)
def test_what_is_not_the_providers_own_answer_is_never_taken_for_success(
    peer: WeComPeer, status: int, body: Any, kind: str, code: str
) -> None:
    with wecom(peer.port) as channel:
        peer.answer(body, status)
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (kind, code)
    assert len(peer.asked) == 1


def test_a_wrong_key_is_for_ops_to_put_right(peer: WeComPeer) -> None:
    with wecom(peer.port, "some-other-key") as channel:
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (OutcomeKind.MISCONFIGURED, "93000")
    assert outcome.detail.startswith("invalid webhook url, hint:")


def test_a_line_that_breaks_after_the_message_was_taken_leaves_it_in_doubt(peer: WeComPeer) -> None:
    with wecom(peer.port) as channel:
        peer.drop_the_line()
        outcome = channel.send(word())

    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "dropped-after-request")
    assert len(peer.taken) == 1


def test_a_provider_that_is_not_there_is_temporary() -> None:
    with wecom(closed_port()) as channel:
        assert channel.send(word()).code == "connection-refused"


def test_a_long_text_ends_at_a_line_and_says_that_it_was_shortened(peer: WeComPeer) -> None:
    lines = [f"{number}. 个案 371302-{number:05} 的回访已逾期,请尽快联系志愿者。" for number in range(60)]
    with wecom(peer.port) as channel:
        assert channel.send(word(text="\n".join(lines))).is_accepted

    *kept, closing = peer.taken[0]["text"]["content"].split("\n")
    assert closing == say("zh", "channels.robot-shortened")
    assert kept == lines[: len(kept)]
    whole = "\n".join([*kept, lines[len(kept)], closing])
    assert len(peer.taken[0]["text"]["content"].encode()) <= 2048 < len(whole.encode())


def test_a_line_too_long_by_itself_ends_at_a_stop_and_never_inside_a_character(peer: WeComPeer) -> None:
    with wecom(peer.port, more="&language=en") as channel:
        channel.send(word(text="守望相助，" * 200))
        channel.send(word(text="𠮷" * 700))

    stopped, whole = (each["text"]["content"].split("\n") for each in peer.taken)
    assert stopped[0] == "守望相助，" * (len(stopped[0]) // 5)
    assert whole[0] == "𠮷" * len(whole[0])
    assert stopped[1] == whole[1] == say("en", "channels.robot-shortened")
    assert 2048 - 15 < len("\n".join(stopped).encode()) <= 2048
    assert 2048 - 4 < len("\n".join(whole).encode()) <= 2048


def test_what_fits_exactly_is_left_alone() -> None:
    assert shortened("ab\ncd", lambda text: len(text) <= 5, "…") == "ab\ncd"
    assert shortened("ab\ncd", lambda text: len(text) <= 4, "…") == "ab\n…"
    assert shortened("\nabcd", lambda text: len(text) <= 4, "…") == "ab\n…"


@pytest.mark.parametrize(
    ("url", "mistakes"),
    [
        ("swwecom://qyapi.weixin.qq.com", [("robot-key-missing", "")]),
        ("swwecom://key:secret@qyapi.weixin.qq.com", [("robot-without-secret", "")]),
        ("swwecom://key@h?mention=all", [("setting-not-a-choice", "mention")]),
        ("swwecom://key@h?language=fr&at=all", [("setting-unknown", "at"), ("setting-not-a-choice", "language")]),
        ("swwecom://key@h?at=yes", [("setting-unknown", "at")]),
    ],
)  # fmt: skip
def test_every_mistake_in_a_robots_url_is_named(url: str, mistakes: list[tuple[str, str]]) -> None:
    with pytest.raises(ChannelUrlRefused) as refused:
        open_channel(url)

    assert [(mistake.key, mistake.setting) for mistake in refused.value.mistakes] == mistakes


def test_a_path_in_the_url_leads_through_the_offices_own_proxy(peer: WeComPeer) -> None:
    with open_channel(f"swwecom://{KEY}@127.0.0.1:{peer.port}/to/wecom?mode=plain") as channel:
        channel.send(word())

    assert [(asked.path, asked.query) for asked in peer.asked] == [("/to/wecom", {"key": KEY})]


def test_neither_logs_nor_details_show_the_key_or_who_was_told_what(
    peer: WeComPeer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), wecom(peer.port) as channel:
        peer.answer({"errcode": 40058, "errmsg": f"bad {KEY} 13812345678 {TEXT} (#9)"})
        outcome = channel.send(word())
        shown = caplog.text + repr(channel) + channel.url() + outcome.detail

    assert "(#9)" in outcome.detail
    for secret in (KEY, "693a91f6", "13812345678", "00412", "9fQ2xK7tLm"):
        assert secret not in shown
    assert channel.url(privacy=False) == f"swwecom://{KEY}@127.0.0.1:{peer.port}/?mode=plain"
