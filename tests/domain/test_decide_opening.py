"""Opening a case, admitting and refusing it."""

from datetime import date, datetime, time, timedelta

import pytest
from support.life import CASE, CHILD, VILLAGE, Life, opened
from support.office import BEGIN, COUNTY, COUNTY_DESK, TOWNSHIP_DESK, days
from support.programmes import LINYI, linyi

from domain import facts as f
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.rules.refusals import Reason


def a_child(**changes: object) -> c.OpenCase:
    usual: dict[str, object] = {
        "programme": LINYI, "subject": CHILD, "unit": VILLAGE, "county": COUNTY, "kind": "orphan", "sex": "female",
        "born": date(2015, 3, 10), "admit": True,
    }  # fmt: skip
    return c.OpenCase(case=CASE, **(usual | changes))  # type: ignore[arg-type]


def test_an_admitted_child_waits_for_a_companion_whom_the_township_must_find() -> None:
    life = opened()
    assert life.case is not None
    assert life.case.base is Stage.PAIRING
    assert life.duty("find_companion").due_on == date(2026, 9, 21)
    assert life.duty("find_companion").owed_by is None


def test_a_child_not_yet_admitted_is_reviewed_by_the_township() -> None:
    life = opened(admit=False)
    assert life.case is not None
    assert life.case.base is Stage.IDENTIFICATION
    assert [duty.kind for duty in life.duties.values()] == ["eligibility_review"]


def test_no_case_is_opened_before_its_programme_begins() -> None:
    begins = linyi().valid_from
    first = datetime.combine(begins, time.min, linyi().time_zone)
    assert Life().give(a_child(), first - timedelta(seconds=1)) is Reason.PROGRAMME_NOT_BEGUN
    assert isinstance(Life().give(a_child(), first), list)


def test_a_case_is_opened_once() -> None:
    assert opened().give(a_child(), BEGIN) is Reason.CASE_EXISTS


def test_one_of_eighteen_is_too_old_and_one_a_day_younger_is_not() -> None:
    eighteen = date(2008, 9, 1)
    assert Life().give(a_child(born=eighteen), BEGIN) is Reason.TOO_OLD
    assert Life().give(a_child(born=eighteen + timedelta(days=1)), BEGIN) is not Reason.TOO_OLD


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "princess"}, Reason.NO_SUCH_KIND), ({"risk": "purple"}, Reason.NO_SUCH_RISK)],
)
def test_what_the_programme_does_not_know_opens_no_case(changes: dict[str, object], reason: Reason) -> None:
    assert Life().give(a_child(**changes), BEGIN) is reason


def test_a_case_nobody_opened_takes_no_command() -> None:
    assert Life().give(c.LetTimePass(case=CASE), BEGIN) is Reason.NO_SUCH_CASE
    assert Life().give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN) is Reason.NO_SUCH_CASE


def test_a_child_found_eligible_is_admitted_and_a_companion_is_looked_for() -> None:
    life = opened(admit=False)
    facts = life.answer("eligibility_review", TOWNSHIP_DESK, BEGIN + days(2), eligible=True)
    assert isinstance(facts, list)
    assert f.CaseAdmitted(by=TOWNSHIP_DESK) in facts
    assert life.has("find_companion")


def test_a_child_found_not_eligible_is_refused_by_name_and_nothing_stays_open() -> None:
    life = opened(admit=False)
    life.answer("eligibility_review", TOWNSHIP_DESK, BEGIN + days(2), eligible=False)
    assert life.case is not None
    assert life.case.base is Stage.CLOSED
    assert f.CaseRefused(by=TOWNSHIP_DESK) in [entry.fact for entry in life.journal]
    assert not life.duties


def test_nobody_in_particular_refuses_no_child() -> None:
    life = opened(admit=False)
    command = c.AnswerDuty(case=CASE, duty=life.duty("eligibility_review").number, by=None, answers={"eligible": False})
    assert life.give(command, BEGIN) is Reason.NOBODY_NAMED


def test_the_last_thing_owed_to_a_child_is_never_excused() -> None:
    life = opened(admit=False)
    review = life.duty("eligibility_review").number
    refused = life.give(c.ExcuseDuty(case=CASE, duty=review, by=TOWNSHIP_DESK, reason="other"), BEGIN)
    assert refused is Reason.NOTHING_LEFT
    assert life.has("eligibility_review")


def test_nor_is_it_while_only_something_by_the_way_is_left() -> None:
    life = opened(admit=False)
    review = life.duty("eligibility_review").number
    life.give(c.ReportTellingFailed(case=CASE, duty=review, person=TOWNSHIP_DESK), BEGIN)
    assert life.has("contact_repair")
    refused = life.give(c.ExcuseDuty(case=CASE, duty=review, by=TOWNSHIP_DESK, reason="other"), BEGIN)
    assert refused is Reason.NOTHING_LEFT
    repair = life.duty("contact_repair").number
    assert isinstance(life.give(c.ExcuseDuty(case=CASE, duty=repair, by=TOWNSHIP_DESK, reason="other"), BEGIN), list)


def test_a_closed_case_takes_no_command_but_to_be_reopened() -> None:
    life = opened()
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    assert life.give(c.ChangeRisk(case=CASE, by=TOWNSHIP_DESK, risk="high"), BEGIN + days(2)) is Reason.CASE_CLOSED
    assert life.pass_until(BEGIN + days(500)) == []
    assert (
        life.give(c.ReopenCase(case=CASE, by=COUNTY_DESK, reason="returned"), BEGIN + days(501))
        is not Reason.CASE_CLOSED
    )
    assert life.has("find_companion")


def test_an_open_case_is_not_reopened() -> None:
    assert opened().give(c.ReopenCase(case=CASE, by=COUNTY_DESK, reason="returned"), BEGIN) is Reason.CASE_OPEN


@pytest.mark.parametrize("words", ["王小明病了", "he is ill", "", "Ill", "a" * 41, "ill;"])
def test_a_reason_is_a_key_and_never_a_sentence(words: str) -> None:
    life = opened()
    assert life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason=words), BEGIN) is Reason.REASON_NOT_A_KEY
    duty = life.duty("household_registration").number
    excuse = c.ExcuseDuty(case=CASE, duty=duty, by=COUNTY_DESK, reason=words)
    assert life.give(excuse, BEGIN) is Reason.REASON_NOT_A_KEY


def test_closing_excuses_whatever_is_open_in_the_name_of_whoever_closes() -> None:
    life = opened()
    open_before = set(life.duties)
    facts = life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    assert isinstance(facts, list)
    excused = {fact.duty: fact.by for fact in facts if isinstance(fact, f.DutyExcused)}
    assert excused == dict.fromkeys(open_before, COUNTY_DESK)


def test_a_school_year_that_began_while_nobody_watched_is_past_when_a_case_is_reopened() -> None:
    life = opened(born=date(2015, 3, 10))
    life.give(c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), BEGIN + days(1))
    life.give(c.ReopenCase(case=CASE, by=COUNTY_DESK, reason="returned"), BEGIN + days(800))
    assert not any(isinstance(entry.fact, f.LifeStageReached | f.RungReached) for entry in life.journal)
