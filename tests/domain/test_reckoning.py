"""A year is published: what was counted in working days from an answered day, an activity or a rhythm moves too."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from support.bodies_programme import bodies_programme
from support.life import CASE, Life, paired
from support.office import COUNTY_DESK, LIU, TOWNSHIP_DESK, ZHOU

from domain import facts as f
from domain.calendar import LocalYear
from domain.case import Duty
from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.counting import counted_from
from domain.rules.refusals import Reason

PAIRED: Final = datetime(2027, 2, 2, 1, tzinfo=UTC)
"""Tuesday 2 February 2027; nothing about 2027 is published yet."""

PUBLISHED: Final = PAIRED + timedelta(days=1)
NOTICE: Final = LocalYear(
    published=True,
    free=frozenset(date(2027, 2, day) for day in range(5, 13)),
    worked=frozenset({date(2027, 1, 30), date(2027, 2, 14)}),
)
"""The 5th to the 12th are free; by rule only the 8th to the 10th are."""

CAMP: Final = CaseId("371302-00009")
BY_RHYTHM: Final = (
    "opens: {every: 1 month}\n    ladder: helper",
    "opens: {every: 10 working days}\n    ladder: helper",
)
BY_ANSWER: Final = ('{after: ["met:wish"], on: until}', '{after: ["met:wish"], on: until, within: 5 working days}')
BY_RAISING: Final = ("on: wanted_by}", "on: wanted_by, within: 5 working days}")
CONSENT: Final = (
    '[orphan]\n    opens: {after: ["invited:camp"], within: 5 days}',
    '[orphan]\n    opens: {after: ["invited:camp"], within: 5 working days}',
)
BY_ACTIVITY: Final = (
    '{after: ["met:camp_consent"], on: on}',
    '{after: ["met:camp_consent"], on: on, within: 5 working days}',
)


def girl(*changes: tuple[str, str]) -> Life:
    return paired(PAIRED, programme=bodies_programme(*changes))


def publish(life: Life, now: datetime = PUBLISHED) -> list[f.Fact]:
    """The notice is out: the case is reckoned anew."""
    calendar, programme = life.around.calendar, life.around.programme
    old = calendar.arrangement(2027)
    life.around = replace(life.around, calendar=calendar.with_year(2027, NOTICE))
    counted = counted_from(life.journal, {programme.name: programme})
    facts = life.give(
        c.ReckonAnew(case=CASE, year=2027, free=old.free, worked=old.worked, counted_from=counted), now
    )  # fmt: skip
    assert not isinstance(facts, Reason)
    return facts


def answer(life: Life, kind: str, by: Any = ZHOU, now: datetime = PAIRED, **answers: Any) -> None:
    assert not isinstance(life.answer(kind, by, now, **answers), Reason)


def only(life: Life, kind: str) -> Duty:
    (duty,) = (duty for duty in life.duties.values() if duty.kind == kind)
    return duty


def test_what_was_counted_from_an_answered_day_moves() -> None:
    life = girl(BY_ANSWER)
    answer(life, "talk", wish=True)
    answer(life, "wish", TOWNSHIP_DESK, taken=True, until="2027-02-05")
    before = only(life, "fulfil")
    assert before.due_on == date(2027, 2, 17)
    facts = publish(life)
    assert only(life, "fulfil").due_on == date(2027, 2, 18)
    moved = f.DutySuperseded(duty=before.number, by_duty=only(life, "fulfil").number, because="calendar")
    assert facts.count(moved) == 1


def test_what_was_raised_with_a_day_moves_and_what_named_none_counts_from_its_opening() -> None:
    life = girl(BY_RAISING)
    answer(life, "talk", wish=False, urgent=True, wanted_by="2027-02-05")
    answer(life, "talk", now=PAIRED + timedelta(hours=1), wish=False, urgent=True)
    assert [duty.due_on for duty in life.duties.values() if duty.kind == "urgent_need"] == [
        date(2027, 2, 17),
        date(2027, 2, 15),
    ]
    publish(life)
    moved = sorted(duty.due_on for duty in life.duties.values() if duty.kind == "urgent_need")
    assert moved == [date(2027, 2, 16), date(2027, 2, 18)]


def test_two_promises_of_one_kind_move_each_from_its_own_day() -> None:
    life = girl(BY_ANSWER)
    for until in ("2027-02-03", "2027-02-04"):
        answer(life, "talk", wish=True)
        answer(life, "wish", TOWNSHIP_DESK, taken=True, until=until)
    publish(life)
    assert sorted(duty.due_on for duty in life.duties.values() if duty.kind == "fulfil") == [
        date(2027, 2, 17),
        date(2027, 2, 18),
    ]


def test_what_counts_from_an_activity_moves_and_is_not_answered_before_its_day() -> None:
    life = girl(BY_ACTIVITY)
    life.give(c.Invite(case=CASE, activity=CAMP, kind="camp", on=date(2027, 2, 4), by=TOWNSHIP_DESK), PAIRED)
    answer(life, "camp_consent", TOWNSHIP_DESK, agrees=True)
    assert (only(life, "camp_attendance").due_on, only(life, "camp_attendance").opens_on) == (
        date(2027, 2, 17),
        date(2027, 2, 4),
    )
    publish(life)
    attendance = only(life, "camp_attendance")
    assert (attendance.due_on, attendance.opens_on, attendance.about) == (date(2027, 2, 18), date(2027, 2, 4), CAMP)
    assert life.answer("camp_attendance", TOWNSHIP_DESK, PUBLISHED, came=True) is Reason.TOO_EARLY


def test_an_invitation_is_still_answered_before_the_activity_begins() -> None:
    life = girl(CONSENT)
    life.give(c.Invite(case=CASE, activity=CAMP, kind="camp", on=date(2027, 2, 13), by=TOWNSHIP_DESK), PAIRED)
    assert only(life, "camp_consent").due_on == date(2027, 2, 12)
    publish(life)
    assert only(life, "camp_consent").due_on == date(2027, 2, 12)


def test_a_rhythm_moves_with_all_its_beats() -> None:
    life = girl(BY_RHYTHM)
    assert only(life, "talk").due_on == date(2027, 2, 22)
    publish(life)
    talk = only(life, "talk")
    assert (talk.due_on, talk.rhythm_from, talk.owed_by) == (date(2027, 2, 23), date(2027, 2, 23), ZHOU)
    answer(life, "talk", now=datetime(2027, 2, 23, 1, tzinfo=UTC), wish=False)
    assert only(life, "talk").due_on == date(2027, 3, 9)


def test_a_later_beat_moves_and_its_rhythm_keeps_its_beginning() -> None:
    life = paired(datetime(2027, 1, 20, 1, tzinfo=UTC), programme=bodies_programme(BY_RHYTHM))
    first = only(life, "talk").due_on
    assert first == date(2027, 2, 3)
    answer(life, "talk", now=PUBLISHED, wish=False)
    assert only(life, "talk").due_on == date(2027, 2, 23)
    publish(life)
    assert (only(life, "talk").due_on, only(life, "talk").rhythm_from) == (date(2027, 2, 24), first)


def test_a_rhythm_taken_over_by_somebody_else_moves_from_its_first_day() -> None:
    life = girl(BY_RHYTHM)
    life.give(c.Reassign(case=CASE, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), PAIRED)
    publish(life)
    assert (only(life, "talk").due_on, only(life, "talk").owed_by) == (date(2027, 2, 23), LIU)


@pytest.mark.parametrize("changes", [(BY_ANSWER,), (BY_RHYTHM,), (BY_ANSWER, BY_RHYTHM)])
def test_reckoned_again_nothing_moves(changes: tuple[tuple[str, str], ...]) -> None:
    life = girl(*changes)
    answer(life, "talk", wish=True)
    answer(life, "wish", TOWNSHIP_DESK, taken=True, until="2027-02-05")
    publish(life)
    assert publish(life, PUBLISHED + timedelta(hours=1)) == []
