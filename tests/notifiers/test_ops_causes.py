"""One cause is told to ops once, until it is gone or a day has passed: on both databases."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread

import pytest
from support.office import BEGIN, open_office
from support.telling import MAIL, ScriptedChannel, opened, with_nudges

from domain.settings import Settings
from domain.store import ops_notices as kept
from domain.store.engine import writing
from domain.store.ops_notices import Cause
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.ops_notices import tell_findings
from notifiers.outcomes import Outcome, accepted, misconfigured, temporary, unknown
from notifiers.reports import DeliveryReport, Finding

HOUR = timedelta(hours=1)
LOGIN = Finding("mail", "535", "bad login")
GATEWAY = Finding("sms", "403")


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
