"""Urgent matters first; findings that know what needs nobody; desks in villages and schools."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from support.bodies_office import of_kind, open_bodies, state, survey_in, units_in
from support.office import BEGIN, COUNTY_DESK, LIU, TOWNSHIP, ZHOU, answer, days, do, pair

from domain.programme.schema import Level
from domain.rules import commands as c
from domain.rules.sheet_rules import has_village_desks
from domain.sheets.coordinators import Below, read_coordinators
from domain.store.engine import reading, writing
from domain.store.lists import Sort, findings, open_duties
from domain.store.lists_cases import cases
from domain.store.lists_urgent import urgent_cases, urgent_duties
from domain.store.registry import import_coordinators
from domain.store.rounds import run_round
from domain.store.units import all_desks, bodies, seat, village_id


def test_urgent_are_the_kinds_told_urgently_and_the_cases_at_the_highest_risk(
    database_url: str, tmp_path: Path
) -> None:
    store = open_bodies(database_url)
    girl, sister, neighbour, _ = survey_in(store, tmp_path)
    pair(store, girl, ZHOU, BEGIN)
    pair(store, sister, LIU, BEGIN)
    answer(store, girl, "talk", ZHOU, BEGIN, wish=True, urgent=True)
    do(store, c.ChangeRisk(case=neighbour, risk="high", by=COUNTY_DESK), BEGIN)
    with reading(store.engine) as connection:
        duties = open_duties(connection, BEGIN)
        urgent = urgent_duties(connection, store, duties)
        of_cases = urgent_cases(connection, store, cases(connection))
    assert {(each.case, each.kind) for each in duties if each.id in urgent} == {
        (girl, "urgent_need"), (neighbour, "find"),
    }  # fmt: skip
    assert of_cases == {girl, neighbour}


def test_what_an_install_no_longer_has_a_programme_for_is_not_called_urgent(sqlite_url: str, tmp_path: Path) -> None:
    store = open_bodies(sqlite_url)
    girl = survey_in(store, tmp_path)[0]
    do(store, c.ChangeRisk(case=girl, risk="high", by=COUNTY_DESK), BEGIN)
    bare = replace(store, programmes={})
    with reading(store.engine) as connection:
        assert urgent_duties(connection, bare, open_duties(connection, BEGIN)) == frozenset()
        assert urgent_cases(connection, bare, cases(connection)) == frozenset()


def test_a_school_that_nobody_is_bound_to_is_not_a_case_never_paired(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    elder = survey_in(store, tmp_path)[3]
    run_round(store, BEGIN + days(40))
    with reading(store.engine) as connection:
        found = findings(connection, BEGIN + days(40))
    never = {each.case for each in found if each.sort is Sort.NEVER_PAIRED}
    assert elder in never
    assert of_kind(store, "school") not in never


def test_an_empty_desk_is_one_of_the_levels_that_have_desks_and_never_a_schools(
    database_url: str, tmp_path: Path
) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    with reading(store.engine) as connection:
        usual = findings(connection, BEGIN)
        villages = findings(connection, BEGIN, None, (Level.VILLAGE, Level.TOWNSHIP))
        schools = {body.id for body in bodies(connection)}
    assert not [each for each in usual if each.sort is Sort.EMPTY_DESK]
    empty = {each.unit for each in villages if each.sort is Sort.EMPTY_DESK}
    assert state(store, of_kind(store, "household")).unit in empty
    assert not empty & schools


def test_a_list_of_coordinators_may_name_a_village_and_a_school(database_url: str, tmp_path: Path) -> None:
    store = open_bodies(database_url)
    units_in(store, tmp_path)
    sheet = tmp_path / "c.csv"
    sheet.write_text(
        "姓名,手机,单位,乡镇,村\n赵校长,13905390009,银雀山小学,,\n钱村长,13905390010,,兰山街道,东村村委会\n孙主任,13905390011,,兰山街道,\n",
        encoding="utf-8",
    )
    with reading(store.engine) as connection:
        named = {body.name: (body.id,) for body in bodies(connection)}
    report = read_coordinators(sheet, "3713", (), Below(villages=True, bodies=named))
    import_coordinators(store, report)
    (school,) = named["银雀山小学"]
    with reading(store.engine) as connection:
        seated = {line.unit for line in all_desks(connection) if line.person}
    assert {school, village_id(TOWNSHIP, "东村"), TOWNSHIP} <= seated


def test_without_desks_in_villages_a_village_is_where_somebody_lives(tmp_path: Path) -> None:
    sheet = tmp_path / "c.csv"
    sheet.write_text("姓名,手机,乡镇,村\n钱村长,13905390010,兰山街道,东村\n", encoding="utf-8")
    (row,) = read_coordinators(sheet, "3713", ()).rows
    assert row.item is not None
    assert (row.item.unit, row.item.village) == (TOWNSHIP, "")


def test_a_schools_name_borne_twice_needs_its_township(tmp_path: Path) -> None:
    sheet = tmp_path / "c.csv"
    sheet.write_text(
        "姓名,手机,单位,乡镇\n赵校长,13905390009,中心小学,银雀山街道\n钱校长,13905390010,中心小学,\n", encoding="utf-8"
    )
    named = {"中心小学": ("371302001-aaaaaaaa", "371302002-bbbbbbbb")}
    first, second = read_coordinators(sheet, "3713", (), Below(bodies=named)).rows
    assert first.item is not None
    assert first.item.unit == "371302002-bbbbbbbb"
    assert second.verdict.value == "refused"


def test_the_small_programme_has_no_desks_in_villages(sqlite_url: str) -> None:
    store = open_bodies(sqlite_url)
    assert not any(has_village_desks(programme) for programme in store.programmes.values())
    with writing(store.engine) as connection:
        seat(connection, village_id(TOWNSHIP, "东村"), COUNTY_DESK)
    with reading(store.engine) as connection:
        assert village_id(TOWNSHIP, "东村") in {line.unit for line in all_desks(connection)}
    assert date(2026, 9, 1) == BEGIN.date()
