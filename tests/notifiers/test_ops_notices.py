"""What ops are told, by URLs of Apprise, against a real web hook; the command and the flow tell them."""

import json
import logging
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from peers.hook import HookPeer
from peers.robot import running
from peers.rude import closed_port, silent_peer
from pydantic import ValidationError
from support.command_line import TWO_MONTHS_ON, Shouwang
from support.office import BEGIN, open_office

from domain.settings import Settings, read_settings
from flows import work
from notifiers.ops_notices import tell_findings, tell_ops
from notifiers.outcomes import Outcome
from notifiers.reports import DeliveryReport, Finding

HOUR = timedelta(hours=1)
LOGIN = Finding("mail", "535", "bad login")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookPeer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(HookPeer()) as hook:
        yield hook


def ops_at(*urls: str) -> Settings:
    return Settings(ops_notices=list(urls), language="en", base_url="https://watch.example.org")


def codes(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [(outcome.kind, outcome.code) for outcome in outcomes]


def test_every_url_is_told_and_each_says_what_came_of_it(hook: HookPeer) -> None:
    with silent_peer() as silent:
        urls = [
            hook.url(), "nonsense://key-5551@example.org", "json://", f"json://127.0.0.1:{closed_port()}",
            f"json://127.0.0.1:{silent}/?rto=1", hook.url(format="text"),
        ]  # fmt: skip
        outcomes = tell_ops(urls, "磁盘将满", "剩余 3%\n“引号” & <尖括号>")

    assert codes(outcomes) == [
        ("accepted", "apprise"), ("misconfigured", "not-understood"), ("misconfigured", "not-understood"),
        ("temporary", "not-taken"), ("temporary", "not-taken"), ("accepted", "apprise"),
    ]  # fmt: skip
    assert hook.told == [("磁盘将满", "剩余 3%\n“引号” & <尖括号>")] * 2


def test_a_hook_that_refuses_has_not_taken_it(hook: HookPeer) -> None:
    hook.answer("no", 403)
    assert codes(tell_ops([hook.url()], "a", "b")) == [("temporary", "not-taken")]


def test_a_service_that_hangs_is_given_up_in_time(hook: HookPeer) -> None:
    with silent_peer() as silent:
        outcomes = tell_ops([f"json://127.0.0.1:{silent}/?rto=60", hook.url()], "a", "b", seconds=6)

    assert codes(outcomes) == [("unknown", "timed-out"), ("accepted", "apprise")]


def test_where_no_process_can_be_started_ops_are_told_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "run", refuse)
    assert codes(tell_ops(["json://127.0.0.1"], "a", "b")) == [("temporary", "no-process")]


def test_our_own_channels_may_carry_notices_too(tmp_path: Path) -> None:
    assert tell_ops([f"swspool://{tmp_path}?to=ops@example.org"], "磁盘将满", "剩余 3%")[0].is_accepted
    (file,) = tmp_path.rglob("*.eml")
    assert "剩余 3%" in file.read_text(encoding="utf-8")


def test_nothing_of_a_url_is_logged_or_told_on(
    hook: HookPeer, caplog: pytest.LogCaptureFixture, sqlite_url: str
) -> None:
    store = open_office(sqlite_url)
    urls = (hook.url("me:sesame77@"), "dingtalk://token-5551!/", f"json://me:key-5552@127.0.0.1:{closed_port()}/p-5553")
    with caplog.at_level(logging.DEBUG):
        report = tell_findings(store, ops_at(*urls), DeliveryReport(findings=(LOGIN,)), BEGIN)

    assert hook.asked[0].headers["authorization"].startswith("Basic ")
    assert report.findings == (LOGIN, Finding("ops", "dingtalk not-understood"), Finding("ops", "json not-taken"))
    for secret in ("sesame77", "5551", "5552", "5553", "127.0.0.1"):
        assert secret not in caplog.text + repr(report)


@pytest.mark.parametrize("url", ["no address", "json:/127.0.0.1", "json://a b", "://x", ""])
def test_what_has_not_the_form_of_a_url_is_refused_when_settings_are_read(url: str) -> None:
    with pytest.raises(ValidationError):
        ops_at("json://127.0.0.1", url)


def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office")
    shouwang.data.mkdir()
    (shouwang.data / "settings.toml").write_text('ops_notices = ["tgram:/key-5551/chat"]', encoding="utf-8")

    said = shouwang("deliver")

    assert said.code == 2
    assert "“ops_notices.0” must be an address" in said.sentence
    with pytest.raises(ValidationError) as refused:
        read_settings(shouwang.data)
    assert "5551" not in said.err + str(refused.value)


def test_the_command_and_the_flow_tell_ops_of_one_cause_once(
    hook: HookPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("SHOUWANG_DATABASE_URL", database_url)
    shouwang = Shouwang(tmp_path / "office").fill()
    shouwang.pair("371302")
    (tmp_path / "a file").touch()
    (shouwang.data / "settings.toml").write_text(
        f'ops_notices = ["{hook.url()}"]\n[[channels]]\nname = "spool"\nurl = "swspool://{tmp_path}/a%20file/spool"\n',
        encoding="utf-8",
    )
    later = Shouwang(shouwang.data, now=TWO_MONTHS_ON)
    later.do("round")

    first = later("deliver", "--json")
    assert first.code == 1
    assert first.answer["findings"] == [["spool", "ENOTDIR", ""]]
    assert [title for title, _ in hook.told] == ["守望：有 1 项故障需要处理"]
    assert "通道 spool：ENOTDIR\n" in hook.told[0][1]

    moment = datetime.fromisoformat(TWO_MONTHS_ON) + HOUR
    monkeypatch.setattr("domain.clock.now", lambda: moment)
    assert work.deliver(str(shouwang.data)).findings == (Finding("spool", "ENOTDIR"),)
    assert len(hook.told) == 1
    moment += timedelta(days=1)
    work.deliver(str(shouwang.data))
    assert len(hook.told) == 2


def test_no_url_stands_in_a_command_line_for_all_to_see(hook: HookPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], bytes]] = []
    run = subprocess.run

    def watching(command: list[str], **how: object) -> object:
        seen.append((command, bytes(how["input"])))  # type: ignore[call-overload]
        return run(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watching)
    assert tell_ops([hook.url("me:sesame77@")], "a", "b")[0].is_accepted
    ((command, notice),) = seen
    assert "sesame77" not in " ".join(command)
    assert "sesame77" in json.loads(notice)["url"]
