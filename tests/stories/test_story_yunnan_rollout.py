"""Yunnan's roll-out: elders, schools with proxy parents, sites in the counties, prefectures that cover them all."""

from datetime import date

from support.far_office import assert_sound, bind, case_of, due_days_of, duty, live, open_kind, open_kinds, refused
from support.office import answer, days, do, told
from support.seen import ladder_of
from support.yunnan import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    PREFECTURE,
    PRINCIPAL,
    PROVINCE_DESK,
    SECOND_TEACHER,
    TEAM,
    TOWNSHIP_DESK,
    VILLAGE,
    VILLAGE_DESK,
    open_yunnan,
)

from domain.ids import CaseId
from domain.places import children
from domain.programme.schema import Stage
from domain.rules import commands as c
from domain.store.engine import reading
from domain.store.figures import Asked, Period, figures
from domain.store.rounds import run_round


def test_an_elder_left_behind_has_a_cadre_and_a_neighbour_and_is_seen_more_often_from_eighty(
    database_url: str,
) -> None:
    store = open_yunnan(database_url)
    too_young = c.OpenCase(
        case=CaseId("530621-00009"), programme="yunnan-three-year@1", subject=VILLAGE_DESK, unit=VILLAGE, county=COUNTY,
        kind="empty_nest_elder", sex="male", born=date(1970, 1, 1), admit=True,
    )  # fmt: skip
    assert refused(store, too_young, BEGIN) == "too-young"
    case = open_kind(store, 2, "left_behind_elder", VILLAGE, BEGIN, born=date(1944, 5, 20), admit=False)
    answer(store, case, "baseline", VILLAGE_DESK, BEGIN, eligible=True, looked_after_by="nobody")
    assert case_of(store, case).risk == "high"
    assert {"screening", "find_village_cadre", "find_neighbour"} <= open_kinds(store, case)
    assert "find_teacher" not in open_kinds(store, case)
    for role in ("village_cadre", "neighbour"):
        bind(store, case, role, TEAM[role], TOWNSHIP_DESK, BEGIN)
    assert case_of(store, case).stage is Stage.CHECK_IN
    assert duty(store, case, "elder_visit").due_on == date(2024, 4, 4)
    well = {"needs_help": False, "daily_life": "well", "health": "well", "psychology": "well"}
    run_round(store, BEGIN + days(30))
    answer(store, case, "elder_visit", TEAM["village_cadre"], BEGIN + days(30), **well)
    now = live(store, BEGIN + days(30), 50)
    assert "very_old" in case_of(store, case).life
    answer(store, case, "elder_visit", TEAM["village_cadre"], now, **well)
    assert (duty(store, case, "elder_visit").due_on - now.date()).days <= 14
    do(store, c.CloseCase(case=case, by=COUNTY_DESK, reason="moved-in-with-daughter"), now)
    assert_sound(store, now)


def test_row_4_a_school_has_its_principal_and_class_teachers_as_proxy_parents_and_every_gap_is_somebodys(
    database_url: str,
) -> None:
    store = open_yunnan(database_url)
    school = open_kind(store, 1, "school", VILLAGE, BEGIN, admit=False)
    answer(store, school, "enrolment", COUNTY_DESK, BEGIN, eligible=True)
    assert case_of(store, school).stage is Stage.CHECK_IN
    assert {"find_head_proxy", "find_class_proxies", "proxy_roll"} <= open_kinds(store, school)
    wrong = c.Bind(case=school, role="head_proxy", person=SECOND_TEACHER, by=TOWNSHIP_DESK)
    assert refused(store, wrong, BEGIN) == "not-this-helper"
    bind(store, school, "head_proxy", PRINCIPAL, TOWNSHIP_DESK, BEGIN)
    for teacher in (SECOND_TEACHER, TEAM["teacher"]):
        bind(store, school, "class_proxies", teacher, TOWNSHIP_DESK, BEGIN)
    assert not {"find_head_proxy", "find_class_proxies"} & open_kinds(store, school)
    roll = {"pupils": 320, "left_behind": 180, "classes": 9, "covered": 8}
    answer(store, school, "proxy_roll", TOWNSHIP_DESK, BEGIN + days(5), gap=True, **roll)
    assert duty(store, school, "proxy_roll").due_on == date(2024, 9, 10)
    answer(store, school, "close_proxy_gap", TOWNSHIP_DESK, BEGIN + days(6), covered=9)
    answer(store, school, "school_services", PRINCIPAL, BEGIN + days(20), counselled=12, tutored=60, safety_lessons=4)
    do(store, c.EndTie(case=school, role="head_proxy", by=TOWNSHIP_DESK, reason="transferred"), BEGIN + days(21))
    assert "find_head_proxy" in open_kinds(store, school)
    assert case_of(store, school).stage is Stage.CHECK_IN
    do(store, c.CloseCase(case=school, by=COUNTY_DESK, reason="school-merged"), BEGIN + days(22))
    assert_sound(store, BEGIN + days(22))


def test_a_county_sets_up_its_site_buys_services_accepts_them_and_reports_every_quarter(database_url: str) -> None:
    store = open_yunnan(database_url)
    site = open_kind(store, 1, "site", COUNTY, BEGIN, admit=False)
    answer(store, site, "enrolment", COUNTY_DESK, BEGIN, eligible=True)
    now = BEGIN + days(20)
    answer(store, site, "set_up_site", COUNTY_DESK, now, rooms=3, staff=6, opened_on="2024-03-20")
    answer(store, site, "buy_services", COUNTY_DESK, now, supplier="social_work_centre", yuan=200000,
           accept_on="2024-06-30")  # fmt: skip
    counted = {"children": 12000, "left_behind": 3100, "team_complete": 2900, "screened": 3000, "aided": 900}
    answer(store, site, "quarterly_report", COUNTY_DESK, now, **counted)
    assert duty(store, site, "quarterly_report").due_on == date(2024, 6, 25)
    assert duty(store, site, "accept_services").due_on == date(2024, 6, 30)
    later = BEGIN + days(118)
    answer(store, site, "accept_services", COUNTY_DESK, later, accepted=False, children=80)
    answer(store, site, "mend_services", COUNTY_DESK, later, accept_on="2024-07-31")
    answer(store, site, "accept_services", COUNTY_DESK, later, accepted=True, children=140)
    with reading(store.engine) as connection:
        table = figures(connection, store, Asked(Period(date(2024, 1, 1), date(2024, 12, 31))), later)
    shown = {cell.value for cell in table.total.cells}
    assert {3100, 2900, 3000, 900} <= shown
    run_round(store, later)
    assert duty(store, site, "summer_patrol").due_on == date(2024, 7, 1)
    do(store, c.CloseCase(case=site, by=CITY_DESK, reason="county-merged"), later)
    assert_sound(store, later)


def test_row_6_a_report_a_county_owes_climbs_to_the_prefecture_and_the_province(database_url: str) -> None:
    store = open_yunnan(database_url)
    site = open_kind(store, 1, "site", COUNTY, BEGIN)
    now = live(store, BEGIN, 45)
    assert [level for _, level in ladder_of(store, site, "quarterly_report")][2:4] == ["city", "province"]
    assert {"quarterly_report", "buy_services"} <= {kind for kind, _, _ in told(store, PROVINCE_DESK)}
    assert due_days_of(store, site, "quarterly_report") == [date(2024, 3, 25)]
    assert_sound(store, now)


def test_a_prefecture_has_its_first_site_in_a_year_and_every_county_in_two(database_url: str) -> None:
    store = open_yunnan(database_url)
    prefectures = children("53")
    assert (len(prefectures), sum(len(children(each.code)) for each in prefectures)) == (16, 129)
    case = open_kind(store, 1, "prefecture", PREFECTURE, BEGIN, admit=False)
    answer(store, case, "enrolment", CITY_DESK, BEGIN, eligible=True)
    assert duty(store, case, "first_site").due_on == date(2025, 3, 4)
    assert duty(store, case, "all_counties").due_on == date(2026, 3, 4)
    answer(store, case, "compare_counties", CITY_DESK, BEGIN + days(15), counties=11, behind=2)
    answer(store, case, "first_site", CITY_DESK, BEGIN + days(30), opened_on="2024-04-01")
    two_years = BEGIN + days(729)
    run_round(store, two_years)
    answer(store, case, "all_counties", CITY_DESK, two_years, counties=11, covered=10, complete=False)
    assert "province_help" in open_kinds(store, case)
    assert "compare_counties" in {kind for kind, _, _ in told(store, PROVINCE_DESK)}
    do(store, c.CloseCase(case=case, by=PROVINCE_DESK, reason="action-ended"), two_years)
    assert_sound(store, two_years)
