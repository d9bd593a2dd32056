"""Hunan's civil affairs: one branch, one village; needs are solved one by one, projects step by step."""

from datetime import date, timedelta

from support.far_office import assert_sound, bind, case_of, duty, live, open_kind, open_kinds, refused
from support.hunan import (
    BEGIN,
    BRANCH,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    MEMBER,
    OTHER_BRANCH,
    PREFECTURE,
    PROVINCE,
    TOWNSHIP_DESK,
    VILLAGE,
    open_hunan,
)
from support.office import answer, days, do, told
from support.seen import facts_of, ladder_of

from domain import facts as f
from domain.ids import CaseId
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.rounds import run_round
from domain.store.store import Store


def linked(store: Store) -> CaseId:
    """A village whose branch is bound."""
    case = open_kind(store, 1, "linked_village", VILLAGE, BEGIN)
    bind(store, case, "branch", BRANCH, COUNTY_DESK, BEGIN)
    return case


def test_a_branch_is_linked_with_one_village_and_stays_three_days_at_least(database_url: str) -> None:
    store = open_hunan(database_url)
    case = open_kind(store, 1, "linked_village", VILLAGE, BEGIN)
    assert case_of(store, case).base is Stage.PAIRING
    assert open_kinds(store, case) == {"link_branch"}
    wrong = c.Bind(case=case, role="branch", person=MEMBER, by=COUNTY_DESK)
    assert refused(store, wrong, BEGIN) == "not-this-helper"
    bind(store, case, "branch", BRANCH, COUNTY_DESK, BEGIN)
    assert case_of(store, case).base is Stage.CHECK_IN
    two_days = {"days": 2, "households": 9, "need": False, "urgent": False}
    first = duty(store, case, "first_stay").number
    short = c.AnswerDuty(case=case, duty=first, by=BRANCH, answers=two_days)
    assert refused(store, short, BEGIN + days(4)) == "answer-illegal"
    answer(store, case, "first_stay", BRANCH, BEGIN + days(4), **(two_days | {"days": 3}))
    assert {"stay", "needs_round", "look_back"} <= open_kinds(store, case)
    second = open_kind(store, 2, "linked_village", VILLAGE, BEGIN)
    assert refused(store, c.Bind(case=second, role="branch", person=BRANCH, by=COUNTY_DESK), BEGIN) == "helper-full"
    assert_sound(store, BEGIN + days(4))


def test_row_10_needs_are_taken_up_and_solved_one_by_one_by_their_day(database_url: str) -> None:
    store = open_hunan(database_url)
    case = linked(store)
    now = BEGIN + days(3)
    stay = {"days": 3, "households": 40, "minimum_income": 12, "destitute": 2, "severe_disability": 5}
    answer(store, case, "first_stay", BRANCH, now, **stay, need=True, urgent=False)
    now = now + days(25)
    answer(store, case, "needs_round", TOWNSHIP_DESK, now, open=1, solved=0, need=True, urgent=False)
    asked = [each for each in case_of(store, case).duties.values() if each.kind == "take_up"]
    assert len(asked) == 2
    for place, each in enumerate(asked):
        by = (now + days(20 + place)).date().isoformat()
        taken = {"who": "branch", "solve_by": by}
        do(store, c.AnswerDuty(case=case, duty=each.number, by=TOWNSHIP_DESK, answers=taken), now)
    to_solve = sorted(
        (each.due_on, each.number) for each in case_of(store, case).duties.values() if each.kind == "solve"
    )
    assert len(to_solve) == 2
    assert to_solve[0][0] > (now + days(20)).date()
    later = now + days(21)
    new_day = (later + days(30)).date().isoformat()
    unsolved: dict[str, bool | int | str] = {"solved": False, "solve_by": new_day}
    do(store, c.AnswerDuty(case=case, duty=to_solve[0][1], by=TOWNSHIP_DESK, answers=unsolved), later)
    do(
        store,
        c.AnswerDuty(case=case, duty=to_solve[1][1], by=TOWNSHIP_DESK, answers={"solved": True, "yuan": 800}),
        later,
    )
    again = duty(store, case, "solve")
    assert again.due_on > date.fromisoformat(new_day)
    do(store, c.AnswerDuty(case=case, duty=again.number, by=TOWNSHIP_DESK, answers={"solved": True}), later + days(30))
    assert "solve" not in open_kinds(store, case)
    assert_sound(store, later + days(30))


def test_row_10_an_urgent_need_goes_first_and_climbs_within_days(database_url: str) -> None:
    store = open_hunan(database_url)
    household = open_kind(store, 3, "severe_disability", VILLAGE, BEGIN)
    bind(store, household, "visitor", MEMBER, TOWNSHIP_DESK, BEGIN)
    ordinary = duty(store, household, "household_visit").due_on
    now = BEGIN + days(65)
    run_round(store, now)
    answer(store, household, "household_visit", MEMBER, now, well=False, need=True, urgent=True)
    assert ("take_up_urgent", 0) in [(kind, rung) for kind, rung, _ in told(store, TOWNSHIP_DESK)]
    assert case_of(store, household).risk == "urgent"
    assert duty(store, household, "household_visit").due_on < ordinary + timedelta(days=40)
    live(store, now, 6)
    climbed = [level for _, level in ladder_of(store, household, "take_up_urgent") if level]
    assert climbed[:3] == ["county", "city", "province"]
    assert_sound(store, now + days(6))


def test_row_14_a_day_centre_goes_from_lease_to_furnishing_and_a_missed_step_is_seen_to(database_url: str) -> None:
    store = open_hunan(database_url)
    case = open_kind(store, 4, "day_centre", VILLAGE, BEGIN)
    assert case_of(store, case).base is Stage.CHECK_IN
    steps = {"lease_by": "2026-04-10", "refit_by": "2026-06-30", "walls_by": "2026-08-31", "furnished_by": "2026-10-15"}
    answer(store, case, "centre_plan", COUNTY_DESK, BEGIN + days(2), **steps, elders=300)
    found = {
        kind: duty(store, case, kind).due_on.isoformat() for kind in ("lease", "refit", "outer_walls", "furnishing")
    }
    assert list(found.values()) == list(steps.values())
    answer(store, case, "lease", TOWNSHIP_DESK, BEGIN + days(30), done=True, yuan=20_000)
    late = BEGIN + days(125)
    run_round(store, late)
    assert ("refit", "county") in [(fact_kind, level) for fact_kind, level in climbs(store, case)]
    answer(store, case, "refit", TOWNSHIP_DESK, late, done=False)
    answer(store, case, "milestone_help", COUNTY_DESK, late + days(3), settled=True)
    answer(store, case, "outer_walls", TOWNSHIP_DESK, BEGIN + days(180), done=True)
    answer(store, case, "furnishing", TOWNSHIP_DESK, BEGIN + days(225), done=True, yuan=150_000)
    answer(store, case, "centre_opened", TOWNSHIP_DESK, BEGIN + days(240), elders=290)
    end = BEGIN + days(350)
    run_round(store, end)
    answer(store, case, "look_back", COUNTY_DESK, end, solved=4, satisfied=True, finished=True)
    answer(store, case, "closure", CITY_DESK, end, closed=True)
    assert case_of(store, case).base is Stage.CLOSED
    assert_sound(store, end)


def climbs(store: Store, case: CaseId) -> list[tuple[str, str]]:
    """What climbed in a case, and how far."""
    kinds = {fact.duty: fact.kind for fact in facts_of(store, case) if isinstance(fact, f.DutyOpened)}
    reached = [fact for fact in facts_of(store, case) if isinstance(fact, f.RungReached) and fact.climbed_to]
    return [(kinds[fact.duty], str(fact.climbed_to)) for fact in reached]


def test_row_12_the_summer_camp_is_planned_checked_and_counted(database_url: str) -> None:
    store = open_hunan(database_url)
    case = open_kind(store, 5, "summer_camp", VILLAGE, BEGIN)
    answer(store, case, "camp_plan", COUNTY_DESK, BEGIN + days(1), begins="2026-07-06", ends="2026-07-20", places=60)
    assert duty(store, case, "camp_safety").due_on == date(2026, 7, 6)
    now = BEGIN + days(120)
    answer(store, case, "camp_safety", TOWNSHIP_DESK, now, consents=62, safe=True)
    counted = duty(store, case, "camp_count").due_on
    assert date(2026, 7, 20) < counted <= date(2026, 7, 31)
    answer(store, case, "camp_count", COUNTY_DESK, BEGIN + days(142), children=62, yuan=30_000)
    assert duty(store, case, "camp_every_year").due_on == date(2026, 7, 6)
    assert_sound(store, BEGIN + days(142))


def test_free_lunches_are_reported_every_month_and_the_county_hears_of_a_missing_report(database_url: str) -> None:
    store = open_hunan(database_url)
    case = open_kind(store, 6, "free_lunch", VILLAGE, BEGIN)
    lunches = {"children": 46, "lunches": 46 * 22, "yuan": 46 * 22 * 4}
    now = BEGIN + days(28)
    answer(store, case, "lunch_month", TOWNSHIP_DESK, now, **lunches, cook_paid=False)
    assert "take_up" in open_kinds(store, case)
    now = live(store, now, 70)
    assert "county_look" in open_kinds(store, case)
    assert ("lunch_month", "county") in climbs(store, case)
    assert_sound(store, now)


def test_row_6_a_village_nobody_stays_in_climbs_to_the_province(database_url: str) -> None:
    store = open_hunan(database_url)
    case = linked(store)
    now = live(store, BEGIN, 75)
    levels = [level for _, level in ladder_of(store, case, "first_stay")]
    assert [level for level in levels if level][:4] == ["township", "county", "city", "province"]
    desks = [fact.desk for fact in facts_of(store, case) if isinstance(fact, f.RungReached) and fact.desk]
    assert {COUNTY, PREFECTURE, PROVINCE} <= set(desks)
    assert_sound(store, now)


def test_a_branch_that_is_replaced_leaves_no_promise_behind(database_url: str) -> None:
    store = open_hunan(database_url)
    case = linked(store)
    change = c.Reassign(case=case, role="branch", to=OTHER_BRANCH, by=COUNTY_DESK, reason="reorganised")
    do(store, change, BEGIN + days(5))
    owed = {each.owed_by for each in case_of(store, case).duties.values() if each.kind in {"first_stay", "stay"}}
    assert owed == {OTHER_BRANCH}
    assert_sound(store, BEGIN + days(5))
