"""What ops are told, by URLs of Apprise, against a real web hook; and once a cause, on both databases."""

import json
import logging
import subprocess
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from peers.hook import HookPeer
from peers.robot import running
from peers.rude import closed_port, silent_peer
from pydantic import ValidationError
from support.command_line import TWO_MONTHS_ON, Shouwang
from support.office import BEGIN, open_office
from support.telling import MAIL, ScriptedChannel, opened, with_nudges

from domain.settings import Settings, read_settings
from domain.store import ops_notices as kept
from domain.store.engine import writing
from domain.store.ops_notices import Cause
from domain.store.store import Store
from flows import work
from notifiers.ops_notices import tell_findings, tell_ops
from notifiers.outcomes import Outcome, accepted, misconfigured, temporary, unknown
from notifiers.reports import DeliveryReport, Finding
from notifiers.worker import deliver_all

HOUR = timedelta(hours=1)
LOGIN = Finding("mail", "535", "bad login")
GATEWAY = Finding("sms", "403")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookPeer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(HookPeer()) as hook:
        yield hook


@dataclass
class Ops:
    """Ops at the end of one URL that answers as ordered and takes everything else. ``told``: title and text of each."""

    told: list[tuple[str, str]] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    settings: Settings = field(default_factory=lambda: ops_at("json://127.0.0.1"))

    def __call__(self, urls: list[str], title: str, body: str) -> list[Outcome]:
        self.told.append((title, body))
        return [self.answers.popleft() if self.answers else accepted("apprise") for _ in urls]


@pytest.fixture
def ops(monkeypatch: pytest.MonkeyPatch) -> Ops:
    ops = Ops()
    monkeypatch.setattr("notifiers.ops_notices.tell_ops", ops)
    return ops


@pytest.fixture
def store(database_url: str) -> Store:
    return open_office(database_url)


def ops_at(*urls: str) -> Settings:
    return Settings(ops_notices=list(urls), language="en", base_url="https://watch.example.org")


def found(*findings: Finding, through: tuple[str, ...] = ()) -> DeliveryReport:
    return DeliveryReport(findings=findings, through=through)


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
        report = tell_findings(store, ops_at(*urls), found(LOGIN), BEGIN)

    assert hook.asked[0].headers["authorization"].startswith("Basic ")
    assert report.findings == (LOGIN, Finding("ops", "dingtalk not-understood"), Finding("ops", "json not-taken"))
    for secret in ("sesame77", "5551", "5552", "5553", "127.0.0.1"):
        assert secret not in caplog.text + repr(report)


def test_ops_read_what_is_wrong_where_and_in_which_install(ops: Ops, store: Store) -> None:
    unwritable = [Finding("", f"nudge n{number}", "KeyError") for number in range(30)]
    report = found(LOGIN, GATEWAY, *unwritable)

    assert tell_findings(store, ops.settings, report, BEGIN) == report

    ((title, text),) = ops.told
    assert title == "Shouwang: 3 to be put right"
    assert text.splitlines()[:5] == [
        "A message cannot be written (nudge n0): KeyError", "Channel mail: 535 bad login", "Channel sms: 403", "",
        "Install: https://watch.example.org",
    ]  # fmt: skip


def test_many_causes_are_one_notice_of_a_length_that_can_be_read(ops: Ops, store: Store) -> None:
    tell_findings(store, ops.settings, found(*(Finding("mail", f"5{number:02}") for number in range(30))), BEGIN)

    ((title, text),) = ops.told
    assert title == "Shouwang: 30 to be put right"
    assert text.count("Channel mail") == 20
    assert "And 10 more." in text


def test_one_cause_is_told_once_and_again_after_a_day(ops: Ops, store: Store) -> None:
    for hours in range(24):
        tell_findings(store, ops.settings, found(LOGIN), BEGIN + hours * HOUR)
    assert len(ops.told) == 1

    tell_findings(store, ops.settings, found(LOGIN), BEGIN + 24 * HOUR)
    assert len(ops.told) == 2


def test_another_cause_is_told_at_once_and_by_itself(ops: Ops, store: Store) -> None:
    tell_findings(store, ops.settings, found(LOGIN), BEGIN)
    tell_findings(store, ops.settings, found(LOGIN, GATEWAY), BEGIN + HOUR)

    assert [text.splitlines()[0] for _, text in ops.told] == ["Channel mail: 535 bad login", "Channel sms: 403"]


def test_what_had_gone_and_comes_again_is_told_again(ops: Ops, store: Store) -> None:
    tell_findings(store, ops.settings, found(LOGIN), BEGIN)
    tell_findings(store, ops.settings, found(through=("mail",)), BEGIN + HOUR)
    tell_findings(store, ops.settings, found(LOGIN), BEGIN + 2 * HOUR)
    assert len(ops.told) == 2

    tell_findings(store, ops.settings, found(LOGIN, through=("mail",)), BEGIN + 3 * HOUR)
    assert len(ops.told) == 2


def test_what_was_merely_not_tried_has_not_gone(ops: Ops, store: Store) -> None:
    tell_findings(store, ops.settings, found(LOGIN), BEGIN)
    for hours in (1, 2, 12):
        tell_findings(store, ops.settings, found(through=("sms",)), BEGIN + hours * HOUR)
    tell_findings(store, ops.settings, found(LOGIN), BEGIN + 13 * HOUR)

    assert len(ops.told) == 1


def test_a_message_no_longer_found_unwritable_has_been_written(ops: Ops, store: Store) -> None:
    broken = Finding("", "nudge n7", "KeyError")
    for hours in (0, 1, 2):
        tell_findings(store, ops.settings, found(broken), BEGIN + hours * HOUR)
    assert len(ops.told) == 1

    tell_findings(store, ops.settings, found(), BEGIN + 5 * HOUR)
    tell_findings(store, ops.settings, found(broken), BEGIN + 6 * HOUR)
    assert len(ops.told) == 2


def test_ops_who_could_not_be_told_are_told_later_and_not_every_minute(ops: Ops, store: Store) -> None:
    ops.answers.append(temporary("not-taken"))
    first = tell_findings(store, ops.settings, found(LOGIN), BEGIN)
    assert first.findings == (LOGIN, Finding("ops", "json not-taken"))

    tell_findings(store, ops.settings, found(LOGIN), BEGIN + timedelta(minutes=9))
    assert len(ops.told) == 1
    tell_findings(store, ops.settings, found(LOGIN), BEGIN + timedelta(minutes=10))
    tell_findings(store, ops.settings, found(LOGIN), BEGIN + timedelta(minutes=30))
    assert len(ops.told) == 2


def test_one_url_that_takes_it_is_enough(ops: Ops, store: Store) -> None:
    two = ops_at("nonsense://example.org", "json://127.0.0.1")
    ops.answers.extend([misconfigured("not-understood"), accepted("apprise")])
    for hours in range(3):
        tell_findings(store, two, found(LOGIN), BEGIN + hours * HOUR)
    assert len(ops.told) == 1


def test_ops_who_may_have_been_told_are_not_told_again_at_once(ops: Ops, store: Store) -> None:
    ops.answers.append(unknown("timed-out"))
    for hours in range(3):
        tell_findings(store, ops.settings, found(LOGIN), BEGIN + hours * HOUR)
    assert len(ops.told) == 1


def test_two_deliveries_at_once_tell_one_cause_once(store: Store) -> None:
    taken: list[set[Cause]] = []

    def take() -> None:
        with writing(store.engine) as connection:
            taken.append(kept.take_note(connection, {Cause("mail", "535")}, (), BEGIN))

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, taken)) == [0, 0, 0, 1]


def test_an_office_without_urls_keeps_nothing(store: Store) -> None:
    assert tell_findings(store, ops_at(), found(LOGIN), BEGIN) == found(LOGIN)
    with writing(store.engine) as connection:
        assert not kept.any_remembered(connection)


def test_a_delivery_says_which_channels_got_something_through(database_url: str) -> None:
    store, mail = with_nudges(database_url, 3), ScriptedChannel().then(misconfigured("535"))
    report = deliver_all(store, MAIL, opened(mail=mail), BEGIN, "w1")
    assert report.through == ("mail",)
    assert report.findings == (Finding("mail", "535"),)


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
