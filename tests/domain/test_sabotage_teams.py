"""Sabotage around teams, transfers and versions: several people in several roles, and the audit names exactly one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, delete, func, select, update
from support.damage import a_fact, folded, forge, refold, rewrite, rewrite_body, rows_of, undone
from support.databases import postgres_database
from support.office import BEGIN, COUNTY, LIU, OTHER_COUNTY, SECOND_TOWNSHIP, TOWNSHIP, TOWNSHIP_DESK, days, do, village
from support.taken import relay_everything, tell_everybody
from support.team_life import FIRST, LEAD, MEMBERS, OTHER_TOWNSHIP_DESK, SECOND, SECOND_TEACHER, THIRD
from support.team_programme import teams
from support.team_store import TEAMS, bind, open_child, open_team_office

from domain import facts as f
from domain.ids import CaseId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.audit import Finding, Kind, audit, audit_report
from domain.store.moments import moment, stamp
from domain.store.offices import office_changed
from domain.store.rounds import run_round
from domain.store.store import Store

NOW = BEGIN + days(120)
NEWER = "teams@2"


class Past(NamedTuple):
    """The cases, by what happened to them."""

    companion: CaseId
    team: CaseId
    lead: CaseId


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Past]]:
    """Four months of three children and the many around them, made once."""
    if request.param == "sqlite":
        store = _office(f"sqlite:///{tmp_path_factory.mktemp('teams') / 'lived.sqlite'}")
        yield store, _live_through(store)
        return
    with postgres_database(request.getfixturevalue("postgres_port")) as url:
        store = _office(url)
        yield store, _live_through(store)
        store.engine.dispose()


def _office(url: str) -> Store:
    store = open_team_office(url)
    newer = teams().model_copy(update={"version": 2})
    return replace(store, programmes={TEAMS: store.programmes[TEAMS], newer.name: newer})


def _live_through(store: Store) -> Past:
    past = Past(open_child(store, 1), open_child(store, 2, "left_behind"), open_child(store, 3, "ward"))
    bind(store, past.companion, BEGIN, companion=LIU)
    bind(store, past.team, BEGIN, **MEMBERS)
    bind(store, past.lead, BEGIN, lead=LEAD, partner=(FIRST, SECOND))
    for day in range(1, 121, 3):
        now = BEGIN + days(day)
        run_round(store, now)
        for command in _happenings(past, day):
            do(store, command, now)
        tell_everybody(store, now)
        relay_everything(store, now)
    run_round(store, NOW)
    tell_everybody(store, NOW)
    relay_everything(store, NOW)
    return past


def _happenings(past: Past, day: int) -> list[c.Command]:
    desk, receiver = TOWNSHIP_DESK, OTHER_TOWNSHIP_DESK
    there = {"unit": village(SECOND_TOWNSHIP), "county": COUNTY}
    match day:
        case 10:
            old = c.Release(case=past.team, role="teacher", person=MEMBERS["teacher"], by=desk, reason="ill")
            return [old, c.Bind(case=past.team, role="teacher", person=SECOND_TEACHER, by=desk)]
        case 22:
            away = c.Release(case=past.lead, role="partner", person=SECOND, by=desk, reason="moved-away")
            return [c.Bind(case=past.lead, role="partner", person=THIRD, by=desk), away]
        case 31:
            return [c.AskTransfer(case=past.companion, **there, by=desk, reason="moved-away", programme=NEWER)]
        case 40:
            return [c.AnswerTransfer(case=past.companion, by=receiver, accept=True)]
        case 52:
            return [c.ChangeProgramme(case=past.team, programme=NEWER, by=desk, reason="new-version")]
        case _:
            return []


def found_in(connection: Connection, store: Store) -> list[Finding]:
    return list(audit(connection, replace(store, offices={}), NOW))


def test_four_months_of_teams_are_clean(lived: tuple[Store, Past]) -> None:
    store, past = lived
    report = audit_report(store, NOW)
    assert [each.sentence("en") for each in (*report.breaches, *report.concerns)] == []
    with undone(store) as connection:
        named = {row.programme for row in rows_of(connection, "rung-reached", past.companion)}
        assert named == {TEAMS, NEWER}
        assert folded(connection, past.companion).unit == village(SECOND_TOWNSHIP)


def test_one_of_six_missing_in_the_table_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        connection.execute(delete(t.tie).where(t.tie.c.case == past.team, t.tie.c.role == "neighbour"))
        _count_loads_anew(connection)
        (found,) = found_in(connection, store)
    assert (found.kind, found.case) == (Kind.TIE_MISSING, past.team)
    assert (found.detail["role"], found.detail["person"]) == ("neighbour", MEMBERS["neighbour"])


def test_a_member_put_into_another_role_is_named_in_both(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        mine = (t.tie.c.case == past.team) & (t.tie.c.role == "neighbour")
        connection.execute(update(t.tie).where(mine).values(role="guardian"))
        kinds = [(each.kind, each.detail["role"]) for each in found_in(connection, store)]
    assert kinds == [(Kind.TIE_MISSING, "neighbour"), (Kind.TIE_STRAY, "guardian")]


def test_a_member_who_left_unnoticed_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        _leaves(connection, past.team, "neighbour")
        (found,) = found_in(connection, store)
    assert (found.kind, found.case, found.detail["role"]) == (Kind.ROLE_UNFILLED, past.team, "neighbour")


def test_one_partner_too_few_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        _leaves(connection, past.lead, "partner")
        owed = any(duty.owed_by == THIRD for duty in folded(connection, past.lead).duties.values())
        found = found_in(connection, store)
    assert {each.kind for each in found} == {Kind.ROLE_UNFILLED} | ({Kind.OWNER_GONE} if owed else set())
    assert {(each.case, each.detail["role"]) for each in found} == {(past.lead, "partner")}


def test_a_companion_who_left_with_everything_still_owed_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        owed = [duty.number for duty in folded(connection, past.companion).duties.values() if duty.owed_by == LIU]
        _leaves(connection, past.companion, "companion", unpairs=False)
        found = found_in(connection, store)
    assert (found[0].kind, found[0].duty, found[0].detail["count"]) == (Kind.OWNER_GONE, owed[0], len(owed))
    assert {each.kind for each in found} == {Kind.OWNER_GONE, Kind.ROLE_UNFILLED}


def _leaves(connection: Connection, case: CaseId, role: str, *, unpairs: bool = False) -> None:
    """Somebody goes, and nothing follows from it; every table agrees."""
    tie = folded(connection, case).all_tied(role)[-1]
    forge(
        connection, case,
        f.TieEnded(role=role, person=tie.person, by=None, reason="other", unpairs=unpairs, gap=False),
    )  # fmt: skip
    refold(connection, case)
    written = rows_of(connection, "tie-ended", case)[-1].at
    mine = (t.tie.c.case == case) & (t.tie.c.role == role) & (t.tie.c.person == tie.person) & t.tie.c.until.is_(None)
    connection.execute(update(t.tie).where(mine).values(until=written))
    _count_loads_anew(connection)


def _count_loads_anew(connection: Connection) -> None:
    ties = select(func.count()).where(t.tie.c.person == t.helper.c.person, t.tie.c.until.is_(None)).scalar_subquery()
    connection.execute(update(t.helper).values(load=ties))


def test_a_row_under_the_version_the_case_has_left_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        row = next(each for each in rows_of(connection, "rung-reached", past.team) if each.programme == NEWER)
        rewrite(connection, row, programme=TEAMS)
        mine = (t.notice.c.case == row.case) & (t.notice.c.position == row.position)
        connection.execute(update(t.notice).where(mine).values(programme=TEAMS))
        found = found_in(connection, store)
    assert [(each.kind, each.case) for each in found] == [(Kind.PROGRAMME_CHANGED, past.team)]
    assert found[0].detail["position"] == row.position


def test_a_version_whose_file_is_gone_is_named_for_every_case_that_ever_ran_under_it(
    lived: tuple[Store, Past],
) -> None:
    store, past = lived
    without = replace(store, programmes={NEWER: store.programmes[NEWER]})
    with undone(store) as connection:
        found = found_in(connection, without)
    assert [(each.kind, each.case, each.detail["programme"]) for each in found] == [
        (Kind.PROGRAMME_UNKNOWN, case, TEAMS) for case in past
    ]


def test_a_move_into_another_programme_that_is_gone_from_the_journal_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        row = a_fact(connection, "programme-changed", case=past.companion)
        raised = f.Raised(duty=1, name="other")
        rewrite(connection, row, name="raised", version=1, body=f.write_fact(raised))
        found = found_in(connection, store)
    assert {each.kind for each in found} == {Kind.PROGRAMME_CHANGED, Kind.SNAPSHOT_DIFFERS, Kind.TALLY_DIFFERS}
    assert {each.case for each in found if each.kind is not Kind.TALLY_DIFFERS} == {past.companion}


def test_a_move_to_another_unit_altered_afterwards_is_named(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        rewrite_body(connection, a_fact(connection, "case-moved"), unit=TOWNSHIP)
        found = found_in(connection, store)
    assert {(each.kind, each.case) for each in found} >= {(Kind.SNAPSHOT_DIFFERS, past.companion)}
    assert {each.case for each in found if each.kind is not Kind.TALLY_DIFFERS} == {past.companion}


def test_a_township_that_moved_to_another_county_leaves_its_old_ladders_proved(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        connection.execute(update(t.unit).where(t.unit.c.id == TOWNSHIP).values(parent=OTHER_COUNTY))
        office_changed(connection)
        kinds = {each.kind for each in found_in(connection, store)}
    assert kinds == {Kind.COUNTY_ELSEWHERE}


def test_how_far_behind_one_act_may_be_written_is_an_hour(lived: tuple[Store, Past]) -> None:
    store, past = lived
    for behind, wanted in ((timedelta(minutes=59), set()), (timedelta(minutes=61), {Kind.RECORDED_BACKWARDS})):
        with undone(store) as connection:
            last_of_act, following = _a_rung_before_another_act(connection, past.team)
            rewrite(connection, last_of_act, recorded_at=stamp(moment(following.recorded_at) + behind))
            assert {each.kind for each in found_in(connection, store)} == wanted


def _a_rung_before_another_act(connection: Connection, case: CaseId) -> tuple[Any, Any]:
    """A rung that was the last thing written in its round, and what was written next."""
    journal = select(t.journal).where(t.journal.c.case == case).order_by(t.journal.c.position)
    pairs = pairwise(connection.execute(journal).all())
    return next((one, two) for one, two in pairs if one.name == "rung-reached" and one.recorded_at < two.recorded_at)
