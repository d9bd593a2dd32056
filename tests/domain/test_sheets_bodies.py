"""Sheets of schools, committees, partners, households and projects, as offices write them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from samples.sheets import ON, csv_bytes, survey, workbook
from support.bodies_programme import bodies_programme

from domain.rules.sheet_rules import body_rules
from domain.sheets import Row, SheetError, Verdict, annotate
from domain.sheets.bodies import ListedBody, read_bodies

RULES: Final = body_rules(bodies_programme(), ON)
SCHOOL: Final[Mapping[str, object]] = {
    "序号": 1,
    "单位名称": "银雀山小学",
    "类别": "学校",
    "县区": "兰山区",
    "乡镇(街道)": "银雀山街道",
    "村(社区)": "三合屯社区",
    "联系人": "李 明",
    "联系电话": "13805390011",
    "成员": "张一、李二",
    "备注": None,
}
Judge = Callable[..., tuple[str, list[str], ListedBody | None]]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    """The verdict, the keys of what is said, and the body, of a row that differs in these cells."""

    def judge(row: Mapping[str, object] = SCHOOL, **changes: object) -> tuple[str, list[str], ListedBody | None]:
        cells = {**row, **changes}
        (found,) = read_bodies(survey(tmp_path / "b.xlsx", cells, headings=list(cells)), RULES, ()).rows
        return found.verdict.value, said(found), found.item

    return judge


def said(row: Row[ListedBody]) -> list[str]:
    return [reason.key for reason in (*row.reasons, *row.remarks)]


def test_a_school_is_read_with_all_that_the_sheet_says(judged: Judge) -> None:
    assert judged() == ("accepted", [], ListedBody(
        name="银雀山小学", kind="school", subject="school", place="371302002", village="三合屯社区", stands="school",
        contact="李明", phone="13805390011", members=("张一", "李二"),
    ))  # fmt: skip


def test_title_rows_merged_headings_and_totals_are_no_bodies(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        ["兰山区关工委基本情况一览表", *[None] * 6],
        ["填报单位：兰山区关工委", *[None] * 6],
        ["序号", "关工委名称", "所在地", None, "联系人", None, "组成人员"],
        [None, None, "县区", "乡镇（街道）", "姓名", "电话", None],
        [1, "银雀山街道关工委", "兰山区", "银雀山街道", "王华", "13805390012", "王华、刘洋"],
        [2, "银雀山小学关工委", "兰山区", "银雀山街道", "李明", "13805390011", None],
        ["合计", "2个", None, None, None, None, None],
        ["填表人：某某", *[None] * 6],
    ]
    merged = ("A1:G1", "C3:D3", "E3:F3")
    report = read_bodies(workbook(tmp_path / "b.xlsx", rows, merged=merged), RULES, ())
    assert [row.item.name for row in report.rows if row.item] == ["银雀山街道关工委", "银雀山小学关工委"]
    assert [row.item.kind for row in report.rows if row.item] == ["committee", "committee"]
    assert [row.item.contact for row in report.rows if row.item] == ["王华", "李明"]
    assert len(report.skipped) == 2


@pytest.mark.parametrize(
    ("changes", "kind", "stands"),
    [
        ({"类别": None}, "school", "school"),
        ({"单位名称": "银雀山小学关工委", "类别": None}, "committee", "branch"),
        ({"单位名称": "鲁南食品有限公司", "类别": "共建单位"}, "partner", "partner"),
        ({"单位名称": "鲁南食品有限公司关工委", "类别": None}, "committee", "branch"),
        ({"单位名称": "王大山", "类别": "低保户"}, "household", None),
        ({"单位名称": "三合屯日间照料中心", "类别": None}, "day_centre", None),
    ],
)
def test_the_kind_is_read_from_its_column_or_from_how_the_name_ends(
    judged: Judge, changes: dict[str, object], kind: str, stands: str | None
) -> None:
    verdict, _, body = judged(**changes)
    assert body is not None
    assert (verdict, body.kind, body.stands) == ("accepted", kind, stands)


def test_a_household_is_known_by_its_head_and_gets_no_place_that_bears_a_name(judged: Judge) -> None:
    row = {"户主姓名": "王大山", "类别": "低保户", "乡镇": "银雀山街道", "村": "三合屯社区", "家庭成员": "王小雨"}
    verdict, _, body = judged(row)
    assert body is not None
    assert (verdict, body.name, body.stands, body.members) == ("accepted", "王大山", None, ("王小雨",))


@pytest.mark.parametrize(
    ("county", "township", "place"),
    [
        ("兰山区", "银雀山街道", "371302002"),
        (None, "银雀山街道", "371302002"),
        ("兰山区", None, "371302"),
        ("兰山区", "区直", "371302"),
        ("市直", None, "3713"),
        (None, "市直", "3713"),
    ],
)
def test_a_body_stands_in_a_township_a_county_or_the_whole_area(
    judged: Judge, county: str | None, township: str | None, place: str
) -> None:
    _, _, body = judged(县区=county, **{"乡镇(街道)": township, "村(社区)": None})
    assert body is not None
    assert body.place == place


@pytest.mark.parametrize(
    ("changes", "verdict", "key"),
    [
        ({"单位名称": None}, "refused", "body-name-missing"),
        ({"单位名称": "无"}, "refused", "body-name-missing"),
        ({"单位名称": "很" * 61}, "refused", "body-name-too-long"),
        ({"单位名称": "银雀山?学"}, "needs review", "name-odd"),
        ({"类别": "饭店"}, "refused", "kind-unknown"),
        ({"类别": None, "单位名称": "银雀山"}, "refused", "kind-missing"),
        ({"类别": "学校、关工委"}, "needs review", "kind-unclear"),
        ({"县区": "历下区"}, "refused", "no-such-county"),
        ({"乡镇(街道)": "不存在镇"}, "refused", "no-such-township"),
        ({"县区": None, "乡镇(街道)": None}, "refused", "township-missing"),
        ({"联系电话": "12345"}, "refused", "phone-too-short"),
        ({"邮箱": "li at example"}, "needs review", "email-invalid"),
        ({"银行账号": "12"}, "refused", "account-length"),
    ],
)
def test_a_row_is_refused_or_asked_about_with_its_reason(
    judged: Judge, changes: dict[str, object], verdict: str, key: str
) -> None:
    found, reasons, _ = judged(**changes)
    assert (found, reasons[:1]) == (verdict, [key])


def test_the_same_body_twice_counts_once_and_namesakes_elsewhere_are_others(tmp_path: Path) -> None:
    elsewhere = {**SCHOOL, "乡镇(街道)": "金雀山街道"}
    committee = {**SCHOOL, "类别": "关工委"}
    rows = read_bodies(
        survey(tmp_path / "b.xlsx", SCHOOL, SCHOOL, elsewhere, committee, headings=list(SCHOOL)), RULES, ()
    )
    assert [row.verdict for row in rows.rows] == [
        Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.ACCEPTED, Verdict.NEEDS_REVIEW,
    ]  # fmt: skip
    assert [said(row) for row in rows.rows] == [[], ["same-body"], [], ["perhaps-same-body"]]
    known = {row.item.identity() for row in rows.rows if row.item}
    again = read_bodies(survey(tmp_path / "c.xlsx", SCHOOL, headings=list(SCHOOL)), RULES, known)
    assert said(again.rows[0]) == ["known-already"]


def test_the_answer_is_the_offices_own_sheet_with_reasons_and_comes_in_again(tmp_path: Path) -> None:
    sheet = tmp_path / "b.csv"
    cells: list[Sequence[object]] = [
        list(SCHOOL),
        [*SCHOOL.values()],
        [2, "某处", "饭店", "兰山区", "银雀山街道", "", "", "", "", ""],
    ]
    sheet.write_bytes(csv_bytes(cells, "gb18030"))
    report = read_bodies(sheet, RULES, ())
    annotate(report, sheet, tmp_path / "answer.csv", "zh")
    text = (tmp_path / "answer.csv").read_text(encoding="utf-8-sig")
    assert "退回" in text
    assert "结对学校、关工委" in text
    assert read_bodies(tmp_path / "answer.csv", RULES, ()).counts() == report.counts()


@pytest.mark.parametrize("content", [b"PK\x03\x04junk" * 300, b"%PDF", b"\xff\xfe\x00" * 50, b""])
def test_a_file_that_is_no_sheet_is_one_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    with pytest.raises(SheetError):
        read_bodies(path, RULES, ())


def test_missing_headings_are_named_as_this_sheet_calls_them(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(csv_bytes([["类别", "联系人", "联系电话", "备注"], ["小学", "李明", "13805390011", ""]]))
    with pytest.raises(SheetError) as error:
        read_bodies(path, RULES, ())
    assert "名称（或户主）" in error.value.say("zh")
    path.write_bytes(csv_bytes([["甲", "乙", "丙"], ["1", "2", "3"]]))
    with pytest.raises(SheetError) as error:
        read_bodies(path, RULES, ())
    assert "名称" in error.value.say("zh")


def test_activities_are_planned_one_by_one_and_not_imported() -> None:
    assert RULES.kinds.keys() == {"school", "committee", "partner", "household", "day_centre"}
    assert body_rules(bodies_programme(), ON, "camp").kinds.keys() >= {"camp"}


def test_a_linked_village_is_the_village_itself_and_no_place_beside_it(tmp_path: Path) -> None:
    rules = replace(RULES, kinds={"linked": ("联系村",)}, subjects={"linked": "unit"}, villages=frozenset({"linked"}))
    row = {"名称": "三合屯村委会", "县区": "兰山区", "乡镇": "银雀山街道", "联系人": "李明", "电话": "13805390011"}
    (found,) = read_bodies(survey(tmp_path / "b.xlsx", row, headings=list(row)), rules, ()).rows
    assert found.item is not None
    assert (found.item.village, found.item.stands) == ("三合屯村", None)


def test_nothing_personal_shows_itself(judged: Judge, tmp_path: Path) -> None:
    _, _, body = judged({"户主姓名": "王大山", "类别": "低保户", "乡镇": "银雀山街道", "电话": "13805390011"})
    assert "王大山" not in f"{body!r} {body!s}"


def test_before_the_programme_begins_a_body_is_refused_with_its_first_day(tmp_path: Path) -> None:
    early = body_rules(bodies_programme(), date(2025, 12, 31))
    path = tmp_path / "units.csv"
    path.write_bytes(csv_bytes([list(SCHOOL), list(SCHOOL.values())]))
    (row,) = read_bodies(path, early, set()).rows
    assert row.verdict is Verdict.REFUSED
    assert "2026-01-01" in row.why("en")
