"""Sheets at the console: looked through, taken in where one is at home, given back; and nobody else sees them."""

from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from samples.sheets import an_id
from sqlalchemy import select
from support.brought import BORN, BROKEN, ELSEWHERE, HERE, sheet_of
from support.counting import MOST, statements
from support.office import BEGIN, COUNTY, COUNTY_DESK, OTHER_COUNTY, OTHER_COUNTY_DESK, days, open_office
from support.signed_in import as_role, make_login, sign_in
from support.site import Visitor, count_of, visiting, words_of

from domain.ids import LoginId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.sheets.opening import grids_in
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.offices import next_number
from web.posted_files import A_SHEET


def bring(visitor: Visitor, content: bytes, kind: str = "survey", name: str = "李明月的表.xlsx") -> httpx.Response:
    """Upload a sheet as the form does; the answer is the page it leads to."""
    given = {"kind": kind, "programme": "linyi-1204"}
    return visitor.client.post("/console/sheets", data=given, files={"file": (name, content)})


def take_in(visitor: Visitor, shown: httpx.Response) -> httpx.Response:
    """Press the button of the preview."""
    return visitor.post(f"{shown.url.path}/import")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """A small office, and somebody before its pages."""
    store = open_office(database_url)
    with writing(store.engine) as connection:
        next_number(connection, "person", 1_000)  # the office's own people were numbered by hand
    with visiting(store, BEGIN) as found:
        yield found


@pytest.fixture
def county(visitor: Visitor) -> Visitor:
    """The county's coordinator, signed in."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def test_every_row_gets_its_verdict_and_only_rows_of_ones_own_places_are_taken_in(county: Visitor) -> None:
    shown = bring(county, sheet_of(HERE, ELSEWHERE, BROKEN))
    said = words_of(shown)
    assert shown.status_code == 200
    assert "王小溪 退回 这一行的地点不在您负责的范围内" in said
    assert "赵无类 退回 困境类别未填" in said
    assert said.index("赵无类") < said.index("李明月")
    assert count_of(county.store, "case-opened") == 0
    done = take_in(county, shown)
    assert "新登记 1 行" in words_of(done)
    with reading(county.store.engine) as connection:
        units = [row.unit for row in connection.execute(select(t.snapshot.c.unit))]
        sheet = connection.execute(select(t.sheet)).one()
    assert [unit.startswith(COUNTY) for unit in units] == [True]
    assert (sheet.kind, sheet.accepted, sheet.by) == ("survey", 1, COUNTY_DESK)


def test_the_same_file_again_changes_nothing_and_says_so(county: Visitor) -> None:
    content = sheet_of(HERE)
    take_in(county, bring(county, content))
    again = bring(county, content)
    assert "已经导入过。再导入一次不会改变任何内容" in words_of(again)
    assert "什么也没有改变" in words_of(take_in(county, again))
    assert count_of(county.store, "case-opened") == 1
    assert "摸排表" in words_of(county.get("/console/sheets"))


def test_pressing_the_button_twice_takes_nobody_in_twice(county: Visitor) -> None:
    shown = bring(county, sheet_of(HERE))
    take_in(county, shown)
    assert "新登记 1 行" in words_of(take_in(county, shown))
    assert count_of(county.store, "case-opened") == 1


def test_nobody_but_who_brought_it_sees_a_sheet(county: Visitor) -> None:
    shown = bring(county, sheet_of(HERE))
    make_login(county, "other", [Grant(Role.COORDINATOR, OTHER_COUNTY)], person=OTHER_COUNTY_DESK)
    sign_in(county, "other")
    for path in (shown.url.path, f"{shown.url.path}/answer.xlsx"):
        assert county.get(path).status_code == 404
    assert take_in(county, shown).status_code == 404
    assert count_of(county.store, "case-opened") == 0


def test_what_was_brought_lies_sealed_and_is_gone_after_an_hour_or_once_it_is_taken_in(county: Visitor) -> None:
    shown = bring(county, sheet_of(HERE))
    kept = list(county.site.shelf.folder.iterdir())
    assert len(kept) == 1
    assert b"PK\x03\x04" not in kept[0].read_bytes()
    assert "李明月" not in f"{kept[0]} {shown.url}"
    assert kept[0].stat().st_mode & 0o077 == 0
    take_in(county, shown)
    with reading(county.store.engine) as connection:
        login = LoginId(connection.execute(select(t.login.c.id)).scalar_one())
    left = county.site.shelf.find(county.store.seal, login, kept[0].name, county.clock.moment)
    assert left is not None
    assert (left.content, bool(left.answer)) == (b"", True)
    county.clock.moment += days(1 / 20)
    sign_in(county, f"coordinator-{COUNTY}-zh")
    assert county.get(shown.url.path).status_code == 404
    bring(county, sheet_of(ELSEWHERE))
    assert kept[0] not in county.site.shelf.folder.iterdir()


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_sheet_comes_back_as_a_workbook_with_verdict_and_reasons(county: Visitor, when: str) -> None:
    shown = bring(county, sheet_of(HERE, ELSEWHERE))
    if when == "after":
        take_in(county, shown)
    answer = county.get(f"{shown.url.path}/answer.xlsx")
    assert "attachment" in answer.headers["content-disposition"]
    rows = grids_in(answer.content, "answer.xlsx")[0].rows
    assert rows[0][-2:] == ("结论", "原因")
    assert [row[-2] for row in rows[1:]] == ["通过", "退回"]
    assert "不在您负责的范围内" in str(rows[2][-1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 this is no workbook", "文件已损坏或不完整"),
        (sheet_of(("甲", "乙"), headings=("项目", "金额")), "没有找到表头"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "这其实是网页"),
        (b"", "请选择要上传的文件"),
    ],
    ids=["broken", "other columns", "a page", "nothing"],
)
def test_a_file_that_cannot_be_taken_gets_a_clear_sentence(county: Visitor, content: bytes, said: str) -> None:
    answer = bring(county, content)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert 'value="survey" checked' in answer.text


def test_a_huge_file_gets_a_clear_sentence(county: Visitor) -> None:
    answer = bring(county, b"x" * (A_SHEET.bytes_each + 100_000))
    assert answer.status_code == 413
    assert "文件超过20MB" in words_of(answer)


@pytest.mark.parametrize("role", [Role.OPS, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_import_brings_no_sheet(visitor: Visitor, role: Role) -> None:
    make_login(visitor, "somebody", [Grant(role, EVERYWHERE)])
    sign_in(visitor, "somebody")
    assert visitor.get("/console/sheets").status_code == 403
    assert bring(visitor, sheet_of(HERE)).status_code == 403
    assert bring(visitor, b"x" * (A_SHEET.bytes_each + 100_000)).status_code == 403


def test_who_has_not_signed_in_is_asked_to(visitor: Visitor) -> None:
    assert "登录名" in words_of(bring(visitor, sheet_of(HERE)))


FILLED = {
    "survey": dict(zip(("姓名", "性别", "身份证号码", "困境类别", "县区", "乡镇街道", "村社区"), HERE, strict=False)),
    "volunteers": {
        "姓名": "张秀英",
        "性别": "女",
        "身份证号码": an_id(date(1960, 1, 2), "女"),
        "类别": "教师",
        "联系电话": "13800000009",
        "县区": "兰山区",
        "乡镇街道": "兰山街道",
    },
    "coordinators": {"姓名": "孙协调", "单位区划代码": "371302002", "联系电话": "13800000008"},
}


@pytest.mark.parametrize("kind", FILLED)
def test_an_empty_sheet_that_is_filled_in_is_understood(county: Visitor, kind: str) -> None:
    blank = county.get(f"/console/sheets/blank/{kind}", params={"programme": "linyi-1204"})
    headings = tuple(str(cell) for cell in grids_in(blank.content, "blank.xlsx")[0].rows[0])
    filled = FILLED[kind]
    assert set(filled) <= set(headings)
    shown = bring(county, sheet_of(tuple(filled.get(each, "") for each in headings), headings=headings), kind)
    assert shown.status_code == 200, words_of(shown)
    assert "没有用到" not in words_of(shown)
    assert "0 退回" in words_of(shown)
    assert "0 待核实" in words_of(shown)


def test_a_long_sheet_is_shown_a_hundred_rows_a_page_with_few_statements(county: Visitor) -> None:
    rows = [(f"李明{chr(0x4E00 + n)}", "女", an_id(BORN, "女", n), *HERE[3:]) for n in range(230)]
    shown = bring(county, sheet_of(*rows))
    assert shown.text.count("<tr>") == 101
    with statements(county.store) as sent:
        assert county.get(f"{shown.url.path}?page=3").text.count("<tr>") == 31
        assert county.get("/console/sheets").status_code == 200
    assert len(sent) <= 2 * MOST
