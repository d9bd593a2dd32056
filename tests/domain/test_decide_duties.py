"""Answering, acknowledging and excusing duties; what answers bring about; changed risk."""

from datetime import date
from typing import Any

import pytest
from support.life import CASE, WELL, Life, opened, paired
from support.office import BEGIN, COUNTY_DESK, LIU, TOWNSHIP_DESK, ZHOU, days

from domain import facts as f
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason


def met(life: Life) -> Life:
    """Having met the child, and the first talk open."""
    life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=False)
    return life


# Answers


def test_a_talk_that_went_well_is_followed_by_the_next_one_of_its_rhythm() -> None:
    life = met(paired())
    assert life.duty("monthly_talk").due_on == date(2026, 10, 1)
    life.answer("monthly_talk", ZHOU, BEGIN + days(28), **WELL)
    assert life.duty("monthly_talk").due_on == date(2026, 11, 1)


def test_a_talk_cannot_be_answered_long_before_its_day() -> None:
    life = met(paired())
    assert life.answer("monthly_talk", ZHOU, BEGIN + days(5), **WELL) is Reason.TOO_EARLY


def test_answering_twice_is_refused() -> None:
    life = paired()
    duty = life.duty("first_visit").number
    command = c.AnswerDuty(case=CASE, duty=duty, by=ZHOU, answers={"needs_help": False})
    assert not isinstance(life.give(command, BEGIN), Reason)
    assert life.give(command, BEGIN) is Reason.DUTY_ENDED


def test_a_duty_that_never_was_cannot_be_answered() -> None:
    assert paired().give(c.AnswerDuty(case=CASE, duty=99, by=ZHOU), BEGIN) is Reason.NO_SUCH_DUTY


def test_what_a_pairing_meets_by_itself_is_not_answered_by_hand() -> None:
    assert opened().answer("find_companion", TOWNSHIP_DESK, BEGIN) is Reason.NOT_BY_HAND


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, Reason.ANSWER_MISSING),
        ({"needs_help": "no"}, Reason.ANSWER_ILLEGAL),
        ({"needs_help": 0}, Reason.ANSWER_ILLEGAL),
        ({"needs_help": False, "mood": "good"}, Reason.ANSWER_UNKNOWN),
        ({"needs_help": False, "note": "她说一切都好"}, Reason.ANSWER_ILLEGAL),
    ],
)
def test_answers_that_do_not_fit_the_form_are_refused(answers: dict[str, Any], reason: Reason) -> None:
    life = paired()
    assert life.answer("first_visit", ZHOU, BEGIN, **answers) is reason
    assert life.has("first_visit")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("home_visit", {"hours": 0}),
        ("home_visit", {"hours": 25}),
        ("home_visit", {"hours": True}),
        ("home_visit", {"supports": ("heart", "money")}),
        ("home_visit", {"supports": "heart"}),
        ("pledge_renewal", {"signed_on": "2026-13-01"}),
        ("pledge_renewal", {"signed_on": "next week"}),
    ],
)
def test_each_kind_of_question_takes_its_own_kind_of_answer(kind: str, wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"needs_help": False, "hours": 2, "supports": ("heart",)} if kind == "home_visit" else {}
    life = paired()
    day = BEGIN + days((life.duty(kind).opens_on - BEGIN.date()).days)
    assert life.answer(kind, ZHOU, day, **(right | wrong)) is Reason.ANSWER_ILLEGAL


def test_words_of_a_note_never_enter_the_fact() -> None:
    life = paired()
    command = c.AnswerDuty(
        case=CASE,
        duty=life.duty("first_visit").number,
        by=ZHOU,
        answers={"needs_help": False},
        notes={"note": "她很好"},
    )
    facts = life.give(command, BEGIN)
    assert isinstance(facts, list)
    assert all("她很好" not in f.write_fact(fact) for fact in facts)


def test_a_call_for_help_opens_an_urgent_duty_and_is_told_at_once() -> None:
    life = paired()
    facts = life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=True)
    assert isinstance(facts, list)
    assert life.duty("urgent_help").due_on == date(2026, 9, 3)
    told = [fact for fact in facts if isinstance(fact, f.RungReached)]
    assert [fact.told for fact in told] == [(TOWNSHIP_DESK,)]


def test_a_child_in_danger_is_at_high_risk_from_that_moment() -> None:
    life = met(paired())
    life.answer("monthly_talk", ZHOU, BEGIN + days(25), **WELL, in_danger=True)
    assert life.case is not None
    assert life.case.risk == "high"
    assert life.has("protection")
    assert life.duty("home_visit").due_on == date(2026, 10, 1)


def test_aid_goes_step_by_step_and_a_refused_step_ends_the_chain() -> None:
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=False, needs_aid=True)
    life.answer("aid_request", TOWNSHIP_DESK, BEGIN + days(2), requested=True, purpose="schooling", yuan=1000)
    assert life.has("aid_approval")
    life.answer("aid_approval", COUNTY_DESK, BEGIN + days(3), approved=False)
    assert not life.has("aid_payment")
    assert life.has("aid_answer")


def test_a_second_call_for_help_does_not_open_a_second_duty() -> None:
    life = paired()
    life.answer("first_visit", ZHOU, BEGIN + days(1), needs_help=True)
    first = life.duty("urgent_help").number
    life.answer("monthly_talk", ZHOU, BEGIN + days(25), **(WELL | {"needs_help": True}))
    assert [duty.number for duty in life.duties.values() if duty.kind == "urgent_help"] == [first]


def test_a_closure_agreed_to_ends_the_case() -> None:
    life = paired()
    life.pass_until(BEGIN + days(330))
    life.answer("yearly_review", TOWNSHIP_DESK, BEGIN + days(330), established=True, needs_help=False)
    life.answer("closure", COUNTY_DESK, BEGIN + days(331), closed=True)
    assert life.case is not None
    assert life.case.base is Stage.CLOSED
    assert life.journal[-1].fact == f.CaseClosed(by=COUNTY_DESK, reason="closure")


# Papers


def test_a_pledge_signed_again_is_valid_for_two_more_years() -> None:
    life = paired()
    now = BEGIN + days(670)
    life.pass_until(now)
    life.answer("pledge_renewal", ZHOU, now, signed_on="2028-06-20")
    assert life.case is not None
    assert life.case.ties[0].papers["pledge"] == date(2030, 6, 20)
    assert life.duty("pledge_renewal").due_on == date(2030, 6, 20)


def test_a_paper_renewed_elsewhere_meets_the_duty_here() -> None:
    life = paired()
    before = life.duty("safety_renewal").number
    command = c.RenewPaper(case=CASE, person=ZHOU, paper="safety", until=date(2028, 1, 1), by=TOWNSHIP_DESK)
    facts = life.give(command, BEGIN + days(3))
    assert isinstance(facts, list)
    assert any(isinstance(fact, f.DutyMet) and fact.duty == before for fact in facts)
    assert life.duty("safety_renewal").due_on == date(2028, 1, 1)


def test_only_papers_of_the_programme_and_of_the_one_who_is_tied_are_renewed() -> None:
    life = paired()
    driving = c.RenewPaper(case=CASE, person=ZHOU, paper="driving", until=None)
    somebody_else = c.RenewPaper(case=CASE, person=LIU, paper="pledge", until=None)
    assert life.give(driving, BEGIN) is Reason.NO_SUCH_PAPER
    assert life.give(somebody_else, BEGIN) is Reason.NOT_TIED


@pytest.mark.parametrize("signed_on", ["2019-01-01", "2999-01-01"])
def test_a_paper_signed_tomorrow_or_run_out_already_is_no_paper(signed_on: str) -> None:
    life = paired()
    now = BEGIN + days(670)
    life.pass_until(now)
    assert life.answer("pledge_renewal", ZHOU, now, signed_on=signed_on) is Reason.PAPER_RUN_OUT


# Acknowledging and excusing


def test_only_what_has_climbed_can_be_acknowledged() -> None:
    life = paired()
    visit = life.duty("first_visit").number
    assert life.give(c.AcknowledgeDuty(case=CASE, duty=visit, by=TOWNSHIP_DESK), BEGIN) is Reason.NOT_CLIMBED


def test_a_rung_is_acknowledged_once() -> None:
    life = paired()
    life.pass_until(BEGIN + days(18))
    command = c.AcknowledgeDuty(case=CASE, duty=life.duty("first_visit").number, by=TOWNSHIP_DESK)
    assert not isinstance(life.give(command, BEGIN + days(18)), Reason)
    assert life.give(command, BEGIN + days(18)) is Reason.ALREADY_ACKNOWLEDGED


def test_after_an_acknowledgement_the_ladder_goes_on_to_the_next_level() -> None:
    life = paired()
    life.pass_until(BEGIN + days(16))
    visit = life.duty("first_visit")
    assert visit.climbed_to == "township"
    life.give(c.AcknowledgeDuty(case=CASE, duty=visit.number, by=TOWNSHIP_DESK), BEGIN + days(18))
    life.pass_until(BEGIN + days(19))
    assert life.duty("first_visit").climbed_to == "township"
    life.pass_until(BEGIN + days(22))
    assert life.duty("first_visit").climbed_to == "county"


def test_an_excuse_carries_a_name_and_a_reason_and_the_rhythm_goes_on() -> None:
    life = met(paired())
    talk = life.duty("monthly_talk").number
    facts = life.give(c.ExcuseDuty(case=CASE, duty=talk, by=TOWNSHIP_DESK, reason="holiday"), BEGIN + days(28))
    assert isinstance(facts, list)
    assert facts[0] == f.DutyExcused(duty=talk, by=TOWNSHIP_DESK, reason="holiday")
    assert life.duty("monthly_talk").due_on == date(2026, 11, 1)


def test_telling_that_failed_comes_onto_the_townships_desk() -> None:
    life = paired()
    command = c.ReportTellingFailed(case=CASE, duty=life.duty("first_visit").number, person=ZHOU)
    life.give(command, BEGIN + days(1))
    assert life.has("contact_repair")


# Risk


def test_a_higher_risk_brings_the_next_visit_forward_at_once() -> None:
    life = met(paired())
    life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN + days(5))
    assert life.duty("monthly_talk").due_on == date(2026, 9, 8)
    assert life.duty("home_visit").due_on == date(2026, 10, 1)


def test_a_duty_moved_by_risk_stands_in_the_place_of_the_other() -> None:
    life = met(paired())
    before = life.duty("monthly_talk").number
    facts = life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN + days(5))
    assert isinstance(facts, list)
    after = life.duty("monthly_talk").number
    assert f.DutySuperseded(duty=before, by_duty=after, because="risk") in facts


def test_what_is_late_already_stays_late_when_the_risk_changes() -> None:
    life = paired()
    life.pass_until(BEGIN + days(35))
    late = life.duty("first_visit")
    life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN + days(35))
    assert life.duty("first_visit") == late


def test_a_lower_risk_lets_the_next_talk_wait() -> None:
    life = paired(risk="high")
    life.answer("first_visit", ZHOU, BEGIN, needs_help=False)
    assert life.duty("monthly_talk").due_on == date(2026, 9, 8)
    life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="low"), BEGIN + days(1))
    assert life.duty("monthly_talk").due_on == date(2026, 10, 1)


def test_the_same_or_an_unknown_risk_is_refused() -> None:
    life = paired()
    assert life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="low"), BEGIN) is Reason.SAME_RISK
    assert life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="purple"), BEGIN) is Reason.NO_SUCH_RISK
