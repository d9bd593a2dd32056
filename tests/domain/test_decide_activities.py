"""Invitations, needs that stand side by side, milestones: what is owed about a day or a thing of its own."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from support.bodies_programme import bodies_programme
from support.life import CASE, Life, opened, paired
from support.office import BEGIN, COUNTY_DESK, TOWNSHIP_DESK, ZHOU, days

from domain import facts as f
from domain.case import Duty, fold
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.refusals import Reason

HOME = PersonId("p000000201")
JULY, AUGUST = CaseId("371302-00009"), CaseId("371302-00010")
ON, LATER = date(2026, 10, 6), date(2026, 10, 20)


def girl(**changes: Any) -> Life:
    return paired(programme=bodies_programme(), **changes)


def ask(life: Life, activity: CaseId = JULY, on: date = ON, now: datetime = BEGIN, kind: str = "camp") -> Any:
    return life.give(c.Invite(case=CASE, activity=activity, kind=kind, on=on, by=TOWNSHIP_DESK), now)


def about(life: Life, activity: CaseId) -> dict[str, Duty]:
    return {duty.kind: duty for duty in life.duties.values() if duty.about == activity}


def say(life: Life, duty: Duty, now: datetime = BEGIN, **answers: Any) -> Any:
    return life.give(c.AnswerDuty(case=CASE, duty=duty.number, by=TOWNSHIP_DESK, answers=answers), now)


# Activities


def test_an_invitation_asks_for_consent_and_then_for_attendance_on_the_day() -> None:
    life = girl()
    ask(life)
    assert about(life, JULY).keys() == {"camp_consent"}
    assert about(life, JULY)["camp_consent"].due_on == date(2026, 9, 6)
    say(life, about(life, JULY)["camp_consent"], agrees=True)
    attendance = about(life, JULY)["camp_attendance"]
    assert (attendance.due_on, attendance.opens_on) == (ON, ON)
    assert say(life, attendance, came=True) is Reason.TOO_EARLY
    assert isinstance(say(life, attendance, BEGIN + days(35), came=True), list)
    assert about(life, JULY) == {}


def test_a_refused_consent_leaves_nothing_owed() -> None:
    life = girl()
    ask(life)
    say(life, about(life, JULY)["camp_consent"], agrees=False)
    assert about(life, JULY) == {}


def test_consent_asked_for_at_short_notice_is_due_the_day_before() -> None:
    life = girl()
    ask(life, on=date(2026, 9, 4))
    assert about(life, JULY)["camp_consent"].due_on == date(2026, 9, 3)
    tomorrow = girl()
    ask(tomorrow, on=date(2026, 9, 1))
    assert about(tomorrow, JULY)["camp_consent"].due_on == date(2026, 9, 1)


def test_two_camps_in_one_summer_stand_side_by_side_and_end_by_themselves() -> None:
    life = girl()
    ask(life)
    ask(life, AUGUST, LATER)
    first, second = about(life, JULY)["camp_consent"], about(life, AUGUST)["camp_consent"]
    assert first.number != second.number
    say(life, second, agrees=True)
    assert about(life, JULY).keys() == {"camp_consent"}
    assert about(life, AUGUST)["camp_attendance"].due_on == LATER
    say(life, about(life, JULY)["camp_consent"], agrees=True)
    assert {each.due_on for each in life.duties.values() if each.kind == "camp_attendance"} == {ON, LATER}


def test_a_no_to_one_meeting_is_no_answer_to_another() -> None:
    life = committee()
    ask(life, JULY, ON, kind="meeting")
    ask(life, AUGUST, LATER, kind="meeting")
    say(life, about(life, AUGUST)["meeting_reply"], comes=False)
    assert about(life, AUGUST) == {}
    assert about(life, JULY).keys() == {"meeting_attendance", "meeting_reply"}


def committee() -> Life:
    return opened(programme=bodies_programme(), kind="committee", sex=None, born=None)


def test_the_same_invitation_twice_is_refused() -> None:
    life = girl()
    ask(life)
    before = life.case
    assert ask(life) is Reason.ALREADY_INVITED
    assert life.case == before


def test_who_said_no_may_be_asked_again() -> None:
    life = girl()
    ask(life)
    say(life, about(life, JULY)["camp_consent"], agrees=False)
    assert isinstance(ask(life, now=BEGIN + days(1)), list)
    assert about(life, JULY).keys() == {"camp_consent"}


def test_put_off_what_was_asked_for_the_old_day_gives_way_to_the_same_for_the_new_one() -> None:
    life = girl()
    ask(life)
    ask(life, AUGUST, LATER)
    old = about(life, JULY)["camp_consent"]
    facts = ask(life, on=date(2026, 10, 9), now=BEGIN + days(1))
    ended = [fact for fact in facts if isinstance(fact, f.DutySuperseded)]
    new = about(life, JULY)["camp_consent"]
    assert [(fact.duty, fact.by_duty, fact.because) for fact in ended] == [(old.number, new.number, "put-off")]
    say(life, new, BEGIN + days(1), agrees=True)
    assert about(life, JULY)["camp_attendance"].due_on == date(2026, 10, 9)
    assert about(life, AUGUST).keys() == {"camp_consent"}


def test_put_off_after_consent_it_is_asked_for_anew() -> None:
    life = girl()
    ask(life)
    say(life, about(life, JULY)["camp_consent"], agrees=True)
    ask(life, on=LATER, now=BEGIN + days(1))
    assert about(life, JULY).keys() == {"camp_consent"}


def test_an_invitation_lives_through_a_handover_of_risk_and_the_childs_growing_up() -> None:
    life = girl(born=date(2008, 9, 20))
    ask(life)
    say(life, about(life, JULY)["camp_consent"], agrees=True)
    life.give(c.ChangeRisk(case=CASE, risk="high", by=COUNTY_DESK), BEGIN + days(1))
    life.pass_until(BEGIN + days(25))
    assert life.case is not None
    assert life.case.base.value == "follow-up"
    assert about(life, JULY)["camp_attendance"].due_on == ON


def test_an_activity_invited_to_itself_is_held_on_its_day_and_counted_after_it() -> None:
    life = opened(programme=bodies_programme(), kind="camp", sex=None, born=None)
    ask(life, CASE)
    assert {kind: duty.due_on for kind, duty in about(life, CASE).items()} == {
        "camp_plan": date(2026, 9, 11), "camp_day": ON,
    }  # fmt: skip
    say(life, about(life, CASE)["camp_plan"])
    say(life, about(life, CASE)["camp_day"], BEGIN + days(35))
    assert about(life, CASE)["camp_count"].due_on == date(2026, 10, 11)
    say(life, about(life, CASE)["camp_count"], BEGIN + days(36), came=40)
    assert life.case is not None
    assert life.case.base.value == "closed"


def test_an_activity_already_has_its_day() -> None:
    life = opened(programme=bodies_programme(), kind="camp", sex=None, born=None)
    ask(life, CASE)
    assert ask(life, CASE) is Reason.ALREADY_INVITED


@pytest.mark.parametrize(
    ("life", "kind", "on", "reason"),
    [
        ("girl", "picnic", ON, Reason.NOT_AN_ACTIVITY),
        ("girl", "meeting", ON, Reason.NOT_MEANT),
        ("girl", "camp", date(2026, 8, 31), Reason.DAY_PAST),
        ("committee", "camp", ON, Reason.NOT_MEANT),
        ("unsure", "camp", ON, Reason.NOT_MEANT),
    ],
)
def test_whom_an_invitation_is_not_for(life: str, kind: str, on: date, reason: Reason) -> None:
    lives: dict[str, Callable[[], Life]] = {"girl": girl, "committee": committee, "unsure": unsure}
    assert ask(lives[life](), kind=kind, on=on) is reason


def unsure() -> Life:
    return opened(programme=bodies_programme(), admit=False)


def test_the_journal_folds_to_the_same_case_whatever_was_invited_to() -> None:
    life = girl()
    ask(life)
    ask(life, AUGUST, LATER)
    say(life, about(life, JULY)["camp_consent"], agrees=True)
    ask(life, on=date(2026, 10, 9), now=BEGIN + days(1))
    assert fold(life.journal) == life.case
    assert life.case is not None
    assert life.case.invited == {JULY: date(2026, 10, 9), AUGUST: LATER}


def test_a_long_watch_does_not_gather_invitations() -> None:
    life = girl()
    for number in range(20):
        activity = CaseId(f"371302-{number:05d}")
        ask(life, activity)
        say(life, about(life, activity)["camp_consent"], agrees=False)
    assert life.case is not None
    assert len(life.case.invited) == 1


# What arises once


ONCE = ('    opens: {after: ["met:aid"]', '    once: true\n    opens: {after: ["met:aid"]')


def ask_for_aid(life: Life, day: int) -> None:
    life.answer("talk", ZHOU, BEGIN + days(day), wish=False, aid=True)
    life.answer("aid", TOWNSHIP_DESK, BEGIN + days(day))


def pay(life: Life, day: int) -> None:
    given = c.AnswerDuty(
        case=CASE, duty=life.duty("pay").number, by=COUNTY_DESK, answers={"yuan": 1000},
        notes={"account": "6222021001116245702"}, holders={"account": HOME},
    )  # fmt: skip
    assert isinstance(life.give(given, BEGIN + days(day)), list)


def test_what_arises_once_does_not_come_again_when_it_was_done() -> None:
    for changes, again in (((), True), ((ONCE,), False)):
        life = paired(programme=bodies_programme(*changes), family=HOME)
        ask_for_aid(life, 1)
        pay(life, 2)
        ask_for_aid(life, 3)
        assert life.has("pay") is again


def test_what_arises_once_and_was_let_go_may_still_arise() -> None:
    life = paired(programme=bodies_programme(ONCE), family=HOME)
    ask_for_aid(life, 1)
    excuse = c.ExcuseDuty(case=CASE, duty=life.duty("pay").number, by=COUNTY_DESK, reason="no-account-yet")
    assert isinstance(life.give(excuse, BEGIN + days(2)), list)
    assert not life.has("pay")
    ask_for_aid(life, 3)
    assert life.has("pay")


# Needs and wishes


def wishes(life: Life, kind: str = "wish") -> list[Duty]:
    return [duty for duty in life.duties.values() if duty.kind == kind]


def test_two_wishes_stand_side_by_side_and_each_ends_by_itself() -> None:
    life = girl()
    life.answer("talk", ZHOU, BEGIN + days(1), wish=True)
    life.answer("talk", ZHOU, BEGIN + days(2), wish=True)
    first, second = wishes(life)
    say(life, second, BEGIN + days(2), taken=True, until="2026-09-20")
    assert wishes(life) == [first]
    assert [duty.due_on for duty in wishes(life, "fulfil")] == [date(2026, 9, 20)]
    say(life, first, BEGIN + days(2), taken=True, until="2026-09-12")
    later, sooner = wishes(life, "fulfil")
    say(life, sooner, BEGIN + days(3))
    assert wishes(life, "fulfil") == [later]


def test_each_of_two_wishes_is_told() -> None:
    life = girl()
    facts: list[Any] = []
    for day in (1, 2):
        told = life.answer("talk", ZHOU, BEGIN + days(day), wish=True)
        assert isinstance(told, list)
        facts += told
    rungs = [fact for fact in facts if isinstance(fact, f.RungReached)]
    assert {fact.duty for fact in rungs} >= {duty.number for duty in wishes(life)}


def test_wishes_go_along_when_the_risk_changes_and_none_is_merged() -> None:
    life = girl()
    life.answer("talk", ZHOU, BEGIN + days(1), wish=True)
    life.answer("talk", ZHOU, BEGIN + days(2), wish=True)
    life.give(c.ChangeRisk(case=CASE, risk="high", by=COUNTY_DESK), BEGIN + days(2))
    life.give(c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="ill"), BEGIN + days(2))
    assert len(wishes(life)) == 2


def test_what_a_talk_raises_is_due_by_the_day_named_in_that_talk() -> None:
    life = girl()
    life.answer("talk", ZHOU, BEGIN + days(1), wish=False, urgent=True, wanted_by="2026-09-05")
    (need,) = wishes(life, "urgent_need")
    assert need.due_on == date(2026, 9, 5)


def test_without_a_day_it_is_due_at_once() -> None:
    life = girl()
    life.answer("talk", ZHOU, BEGIN + days(1), wish=False, urgent=True)
    (need,) = wishes(life, "urgent_need")
    assert need.due_on == date(2026, 9, 2)


# Projects


def test_the_dates_of_a_plan_open_its_milestones() -> None:
    life = opened(programme=bodies_programme(), kind="day_centre", sex=None, born=None)
    say(
        life, life.duty("centre_plan"), lease_by="2026-10-01", refit_by="2027-01-31", walls_by="2027-03-15",
        furnished_by="2027-05-31",
    )  # fmt: skip
    assert {duty.kind: duty.due_on for duty in life.duties.values()} == {
        "lease": date(2026, 10, 1), "refit": date(2027, 1, 31), "walls": date(2027, 3, 15),
        "furnishing": date(2027, 5, 31),
    }  # fmt: skip


def test_a_milestone_reached_early_is_reached() -> None:
    life = opened(programme=bodies_programme(), kind="day_centre", sex=None, born=None)
    dates: dict[str, Any] = dict.fromkeys(("lease_by", "refit_by", "walls_by", "furnished_by"), "2027-05-31")
    say(life, life.duty("centre_plan"), **dates)
    assert isinstance(say(life, life.duty("furnishing"), BEGIN + days(5)), list)
    assert life.has("handing_in")
