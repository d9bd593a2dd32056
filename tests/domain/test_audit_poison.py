"""One damaged case holds up no other, leaves nothing half written, and is named until somebody has looked into it."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    TOWNSHIP,
    ZHOU,
    days,
    do,
    open_case,
    open_office,
    pair,
)
from support.programmes import LINYI, linyi

from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.audit import Kind, audit_report
from domain.store.engine import reading, writing
from domain.store.journal import journal_of
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.tree import move_township
from domain.store.writing import carry_out

LATER = BEGIN + days(30)


@pytest.fixture
def store(database_url: str) -> Store:
    """Two children with companions who never come."""
    store = open_office(database_url)
    pair(store, open_case(store, 1), ZHOU, BEGIN)
    pair(store, open_case(store, 2), LIU, BEGIN)
    return store


FIRST, SECOND = CaseId("371302-00001"), CaseId("371302-00002")


def spoil(store: Store, case: CaseId) -> None:
    """Make a case's snapshot unreadable."""
    with writing(store.engine) as connection:
        connection.execute(update(t.snapshot).where(t.snapshot.c.case == case).values(state='{"id":1}'))


def facts_of(store: Store, case: CaseId) -> int:
    with reading(store.engine) as connection:
        return len(journal_of(connection, case))


def ladders_that_end() -> Programme:
    """The programme with a ladder that comes to nothing after its last rung, which its checks would never let in."""
    soon = linyi().ladders["soon"]
    rungs = tuple(rung.model_copy(update={"repeat": None}) for rung in soon.rungs)
    changed = linyi().model_copy(
        update={"ladders": {**linyi().ladders, "soon": soon.model_copy(update={"rungs": rungs})}}
    )
    for cached in [name for name in changed.__dict__ if name not in Programme.model_fields]:
        del changed.__dict__[cached]
    return changed


def test_a_case_that_cannot_be_read_is_set_aside_and_the_others_go_on(store: Store) -> None:
    before = facts_of(store, FIRST), facts_of(store, SECOND)
    spoil(store, FIRST)
    report = run_round(store, LATER)
    assert (report.cases, report.set_aside) == (2, 1)
    assert facts_of(store, FIRST) == before[0]
    assert facts_of(store, SECOND) > before[1]


def test_the_audit_names_what_is_damaged_and_what_rests(store: Store) -> None:
    spoil(store, FIRST)
    run_round(store, LATER)
    report = audit_report(store, LATER)
    assert [(found.kind, found.case) for found in report.breaches] == [(Kind.SNAPSHOT_DIFFERS, FIRST)]
    assert (Kind.SET_ASIDE, FIRST) in [(found.kind, found.case) for found in report.concerns]


def test_a_case_set_aside_is_tried_again_after_an_hour_and_catches_up(store: Store) -> None:
    whole = snapshot(store, FIRST)
    spoil(store, FIRST)
    run_round(store, LATER)
    with writing(store.engine) as connection:
        connection.execute(update(t.snapshot).where(t.snapshot.c.case == FIRST).values(state=whole))
    run_round(store, LATER + days(0.02))
    assert facts_of(store, FIRST) < facts_of(store, SECOND)
    run_round(store, LATER + days(0.05))
    assert facts_of(store, FIRST) == facts_of(store, SECOND)
    report = audit_report(store, LATER + days(0.05), grace=days(0))
    assert report.clean
    assert Kind.SET_ASIDE not in {found.kind for found in report.concerns}


def test_a_case_that_fails_while_it_is_written_leaves_nothing_half_written(store: Store) -> None:
    before = facts_of(store, FIRST)
    odd = replace(store, programmes={LINYI: ladders_that_end()})
    assert run_round(odd, LATER).set_aside == 2
    assert facts_of(store, FIRST) == before
    assert audit_report(store, LATER).clean


def test_entries_of_the_diary_without_a_duty_or_a_case_do_not_hold_the_round(store: Store) -> None:
    with writing(store.engine) as connection:
        row = dict(connection.execute(select(t.diary).where(t.diary.c.case == FIRST).limit(1)).one()._mapping)
        past = {"next_moment": "2026-09-01T00:00:00Z", "number": 77}
        connection.execute(insert(t.diary).values(**row | past))
        connection.execute(insert(t.diary).values(**row | past | {"case": "999999-00001"}))
    run_round(store, LATER)
    assert audit_report(store, LATER).clean


def snapshot(store: Store, case: CaseId) -> str:
    with reading(store.engine) as connection:
        return connection.scalar(select(t.snapshot.c.state).where(t.snapshot.c.case == case)) or ""


def test_a_case_that_cannot_be_read_does_not_hold_a_township_back(store: Store) -> None:
    whole = snapshot(store, FIRST)
    spoil(store, FIRST)
    moved = move_township(store, TOWNSHIP, OTHER_COUNTY, CITY_DESK, LATER)
    assert (moved.cases, moved.stayed) == (1, (FIRST,))
    with reading(store.engine) as connection:
        counties = dict(connection.execute(select(t.snapshot.c.case, t.snapshot.c.county)).tuples().all())
        resting = list(connection.scalars(select(t.set_aside.c.case)))
    assert counties == {FIRST: COUNTY, SECOND: OTHER_COUNTY}
    assert resting == [FIRST]
    with writing(store.engine) as connection:
        connection.execute(update(t.snapshot).where(t.snapshot.c.case == FIRST).values(state=whole))
    again = move_township(store, TOWNSHIP, OTHER_COUNTY, CITY_DESK, LATER + days(0.01))
    assert (again.cases, again.stayed) == (1, ())
    run_round(store, LATER + days(0.02))
    report = audit_report(store, LATER + days(0.02))
    assert (report.breaches, Kind.SET_ASIDE in {found.kind for found in report.concerns}) == ([], False)
    with pytest.raises(Refusal, match="same-unit"):
        move_township(store, TOWNSHIP, OTHER_COUNTY, CITY_DESK, LATER + days(1))


def test_a_helper_tied_and_untied_in_one_batch_is_free_again(store: Store) -> None:
    case = open_case(store, 3)
    do(store, c.ProposeHelper(case=case, person=ZHOU, score=1, why=("near",)), BEGIN)
    do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), BEGIN)
    accept = c.AnswerProposal(case=case, by=ZHOU, accept=True)
    carry_out(store, [accept, c.EndTie(case=case, role="companion", by=COUNTY_DESK, reason="ill")], BEGIN)
    with reading(store.engine) as connection:
        ties = connection.execute(select(t.tie).where(t.tie.c.case == case)).all()
    assert [tie.until is not None for tie in ties] == [True]
    assert audit_report(store, BEGIN).clean


def test_the_last_place_of_a_helper_is_given_once_in_a_batch(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(update(t.helper).where(t.helper.c.person == ZHOU).values(capacity=2))
    cases = [open_case(store, number) for number in (3, 4)]
    for case in cases:
        do(store, c.ProposeHelper(case=case, person=ZHOU, score=1, why=("near",)), BEGIN)
        do(store, c.DecideProposal(case=case, by=COUNTY_DESK, accept=True), BEGIN)
    outcomes = carry_out(store, [c.AnswerProposal(case=case, by=ZHOU, accept=True) for case in cases], BEGIN)
    refused = [outcome.reason for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refused == [Reason.HELPER_FULL]
    assert audit_report(store, BEGIN).clean
