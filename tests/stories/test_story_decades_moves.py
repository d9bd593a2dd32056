"""Stories of moves and years: a child moves, a township moves, a case comes back after nine years."""

from datetime import date

import pytest
from sqlalchemy import select
from support.decades import go_on, heard, now_of
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    pair,
    pass_days,
)
from support.seen import due_days, facts_of, ladder_of
from support.taken import tell_everybody
from support.team_life import OTHER_TOWNSHIP_DESK
from support.team_store import breaches, open_child, open_team_office

from domain import facts as f
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.offices import write_papers
from domain.store.rounds import run_round
from domain.store.tree import counties_of, move_township, units

# Moving


def test_an_approval_nobody_gives_climbs_and_nothing_is_lost_between(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    do(store, c.AskTransfer(
        case=case, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved"
    ), BEGIN + days(1))  # fmt: skip
    go_on(store, 2, 40)
    asked = duty_of(store, case, "take_over")
    for desk in (OTHER_TOWNSHIP_DESK, OTHER_COUNTY_DESK, CITY_DESK):
        assert ("take_over", asked) in heard(store, desk, case)
    assert ("talk", duty_of(store, case, "talk")) in heard(store, ZHOU, case)
    assert now_of(store, case).county != OTHER_COUNTY
    answer(store, case, "take_over", OTHER_COUNTY_DESK, BEGIN + days(41), accept=True)
    state = now_of(store, case)
    assert (state.unit, state.county, state.transfer) == (OTHER_TOWNSHIP, OTHER_COUNTY, None)
    end = go_on(store, 42, 80)
    assert ("welcome", duty_of(store, case, "welcome")) in heard(store, OTHER_TOWNSHIP_DESK, case)
    assert ("silence", 0) not in heard(store, TOWNSHIP_DESK, case)
    assert breaches(store, end) == []


def test_a_transfer_declined_leaves_the_child_where_she_is_with_all_promises(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    before = due_days(store, case)
    do(store, c.AskTransfer(
        case=case, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved"
    ), BEGIN + days(1))  # fmt: skip
    do(store, c.AnswerTransfer(case=case, by=OTHER_TOWNSHIP_DESK, accept=False, reason="no-room"), BEGIN + days(2))
    assert {*before} <= {*due_days(store, case)}
    assert now_of(store, case).unit != OTHER_TOWNSHIP
    assert breaches(store, go_on(store, 3, 30)) == []


def test_a_township_goes_to_another_county_and_every_ladder_climbs_there_from_then_on(database_url: str) -> None:
    store = open_team_office(database_url)
    cases = [open_child(store, number) for number in (1, 2, 3)]
    elsewhere = open_child(store, 4, township=SECOND_TOWNSHIP)
    pair(store, cases[0], ZHOU, BEGIN)
    pair(store, elsewhere, LIU, BEGIN)
    do(store, c.CloseCase(case=cases[2], by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    # The machine stood still for two weeks; what came due then is told to those who sat above at the time.
    go_on(store, 1, 3)
    moved = move_township(store, TOWNSHIP, OTHER_COUNTY, CITY_DESK, BEGIN + days(17))
    assert moved.cases == 3
    levels = [level for _, level in ladder_of(store, cases[0], "first_visit")]
    assert levels == [None, None, "township"]
    assert {now_of(store, case).county for case in cases} == {OTHER_COUNTY}
    assert now_of(store, elsewhere).county != OTHER_COUNTY
    assert ("find", duty_of(store, cases[1], "find")) not in heard(store, COUNTY_DESK, cases[1])
    go_on(store, 18, 40)
    assert ("find", duty_of(store, cases[1], "find")) in heard(store, OTHER_COUNTY_DESK, cases[1])
    visit = duty_of(store, cases[0], "first_visit")
    assert ("first_visit", visit) in heard(store, OTHER_COUNTY_DESK, cases[0])
    assert ("first_visit", visit) not in heard(store, COUNTY_DESK, cases[0])
    assert "first_visit" in {kind for kind, _ in heard(store, COUNTY_DESK, elsewhere)}
    with reading(store.engine) as connection:
        rows = connection.execute(select(t.diary.c.case, t.diary.c.county).distinct()).all()
        assert counties_of(connection, [TOWNSHIP, SECOND_TOWNSHIP]) == {
            TOWNSHIP: OTHER_COUNTY, SECOND_TOWNSHIP: now_of(store, elsewhere).county,
        }  # fmt: skip
        below = [each for each in units(connection, store, OTHER_COUNTY) if each.unit == TOWNSHIP]
    assert [(each.parent, each.cases) for each in below] == [(OTHER_COUNTY, 2)]
    assert {row.county for row in rows if row.case in cases} == {OTHER_COUNTY}
    do(store, c.ReopenCase(case=cases[2], by=OTHER_COUNTY_DESK, reason="returned"), BEGIN + days(41))
    end = go_on(store, 41, 55)
    assert ("find", duty_of(store, cases[2], "find")) in heard(store, OTHER_COUNTY_DESK, cases[2])
    assert breaches(store, end) == []


def test_a_move_of_the_tree_that_may_not_be_changes_nothing(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    old = now_of(store, case).county
    for township, county in ((OTHER_COUNTY, OTHER_COUNTY), (TOWNSHIP, OTHER_TOWNSHIP), (TOWNSHIP, old)):
        with pytest.raises(Refusal):
            move_township(store, township, county, CITY_DESK, BEGIN + days(1))
    assert not [fact for fact in facts_of(store, case) if isinstance(fact, f.CaseMoved)]
    assert breaches(store, BEGIN + days(1)) == []


# Years


def test_a_case_reopened_after_nine_years_begins_as_a_new_one_would(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store, born=date(2020, 3, 10))
    pair(store, case, ZHOU, BEGIN)
    go_on(store, 1, 20)
    do(store, c.CloseCase(case=case, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(20))
    later = BEGIN + days(9 * 365)
    with writing(store.engine) as connection:
        signed = write_papers({"pledge": date(2037, 1, 1), "safety": None})
        connection.execute(t.helper.update().where(t.helper.c.person == LIU).values(papers=signed))
    run_round(store, later)
    do(store, c.ReopenCase(case=case, by=COUNTY_DESK, reason="returned"), later)
    state = now_of(store, case)
    assert (state.base, state.ties) == (Stage.PAIRING, ())
    assert all(duty.due_on > later.date() for duty in state.duties.values())
    # The years in which nobody watched are past: starting school is not asked after at fifteen.
    assert "school" not in state.life
    pair(store, case, LIU, later + days(1))
    pass_days(store, later + days(1), 60)
    end = later + days(61)
    tell_everybody(store, end)
    assert ("talk", duty_of(store, case, "talk")) not in heard(store, ZHOU, case)
    assert "talk" in {kind for kind, _ in heard(store, LIU, case)}
    assert breaches(store, end) == []


def test_a_risk_raised_and_lowered_twice_in_one_week_leaves_one_talk_and_no_double_message(database_url: str) -> None:
    store = open_team_office(database_url)
    case = open_child(store)
    pair(store, case, ZHOU, BEGIN)
    go_on(store, 1, 23)
    answer(store, case, "talk", ZHOU, BEGIN + days(23), mood="well")
    plain = dict(due_days(store, case))["talk"]
    since, dues = 24, []
    for day, risk in ((24.1, "high"), (25.5, "low"), (27.2, "high"), (29.5, "low")):
        go_on(store, since, int(day))
        do(store, c.ChangeRisk(case=case, risk=risk, by=TOWNSHIP_DESK), BEGIN + days(day))
        dues.append(dict(due_days(store, case))["talk"])
        since = int(day) + 1
    a_week_on = date(2026, 10, 1)
    assert dues == [a_week_on, date(2026, 10, 24), a_week_on, date(2026, 10, 24)]
    assert plain > a_week_on
    assert [duty.kind for duty in now_of(store, case).duties.values()].count("talk") == 1
    go_on(store, 30, 60)
    last = duty_of(store, case, "talk")
    # Of the week's talk they heard once, three days before it was due; of the month's as often as its ladder says.
    told = [duty for kind, duty in heard(store, ZHOU, case) if kind == "talk"]
    assert [told.count(duty) for duty in dict.fromkeys(told)] == [1, 2]
    assert told[-1] == last
    assert breaches(store, BEGIN + days(60)) == []
