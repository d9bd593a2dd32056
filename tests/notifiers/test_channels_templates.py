"""Filed templates: how a URL declares them, how a message fills them, and what is refused before anything is sent."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from peers import aliyun, tencent
from peers.aliyun import AliyunPeer, aliyun_peer
from peers.messages import a_message
from peers.tencent import TencentPeer, tencent_peer

from domain.words.places import LINK
from notifiers.channels import Channel, ChannelUrlRefused, Filled, Message, open_channel
from notifiers.channels.message import filled_values

BASE = "swaliyun://id:key@h?sign=a"


@pytest.fixture(params=["aliyun", "tencent"])
def peer(request: pytest.FixtureRequest) -> Iterator[AliyunPeer | TencentPeer]:
    with aliyun_peer() if request.param == "aliyun" else tencent_peer() as running:
        yield running


def channel_at(peer: AliyunPeer | TencentPeer) -> Channel:
    here, sign = f"localhost:{peer.port}/?mode=plain", quote("守望")
    if isinstance(peer, AliyunPeer):
        key = f"{aliyun.KEY_ID}:{quote(aliyun.SECRET, safe='')}"
        return open_channel(f"swaliyun://{key}@{here}&sign={sign}&:one-answer=SMS_1001,case,code&longest=12")
    key = f"{tencent.SECRET_ID}:{quote(tencent.SECRET_KEY, safe='')}"
    return open_channel(f"swtencent://{key}@{here}&app={tencent.APP}&sign={sign}&:one-answer=1110,case,code")


def message(key: str = "one-answer", without: str = "", to: str = "13812345678", **values: str) -> Message:
    whole = {"case": "371302-00412", "code": "8K2Q", "days": "3"} | values
    filled = Filled(key=key, values={name: value for name, value in whole.items() if name != without})
    return a_message(to=to, subject="", text="案例今天该回访", html=None, filled=filled)


@pytest.mark.parametrize(
    ("given", "kind", "code", "detail"),
    [
        ({"key": "many-late"}, "misconfigured", "template-undeclared", "many-late"),
        ({"without": "code"}, "misconfigured", "template-value-missing", "one-answer: code"),
        ({"code": " "}, "permanent", "value-empty", "code"),
        ({"code": "1" * 13}, "permanent", "value-too-long", "code"),
        ({"code": "a.example/x"}, "permanent", "link-in-value", "code"),
        ({"to": "li@example.org"}, "permanent", "not-a-mainland-number", ""),
        ({"to": "+85291234567"}, "permanent", "not-a-mainland-number", ""),
        ({"to": "12345678901234567"}, "permanent", "not-a-mainland-number", ""),
    ],
)
def test_what_the_service_would_refuse_is_never_sent(
    peer: AliyunPeer | TencentPeer, given: dict[str, Any], kind: str, code: str, detail: str
) -> None:
    with channel_at(peer) as channel:
        outcome = channel.send(message(**given))

    assert (outcome.kind, outcome.code, outcome.detail) == (kind, code, detail)
    assert peer.requests == 0


def test_words_that_are_no_filed_template_are_never_sent(peer: AliyunPeer | TencentPeer) -> None:
    with channel_at(peer) as channel:
        outcome = channel.send(a_message(to="13812345678", html=None))

    assert (outcome.kind, outcome.code) == ("misconfigured", "template-needed")
    assert peer.requests == 0


def test_values_go_into_the_places_that_were_declared_and_no_others(peer: AliyunPeer | TencentPeer) -> None:
    with channel_at(peer) as channel:
        assert channel.send(message()).is_accepted

    assert peer.record[0].values in ({"case": "371302-00412", "code": "8K2Q"}, ["371302-00412", "8K2Q"])


@pytest.mark.parametrize(
    ("value", "is_link"),
    [
        ("https://a.example/x", True),
        ("www.example.org", True),
        ("EXAMPLE.CN/8K", True),
        ("请打开t.cn看", True),
        ("10.0.0.8:80", True),
        ("371302-00412", False),
        ("12月3日", False),
        ("2026.12.03", False),
        ("3.5", False),
        ("第3次.请尽快", False),
    ],
)
def test_an_address_in_a_value_is_known_in_whatever_form(value: str, is_link: bool) -> None:
    assert bool(LINK.search(value)) == is_link


@pytest.mark.parametrize(
    ("url", "mistakes"),
    [
        ("swaliyun://h", [("login-missing", ""), ("setting-missing", "sign"), ("templates-missing", ":")]),
        ("swaliyun://id@h?sign=a&:k=SMS_1", [("login-missing", "")]),
        (f"{BASE}&:k=SMS 1!", [("setting-not-a-template", "k")]),
        (f"{BASE}&:k=SMS_1,case,case", [("setting-not-a-template", "k")]),
        (f"{BASE}&:k=SMS_1,案号", [("setting-not-a-template", "k")]),
        (f"{BASE}&:k=SMS_1&longest=0", [("setting-not-a-count", "longest")]),
        (f"{BASE}&:k=SMS_1&+X-Key=1", [("setting-unknown", "+X-Key")]),
        (f"{BASE}&:k=SMS_1&app=1", [("setting-unknown", "app")]),
        ("swtencent://id:key@h?sign=a&:k=1110", [("setting-missing", "app")]),
        ("swtencent://id:key@h?app=1&sign=a&:k=SMS_1", [("setting-not-a-template", "k")]),
        ("swtencent://id:key@h?app=1&sign=a&:k=1&context=maybe", [("setting-not-a-choice", "context")]),
    ],
)
def test_every_mistake_in_such_a_url_is_named_at_once(url: str, mistakes: list[tuple[str, str]]) -> None:
    with pytest.raises(ChannelUrlRefused) as refused:
        open_channel(url)

    found = refused.value.mistakes
    assert sorted((mistake.key, mistake.setting) for mistake in found) == sorted(mistakes)
    for language in ("zh", "en"):
        assert all(mistake.setting in mistake.sentence(language) for mistake in found)


def test_what_fills_a_template_is_kept_out_of_details_but_single_digits_are_not() -> None:
    assert filled_values(message()) == ("371302-00412", "8K2Q")
    assert filled_values(a_message()) == ()
