"""Zixi's named pupils: a lead helper and several others, the help day, lessons with consent and attendance."""

from datetime import date

from support.far_office import assert_sound, bind, case_of, duty, open_kind, open_kinds, refused
from support.office import answer, days, do, told
from support.seen import facts_of
from support.zixi import (
    BEGIN,
    CADRE,
    COUNTY_DESK,
    HU,
    SCHOOL,
    SCHOOL_DESK,
    TANG,
    TOWNSHIP_DESK,
    UNSIGNED,
    VILLAGE_DESK,
    XU,
    a_pupil,
    lead,
    morning_of,
    open_zixi,
)

from domain import facts as f
from domain.ids import CaseId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.activities import Planned, plan_activity
from domain.store.engine import reading
from domain.store.figures import Asked, Period, figures
from domain.store.rounds import run_round
from domain.store.store import Store

WELL = dict.fromkeys(("studies", "daily_life", "thoughts"), "well")


def test_row_3_nobody_helps_a_pupil_without_the_handbook(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_pupil(store)
    unsigned = c.ProposeHelper(case=case, person=UNSIGNED, score=10, why=("near",))
    assert refused(store, unsigned, BEGIN) == "paper-missing"
    lead(store, case, HU)
    helper = c.Bind(case=case, role="helpers", person=UNSIGNED, by=TOWNSHIP_DESK)
    assert refused(store, helper, BEGIN) == "paper-missing"
    assert_sound(store, BEGIN)


def test_row_4_one_leads_and_several_help_and_all_of_them_hear_of_a_joint_visit(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_pupil(store, admit=False)
    answer(store, case, "pupil_review", TOWNSHIP_DESK, BEGIN, eligible=True)
    assert case_of(store, case).stage is Stage.PAIRING
    assert {"find_lead", "find_helpers", "waiting_word"} <= open_kinds(store, case)
    lead(store, case, HU)
    assert case_of(store, case).stage is Stage.CHECK_IN
    assert "find_helpers" in open_kinds(store, case)
    for helper in (XU, TANG, CADRE):
        bind(store, case, "helpers", helper, TOWNSHIP_DESK, BEGIN)
    assert not {"find_lead", "find_helpers", "waiting_word"} & open_kinds(store, case)
    answer(store, case, "first_visit", HU, BEGIN + days(3), needs_help=False)
    run_round(store, BEGIN + days(91))
    for person in (HU, XU, TANG, CADRE):
        assert "joint_visit" in {kind for kind, _, _ in told(store, person)}
    assert "monthly_talk" not in {kind for kind, _, _ in told(store, XU)}
    answer(store, case, "joint_visit", HU, BEGIN + days(91), took_part=3, needs_help=False)
    do(store, c.Release(case=case, role="helpers", person=XU, by=TOWNSHIP_DESK, reason="ill"), BEGIN + days(92))
    assert "find_helpers" not in open_kinds(store, case)
    for helper in (TANG, CADRE):
        do(store, c.Release(case=case, role="helpers", person=helper, by=TOWNSHIP_DESK, reason="ill"), BEGIN + days(92))
    assert "find_helpers" in open_kinds(store, case)
    assert_sound(store, BEGIN + days(92))


def test_row_4_a_lead_who_announces_the_end_hands_over_face_to_face(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_pupil(store)
    lead(store, case, HU)
    bind(store, case, "helpers", XU, TOWNSHIP_DESK, BEGIN)
    then = BEGIN + days(20)
    do(store, c.AnnounceEnding(case=case, role="lead", person=HU, on=date(2025, 3, 31), by=HU, reason="retires"), then)
    assert "find_lead" in open_kinds(store, case)
    lead(store, case, TANG, then)
    assert [tie.person for tie in case_of(store, case).all_tied("lead")] == [HU, TANG]
    assert duty(store, case, "monthly_talk").owed_by == TANG
    answer(store, case, "handover_visit", TANG, then + days(2), handed_over=True)
    assert [tie.person for tie in case_of(store, case).all_tied("lead")] == [TANG]
    assert case_of(store, case).stage is Stage.CHECK_IN
    run_round(store, then + days(2))
    assert_sound(store, then + days(2))


def test_row_13_on_the_help_day_lead_and_helpers_visit_and_a_year_later_the_help_may_end(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_pupil(store)
    lead(store, case, HU)
    bind(store, case, "helpers", XU, TOWNSHIP_DESK, BEGIN)
    answer(store, case, "first_visit", HU, BEGIN + days(3), needs_help=False)
    answer(store, case, "monthly_talk", HU, BEGIN + days(25), needs_help=True, in_danger=True, **WELL)
    assert case_of(store, case).risk == "high"
    answer(store, case, "urgent_help", VILLAGE_DESK, BEGIN + days(26), settled=True)
    answer(store, case, "protection", TOWNSHIP_DESK, BEGIN + days(26), safe=True)
    do(store, c.ChangeRisk(case=case, risk="low", by=TOWNSHIP_DESK), BEGIN + days(27))
    help_day = morning_of(date(2025, 9, 9))
    run_round(store, help_day)
    assert duty(store, case, "help_day_visit").due_on == date(2025, 9, 9)
    assert "help_day_visit" in {kind for kind, _, _ in told(store, XU)}
    answer(store, case, "help_day_visit", HU, help_day, needs_help=False, yuan=500)
    assert duty(store, case, "help_day_visit").due_on == date(2026, 9, 9)
    year_on = BEGIN + days(360)
    answer(store, case, "yearly_review", COUNTY_DESK, year_on, still_needed=False)
    answer(store, case, "closure", COUNTY_DESK, year_on, closed=True)
    assert case_of(store, case).base is Stage.CLOSED
    assert_sound(store, year_on)


def test_a_silent_lead_is_looked_into_by_the_committee(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_pupil(store)
    lead(store, case, HU)
    run_round(store, BEGIN + days(65))
    assert "pupil_silence" in open_kinds(store, case)
    assert "pupil_silence" in {kind for kind, _, _ in told(store, VILLAGE_DESK)}
    assert "first_visit" in {kind for kind, _, _ in told(store, COUNTY_DESK)}
    answer(store, case, "pupil_silence", VILLAGE_DESK, BEGIN + days(65), well=True, goes_on=False)
    assert "county_step" in open_kinds(store, case)
    run_round(store, BEGIN + days(65))
    assert_sound(store, BEGIN + days(65))


def plan(store: Store, kind: str, on: date) -> CaseId:
    """An activity at the school, planned by its committee."""
    programme = store.programmes["zixi-five-elders@1"]
    return plan_activity(store, programme, Planned(kind, SCHOOL, "鹤城小学活动", on), SCHOOL_DESK, BEGIN)


def test_row_12_lessons_on_law_traffic_and_fire_are_planned_consented_attended_and_counted(database_url: str) -> None:
    store = open_zixi(database_url)
    held = date(2025, 1, 15)
    lesson = plan(store, "lesson", held)
    answer(store, lesson, "plan_activity", SCHOOL_DESK, BEGIN, topic="fire", places=60)
    pupils = [a_pupil(store, number) for number in (11, 12, 13)]
    for pupil in pupils:
        do(store, c.Invite(case=pupil, activity=lesson, kind="lesson", on=held, by=SCHOOL_DESK), BEGIN)
        assert duty(store, pupil, "guardian_consent").due_on == date(2025, 1, 9)
    for pupil, agreed in zip(pupils, (True, True, False), strict=True):
        answer(store, pupil, "guardian_consent", VILLAGE_DESK, BEGIN + days(1), agreed=agreed)
    assert "attendance" not in open_kinds(store, pupils[2])
    on_the_day = BEGIN + days(9)
    for pupil, came in zip(pupils[:2], (True, False), strict=True):
        assert duty(store, pupil, "attendance").due_on == held
        answer(store, pupil, "attendance", VILLAGE_DESK, on_the_day, attended=came)
    answer(store, lesson, "hold_activity", SCHOOL_DESK, on_the_day, attended=57)
    with reading(store.engine) as connection:
        table = figures(connection, store, Asked(Period(date(2025, 1, 1), date(2025, 12, 31))), on_the_day)
    shown = {column.key: cell.value for column, cell in zip(table.columns, table.total.cells, strict=True)}
    assert (shown["activities.invited"], shown["activities.attended"]) == (3, 1)
    assert 57 in shown.values()
    answer(store, lesson, "report_activity", SCHOOL_DESK, on_the_day, filed=False)
    answer(store, lesson, "report_activity", SCHOOL_DESK, on_the_day, filed=True)
    assert case_of(store, lesson).base is Stage.CLOSED
    run_round(store, on_the_day)
    assert_sound(store, on_the_day)


def test_row_12_a_camp_put_off_is_consented_to_anew_for_its_new_day(database_url: str) -> None:
    store = open_zixi(database_url)
    camp, pupil = plan(store, "camp", date(2025, 1, 15)), a_pupil(store, 11)
    do(store, c.Invite(case=pupil, activity=camp, kind="camp", on=date(2025, 1, 15), by=SCHOOL_DESK), BEGIN)
    answer(store, pupil, "guardian_consent", VILLAGE_DESK, BEGIN, agreed=True)
    for case in (camp, pupil):
        do(store, c.Invite(case=case, activity=camp, kind="camp", on=date(2025, 1, 25), by=SCHOOL_DESK), BEGIN)
    assert {"guardian_consent"} <= open_kinds(store, pupil)
    answer(store, pupil, "guardian_consent", VILLAGE_DESK, BEGIN, agreed=True)
    assert duty(store, pupil, "attendance").due_on == date(2025, 1, 25)
    later = BEGIN + days(19)
    answer(store, camp, "hold_activity", SCHOOL_DESK, later, attended=28)
    answer(store, camp, "report_activity", SCHOOL_DESK, later, filed=True)
    answer(store, pupil, "attendance", VILLAGE_DESK, later, attended=True)
    assert case_of(store, camp).base is Stage.CLOSED
    run_round(store, later)
    assert_sound(store, later)


def test_row_12_that_an_activity_is_held_is_not_excused_while_only_its_plan_is_left(database_url: str) -> None:
    store = open_zixi(database_url)
    camp = plan(store, "camp", date(2025, 1, 15))
    holding, planning = (duty(store, camp, kind).number for kind in ("hold_activity", "plan_activity"))
    excused = c.ExcuseDuty(case=camp, duty=holding, by=SCHOOL_DESK, reason="away")
    assert refused(store, excused, BEGIN) == "nothing-left", "once its plan is made, nobody would look after it"
    do(store, c.ExcuseDuty(case=camp, duty=planning, by=SCHOOL_DESK, reason="not-needed"), BEGIN)
    assert open_kinds(store, camp) == {"hold_activity"}
    run_round(store, BEGIN)
    assert_sound(store, BEGIN)


def test_a_school_names_its_pupils_every_term_and_makes_up_for_a_lesson_that_was_missing(database_url: str) -> None:
    store = open_zixi(database_url)
    school = open_kind(store, 1, "school", SCHOOL, BEGIN, admit=False)
    answer(store, school, "recognition", COUNTY_DESK, BEGIN, recognised=True)
    assert duty(store, school, "pupil_list").due_on == date(2025, 3, 15)
    now = BEGIN + days(60)
    answer(store, school, "pupil_list", SCHOOL_DESK, now, pupils=640, named=38, without=4)
    assert duty(store, school, "pupil_list").due_on == date(2025, 9, 15)
    later = BEGIN + days(130)
    answer(store, school, "term_lessons", SCHOOL_DESK, later, law=True, traffic=True, fire=False, attended=1200)
    answer(store, school, "missing_lesson", SCHOOL_DESK, later + days(3), given_on="2025-05-19")
    met = [fact for fact in facts_of(store, school) if isinstance(fact, f.DutyMet)]
    assert len(met) == 4
    do(store, c.CloseCase(case=school, by=COUNTY_DESK, reason="school-merged"), later + days(3))
    assert_sound(store, later + days(3))
