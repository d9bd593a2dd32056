"""Hengyang's art companions: units and schools, volunteers and children who become family, wishes fulfilled."""

from datetime import date

from support.far_office import assert_sound, bind, case_of, due_days_of, duty, live, open_kind, open_kinds, refused
from support.hengyang import (
    BEGIN,
    COUNTY_DESK,
    NURSE,
    PAINTER,
    SINGER,
    TOWNSHIP_DESK,
    UNIT,
    VILLAGE,
    become_family,
    open_hengyang,
)
from support.office import answer, days, do, told
from support.seen import ladder_of

from domain.ids import CaseId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.rounds import run_round
from domain.store.store import Store

PLAN = {
    "pupils": 523, "left_behind": 384, "rooms_by": "2026-06-30", "desks_by": "2026-08-20", "books_by": "2026-09-15",
    "clubs_by": "2026-10-10",
}  # fmt: skip
VISIT = {"needs_help": False, "together": ("music", "reading"), "mood": "well", "wish": False}


def adopted(store: Store) -> CaseId:
    """A school that a unit has adopted, with somebody for its clubs."""
    case = open_kind(store, 1, "school", VILLAGE, BEGIN)
    bind(store, case, "adopter", UNIT, COUNTY_DESK, BEGIN)
    bind(store, case, "teachers", SINGER, COUNTY_DESK, BEGIN)
    return case


def family(store: Store) -> CaseId:
    """A left-behind girl and her volunteer."""
    case = open_kind(store, 2, "left_behind", VILLAGE, BEGIN)
    become_family(store, case, PAINTER, BEGIN)
    return case


def test_row_4_a_unit_adopts_a_school_and_several_volunteers_lead_its_clubs(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = open_kind(store, 1, "school", VILLAGE, BEGIN)
    assert open_kinds(store, case) == {"find_adopter"}
    assert refused(store, c.Bind(case=case, role="adopter", person=SINGER, by=COUNTY_DESK), BEGIN) == "not-this-helper"
    bind(store, case, "adopter", UNIT, COUNTY_DESK, BEGIN)
    assert case_of(store, case).base is Stage.CHECK_IN
    assert "find_teachers" in open_kinds(store, case)
    for volunteer in (SINGER, NURSE):
        bind(store, case, "teachers", volunteer, COUNTY_DESK, BEGIN)
    assert "find_teachers" not in open_kinds(store, case)
    do(store, c.Release(case=case, role="teachers", person=SINGER, by=COUNTY_DESK, reason="moved"), BEGIN)
    assert "find_teachers" not in open_kinds(store, case)
    do(store, c.Release(case=case, role="teachers", person=NURSE, by=COUNTY_DESK, reason="moved"), BEGIN)
    assert "find_teachers" in open_kinds(store, case)
    assert case_of(store, case).base is Stage.CHECK_IN
    assert_sound(store, BEGIN)


def test_row_14_the_three_year_plan_of_a_school_is_carried_out_step_by_step(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = adopted(store)
    answer(store, case, "school_plan", UNIT, BEGIN + days(5), **PLAN)
    steps = ("rooms", "school_desks", "books", "clubs")
    days_of_steps = [duty(store, case, kind).due_on for kind in steps]
    assert days_of_steps == sorted(days_of_steps)
    assert days_of_steps[0] > date(2026, 6, 30)
    answer(store, case, "rooms", UNIT, BEGIN + days(119), done=False)
    answer(store, case, "milestone_help", COUNTY_DESK, BEGIN + days(121), settled=True)
    answer(store, case, "school_desks", UNIT, BEGIN + days(171), done=True, desks=560)
    answer(store, case, "books", UNIT, BEGIN + days(197), done=True, books=3000)
    answer(store, case, "clubs", UNIT, BEGIN + days(222), done=True, clubs=6)
    assert duty(store, case, "plan_ends").due_on == date(2029, 3, 7)
    then = BEGIN + days(3 * 365)
    run_round(store, then)
    answer(store, case, "plan_ends", COUNTY_DESK, then, reached=True, goes_on=True)
    assert "honours" in open_kinds(store, case)
    assert case_of(store, case).base is Stage.CHECK_IN
    assert_sound(store, then)


def test_row_15_units_are_compared_and_honoured_every_three_years(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = adopted(store)
    due = duty(store, case, "honours").due_on
    assert due == date(2029, 3, 2)
    then = BEGIN + days(3 * 365 - 20)
    answer(store, case, "honours", COUNTY_DESK, then, score=93, honoured=True)
    assert duty(store, case, "honours").due_on == date(2032, 3, 2)
    assert_sound(store, then)


def test_a_volunteer_and_a_child_become_family_and_the_volunteer_comes_regularly(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    answer(store, case, "first_meeting", PAINTER, BEGIN + days(6), needs_help=False, wish=False)
    now = BEGIN + days(28)
    answer(store, case, "family_visit", PAINTER, now, **VISIT)
    answer(store, case, "family_visit", PAINTER, now + days(30), **VISIT)
    assert due_days_of(store, case, "family_visit") == [date(2026, 4, 2), date(2026, 5, 2), date(2026, 6, 2)]
    other = open_kind(store, 3, "in_difficulty", VILLAGE, BEGIN)
    full = c.ProposeHelper(case=other, person=PAINTER, score=1, why=())
    assert refused(store, full, now) == "helper-full"
    run_round(store, now + days(30))
    assert_sound(store, now + days(30))


def test_row_10_small_wishes_stand_side_by_side_and_each_is_fulfilled_by_its_day(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    answer(store, case, "first_meeting", PAINTER, BEGIN + days(4), needs_help=False, wish=True)
    now = BEGIN + days(28)
    answer(store, case, "family_visit", PAINTER, now, **(VISIT | {"wish": True}))
    wishes = [each.number for each in case_of(store, case).duties.values() if each.kind == "wish_taken_up"]
    assert len(wishes) == 2
    for place, number in enumerate(wishes):
        taken = {"by_whom": "unit", "fulfil_by": f"2026-04-{20 + place}"}
        do(store, c.AnswerDuty(case=case, duty=number, by=TOWNSHIP_DESK, answers=taken), now)
    asked = [each for each in case_of(store, case).duties.values() if each.kind == "wish_fulfilled"]
    assert sorted(each.due_on for each in asked) == [date(2026, 4, 23), date(2026, 4, 24)]
    for each in asked:
        done = c.AnswerDuty(case=case, duty=each.number, by=TOWNSHIP_DESK, answers={"fulfilled": True})
        do(store, done, now + days(20))
    assert not {"wish_taken_up", "wish_fulfilled"} & open_kinds(store, case)
    assert_sound(store, now + days(20))


def test_children_are_visited_on_the_day_of_the_mid_autumn_festival_of_each_year(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    assert duty(store, case, "mid_autumn_visit").due_on == date(2026, 9, 25)
    assert duty(store, case, "spring_festival_visit").due_on == date(2027, 2, 6)
    run_round(store, BEGIN + days(204))
    answer(store, case, "mid_autumn_visit", PAINTER, BEGIN + days(205), visited=True, wish=False)
    assert duty(store, case, "mid_autumn_visit").due_on == date(2027, 9, 15)
    assert_sound(store, BEGIN + days(205))


def test_row_12_a_story_meeting_is_consented_to_attended_and_counted(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    meeting = open_kind(store, 4, "story_meeting", VILLAGE, BEGIN)
    answer(store, meeting, "meeting_plan", TOWNSHIP_DESK, BEGIN, held_on="2026-04-11")
    invited = c.Invite(case=case, activity=meeting, kind="story_meeting", on=date(2026, 4, 11), by=TOWNSHIP_DESK)
    do(store, invited, BEGIN + days(1))
    assert duty(store, case, "meeting_consent").about == meeting
    answer(store, case, "meeting_consent", TOWNSHIP_DESK, BEGIN + days(3), consents=True)
    answer(store, case, "meeting_attendance", TOWNSHIP_DESK, BEGIN + days(41), attended=True)
    answer(store, meeting, "meeting_report", TOWNSHIP_DESK, BEGIN + days(41), children=37)
    assert case_of(store, meeting).base is Stage.CLOSED
    assert_sound(store, BEGIN + days(41))


def test_a_volunteer_late_again_and_again_is_talked_to_quietly_and_hears_less(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    answer(store, case, "first_meeting", PAINTER, BEGIN + days(6), needs_help=False, wish=False)
    for month in range(1, 5):
        due = duty(store, case, "family_visit").due_on
        now = BEGIN + days((due - BEGIN.date()).days + 5)
        run_round(store, now)
        answer(store, case, "family_visit", PAINTER, now, **VISIT)
        assert ("quiet_talk" in open_kinds(store, case)) is (month == 4)
    before = len([1 for kind, _, _ in told(store, PAINTER) if kind == "family_visit"])
    due = duty(store, case, "family_visit").due_on
    run_round(store, BEGIN + days((due - BEGIN.date()).days + 1))
    assert len([1 for kind, _, _ in told(store, PAINTER) if kind == "family_visit"]) == before + 1
    assert_sound(store, BEGIN + days((due - BEGIN.date()).days + 1))


def test_row_6_silence_climbs_from_the_volunteer_to_the_city(database_url: str) -> None:
    store = open_hengyang(database_url)
    case = family(store)
    now = live(store, BEGIN, 30)
    assert [level for _, level in ladder_of(store, case, "first_meeting")][2:5] == ["township", "county", "city"]
    assert case_of(store, case).stage is Stage.ESCALATION
    assert_sound(store, now)
