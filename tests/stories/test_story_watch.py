"""Stories of the watch itself: nothing owed is dropped, whoever falls silent, leaves or is missing."""

from datetime import date, timedelta

import pytest
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    pass_days,
    talk,
    told,
)
from support.seen import due_days, facts_of, ladder_of

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId, UnitId
from domain.programme.schema import FieldKind, Question, Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.lists import findings
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.writing import carry_out


def now_of(store: Store, case: CaseId) -> Case:
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def test_a_missed_night_loses_nothing(database_url: str) -> None:
    store = open_office(database_url)
    every_night, one_missed = open_case(store, 1), open_case(store, 2)
    pair(store, every_night, ZHOU, BEGIN)
    pair(store, one_missed, LIU, BEGIN)
    for day in range(1, 40):
        county = COUNTY
        if day == 14:
            # The night on which the first visit is to be reminded of: nobody makes a round.
            continue
        run_round(store, BEGIN + days(day), county=county)
    assert ladder_of(store, every_night, "first_visit") == ladder_of(store, one_missed, "first_visit")
    assert [rung for rung, _ in ladder_of(store, one_missed, "first_visit")][:4] == [0, 1, 2, 3]


def test_after_three_dark_weeks_the_ladder_stands_where_it_would_have_stood(database_url: str) -> None:
    store = open_office(database_url)
    watched, dark = open_case(store, 1), open_case(store, 2, township=OTHER_TOWNSHIP)
    pair(store, watched, ZHOU, BEGIN)
    pair(store, dark, WU, BEGIN, by=OTHER_COUNTY_DESK)
    for day in range(1, 31):
        run_round(store, BEGIN + days(day), county=COUNTY)
    run_round(store, BEGIN + days(30), county=UnitId("371321"))
    rungs = [[rung for rung, _ in ladder_of(store, case, "first_visit")] for case in (watched, dark)]
    assert rungs[0] == rungs[1]
    assert len(ladder_of(store, dark, "first_visit")) > 2
    assert due_days(store, watched) == due_days(store, dark)


def test_a_child_never_paired_becomes_a_finding_by_herself(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    run_round(store, BEGIN + days(60))
    assert any(kind == "find_companion" for kind, _, _ in told(store, TOWNSHIP_DESK))
    assert any(kind == "find_companion" for kind, _, _ in told(store, COUNTY_DESK))
    assert any(kind == "find_companion" for kind, _, _ in told(store, CITY_DESK))
    assert now_of(store, case).stage is Stage.ESCALATION
    with reading(store.engine) as connection:
        found = findings(connection, BEGIN + days(60), None)
    assert any(each.case == case for each in found)


def test_a_child_paired_but_never_visited_becomes_a_finding_by_herself(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    run_round(store, BEGIN + days(45))
    reached = [kind for kind, _, _ in told(store, CITY_DESK)]
    assert "first_visit" in reached
    with reading(store.engine) as connection:
        found = findings(connection, BEGIN + days(45), None)
    assert any(each.case == case for each in found)


def test_a_volunteer_replaced_leaves_no_promise_behind(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    before = {duty.kind for duty in now_of(store, case).duties.values() if duty.owed_by == ZHOU}
    do(store, c.Reassign(case=case, role="companion", to=LIU, by=TOWNSHIP_DESK, reason="moved-away"), BEGIN + days(12))
    after = now_of(store, case)
    assert not [duty for duty in after.duties.values() if duty.owed_by == ZHOU]
    assert before <= {duty.kind for duty in after.duties.values() if duty.owed_by == LIU}
    superseded = [fact for fact in facts_of(store, case) if isinstance(fact, f.DutySuperseded)]
    opened = {fact.duty for fact in facts_of(store, case) if isinstance(fact, f.DutyOpened)}
    assert {fact.because for fact in superseded} >= {"handover"}
    assert {fact.by_duty for fact in superseded} <= opened
    run_round(store, BEGIN + days(60))
    assert told(store, LIU)
    assert max(moment for _, _, moment in told(store, ZHOU)) < max(moment for _, _, moment in told(store, LIU))


def test_an_acknowledgement_expires_and_the_ladder_goes_on(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    climbed = BEGIN + days(18)
    run_round(store, climbed)
    number = duty_of(store, case, "first_visit")
    assert [level for _, level in ladder_of(store, case, "first_visit")][-1] == "township"
    do(store, c.AcknowledgeDuty(case=case, duty=number, by=TOWNSHIP_DESK), climbed)
    # The county's own moment has come, but somebody said: I am on it.
    run_round(store, BEGIN + days(19.5))
    assert [level for _, level in ladder_of(store, case, "first_visit")][-1] == "township"
    run_round(store, BEGIN + days(48))
    levels = [level for _, level in ladder_of(store, case, "first_visit")]
    assert levels[3:5] == ["county", "city"]
    again = carry_out(store, [c.AcknowledgeDuty(case=case, duty=number, by=CITY_DESK)] * 2, BEGIN + days(48))
    assert isinstance(again[1], Refusal)
    assert again[1].reason is Reason.ALREADY_ACKNOWLEDGED


def test_an_empty_desk_is_skipped_upward_aloud(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, township=OTHER_TOWNSHIP)
    pair(store, case, WU, BEGIN, by=OTHER_COUNTY_DESK)
    run_round(store, BEGIN + days(20))
    climbs = [fact for fact in facts_of(store, case) if isinstance(fact, f.RungReached) and fact.climbed_to]
    assert climbs[0].empty == (OTHER_TOWNSHIP,)
    assert climbs[0].climbed_to == "county"
    assert climbs[0].told == (OTHER_COUNTY_DESK,)


def test_a_changed_risk_changes_the_next_visit_at_once(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    before = dict(due_days(store, case))
    do(store, c.ChangeRisk(case=case, risk="high", by=TOWNSHIP_DESK), BEGIN + days(1))
    after = dict(due_days(store, case))
    assert after["first_visit"] == date(2026, 9, 3)
    assert after["first_visit"] < before["first_visit"]
    assert after["home_visit"] < before["home_visit"]
    assert after["monthly_talk"] < before["monthly_talk"]


def test_lowering_the_risk_never_brings_back_what_is_already_late(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    do(store, c.ChangeRisk(case=case, risk="high", by=TOWNSHIP_DESK), BEGIN)
    run_round(store, BEGIN + days(9))
    late = duty_of(store, case, "first_visit")
    do(store, c.ChangeRisk(case=case, risk="low", by=TOWNSHIP_DESK), BEGIN + days(9))
    assert duty_of(store, case, "first_visit") == late
    assert now_of(store, case).stage is Stage.ESCALATION


def test_the_second_silence_in_a_row_stays_one_matter_on_the_desk(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    pass_days(store, BEGIN, 100)
    lapsed = [fact for fact in facts_of(store, case) if isinstance(fact, f.DutyLapsed)]
    assert len(lapsed) > 2
    assert len({fact.into for fact in lapsed}) == 1
    assert len([duty for duty in now_of(store, case).duties.values() if duty.kind == "silence"]) == 1


def test_a_cry_for_help_is_on_the_township_desk_in_the_same_moment(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    at = BEGIN + days(25)
    run_round(store, at)
    talk(store, case, ZHOU, at, needs_help=True)
    assert ("urgent_help", 0) in [(kind, rung) for kind, rung, _ in told(store, TOWNSHIP_DESK)]


def test_an_answer_given_twice_is_kindly_refused(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    number = duty_of(store, case, "first_visit")
    kind = store.programmes["linyi-1204@1"].duties["first_visit"]
    answers = {key: plain(question) for key, question in kind.asks.items() if question.required}
    once = c.AnswerDuty(case=case, duty=number, by=ZHOU, answers=answers)
    outcomes = carry_out(store, [once, once], BEGIN + days(3))
    assert not isinstance(outcomes[0], Refusal)
    assert isinstance(outcomes[1], Refusal)
    assert outcomes[1].reason is Reason.DUTY_ENDED


def plain(question: Question) -> f.Answer:
    if question.type is FieldKind.YES_NO:
        return False
    first = next(iter(question.options))
    return (first,) if question.type is FieldKind.CHOICES else first


@pytest.mark.parametrize("gap", [1, 5, 30])
def test_however_rarely_the_round_is_made_the_same_people_hear_of_the_same_rungs(database_url: str, gap: int) -> None:
    store = open_office(database_url)
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    for day in range(gap, 61, gap):
        run_round(store, BEGIN + timedelta(days=day))
    run_round(store, BEGIN + days(60))
    rungs = ladder_of(store, case, "first_visit")
    assert [rung for rung, _ in rungs] == list(range(len(rungs)))
    assert [level for _, level in rungs[:5]] == [None, None, "township", "county", "city"]


def test_a_paper_signed_once_is_signed_for_every_child(database_url: str) -> None:
    store = open_office(database_url)
    first, second = open_case(store, 1), open_case(store, 2)
    pair(store, first, ZHOU, BEGIN)
    pair(store, second, ZHOU, BEGIN)
    signing = c.RenewPaper(case=first, person=ZHOU, paper="safety", until=date(2029, 1, 1), by=ZHOU)
    do(store, signing, BEGIN + days(5))
    for case in (first, second):
        assert dict(due_days(store, case))["safety_renewal"] == date(2029, 1, 1)
    assert [fact.until for fact in facts_of(store, second) if isinstance(fact, f.PaperRenewed)] == [date(2029, 1, 1)]
