"""Rows 15 and 5 of what the engine must carry: two years of figures, units beside each other, supports in balance."""

import base64
import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from python_calamine import CalamineWorkbook
from support.command_line import Said, Shouwang
from support.office import (
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    answer,
    do,
    open_case,
    open_office,
    pair,
)
from support.programmes import FILE

from deployments.cli import where as where_commands_open
from deployments.cli.figures_asked import period_of, unit_of
from deployments.cli.where import BadInput, Where
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.store.audit import audit_report
from domain.store.engine import writing
from domain.store.install import open_install
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.units import ensure_units

KEY: Final = b"a key for tests, thirty-two long"
OURS: Final = "our-city@1"
MORE: Final = """
  camp_consent:
    title: {zh: 夏令营同意书, en: Consent to camp}
    owed_by: companion
    stages: [check-in]
    opens: {after: ["invited:camp"], within: 5 days}
    ladder: standard
    handover: 3 days
    asks: {agreed: {title: {zh: 监护人是否同意, en: Does the guardian agree?}, type: yes-no}}
  camp_attendance:
    title: {zh: 夏令营到场, en: Presence at camp}
    owed_by: township_desk
    stages: [check-in]
    opens: {after: ["invited:camp"], on: on}
    ladder: township
    asks: {came: {title: {zh: 是否参加, en: Did the child come?}, type: yes-no}}
  donation:
    title: {zh: 年度募捐, en: Donation campaign}
    owed_by: township_desk
    stages: [pairing, check-in, follow-up]
    opens: {yearly: 11-30}
    ladder: township
    lapses_into: county_takeover
    answerable_before: 1 month
    asks: {yuan: {title: {zh: 募得（元）, en: Yuan raised}, type: count, most: 1000000}}
  assessment:
    title: {zh: 年度考核, en: Assessment}
    owed_by: county_desk
    stages: [pairing, check-in, follow-up]
    opens: {yearly: 12-20}
    ladder: county
    lapses_into: county_takeover
    answerable_before: 1 month
    asks:
      visits: {title: {zh: 走访, en: Visits}, type: count, most: 10}
      records: {title: {zh: 记录, en: Records}, type: count, most: 10}
      training: {title: {zh: 培训, en: Training}, type: count, most: 10}
"""
LAST_EVENING: Final = "2027-12-31T23:00:00+08:00"
SUPPORTS: Final = "our-city.all.supports"


class City(NamedTuple):
    """An install with its cases, and its command line at the end of 2027."""

    store: Store
    cases: tuple[CaseId, ...]
    shouwang: Shouwang

    def say(self, *words: object, language: str = "en") -> str:
        """What a command says: names of places and titles, never of people."""
        said = Shouwang(self.shouwang.data, self.shouwang.now, language).do(*words)
        assert "某" not in said
        assert "p0000" not in said
        return said

    def ask(self, *words: object) -> Any:
        """The same in JSON."""
        return json.loads(self.say(*words, "--json"))


def programme() -> str:
    """Linyi's method under another name, with a camp, a donation campaign and an assessment."""
    text = FILE.read_text(encoding="utf-8")
    for before, after in (
        ("programme: linyi-1204\n", "programme: our-city\n"),
        ('"lapsed:insurance"]', '"lapsed:insurance", "lapsed:donation", "lapsed:assessment"]'),
        ("risks:\n", "    camp: {title: {zh: 夏令营, en: Camp}, subject: unit, starts: check-in}\n\nrisks:\n"),
        ("\nlife:\n", f"{MORE}\nlife:\n"),
    ):
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def at(year: int, month: int, day: int) -> datetime:
    """Nine in the morning of a day in Linyi."""
    return datetime(year, month, day, 1, tzinfo=UTC)


@pytest.fixture
def city(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """Two years in four families of two counties."""
    monkeypatch.setenv("SHOUWANG_DATABASE_URL", database_url)
    folder = tmp_path / "city"
    (folder / "programmes").mkdir(parents=True)
    (folder / "programmes" / "our-city.yaml").write_text(programme(), encoding="utf-8")
    (folder / "keys").mkdir()
    (folder / "keys" / "master.key").write_bytes(base64.b64encode(KEY))
    install = open_install(folder)
    monkeypatch.setattr(where_commands_open, "open_install", lambda _folder: install)
    store = replace(open_office(database_url), programmes=install.programmes)
    cases = live_through_two_years(store)
    yield City(store, cases, Shouwang(folder, now=LAST_EVENING))
    assert audit_report(store, at(2027, 12, 31)).breaches == []
    for each in (store, install):
        each.engine.dispose()


def live_through_two_years(store: Store) -> tuple[CaseId, ...]:
    """Three of the four children are paired; what was given and how it was judged is written twice."""
    begin = at(2026, 9, 1)
    places = (TOWNSHIP, TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP)
    cases = tuple(
        open_case(store, number, now=begin, township=place, programme=OURS)
        for number, place in enumerate(places, start=1)
    )
    first, second, _, fourth = cases
    day = moved_on(store, at(2026, 9, 2))
    for case, helper in ((first, ZHOU), (second, LIU), (fourth, WU)):
        pair(store, case, helper, day)
    day = moved_on(store, at(2026, 11, 25))
    visit(store, first, ZHOU, day, 2, "heart")
    visit(store, second, LIU, day, 3, "heart", "will")
    visit(store, fourth, WU, day, 1, "hardship")
    give(store, day, {first: 600, fourth: 400})
    judge(store, moved_on(store, at(2026, 12, 15)), {first: (8, 7, 9), fourth: (5, 5, 5)})
    camp(store, first, second)
    day = moved_on(store, at(2027, 11, 25))
    visit(store, first, ZHOU, day, 4, "heart", "will", "skill", "hardship")
    visit(store, fourth, WU, day, 2, "hardship")
    give(store, day, {first: 1042, fourth: 700})
    judge(store, moved_on(store, at(2027, 12, 15)), {first: (9, 9, 9), second: (7, 7, 6), fourth: (10, 10, 10)})
    moved_on(store, at(2027, 12, 31))
    return cases


def moved_on(store: Store, moment: datetime) -> datetime:
    """Time passes until then."""
    run_round(store, moment)
    return moment


def visit(store: Store, case: CaseId, by: PersonId, day: datetime, hours: int, *supports: str) -> None:
    """A home visit of some hours with some of the four supports."""
    answer(store, case, "home_visit", by, day, needs_help=False, hours=hours, supports=supports)


def give(store: Store, day: datetime, sums: dict[CaseId, int]) -> None:
    """What a campaign raised."""
    for case, yuan in sums.items():
        answer(store, case, "donation", TOWNSHIP_DESK, day, yuan=yuan)


def judge(store: Store, day: datetime, points: dict[CaseId, tuple[int, int, int]]) -> None:
    """The year's assessment."""
    for case, given in points.items():
        named = dict(zip(("visits", "records", "training"), given, strict=True))
        answer(store, case, "assessment", COUNTY_DESK, day, **named)


def camp(store: Store, comes: CaseId, stays: CaseId) -> None:
    """Two children are invited to a camp and allowed to go; one of them does."""
    day = moved_on(store, at(2027, 6, 20))
    for case, helper in ((comes, ZHOU), (stays, LIU)):
        activity = CaseId("371302-09999")
        do(store, c.Invite(case=case, activity=activity, kind="camp", on=date(2027, 7, 6), by=TOWNSHIP_DESK), day)
        answer(store, case, "camp_consent", helper, day, agreed=True)
    day = moved_on(store, at(2027, 7, 6))
    answer(store, comes, "camp_attendance", TOWNSHIP_DESK, day, came=True)
    answer(store, stays, "camp_attendance", TOWNSHIP_DESK, day, came=False)


def test_a_city_sees_its_units_beside_each_other_and_beside_last_year(city: City, tmp_path: Path) -> None:
    """Row 15: figures for each unit and level, compared with others and with last year; yearly assessment."""
    counties_stand_beside_each_other(city)
    the_yearly_assessment_ranks_and_honours(city)
    files_say_what_the_screen_says(city, tmp_path)


def counties_stand_beside_each_other(city: City) -> None:
    """Each county's figures with those of the year before, its change and its rank."""
    told = city.ask("figures", "--year", "2027", "--programme", "our-city")
    assert (told["period"], told["before"]) == (
        {"first": "2027-01-01", "last": "2027-12-31"}, {"first": "2026-01-01", "last": "2026-12-31"},
    )  # fmt: skip
    assert [line["unit"] for line in told["units"]] == [COUNTY, OTHER_COUNTY]
    raised = figure(told, "our-city.donation.yuan.sum")
    assert raised["total"] == {"value": 1742, "before": 1000, "change": 74.2, "rank": None}
    assert [raised[unit]["change"] for unit in (COUNTY, OTHER_COUNTY)] == [pytest.approx(73.666667), 75.0]
    assert [raised[unit]["rank"] for unit in (COUNTY, OTHER_COUNTY)] == [1, 2]
    hours = figure(told, "our-city.home_visit.hours.sum")
    assert (hours["total"]["value"], hours["total"]["before"], hours["total"]["change"]) == (6, 6, 0.0)
    waiting = figure(told, "pairing.waiting_share")
    assert (waiting[COUNTY]["rank"], waiting[OTHER_COUNTY]["rank"]) == (2, 1)
    opened = figure(told, "cases.opened")
    assert (opened["total"]["value"], opened["total"]["before"]) == (0, 4)
    came = [figure(told, f"activities.{key}")["total"]["value"] for key in ("invited", "attended")]
    assert came == [2, 1]
    words = city.say("figures", "--year", "2027", "--about", "our-city.donation")
    assert "1,742" in words
    assert "+74.2 %" in words


def test_the_four_supports_show_as_shares_of_each_unit(city: City) -> None:
    """Row 5: heart, will, skill and hardship over all duties that ask for them, and how far they are apart."""
    told = city.ask("figures", "--year", "2027", "--by", "county", "--about", SUPPORTS)
    shares = {
        unit: [figure(told, f"{SUPPORTS}.{support}.share")[unit]["value"] for support in SUPPORT]
        for unit in ("total", COUNTY, OTHER_COUNTY)
    }
    assert shares == {"total": [0.2, 0.2, 0.2, 0.4], COUNTY: [0.25] * 4, OTHER_COUNTY: [0.0, 0.0, 0.0, 1.0]}
    spread = figure(told, f"{SUPPORTS}.spread")
    assert [(spread[unit]["value"], spread[unit]["rank"]) for unit in (COUNTY, OTHER_COUNTY)] == [(0.0, 1), (1.0, 2)]
    before = figure(told, f"{SUPPORTS}.heart.share")[COUNTY]
    assert before["before"] == pytest.approx(2 / 3, abs=1e-6)
    assert before["change"] == pytest.approx(25 - 200 / 3, abs=1e-3)
    spoken = city.say("figures", "--year", "2027", "--about", SUPPORTS, language="zh")
    assert "做了哪些帮扶·扶困（占比）" in spoken
    assert "100.0 %（0.0 个百分点）第1" in spoken.replace("+", "")


SUPPORT: Final = ("heart", "will", "skill", "hardship")


def the_yearly_assessment_ranks_and_honours(city: City) -> None:
    """By case, and in the mean of each township; a township nobody assessed stands there too."""
    first, second, _, fourth = city.cases
    told = city.ask("figures", "assess", "our-city", "--duty", "assessment", "--year", "2027", "--best", "1")
    assert (told["duty"], told["questions"], told["most"]) == ("assessment", ["visits", "records", "training"], 30)
    lines = [(line["case"], line["total"], line["before"], line["rank"], line["honoured"]) for line in told["lines"]]
    assert lines == [(fourth, 30.0, 15.0, 1, True), (first, 27.0, 24.0, 2, False), (second, 20.0, None, 3, False)]
    assert [line["change"] for line in told["lines"]] == [100.0, 12.5, None]
    by_unit = city.ask(
        "figures", "assess", "our-city", "--duty", "assessment", "--year", "2027", "--by", "township", "--best", "1"
    )
    assert [(line["unit"], line["cases"], line["total"], line["rank"]) for line in by_unit["lines"]] == [
        (OTHER_TOWNSHIP, 1, 30.0, 1), (TOWNSHIP, 2, 23.5, 2), (SECOND_TOWNSHIP, 0, None, None),
    ]  # fmt: skip
    words = city.say("figures", "assess", "our-city", "--duty", "assessment", "--year", "2027", "--best", "1")
    assert [("★" in line, line.split()[0]) for line in words.splitlines()[3:]] == [
        (True, "1"), (False, "2"), (False, "3"),
    ]  # fmt: skip


def files_say_what_the_screen_says(city: City, tmp_path: Path) -> None:
    """The workbook, opened again, and the CSV hold the same figures as the answer in JSON."""
    book, sheet = tmp_path / "figures.xlsx", tmp_path / "figures.csv"
    said = city.say("figures", "--year", "2027", "--by", "township", "--xlsx", book, "--csv", sheet)
    assert str(book) in said
    told = city.ask("figures", "--year", "2027", "--by", "township")
    opened = CalamineWorkbook.from_path(str(book))
    assert opened.sheet_names == ["Overview", "This period", "Year before", "Change", "Rank"]
    titles = {each["title"]: each["key"] for each in told["figures"]}
    for name, part in (("This period", "value"), ("Year before", "before"), ("Change", "change"), ("Rank", "rank")):
        heads, *rows = opened.get_sheet_by_name(name).to_python()
        assert [row[0] for row in rows] == ["3713", TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP]
        for row, line in zip(rows, [told["total"], *told["units"]], strict=True):
            written = {titles[str(head)]: cell for head, cell in zip(heads[2:], row[2:], strict=True)}
            assert written == {key: as_written(cell[part]) for key, cell in line["figures"].items()}, (name, row[0])
    overview = {row[1]: row[2:] for row in opened.get_sheet_by_name("Overview").to_python()[1:]}
    assert overview["Donation campaign: Yuan raised (sum)"] == [1742, 1000, pytest.approx(74.2)]
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows_of = list(csv.DictReader(file))
    assert len(rows_of) == 4 * len(told["figures"])
    raised = [row for row in rows_of if row["figure"] == "our-city.donation.yuan.sum" and row["unit"] == TOWNSHIP]
    assert [(row["value"], row["before"], row["rank"], row["among"]) for row in raised] == [("1042", "600", "1", "3")]


def as_written(value: float | None) -> Any:
    """An empty cell is an empty text to whoever reads the workbook."""
    return "" if value is None else pytest.approx(value, abs=1e-6)


def test_a_unit_may_be_named_and_one_that_is_not_there_is_answered_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "city"
    (folder / "programmes").mkdir(parents=True)
    (folder / "programmes" / "our-city.yaml").write_text(programme(), encoding="utf-8")
    store = open_install(folder)
    monkeypatch.setattr(where_commands_open, "open_install", lambda _folder: store)
    with writing(store.engine) as connection:
        ensure_units(connection, [(TOWNSHIP, "东村"), (SECOND_TOWNSHIP, "")])
    shouwang = Shouwang(folder, now=LAST_EVENING)
    by_name = shouwang.ask("figures", "--unit", "兰山区", "--year", "2027")
    assert by_name["total"]["unit"] == COUNTY
    assert {line["unit"]: line["figures"]["cases.open"]["value"] for line in by_name["units"]} == {
        TOWNSHIP: 0, SECOND_TOWNSHIP: 0,
    }  # fmt: skip
    refused(shouwang("figures", "--unit", "兰山"), "兰山区 (371302)")
    refused(shouwang("figures", "--about", "nothing.like.that"), "nothing.like.that")
    refused(shouwang("figures", "assess", "our-city"), "donation, assessment")
    where = Where(data=folder, now=datetime.fromisoformat(LAST_EVENING), language="en")
    with pytest.raises(BadInput, match="desks list"):
        unit_of(where, "qqqq")
    for given, part in (
        ((2028, None, None), "has not come yet"),
        ((1999, None, None), "2001"),
        ((None, date(2027, 3, 1), date(2027, 2, 1)), "lies after"),
        ((2027, date(2027, 1, 1), None), "either --year"),
    ):
        with pytest.raises(BadInput, match=part):
            period_of(where, *given)
    assert period_of(where, None, None, None) == (date(2027, 1, 1), date(2027, 12, 31))
    assert period_of(where, None, None, date(2026, 3, 31)) == (date(2026, 1, 1), date(2026, 3, 31))
    store.engine.dispose()


def refused(said: Said, part: str) -> None:
    """Bad input, in one sentence that says what to do."""
    assert said.code == 2, said
    assert part in said.sentence


def figure(told: dict[str, Any], key: str) -> dict[str, Any]:
    """One figure of the whole and of each unit."""
    return {"total": told["total"]["figures"][key]} | {
        line["unit"]: line["figures"][key] for line in told["units"]
    }  # fmt: skip
