"""Zixi's committees: six haves, a rhythm by the week, month and year, supervision notices, campaigns, patrols."""

from datetime import date, timedelta
from itertools import pairwise

from support.far_office import (
    assert_sound,
    bind,
    case_of,
    due_days_of,
    duty,
    live,
    open_kind,
    open_kinds,
)
from support.office import answer, days, do, told
from support.seen import facts_of, ladder_of
from support.zixi import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    HU,
    OTHER_TOWNSHIP_DESK,
    OTHER_VILLAGE,
    SCHOOL,
    SCHOOL_DESK,
    TANG,
    TOWNSHIP,
    TOWNSHIP_DESK,
    UNSIGNED,
    VILLAGE,
    VILLAGE_DESK,
    XU,
    a_committee,
    morning_of,
    open_zixi,
)

from domain import facts as f
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.engine import reading
from domain.store.figures import Asked, Period, figures
from domain.store.figures_scores import scores
from domain.store.rounds import run_round

SIX = ("structure", "people", "activities", "funds", "premises", "records")
THREE_REPORTS = {"work_report": True, "pupil_report": True, "plan_report": True}


def test_row_2_a_committee_is_its_own_desk_and_where_nobody_sits_the_one_above_hears(
    database_url: str,
) -> None:
    store = open_zixi(database_url)
    places = (VILLAGE, SCHOOL, TOWNSHIP, OTHER_VILLAGE)
    village, school, township, empty = (a_committee(store, number, unit) for number, unit in enumerate(places, 1))
    now = live(store, BEGIN, 5)
    hears = {village: VILLAGE_DESK, school: SCHOOL_DESK, township: TOWNSHIP_DESK, empty: OTHER_TOWNSHIP_DESK}
    for case, person in hears.items():
        first = next(fact for fact in facts_of(store, case) if isinstance(fact, f.RungReached))
        assert first.told == (person,)
        assert first.empty == ((OTHER_VILLAGE,) if case == empty else ())
    assert_sound(store, now)


def test_row_3_the_roster_is_checked_and_trained_twice_a_year_and_a_committee_has_chair_and_volunteer_team(
    database_url: str,
) -> None:
    store = open_zixi(database_url)
    case = a_committee(store)
    assert {"find_chair", "find_team"} <= open_kinds(store, case)
    bind(store, case, "chair", HU, COUNTY_DESK, BEGIN)
    for elder in (XU, TANG, UNSIGNED):
        bind(store, case, "team", elder, VILLAGE_DESK, BEGIN)
    assert not {"find_chair", "find_team"} & open_kinds(store, case)
    assert case_of(store, case).stage is Stage.CHECK_IN
    answer(store, case, "roster_check", VILLAGE_DESK, BEGIN + days(10), elders=24, in_teams=3)
    answer(store, case, "spring_training", VILLAGE_DESK, BEGIN + days(80), elders=22, in_teams=3)
    answer(store, case, "autumn_training", VILLAGE_DESK, BEGIN + days(240), elders=20, in_teams=3)
    assert duty(store, case, "spring_training").due_on == date(2026, 4, 20)
    now = BEGIN + days(240)
    do(store, c.EndTie(case=case, role="chair", by=COUNTY_DESK, reason="moved-away"), now)
    assert "find_chair" in open_kinds(store, case)
    do(store, c.CloseCase(case=case, by=COUNTY_DESK, reason="merged"), now)
    assert_sound(store, now)


def test_row_13_a_committee_has_its_weekly_note_its_monthly_meeting_and_bulletin_and_the_ninth_of_september(
    database_url: str,
) -> None:
    store = open_zixi(database_url)
    case = open_kind(store, 1, "committee", VILLAGE, BEGIN, admit=False)
    answer(store, case, "recognition", COUNTY_DESK, BEGIN, recognised=True)
    answer(store, case, "weekly_note", VILLAGE_DESK, BEGIN + days(3), activities=2, children=40)
    assert duty(store, case, "weekly_note").due_on == date(2025, 1, 17)
    answer(store, case, "monthly_meeting", VILLAGE_DESK, BEGIN + days(4), present=9, **THREE_REPORTS)
    assert duty(store, case, "monthly_meeting").due_on == date(2025, 2, 10)
    answer(store, case, "monthly_bulletin", VILLAGE_DESK, BEGIN + days(20), issues=1, articles=7)
    assert duty(store, case, "monthly_bulletin").due_on == date(2025, 2, 28)
    assert duty(store, case, "help_day").due_on == date(2025, 9, 9)
    now = morning_of(date(2025, 9, 9))
    answer(store, case, "help_day", VILLAGE_DESK, now, visits=12, pupils=12, helpers=30, yuan=6000)
    assert duty(store, case, "help_day").due_on == date(2026, 9, 9)
    run_round(store, now)
    fridays = due_days_of(store, case, "weekly_note")
    assert {day.isoweekday() for day in fridays} == {5}
    assert all(later - day == timedelta(days=7) for day, later in pairwise(fridays))
    assert due_days_of(store, case, "monthly_meeting") == [date(2025, month, 10) for month in range(1, 9)]
    assert due_days_of(store, case, "monthly_bulletin")[:3] == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]
    assert_sound(store, now)


def test_row_13_dangerous_water_is_patrolled_every_week_of_the_summer_months_and_only_then(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_committee(store)
    saturdays = [date(2025, 6, 21) + timedelta(weeks=week) for week in range(13)]
    for number, saturday in enumerate(saturdays):
        assert duty(store, case, "water_patrol").due_on == saturday
        seen = {"spots": 4, "sent_home": 2, "dangerous": number == 3}
        answer(store, case, "water_patrol", VILLAGE_DESK, morning_of(saturday), **seen)
    now = morning_of(saturdays[-1])
    assert saturdays[-1] == date(2025, 9, 13)
    assert duty(store, case, "water_patrol").due_on == date(2026, 6, 20)
    assert duty(store, case, "secure_water").due_on == date(2025, 7, 14)
    run_round(store, now)
    assert [level for _, level in ladder_of(store, case, "secure_water")][1:3] == ["county", "city"]
    answer(store, case, "secure_water", TOWNSHIP_DESK, now, safe=True)
    assert_sound(store, now)


def test_a_meeting_without_its_three_reports_leaves_one_to_be_handed_in(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_committee(store)
    now = BEGIN + days(4)
    answer(store, case, "monthly_meeting", VILLAGE_DESK, now, present=6, **{**THREE_REPORTS, "pupil_report": False})
    assert duty(store, case, "missing_report").due_on == date(2025, 1, 17)
    answer(store, case, "missing_report", VILLAGE_DESK, now + days(3), handed_in=False)
    assert "supervision_notice" in open_kinds(store, case)
    assert_sound(store, now + days(3))


def test_row_13_a_late_report_raises_a_supervision_notice_with_a_ladder_of_its_own(database_url: str) -> None:
    store = open_zixi(database_url)
    case = a_committee(store)
    now = live(store, BEGIN, 11)
    assert "supervision_notice" in open_kinds(store, case)
    heard = {desk: {kind for kind, _, _ in told(store, desk)} for desk in (VILLAGE_DESK, TOWNSHIP_DESK, COUNTY_DESK)}
    assert all("supervision_notice" in kinds for kinds in heard.values())
    now = live(store, now, 14)
    assert [level for _, level in ladder_of(store, case, "supervision_notice")][:4] == [None, None, "county", "city"]
    answer(store, case, "supervision_notice", TOWNSHIP_DESK, now, remedied=False)
    answer(store, case, "county_step", COUNTY_DESK, now, settled=True)
    assert "supervision_notice" in {kind for kind, _, _ in told(store, CITY_DESK)}
    assert_sound(store, now)


def test_row_15_the_yearly_assessment_asks_for_six_haves_and_a_score_and_what_is_missing_must_be_remedied(
    database_url: str,
) -> None:
    store = open_zixi(database_url)
    autumn = morning_of(date(2025, 11, 24))
    good, poor = a_committee(store, 1, now=autumn), a_committee(store, 2, SCHOOL, now=autumn)
    haves = dict.fromkeys(SIX, True)
    now = autumn
    for year, points in ((2025, (88, 70)), (2026, (95, 63))):
        now = morning_of(date(year, 12, 1))
        run_round(store, now)
        answer(store, good, "yearly_assessment", COUNTY_DESK, now, **haves, score=points[0], award="model")
        answer(store, poor, "yearly_assessment", COUNTY_DESK, now, **{**haves, "funds": False, "records": False},
               score=points[1], award="none")  # fmt: skip
    assert {"build_funds", "build_records"} <= open_kinds(store, poor)
    assert not {f"build_{have}" for have in SIX} - {"build_funds", "build_records"} & open_kinds(store, poor)
    assert "give_award" in open_kinds(store, good)
    answer(store, good, "give_award", COUNTY_DESK, now, given_on="2027-01-05")
    answer(store, poor, "build_funds", SCHOOL_DESK, now, done=True)
    answer(store, poor, "build_records", SCHOOL_DESK, now, done=False)
    assert "supervision_notice" in open_kinds(store, poor)
    programme = store.programmes["zixi-five-elders@1"]
    asked = Asked(Period(date(2026, 1, 1), date(2026, 12, 31)))
    with reading(store.engine) as connection:
        ranked = scores(connection, store, asked, programme, "yearly_assessment", now, 1).lines
    assert [(line.case, line.total, line.before, line.honoured) for line in ranked] == [
        (good, 95, 88, True), (poor, 63, 70, False)
    ]  # fmt: skip
    assert_sound(store, now)


def test_row_15_the_donation_campaign_is_opened_counted_published_and_compared_with_the_year_before(
    database_url: str,
) -> None:
    store = open_zixi(database_url)
    county = open_kind(store, 1, "county_committee", COUNTY, BEGIN)
    now = BEGIN
    for number, (year, yuan) in enumerate(((2025, 500000), (2026, 871000)), 2):
        spring = morning_of(date(year, 5, 20))
        answer(store, county, "open_campaign", COUNTY_DESK, spring, opened_on=f"{year}-06-01")
        campaign = open_kind(store, number, "donation_campaign", COUNTY, spring, admit=False)
        answer(store, campaign, "activity_review", COUNTY_DESK, spring, approved=True)
        dates = {"opens_on": f"{year}-06-01", "ends_on": f"{year}-06-30"}
        answer(store, campaign, "plan_campaign", COUNTY_DESK, spring, **dates)
        answer(store, campaign, "campaign_progress", COUNTY_DESK, spring + days(20), yuan_so_far=yuan // 2)
        counted = spring + days(45)
        answer(store, campaign, "count_campaign", COUNTY_DESK, counted, yuan=yuan, donors=640)
        answer(store, campaign, "publish_campaign", COUNTY_DESK, counted, published=False, pupils=0)
        answer(store, campaign, "publish_campaign", COUNTY_DESK, counted, published=True, pupils=210)
        assert case_of(store, campaign).base is Stage.CLOSED
        now = morning_of(date(year, 12, 1))
        answer(store, county, "campaign_figures", COUNTY_DESK, now, yuan=yuan, donors=640, pupils=210)
    run_round(store, now)
    with reading(store.engine) as connection:
        table = figures(connection, store, Asked(Period(date(2026, 1, 1), date(2026, 12, 31))), now)
    cells = {(cell.value, cell.before, cell.change) for cell in table.total.cells if cell.value == 871000}
    assert {(value, before, round(change or 0, 1)) for value, before, change in cells} == {(871000, 500000, 74.2)}
    assert_sound(store, now)


def test_what_the_county_owes_climbs_to_the_city(database_url: str) -> None:
    store = open_zixi(database_url)
    case = open_kind(store, 1, "county_committee", COUNTY, BEGIN)
    now = morning_of(date(2025, 6, 20))
    run_round(store, now)
    assert "city" in [level for _, level in ladder_of(store, case, "open_campaign")]
    assert "open_campaign" in {kind for kind, _, _ in told(store, CITY_DESK)}
    assert_sound(store, now)
