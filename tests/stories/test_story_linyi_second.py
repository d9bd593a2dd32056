"""Linyi's second version: successors found in time, children who move, aid to the guardian alone, wishes and camps."""

from datetime import date
from typing import Any

from sqlalchemy import select
from support.far_office import assert_sound, case_of, duty, open_kind, open_kinds, refused
from support.linyi_second import (
    ACCOUNT,
    BEGIN,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP_DESK,
    OTHER_VILLAGE,
    TOWNSHIP_DESK,
    VILLAGE,
    ZHOU,
    a_girl,
    become_companion,
    open_linyi,
)
from support.office import answer, days, do, duty_of, told
from support.seen import facts_of, ladder_of

from domain import facts as f
from domain.ids import CaseId, PersonId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.rounds import run_round
from domain.store.store import Store

WELL = dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well") | {"needs_help": False}


def companions(store: Store, case: CaseId) -> list[PersonId]:
    return [tie.person for tie in case_of(store, case).all_tied("companion")]


def test_row_8_a_companion_who_will_leave_is_succeeded_with_a_joint_visit(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    leaving = c.AnnounceEnding(
        case=case, role="companion", person=ZHOU, on=date(2027, 9, 30), by=TOWNSHIP_DESK, reason="retires"
    )
    do(store, leaving, BEGIN + days(30))
    assert duty(store, case, "find_successor").due_on == date(2027, 9, 30)
    now = BEGIN + days(60)
    become_companion(store, case, LIU, now)
    assert companions(store, case) == [ZHOU, LIU]
    assert "find_successor" not in open_kinds(store, case)
    owed = {each.owed_by for each in case_of(store, case).duties.values() if each.kind == "monthly_talk"}
    assert owed == {LIU}
    run_round(store, now)
    for who in (ZHOU, LIU):
        assert ("handover_visit", 0) in [line[:2] for line in told(store, who)]
    answer(store, case, "handover_visit", LIU, now + days(8), together=True, needs_help=False)
    assert companions(store, case) == [LIU]
    assert case_of(store, case).base is Stage.CHECK_IN
    run_round(store, now + days(8))
    assert_sound(store, now + days(8))


def test_row_8_nobody_found_in_time_leaves_the_township_answering_from_the_very_next_day(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    last = date(2027, 6, 30)
    leaving = c.AnnounceEnding(case=case, role="companion", person=ZHOU, on=last, by=TOWNSHIP_DESK, reason="ill")
    do(store, leaving, BEGIN)
    for day in range(1, 124):
        run_round(store, BEGIN + days(day))
    case_now = case_of(store, case)
    assert case_now.ties == ()
    assert case_now.base is Stage.PAIRING
    ended = next(fact for fact in facts_of(store, case) if isinstance(fact, f.TieEnded))
    assert (ended.person, ended.reason) == (ZHOU, "service-ended")
    assert {"find_companion", "unpaired_word"} <= open_kinds(store, case)
    assert ladder_of(store, case, "find_successor")
    assert_sound(store, BEGIN + days(123))


def test_a_child_who_moves_stays_with_those_who_have_her_until_the_other_township_takes_her_over(
    database_url: str,
) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    asked = c.AskTransfer(case=case, unit=OTHER_VILLAGE, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved")
    do(store, asked, BEGIN + days(10))
    assert case_of(store, case).unit == VILLAGE
    run_round(store, BEGIN + days(20))
    assert ("transfer_answer", 1) in [line[:2] for line in told(store, OTHER_TOWNSHIP_DESK)]
    before = {each.kind for each in case_of(store, case).duties.values()} - {"transfer_answer"}
    answer(store, case, "transfer_answer", OTHER_TOWNSHIP_DESK, BEGIN + days(21), taken=True)
    moved = case_of(store, case)
    assert (moved.unit, moved.county, moved.transfer) == (OTHER_VILLAGE, OTHER_COUNTY, None)
    assert before <= open_kinds(store, case)
    assert "arrival_visit" in open_kinds(store, case)
    run_round(store, BEGIN + days(40))
    for who in (OTHER_TOWNSHIP_DESK, OTHER_COUNTY_DESK):
        assert "arrival_visit" in {kind for kind, _, _ in told(store, who)}
    assert_sound(store, BEGIN + days(40))


def test_a_transfer_that_is_declined_changes_nothing_but_that_it_was_asked(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    before = open_kinds(store, case)
    asked = c.AskTransfer(case=case, unit=OTHER_VILLAGE, county=OTHER_COUNTY, by=TOWNSHIP_DESK, reason="family-moved")
    do(store, asked, BEGIN)
    answer(store, case, "transfer_answer", OTHER_TOWNSHIP_DESK, BEGIN + days(2), taken=False)
    assert (case_of(store, case).unit, open_kinds(store, case)) == (VILLAGE, before)
    assert_sound(store, BEGIN + days(2))


def test_row_9_aid_is_paid_to_the_guardians_own_account_and_to_no_other(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    now = BEGIN + days(28)
    answer(store, case, "monthly_talk", ZHOU, now, **WELL, needs_aid=True)
    answer(store, case, "aid_request", TOWNSHIP_DESK, now, requested=True, purpose="medical", yuan=1000)
    answer(store, case, "aid_approval", COUNTY_DESK, now, approved=True, giver="federation")
    number = duty_of(store, case, "aid_payment")

    def paid(account: str, **more: Any) -> c.AnswerDuty:
        answers: dict[str, bool | int | str] = {"paid_to_guardian": True, "yuan": 1000}
        return c.AnswerDuty(
            case=case, duty=number, by=COUNTY_DESK, answers=answers, notes={"account": account}, **more
        )  # fmt: skip

    assert refused(store, paid("6222021602007654321"), now) == "not-guardians-account"
    claimed = paid("6222021602007654321", holders={"account": PersonId("p000000901")})
    assert refused(store, claimed, now) == "not-guardians-account"
    do(store, paid(ACCOUNT), now)
    answer(store, case, "aid_receipt", TOWNSHIP_DESK, now + days(3), received=True, yuan=1000)
    assert not {"aid_request", "aid_approval", "aid_payment", "aid_receipt"} & open_kinds(store, case)
    with reading(store.engine) as connection:
        bodies = " ".join(connection.scalars(select(t.journal.c.body)))
    assert ACCOUNT not in bodies
    assert_sound(store, now + days(3))


def test_row_10_a_small_wish_told_in_a_talk_is_taken_up_and_fulfilled_by_its_day(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    now = BEGIN + days(28)
    answer(store, case, "monthly_talk", ZHOU, now, **WELL, wish=True)
    do(store, c.AnswerDuty(
        case=case, duty=duty_of(store, case, "wish_taken_up"), by=TOWNSHIP_DESK, answers={"fulfil_by": "2027-04-20"},
        notes={"note": "-"},
    ), now + days(1))  # fmt: skip
    assert duty(store, case, "wish_fulfilled").due_on == date(2027, 4, 23)
    answer(store, case, "wish_fulfilled", TOWNSHIP_DESK, now + days(20), fulfilled=True)
    assert_sound(store, now + days(20))


def test_row_12_a_camp_is_planned_consented_to_attended_and_counted(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    camp = open_kind(store, 8, "camp", VILLAGE, BEGIN)
    answer(store, camp, "camp_plan", TOWNSHIP_DESK, BEGIN, begins="2027-07-12", places=60)
    asked = c.Invite(case=case, activity=camp, kind="camp", on=date(2027, 7, 12), by=TOWNSHIP_DESK)
    do(store, asked, BEGIN + days(1))
    answer(store, case, "camp_consent", TOWNSHIP_DESK, BEGIN + days(3), consents=True)
    assert duty(store, case, "camp_attendance").due_on == date(2027, 7, 15)
    for day in range(4, 134):
        run_round(store, BEGIN + days(day))
    answer(store, case, "camp_attendance", TOWNSHIP_DESK, BEGIN + days(134), attended=True)
    answer(store, camp, "camp_report", TOWNSHIP_DESK, BEGIN + days(134), children=62)
    assert case_of(store, camp).base is Stage.CLOSED
    assert_sound(store, BEGIN + days(134))


def test_a_child_of_a_parent_in_prison_is_brought_together_with_the_parent(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store, kind="parent_in_prison")
    assert duty(store, case, "prison_word").due_on == date(2027, 9, 1)
    other = open_kind(store, 5, "orphan", VILLAGE, BEGIN)
    assert "prison_word" not in open_kinds(store, other)
    assert_sound(store, BEGIN)


def test_small_children_are_asked_after_more_often_and_grown_ones_less(database_url: str) -> None:
    store = open_linyi(database_url)
    small = a_girl(store, 1, born=date(2023, 5, 5))
    middle = a_girl(store, 2)
    grown = open_kind(store, 3, "orphan", VILLAGE, BEGIN, born=date(2010, 5, 5))
    become_companion(store, grown, LIU, BEGIN)
    due = [duty(store, case, "guardian_word").due_on for case in (small, middle, grown)]
    assert due == [date(2027, 3, 15), date(2027, 4, 1), date(2027, 5, 1)]
    assert_sound(store, BEGIN)


def test_row_7_a_risk_is_answered_faster_by_boarding_school_training_camp_or_weekend_home(database_url: str) -> None:
    store = open_linyi(database_url)
    girl, boy = a_girl(store, 1), a_girl(store, 2)
    now = BEGIN + days(28)
    later = duty(store, girl, "home_visit").due_on
    answer(store, girl, "monthly_talk", ZHOU, now, **(WELL | {"needs_help": True}), in_danger=True)
    assert case_of(store, girl).risk == "high"
    assert duty(store, girl, "protection").due_on == date(2027, 3, 30)
    assert duty(store, girl, "home_visit").due_on < later
    assert ("protection", 0) in [line[:2] for line in told(store, COUNTY_DESK)]
    answer(store, girl, "protection", TOWNSHIP_DESK, now, safe=True, done=("boarding",))
    answer(store, girl, "urgent_help", TOWNSHIP_DESK, now, done=("weekend_home",), settled=True)
    answer(store, boy, "monthly_talk", ZHOU, now, **(WELL | {"thoughts": "poor"}))
    answer(store, boy, "counselling", TOWNSHIP_DESK, now + days(3), arranged=("training_camp",))
    assert not {"protection", "urgent_help", "counselling"} & {*open_kinds(store, girl), *open_kinds(store, boy)}
    run_round(store, now + days(3))
    assert_sound(store, now + days(3))


def test_row_11_papers_and_insurance_run_out_and_are_renewed_or_service_rests(database_url: str) -> None:
    store = open_linyi(database_url)
    case = a_girl(store)
    soon = date(2027, 5, 31)
    do(store, c.RenewPaper(case=case, person=ZHOU, paper="safety", until=soon, by=ZHOU), BEGIN)
    assert duty(store, case, "safety_renewal").due_on == soon
    assert duty(store, case, "insurance").due_on == date(2027, 8, 25)
    for day in range(1, 105):
        run_round(store, BEGIN + days(day))
    reminded = [line for line in told(store, ZHOU) if line[0] == "safety_renewal"]
    assert [rung for _, rung, _ in reminded] == [0, 1, 2]
    after = [moment for kind, _, moment in told(store, ZHOU) if kind in {"monthly_talk", "home_visit"}]
    assert max(after) < "2027-06-01"
    assert any(kind == "monthly_talk" and moment > "2027-06-01" for kind, _, moment in told(store, TOWNSHIP_DESK))
    now = BEGIN + days(104)
    answer(store, case, "safety_renewal", ZHOU, now, signed_on="2027-06-12")
    assert duty(store, case, "safety_renewal").due_on == date(2028, 6, 12)
    run_round(store, BEGIN + days(177))
    answer(store, case, "insurance", TOWNSHIP_DESK, BEGIN + days(177), child_insured=False)
    assert "insurance_gap" in open_kinds(store, case)
    assert_sound(store, BEGIN + days(177))
