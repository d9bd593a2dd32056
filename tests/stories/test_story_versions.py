"""Stories of programme versions: tried in memory on the living, then moved to, and nothing owed is lost between."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from support.office import (
    BEGIN,
    COUNTY_DESK,
    ZHOU,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    pass_days,
    talk,
)
from support.programmes import LINYI, changed_linyi
from support.seen import due_days, facts_of

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId
from domain.programme.schema import DutyKind, FieldKind, Programme
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.journal import journal_of, snapshot_of
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.trial import Trial, try_version
from domain.store.writing import carry_out

NEW = "linyi-1204@2"
A_MONTH = BEGIN + days(30)


def second_version(*changes: tuple[str, str]) -> Programme:
    return changed_linyi(("version: 1", "version: 2"), *changes)


OFTENER = ("talk_low: {value: 1 month", "talk_low: {value: 1 week")


def watched(database_url: str, new: Programme) -> tuple[Store, CaseId]:
    """A girl visited since a month, in an install that knows both versions."""
    store = open_office(database_url)
    store = replace(store, programmes={**store.programmes, new.name: new})
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN + timedelta(hours=1))
    pass_days(store, BEGIN, 29)
    talk(store, case, ZHOU, A_MONTH)
    return store, case


def well(_case: Case, kind: DutyKind, on: date) -> tuple[dict[str, f.Answer], dict[str, str]]:
    answers: dict[str, f.Answer] = {}
    for key, question in kind.asks.items():
        match question.type:
            case FieldKind.YES_NO:
                answers[key] = key not in {"needs_help", "in_danger", "needs_aid"}
            case FieldKind.SCALE | FieldKind.CHOICE:
                answers[key] = next(iter(question.options))
            case FieldKind.DATE:
                answers[key] = on.isoformat()
            case _ if question.required and question.type is FieldKind.COUNT:
                answers[key] = question.least
            case _:
                pass
    notes = {key: "-" for key, each in kind.asks.items() if each.type is FieldKind.TEXT}
    return answers, notes


def tried(store: Store, new: Programme, months: int = 6) -> Trial:
    until = A_MONTH + days(30 * months)
    with reading(store.engine) as connection:
        return try_version(connection, store, new, None, well, A_MONTH, until)


def rows_in_all(store: Store) -> list[int | None]:
    with reading(store.engine) as connection:
        return [connection.scalar(select(func.count()).select_from(table)) for table in t.metadata.sorted_tables]


def test_a_version_with_more_frequent_talks_is_seen_to_ask_for_more_visits(database_url: str) -> None:
    new = second_version(OFTENER)
    store, _ = watched(database_url, new)
    trial = tried(store, new)
    assert trial.whole.cases == 1
    assert trial.whole.new.visits > trial.whole.old.visits + 10
    assert trial.whole.new.messages > trial.whole.old.messages
    assert [each.unit for each in trial.townships] == ["371302001"]


def test_trying_a_version_changes_nothing(database_url: str) -> None:
    new = second_version(OFTENER)
    store, case = watched(database_url, new)
    before, rows = due_days(store, case), rows_in_all(store)
    tried(store, new)
    assert (due_days(store, case), rows_in_all(store)) == (before, rows)


def test_a_version_that_differs_in_its_number_alone_asks_for_the_same(database_url: str) -> None:
    new = second_version()
    store, _ = watched(database_url, new)
    whole = tried(store, new).whole
    assert whole.old == whole.new
    assert whole.old.visits > 10


def test_a_trial_names_the_cases_that_the_new_version_does_not_know(database_url: str) -> None:
    new = second_version(("    orphan:\n      title: {zh: 孤儿", "    bereft:\n      title: {zh: 孤儿"),
                         ("    orphan: [心理咨询]\n    de", "    bereft: [心理咨询]\n    de"))  # fmt: skip
    store, case = watched(database_url, new)
    trial = tried(store, new)
    assert trial.whole.cases == 0
    assert [(of, refusal.reason) for of, refusal in trial.refused] == [(case, Reason.NO_SUCH_KIND)]


def test_a_case_stays_on_the_version_it_began_under_until_it_is_moved(database_url: str) -> None:
    new = second_version(OFTENER)
    store, case = watched(database_url, new)
    run_round(store, A_MONTH + days(40))
    with reading(store.engine) as connection:
        assert {entry.programme for entry in journal_of(connection, case)} == {LINYI}


def test_moving_a_case_supersedes_what_is_open_and_says_who_moved_it(database_url: str) -> None:
    new = second_version(OFTENER)
    store, case = watched(database_url, new)
    before = due_days(store, case)
    moved = c.ChangeProgramme(case=case, programme=NEW, by=COUNTY_DESK, reason="new-version")
    facts = [fact for fact, _ in do(store, moved, A_MONTH).facts]
    assert facts[0] == f.ProgrammeChanged(programme=NEW, before=LINYI, by=COUNTY_DESK, reason="new-version")
    ended = [fact for fact in facts if isinstance(fact, f.DutySuperseded)]
    opened = {fact.duty for fact in facts if isinstance(fact, f.DutyOpened)}
    assert len(ended) == len(before)
    assert {fact.by_duty for fact in ended} <= opened
    assert due_days(store, case) == before
    with reading(store.engine) as connection:
        names = [entry.programme for entry in journal_of(connection, case)]
    assert names == sorted(names)
    assert set(names) == {LINYI, NEW}
    assert audit_report(store, A_MONTH).clean


def test_a_moved_case_follows_the_rhythm_of_its_new_version(database_url: str) -> None:
    new = second_version(OFTENER)
    store, case = watched(database_url, new)
    do(store, c.ChangeProgramme(case=case, programme=NEW, by=COUNTY_DESK, reason="new-version"), A_MONTH)
    due = dict(due_days(store, case))["monthly_talk"]
    now = BEGIN + (due - BEGIN.date())
    run_round(store, now)
    talk(store, case, ZHOU, now)
    assert dict(due_days(store, case))["monthly_talk"] == due + days(7)
    pass_days(store, now, 60)
    assert audit_report(store, now + days(60)).clean


def test_a_duty_that_the_new_version_does_not_have_gives_way_to_a_named_one(database_url: str) -> None:
    new = second_version(("yearly_greeting:\n    title", "greeting_before_spring:\n    title"),
                         ('"lapsed:yearly_greeting"', '"lapsed:greeting_before_spring"'))  # fmt: skip
    store, case = watched(database_url, new)
    old = duty_of(store, case, "yearly_greeting")
    facts = [
        fact
        for fact, _ in do(
            store, c.ChangeProgramme(case=case, programme=NEW, by=COUNTY_DESK, reason="new-version"), A_MONTH
        ).facts
    ]
    assert any(isinstance(fact, f.DutySuperseded) and fact.duty == old for fact in facts)
    assert "greeting_before_spring" in dict(due_days(store, case))
    assert audit_report(store, A_MONTH).clean


@pytest.mark.parametrize(
    ("programme", "reason"), [("linyi-1204@9", Reason.NO_SUCH_PROGRAMME), (LINYI, Reason.SAME_PROGRAMME)]
)
def test_a_case_is_not_moved_to_what_there_is_not_or_where_it_is(
    database_url: str, programme: str, reason: Reason
) -> None:
    store, case = watched(database_url, second_version())
    command = c.ChangeProgramme(case=case, programme=programme, by=COUNTY_DESK, reason="new-version")
    outcome = carry_out(store, [command], A_MONTH)[0]
    assert isinstance(outcome, Refusal)
    assert outcome.reason is reason


def test_a_case_moved_while_something_has_climbed_is_still_seen_to(database_url: str) -> None:
    new = second_version()
    store, case = watched(database_url, new)
    late = A_MONTH + days(45)
    pass_days(store, A_MONTH, 45)
    do(store, c.ChangeProgramme(case=case, programme=NEW, by=COUNTY_DESK, reason="new-version"), late)
    pass_days(store, late, 40)
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    assert found.climbed
    assert {fact.told for fact in facts_of(store, case) if isinstance(fact, f.RungReached) and fact.climbed_to}
    assert audit_report(store, late + days(40)).clean
