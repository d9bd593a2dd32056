"""A coordinator opens a case: how it stands, who stands around it, its story, its sealed record."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from sqlalchemy import event, select
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
    talk,
)
from support.signed_in import as_role, make_login, sign_in
from support.site import Visitor, visiting, words_of

from domain.ids import CaseId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store import tables as t
from domain.store.engine import reading

CASE: Final = CaseId("371302-00001")
ELSEWHERE: Final = CaseId("371321-00002")
PAGE: Final = f"/console/cases/{CASE}"
CHILD: Final = "某101"


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou goes to the first child since September, the talk of October was late; another child lives elsewhere."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    open_case(store, 2, township=OTHER_TOWNSHIP)
    pass_days(store, BEGIN, 40)
    talk(store, CASE, ZHOU, BEGIN + days(40), needs_help=True)
    with visiting(store, BEGIN + days(41)) as someone:
        yield someone


@pytest.fixture
def county(visitor: Visitor) -> Visitor:
    """The coordinator of the county has signed in."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


@contextmanager
def counted(visitor: Visitor) -> Iterator[list[str]]:
    """The statements a page sends to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "SET", "SHOW")):
            sent.append(statement)

    event.listen(visitor.store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(visitor.store.engine, "before_cursor_execute", note)


def show_names(visitor: Visitor, back: str = PAGE) -> str:
    """Press the button; the page it comes back to."""
    return visitor.post("/console/names", {"shown": "yes", "back": back}).text


def readings(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Whose record was read, by whom, what for."""
    with reading(visitor.store.engine) as connection:
        return [(row.person, row.by, row.purpose) for row in connection.execute(select(t.record_read))]


def test_the_page_tells_how_a_case_stands_and_who_stands_around_it(county: Visitor) -> None:
    said = words_of(county.get(PAGE))
    for words in (
        "371302-00001 孤儿", "风险等级：低", "应办事项", "紧急求助", "陪伴志愿者 某011 13900000011", "监护人 尚未登记",
        "某002 13900000002", "临沂“1204”孤困儿童关爱",
    ):  # fmt: skip
        assert words in said
    assert re.search('<li class="now" aria-current="step"><span>探访', county.get(PAGE).text)


def test_the_story_is_told_in_sentences_newest_first_and_each_line_says_why(county: Visitor) -> None:
    page = county.get(PAGE).text
    positions = [int(each) for each in re.findall(rf"{PAGE}/why/(\d+)", page)]
    assert positions == sorted(positions, reverse=True)
    story = words_of(county.get(PAGE))
    assert story.index("志愿者（某011）完成事项") < story.index("志愿者（某011）结对，身份：陪伴志愿者")
    told = words_of(county.get(f"{PAGE}/why/{positions[0]}"))
    assert "由来" in told
    assert "立案：孤儿，女，所在地东村" in told


def test_a_long_story_is_told_fifty_lines_at_a_time(county: Visitor) -> None:
    pass_days(county.store, BEGIN + days(41), 60)
    page = county.get(PAGE).text
    assert page.count("/why/") == 50
    older = re.findall(rf'href="({PAGE}/story\?before=\d+)"', page)[0]
    whole, part = county.get(older).text, county.get(older, headers={"HX-Request": "true"}).text
    assert "<html" in whole
    assert "<html" not in part
    seen = re.findall(r"/why/(\d+)", page) + re.findall(r"/why/(\d+)", part)
    assert [int(each) for each in seen] == sorted({int(each) for each in seen}, reverse=True)


def test_every_line_of_the_second_part_still_names_its_duty(county: Visitor) -> None:
    pass_days(county.store, BEGIN + days(41), 60)
    older = re.findall(rf'href="({PAGE}/story\?before=\d+)"', county.get(PAGE).text)[0]
    for path in (PAGE, older):
        assert "“?”" not in county.get(path).text


def test_a_childs_name_is_shown_only_after_the_button_and_the_reading_is_recorded(county: Visitor) -> None:
    assert CHILD not in county.get(PAGE).text
    assert readings(county) == []
    assert CHILD in show_names(county)
    assert readings(county) == [("p000000101", COUNTY_DESK, "console")]
    assert CHILD in county.get(PAGE).text
    assert len(readings(county)) == 2


def test_names_hide_again_by_themselves(county: Visitor) -> None:
    show_names(county)
    county.clock.moment += days(0.02)
    assert CHILD not in county.get(PAGE).text


@pytest.mark.parametrize("role", [Role.OPS, Role.AUDITOR])
def test_who_may_not_see_names_sees_none_and_has_nothing_to_press(visitor: Visitor, role: Role) -> None:
    looker = as_role(visitor, role)
    page = looker.get(PAGE)
    assert page.status_code == 200
    assert CHILD not in show_names(looker)
    assert readings(looker) == []
    assert 'details class="act" id=' not in page.text
    assert ("某011" in page.text) is (role is Role.AUDITOR)
    assert ("13900000011" in page.text) is (role is Role.AUDITOR)
    assert looker.post(f"{PAGE}/acts/close", {"reason": "other"}).status_code in {403, 404}


@pytest.mark.parametrize("path", ["", "/story?before=5", "/why/1", "/duties/1", "/acts/close", "/acts/transfer"])
def test_a_case_of_another_county_is_not_there(county: Visitor, path: str) -> None:
    assert county.get(f"/console/cases/{ELSEWHERE}{path}").status_code == 404
    assert county.get(f"/console/cases/999999-99999{path}").status_code == 404
    assert county.get(f"/console/cases/{CASE}{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/duties/0",
        "/duties/999",
        "/duties/x",
        "/why/0",
        "/why/9999",
        "/why/-1",
        "/acts/burn",
        "/acts/answer",
        "/story?before=x",
    ],
)
def test_what_a_case_does_not_have_is_not_there(county: Visitor, path: str) -> None:
    assert county.get(PAGE + path).status_code == 404


@pytest.mark.parametrize("named", ["%00", "'", "371302-00001%0a", "一", "x" * 60])
def test_an_odd_address_is_not_there(county: Visitor, named: str) -> None:
    assert county.get(f"/console/cases/{named}").status_code == 404


def test_whoever_coordinates_here_and_audits_there_opens_no_record_there(visitor: Visitor) -> None:
    grants = [Grant(Role.COORDINATOR, COUNTY), Grant(Role.AUDITOR, EVERYWHERE)]
    make_login(visitor, "both", grants, person=COUNTY_DESK)
    sign_in(visitor, "both")
    page = show_names(visitor, f"/console/cases/{ELSEWHERE}")
    assert "某102" not in page
    assert readings(visitor) == []
    assert 'id="act-close"' not in page
    assert visitor.post(f"/console/cases/{ELSEWHERE}/acts/close", {"reason": "other"}).status_code == 404


@pytest.mark.parametrize("named", [False, True], ids=["numbers", "names"])
def test_a_page_asks_the_database_at_most_ten_times(county: Visitor, named: bool) -> None:
    if named:
        show_names(county)
    pass_days(county.store, BEGIN + days(41), 60)
    for path in ("", "/story?before=60", "/duties/4", "/acts/reassign", "/acts/transfer", "/why/60"):
        county.get(PAGE + path)
        with counted(county) as sent:
            assert county.get(PAGE + path).status_code == 200
        assert 2 < len(sent) <= 10, (path, sent)


def test_a_township_sees_its_own_case_in_english_too(visitor: Visitor) -> None:
    township = as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK, language="en")
    said = words_of(township.get(PAGE))
    assert "What is owed" in said
    assert "Urgent help" in said
