"""When nothing reaches a person, a coordinator's desk hears of it: once for each time."""

from datetime import datetime

import pytest
from sqlalchemy import update
from support.office import BEGIN, days
from support.telling import (
    MAIL,
    VOLUNTEERS,
    Killed,
    ScriptedChannel,
    contacts,
    facts_named,
    killed_at,
    nudges,
    opened,
    telling,
    with_nudges,
)

from domain.ids import PersonId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.writing import carry_out
from notifiers.dispatch import deliver_all
from notifiers.outcomes import permanent
from notifiers.planner import plan
from notifiers.worker import LEASE, Point, deliver


def test_when_every_channel_failed_the_desk_hears_of_it_once(database_url: str) -> None:
    both = telling("sms", "mail")
    store = with_nudges(database_url, settings=both)
    sms, mail = ScriptedChannel().then(permanent("x")), ScriptedChannel().then(permanent("y"))

    report = deliver_all(store, both, opened(sms=sms, mail=mail), BEGIN, "w1")

    assert (report.rerouted, report.failed) == (2, 1)
    assert [(each.channel, each.state) for each in nudges(store)] == [
        ("sms", "failed"),
        ("mail", "failed"),
        ("desk", "failed"),
    ]
    assert facts_named(store, "telling-failed") == 1


def test_a_desk_told_before_the_worker_died_is_not_told_again(database_url: str) -> None:
    store = unreachable(database_url)
    with pytest.raises(Killed):
        deliver(store, MAIL, opened(), BEGIN, "w1", watch=killed_at(Point.SENT))
    deliver_all(store, MAIL, opened(), BEGIN + LEASE, "w2")
    assert facts_named(store, "telling-failed") == 1
    assert [each.state for each in nudges(store, channel="desk")] == ["failed"]


def test_a_second_failure_about_the_same_duty_is_told_as_a_second_one(sqlite_url: str) -> None:
    store = unreachable(sqlite_url)
    deliver_all(store, MAIL, opened(), BEGIN, "w1")
    due = BEGIN + days(14)
    run_round(store, due)
    plan(store, MAIL, due)
    deliver_all(store, MAIL, opened(mail=ScriptedChannel()), due, "w1")
    assert facts_named(store, "telling-failed") == 2


def test_one_case_the_engine_cannot_write_holds_up_no_other_report(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = unreachable(sqlite_url, 2)

    def poisoned(store: Store, commands: list[c.Command], now: datetime) -> object:
        if any(command.case == "371302-00001" for command in commands):
            raise ZeroDivisionError
        return carry_out(store, commands, now)

    monkeypatch.setattr("notifiers.desk.carry_out", poisoned)
    report = deliver_all(store, MAIL, opened(), BEGIN, "w1")

    assert (report.failed, report.waiting) == (1, 1)
    assert [finding.detail for finding in report.findings] == ["ZeroDivisionError"]
    assert facts_named(store, "telling-failed") == 1


def unreachable(url: str, count: int = 1) -> Store:
    """Volunteers asked for a first visit whom nothing reaches."""
    store = with_nudges(url, count)
    for volunteer, _ in VOLUNTEERS[:count]:
        contacts(store, PersonId(volunteer), email=None, phone=None)
    with writing(store.engine) as connection:
        connection.execute(update(t.nudge).values(channel="desk"))
    return store
