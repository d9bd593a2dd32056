"""Cases: found by number, name, pinyin, place or volunteer; nobody else's, and no name unasked."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    TOWNSHIP,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
    village,
)  # fmt: skip
from support.signed_in import as_role
from support.site import Visitor, visiting, words_of
from support.telling import speak

from domain.ids import CaseId, PersonId
from domain.rules.access import Role
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.people import Identity, change_identity, erase

FIRST, SECOND, FAR = CaseId("371302-00001"), CaseId("371302-00002"), CaseId("371321-00003")
NAMES = {PersonId("p000000101"): "单小明", PersonId("p000000102"): "王雨欣", PersonId("p000000103"): "單小梅"}
SHOWN = {"shown": "yes", "back": "/console"}


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Three children: one late with Zhou, one with nobody in another township, one in another county."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    open_case(store, 2, township=SECOND_TOWNSHIP, now=BEGIN + days(19))
    open_case(store, 3, township=OTHER_TOWNSHIP, now=BEGIN + days(19))
    pass_days(store, BEGIN, 20)
    with writing(store.engine) as connection:
        for person, name in {**NAMES, ZHOU: "周桂兰", LIU: "刘芳"}.items():
            change_identity(connection, store.seal, person, Identity(name=name))
    with visiting(store, BEGIN + days(20), tmp_path / "spool") as someone:
        yield someone


@pytest.fixture
def county(visitor: Visitor) -> Visitor:
    """The county's coordinator has signed in."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def cases_on(page: Any) -> list[str]:
    """The case numbers on a page, in order."""
    return re.findall(r'/console/cases/(\d{6}-\d{5})"', page.text)


def looked_for(visitor: Visitor, words: str, **filters: str) -> list[str]:
    """The cases that come when this is typed."""
    return cases_on(visitor.post("/console/cases", {"q": words, **filters}))


def test_the_longest_late_stands_first_with_who_is_tied_and_what_is_owed(county: Visitor) -> None:
    page = county.get("/console/cases")
    assert cases_on(page) == [FIRST, SECOND]
    said = words_of(page)
    assert "共 2 个个案" in said
    assert "其中 1 个有逾期" in said
    assert "周桂兰" in said
    assert "还没有人" in said
    assert re.search(r"逾期 1 项，最久 6 天", said)


def test_nothing_of_another_unit_is_found_by_any_way(county: Visitor) -> None:
    assert cases_on(county.get("/console/cases?stage=&order=newest")) == [SECOND, FIRST]
    assert looked_for(county, "00003") == []
    assert looked_for(county, "单小梅") == []
    assert looked_for(county, "南村") == []
    elsewhere = county.get(f"/console/cases?unit={OTHER_COUNTY}")
    unknown = county.get("/console/cases?unit=999999")
    assert elsewhere.status_code == unknown.status_code == 404
    assert elsewhere.text.replace(str(OTHER_COUNTY), "") == unknown.text.replace("999999", "")


@pytest.mark.parametrize(
    "words",
    ["单小明", "单小", "小明", "單小明", "shanxiaoming", "danxiaoming", "Shan Xiao Ming", "sxm", "sx", "shan", "00001",
     "302-00001", "东村", "周桂兰", "zhouguilan", "zgl"],
)  # fmt: skip
def test_a_child_is_found_by(county: Visitor, words: str) -> None:
    assert looked_for(county, words) == [FIRST]


@pytest.mark.parametrize("words", ["明", "单小明明", "x", "刘芳", "%", "_", "' OR 1=1 --"])
def test_nobody_is_found_by(county: Visitor, words: str) -> None:
    assert looked_for(county, words) == []


def test_a_name_that_was_typed_stands_in_no_address_and_is_still_in_its_box(county: Visitor) -> None:
    page = county.post("/console/cases", {"q": "王雨欣", "order": "number"})
    assert cases_on(page) == [SECOND]
    assert "王" not in str(page.url)
    assert "%E7" not in str(page.url).upper()
    assert 'value="王雨欣"' in page.text
    again = county.get(str(page.url).removeprefix(county.address))
    assert cases_on(again) == [SECOND]
    assert "王雨欣" not in words_of(again)


def test_an_address_with_what_was_typed_says_nothing_to_anybody_else(county: Visitor) -> None:
    address = str(county.post("/console/cases", {"q": "王雨欣"}).url).removeprefix(county.address)
    as_role(county, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    page = county.get(address)
    assert "王雨欣" not in page.text
    assert cases_on(page) == [FAR]


def test_who_may_not_see_names_finds_nobody_by_one(visitor: Visitor) -> None:
    as_role(visitor, Role.AUDITOR)
    assert looked_for(visitor, "单小明") == []
    assert looked_for(visitor, "周桂兰") == [FIRST]
    assert looked_for(visitor, "东村") == [FIRST]
    as_role(visitor, Role.OPS)
    assert looked_for(visitor, "单小明") == []
    assert looked_for(visitor, "周桂兰") == []
    assert looked_for(visitor, "00001") == [FIRST]
    assert "周桂兰" not in visitor.get("/console/cases").text


def reads(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Whose record was read, by whom and what for."""
    with reading(visitor.store.engine) as connection:
        rows = connection.execute(select(t.record_read).order_by(t.record_read.c.person))
        return [(row.person, row.by, row.purpose) for row in rows]


def test_names_are_shown_only_when_asked_for_and_each_reading_is_recorded(county: Visitor) -> None:
    assert looked_for(county, "单小明") == [FIRST]
    assert reads(county) == []
    county.post("/console/names", SHOWN)
    page = county.get("/console/cases?order=number")
    assert "单小明" in words_of(page)
    assert "王雨欣" in words_of(page)
    assert "小梅" not in page.text
    assert reads(county) == [(f"p00000010{number}", COUNTY_DESK, "console") for number in (1, 2)]


def test_filters_narrow_and_stay_in_the_address(county: Visitor) -> None:
    assert cases_on(county.get("/console/cases?late=yes")) == [FIRST]
    assert cases_on(county.get("/console/cases?alone=yes")) == [SECOND]
    assert cases_on(county.get("/console/cases?climbed=yes")) == [FIRST]
    assert cases_on(county.get(f"/console/cases?unit={SECOND_TOWNSHIP}")) == [SECOND]
    assert cases_on(county.get("/console/cases?stage=pairing")) == [SECOND]
    assert cases_on(county.get("/console/cases?risk=high")) == []
    page = county.post("/console/cases", {"unit": TOWNSHIP, "late": "yes", "q": ""})
    assert str(page.url).endswith(f"/console/cases?unit={TOWNSHIP}&late=yes")
    assert "没有符合条件的个案" in words_of(county.get("/console/cases?risk=high"))


@pytest.mark.parametrize(
    "odd", ["page=0", "page=-3", "page=99999999999", "page=abc", "stage=x", "order=x", "w=!!", "w=e"]
)
def test_an_odd_address_is_no_fault(county: Visitor, odd: str) -> None:
    assert county.get(f"/console/cases?{odd}").status_code == 200


def test_typing_brings_the_list_alone_with_the_address_to_keep(county: Visitor) -> None:
    answer = county.post("/console/cases", {"q": "sxm"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert cases_on(answer) == [FIRST]
    kept = answer.headers["HX-Replace-Url"]
    assert cases_on(county.get(kept)) == [FIRST]
    back = county.get(kept, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.text


def rows_of(answer: Any) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_list_can_be_taken_along_without_names_or_with_each_reading_recorded(county: Visitor) -> None:
    answer = county.get("/console/cases.csv?order=number")
    heads, *rows = rows_of(answer)
    assert [row[0] for row in rows] == [FIRST, SECOND]
    assert "姓名" not in heads
    assert "attachment" in answer.headers["Content-Disposition"]
    assert reads(county) == []
    with writing(county.store.engine) as connection:
        change_identity(connection, county.store.seal, PersonId("p000000102"), Identity(name="=1+1"))
    county.post("/console/names", SHOWN)
    heads, *rows = rows_of(county.get("/console/cases.csv?order=number"))
    assert [row[heads.index("姓名")] for row in rows] == ["单小明", "'=1+1"]
    assert [each[0] for each in reads(county)] == ["p000000101", "p000000102"]
    assert county.get("/console/cases.xlsx").content[:2] == b"PK"


def test_another_name_is_found_from_then_on_and_an_erased_person_no_more(county: Visitor) -> None:
    child = PersonId("p000000101")
    with writing(county.store.engine) as connection:
        change_identity(connection, county.store.seal, child, Identity(name="赵小红"))
    assert looked_for(county, "单小明") == []
    assert looked_for(county, "zxh") == [FIRST]
    with writing(county.store.engine) as connection:
        erase(connection, child)
    assert looked_for(county, "zxh") == []


def test_many_pages_are_walked_without_losing_or_repeating_anybody(visitor: Visitor) -> None:
    for number in range(4, 124):
        open_case(visitor.store, number, now=BEGIN + days(19 if number % 3 else 0))
    pass_days(visitor.store, BEGIN + days(19), 1)
    speak(visitor.store, COUNTY_DESK, "zh")
    as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)
    for order in ("late", "newest", "number"):
        pages = [cases_on(visitor.get(f"/console/cases?order={order}&page={page}")) for page in (1, 2, 3, 4)]
        assert [len(page) for page in pages] == [50, 50, 22, 0]
        assert len({case for page in pages for case in page}) == 122


def test_a_page_asks_the_database_ten_times_at_most_however_long_it_is(visitor: Visitor) -> None:
    for number in range(4, 64):
        open_case(visitor.store, number, now=BEGIN + days(19 if number % 2 else 0))
    as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)
    visitor.post("/console/names", SHOWN)
    asked: list[str] = []
    event.listen(visitor.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for path in (
        "/console/cases",
        "/console/cases?late=yes&page=1",
        "/console/area",
        f"/console/area/{village(TOWNSHIP)}",
    ):
        asked.clear()
        assert visitor.get(path).status_code == 200
        assert 0 < len(asked) <= 10, [path, *(each[:90] for each in asked)]
