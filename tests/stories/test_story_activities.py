"""Stories of camps and meetings: planned, consented to, attended, counted, put off, called off (row 12)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from support.bodies_office import assert_clean, found_in, of_kind, open_bodies, state, survey_in, units_in
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    SECOND_TOWNSHIP,
    SECOND_TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    pair,
    pass_days,
    told,
)

from domain import facts as f
from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store.activities import (
    Activity,
    Guest,
    Planned,
    activities,
    activity,
    calling_off,
    counts,
    guests,
    how_many_invited,
    invitations,
    may_come,
    plan_activity,
    putting_off,
)
from domain.store.engine import reading
from domain.store.journal import journal_of
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.writing import Outcome, carry_out

CAMP_DAY = date(2026, 10, 6)
DESK = SECOND_TOWNSHIP_DESK


def plan(
    store: Store, name: str = "暑期夏令营", on: date = CAMP_DAY, kind: str = "camp", now: datetime = BEGIN
) -> CaseId:
    programme = next(iter(store.programmes.values()))
    return plan_activity(store, programme, Planned(kind, SECOND_TOWNSHIP, name, on), DESK, now)


def found(store: Store, case: CaseId) -> Activity:
    with reading(store.engine) as connection:
        known = activity(connection, case)
    assert known is not None
    return known


def invite_all(store: Store, camp: CaseId, kind: str = "orphan", now: datetime = BEGIN) -> list[Outcome]:
    """Everybody of a kind in the county, in one act."""
    with reading(store.engine) as connection:
        cases = may_come(connection, found(store, camp), kind, COUNTY)
    return carry_out(store, invitations(found(store, camp), cases, DESK), now)


def coming(store: Store, camp: CaseId) -> list[Guest]:
    with reading(store.engine) as connection:
        return guests(connection, camp)


def came(store: Store, camp: CaseId) -> dict[str, dict[str, int]]:
    return {kind: dict(count.came) for kind, count in counts(coming(store, camp)).items()}


def say(store: Store, case: CaseId, camp: CaseId, now: datetime, **answers: Any) -> None:
    """Answer what is open about one camp."""
    (number,) = [duty.number for duty in state(store, case).duties.values() if duty.about == camp]
    do(store, c.AnswerDuty(case=case, duty=number, by=DESK, answers=answers), now)


def test_a_camp_is_planned_consented_to_attended_and_counted(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl, sister, neighbour, _ = survey_in(store, tmp_path)
    camp = plan(store)
    assert [outcome for outcome in invite_all(store, camp) if isinstance(outcome, Refusal)] == []
    assert came(store, camp) == {"camp_consent": {"open": 3}}
    say(store, girl, camp, BEGIN + days(1), agrees=True)
    say(store, sister, camp, BEGIN + days(2), agrees=True)
    say(store, neighbour, camp, BEGIN + days(2), agrees=False)
    answer(store, camp, "camp_plan", DESK, BEGIN + days(3))
    pass_days(store, BEGIN + days(3), 32)
    held = BEGIN + days(35)
    say(store, girl, camp, held, came=True)
    say(store, sister, camp, held, came=False)
    answer(store, camp, "camp_day", DESK, held)
    answer(store, camp, "camp_count", DESK, held + days(1), came=1)
    assert came(store, camp) == {"camp_consent": {"met": 2, "refused": 1}, "camp_attendance": {"met": 2}}
    attended = counts(coming(store, camp))["camp_attendance"].answers["came"]
    assert dict(attended) == {"yes": 1, "no": 1}
    assert state(store, camp).base.value == "closed"
    run_round(store, held + days(1))
    assert found_in(store, "暑期夏令营") == set()
    assert_clean(store, held + days(1))


def test_two_camps_in_one_summer_are_neither_merged_nor_lost(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl = survey_in(store, tmp_path)[0]
    pair(store, girl, ZHOU, BEGIN)
    first, second = plan(store), plan(store, "研学营", date(2026, 10, 20))
    for camp in (first, second):
        do(store, c.Invite(case=girl, activity=camp, kind="camp", on=found(store, camp).on, by=DESK), BEGIN)
    say(store, girl, second, BEGIN + days(1), agrees=True)
    say(store, girl, first, BEGIN + days(1), agrees=True)
    due = {duty.about: duty.due_on for duty in state(store, girl).duties.values() if duty.kind == "camp_attendance"}
    assert due == {first: CAMP_DAY, second: date(2026, 10, 20)}
    pass_days(store, BEGIN + days(1), 34)
    say(store, girl, first, BEGIN + days(35), came=True)
    assert [guest.open for guest in coming(store, first)] == [[]]
    assert len(coming(store, second)[0].open) == 1
    told_of = [rung for kind, rung, _ in told(store, DESK) if kind == "camp_attendance"]
    assert told_of.count(0) == 2
    assert_clean(store, BEGIN + days(35))


def test_put_off_everybody_who_has_not_said_no_is_asked_for_the_new_day(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl, sister, neighbour, _ = survey_in(store, tmp_path)
    camp = plan(store)
    invite_all(store, camp)
    say(store, girl, camp, BEGIN, agrees=True)
    say(store, neighbour, camp, BEGIN, agrees=False)
    later, now = date(2026, 11, 3), BEGIN + days(2)
    with reading(store.engine) as connection:
        commands = putting_off(connection, found(store, camp), later, DESK)
    assert [outcome for outcome in carry_out(store, commands, now) if isinstance(outcome, Refusal)] == []
    assert found(store, camp).on == later
    assert {guest.case: guest.on for guest in coming(store, camp)} == {
        girl: later, sister: later, neighbour: CAMP_DAY,
    }  # fmt: skip
    assert came(store, camp) == {"camp_consent": {"open": 2, "refused": 1}}
    camp_days = [duty.due_on for duty in state(store, camp).duties.values() if duty.kind == "camp_day"]
    assert camp_days == [later]
    say(store, girl, camp, now, agrees=True)
    assert duty_of(store, girl, "camp_attendance")
    run_round(store, now)
    assert_clean(store, now)


def test_called_off_by_name_nothing_is_owed_about_it_any_more(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    girl, sister, *_ = survey_in(store, tmp_path)
    camp, other = plan(store), plan(store, "研学营", date(2026, 10, 20))
    for each in (camp, other):
        invite_all(store, each)
    say(store, girl, camp, BEGIN, agrees=True)
    with reading(store.engine) as connection:
        commands = calling_off(connection, found(store, camp), COUNTY_DESK)
    assert [outcome for outcome in carry_out(store, commands, BEGIN) if isinstance(outcome, Refusal)] == []
    assert found(store, camp).called_off
    assert not any(duty.about == camp for case in (girl, sister) for duty in state(store, case).duties.values())
    assert all(len(guest.open) == 1 for guest in coming(store, other))
    with reading(store.engine) as connection:
        excused = [each.fact for each in journal_of(connection, girl) if isinstance(each.fact, f.DutyExcused)]
    assert [(fact.by, fact.reason) for fact in excused] == [(COUNTY_DESK, "activity-called-off")]
    run_round(store, BEGIN)
    assert_clean(store, BEGIN)


def test_a_camp_nobody_holds_climbs_until_somebody_does(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    survey_in(store, tmp_path)
    camp = plan(store)
    invite_all(store, camp)
    pass_days(store, BEGIN, 60)
    assert {kind for kind, _, _ in told(store, COUNTY_DESK)} >= {"camp_plan", "camp_day", "camp_consent"}
    assert state(store, camp).stage.value == "escalation"
    assert not any(kind == "camp_attendance" for kind, _, _ in told(store, CITY_DESK))
    assert_clean(store, BEGIN + days(60))


def test_committees_and_schools_come_to_a_meeting(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    meeting = plan(store, "九月例会", date(2026, 9, 28), "meeting")
    for kind in ("committee", "school"):
        invite_all(store, meeting, kind)
    school, committee = of_kind(store, "school"), of_kind(store, "committee")
    no = next(duty.number for duty in state(store, school).duties.values() if duty.kind == "meeting_reply")
    do(store, c.AnswerDuty(case=school, duty=no, by=DESK, answers={"comes": False}), BEGIN)
    yes = next(duty.number for duty in state(store, committee).duties.values() if duty.kind == "meeting_reply")
    do(store, c.AnswerDuty(case=committee, duty=yes, by=DESK, answers={"comes": True}), BEGIN)
    assert {guest.case for guest in coming(store, meeting) if guest.declined} == {school}
    pass_days(store, BEGIN, 27)
    say(store, committee, meeting, BEGIN + days(27), came=True)
    answer(store, meeting, "meeting_day", DESK, BEGIN + days(27), came=1)
    assert_clean(store, BEGIN + days(27))


def test_activities_are_listed_by_unit_and_year(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    survey_in(store, tmp_path)
    camp, next_year = plan(store), plan(store, "明年", date(2027, 7, 6))
    invite_all(store, camp)
    with reading(store.engine) as connection:
        assert [each.case for each in activities(connection, COUNTY, 2026)] == [camp]
        assert [each.case for each in activities(connection)] == [camp, next_year]
        assert activities(connection, SECOND_TOWNSHIP, 2025) == []
        assert how_many_invited(connection) == {camp: 3}
        assert activity(connection, CaseId("371302-00001")) is None
    assert invite_all(store, camp) == []
