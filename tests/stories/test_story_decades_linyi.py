"""Linyi's own programme over decades: a companion leaves, is late, a child moves to another county."""

from dataclasses import replace
from datetime import date

from support.decades import go_on, heard, now_of, saying
from support.office import (
    BEGIN,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    talk,
)
from support.seen import due_days, facts_of
from support.team_store import breaches

from domain import facts as f
from domain.ids import CaseId
from domain.programme.read import shipped_programmes
from domain.rules import commands as c
from domain.store.leaving import announce_leaving
from domain.store.pairs import propose_in
from domain.store.store import Store

SECOND = "linyi-1204@2"


def begin(database_url: str) -> tuple[Store, CaseId]:
    """A girl under the second version, with Zhou for companion."""
    store = open_office(database_url)
    second = shipped_programmes()[SECOND].model_copy(update={"valid_from": BEGIN.date()})
    store = replace(store, programmes={**store.programmes, SECOND: second})
    case = open_case(store, programme=SECOND)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(5), needs_help=False)
    return store, case


def test_in_linyi_a_companion_who_leaves_hands_over_with_a_joint_visit(database_url: str) -> None:
    store, case = begin(database_url)
    announce_leaving(store, ZHOU, date(2026, 11, 30), saying(BEGIN + days(6)))
    assert dict(due_days(store, case))["find_successor"] == date(2026, 11, 30)
    made = propose_in(store, store.programmes[SECOND], TOWNSHIP, BEGIN + days(7))
    assert [each.person for each in made.proposals] == [LIU]
    do(store, c.DecideProposal(case=case, by=TOWNSHIP_DESK, accept=True), BEGIN + days(8))
    do(store, c.AnswerProposal(case=case, by=LIU, accept=True), BEGIN + days(9))
    go_on(store, 10, 12)
    visit = ("handover_visit", duty_of(store, case, "handover_visit"))
    assert visit in heard(store, ZHOU, case)
    assert visit in heard(store, LIU, case)
    answer(store, case, "handover_visit", LIU, BEGIN + days(13), together=True, needs_help=False)
    assert [tie.person for tie in now_of(store, case).ties] == [LIU]
    end = go_on(store, 14, 100)
    assert not [fact for fact in facts_of(store, case) if isinstance(fact, f.DutyOpened) and fact.due_on < BEGIN.date()]
    assert breaches(store, end) == []


def test_in_linyi_a_child_who_moves_is_taken_over_and_visited_where_she_lives_now(database_url: str) -> None:
    store, case = begin(database_url)
    do(store, c.AskTransfer(
        case=case, unit=OTHER_TOWNSHIP, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved"
    ), BEGIN + days(10))  # fmt: skip
    # Nobody sits at that township's desk: the county above it is asked in its place.
    go_on(store, 11, 15)
    assert ("transfer_answer", duty_of(store, case, "transfer_answer")) in heard(store, OTHER_COUNTY_DESK, case)
    answer(store, case, "transfer_answer", OTHER_COUNTY_DESK, BEGIN + days(16), taken=True)
    assert now_of(store, case).county == OTHER_COUNTY
    go_on(store, 17, 24)
    arrival = duty_of(store, case, "arrival_visit")
    assert ("arrival_visit", arrival) in heard(store, OTHER_COUNTY_DESK, case)
    do(store, c.AnswerDuty(
        case=case, duty=arrival, by=OTHER_COUNTY_DESK, answers={"settled": True, "companion_goes_on": False}
    ), BEGIN + days(25))  # fmt: skip
    end = go_on(store, 26, 60)
    assert "succession" in {duty.kind for duty in now_of(store, case).duties.values()}
    assert breaches(store, end) == []


def test_in_linyi_the_fourth_late_answer_of_a_year_becomes_a_quiet_talk(database_url: str) -> None:
    store, case = begin(database_url)
    since = 6
    for number in range(4):
        day = next(
            day
            for day in range(since, since + 60)
            if (BEGIN + days(day)).date() > dict(due_days(store, case))["monthly_talk"]
        )
        go_on(store, since, day + 1)
        talk(store, case, ZHOU, BEGIN + days(day + 1))
        assert ("quiet_talk" in dict(due_days(store, case))) is (number == 3)
        since = day + 2
    end = go_on(store, since, since + 14)
    assert ("quiet_talk", duty_of(store, case, "quiet_talk")) in heard(store, TOWNSHIP_DESK, case)
    answer(store, case, "quiet_talk", TOWNSHIP_DESK, end, goes_on=True)
    assert breaches(store, end) == []


def test_in_linyi_late_answers_to_two_children_become_one_quiet_talk(database_url: str) -> None:
    store, girl = begin(database_url)
    sister = open_case(store, 2, programme=SECOND)
    pair(store, sister, ZHOU, BEGIN)
    answer(store, sister, "first_visit", ZHOU, BEGIN + days(5), needs_help=False)
    talked, day = [], 6
    for _ in range(3):
        due = max(dict(due_days(store, case))["monthly_talk"] for case in (girl, sister))
        late = (due - BEGIN.date()).days + 2
        go_on(store, day, late)
        for case in (girl, sister):
            talk(store, case, ZHOU, BEGIN + days(late))
            talked.append(sum("quiet_talk" in dict(due_days(store, each)) for each in (girl, sister)))
        day = late + 1
    assert talked == [0, 0, 0, 1, 1, 1]
    assert "quiet_talk" in dict(due_days(store, sister))
    assert breaches(store, go_on(store, day, day + 2)) == []
