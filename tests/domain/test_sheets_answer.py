"""The answer: the office's own sheet with verdicts and reasons, fit to be corrected and sent again."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples.sheets import (
    CHILD,
    KINDS,
    LINYI,
    ON,
    PAPERS,
    SAMPLES,
    VOLUNTEER_KINDS,
    Rows,
    a_child,
    an_id,
    csv_bytes,
    survey,
    workbook,
)

from domain.sheets import (
    RosterRules,
    SheetError,
    SheetReport,
    SurveyRules,
    Verdict,
    annotate,
    read_survey,
    read_volunteers,
)
from domain.sheets.opening import open_grids

RULES = SurveyRules(kinds=KINDS, below_age=18, within=LINYI, on=ON)
MESSY = SAMPLES / "survey-messy.xlsx"


def answered(source: Path, target: Path, language: str = "zh") -> list[list[object]]:
    """The cells of the answer's first sheet."""
    annotate(read_survey(source, RULES, frozenset()), source, target, language)
    return cells_of(target)


def cells_of(path: Path) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


def verdicts(report: SheetReport[Any]) -> list[tuple[int, str]]:
    return [(row.number, row.verdict.value) for row in report.rows]


def test_the_answer_is_the_sheet_with_two_columns_more(tmp_path: Path) -> None:
    cells = answered(MESSY, tmp_path / "answer.xlsx")
    before = cells_of(MESSY)
    assert [row[:14] for row in cells] == [row[:14] for row in before]
    assert cells[61][14] == '=HYPERLINK("http://127.0.0.1/x","点我")'
    assert cells[2][15:] == ["结论", "原因"]
    assert cells[4][15:] == ["通过", ""]
    assert cells[50][15:] == ["退回", "身份证号校验不通过，可能有数字写错，请核对。"]
    assert cells[59][15] == "重复"
    assert cells[64][15:] == ["", ""]


def test_dates_stay_dates_and_numbers_numbers(tmp_path: Path) -> None:
    cells = answered(MESSY, tmp_path / "answer.xlsx")
    assert cells[4][4] == date(2013, 6, 13)
    assert cells[4][0] == 1.0
    assert cells[51][3] == 3.713992010020518e17


def test_no_text_of_the_answer_is_a_formula_or_a_link(tmp_path: Path) -> None:
    answered(MESSY, tmp_path / "answer.xlsx")
    with zipfile.ZipFile(tmp_path / "answer.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert not [name for name in parts.namelist() if "externalLink" in name]
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


def test_refused_rows_are_coloured_and_accepted_ones_are_not(tmp_path: Path) -> None:
    answered(MESSY, tmp_path / "answer.xlsx")
    with zipfile.ZipFile(tmp_path / "answer.xlsx") as parts:
        sheet, styles = parts.read("xl/worksheets/sheet1.xml").decode(), parts.read("xl/styles.xml").decode()
    style = {row: sheet.split(f'r="P{row}" s="')[1].split('"')[0] for row in (5, 51, 60, 63)}
    assert len(set(style.values())) == 4
    assert "F8CBAD" in styles


def test_the_answer_comes_in_again_with_the_same_verdicts(tmp_path: Path) -> None:
    first = read_survey(MESSY, RULES, frozenset())
    answered(MESSY, tmp_path / "answer.xlsx")
    again = read_survey(tmp_path / "answer.xlsx", RULES, frozenset())
    assert verdicts(again) == verdicts(first)
    assert again.ignored == ()
    assert again.headings[0].answers == (15, 16)


def test_an_answer_to_an_answer_has_the_columns_only_once(tmp_path: Path) -> None:
    answered(MESSY, tmp_path / "one.xlsx")
    cells = answered(tmp_path / "one.xlsx", tmp_path / "two.xlsx", "en")
    assert len(cells[2]) == 17
    assert cells[2][15:] == ["Verdict", "Reasons"]
    assert cells[50][15:] == ["Refused", "The check digit of the ID number is wrong; some digit may be mistyped."]
    again = read_survey(tmp_path / "two.xlsx", RULES, frozenset())
    assert verdicts(again) == verdicts(read_survey(MESSY, RULES, frozenset()))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_is_answered_as_a_csv_without_living_formulas(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "s.csv"
    children = [a_child(备注="=cmd|' /C calc'!A0", 监护人电话="+86 13805390001"), a_child(姓名=None, 备注="-1+2")]
    source.write_bytes(csv_bytes([["某乡"], list(CHILD), *[list(child.values()) for child in children]], encoding))
    report = read_survey(source, RULES, frozenset())
    annotate(report, source, tmp_path / "answer.csv", "zh")
    rows = list(csv.reader(io.StringIO((tmp_path / "answer.csv").read_bytes().decode("utf-8-sig"))))
    assert rows[1][-2:] == ["结论", "原因"]
    assert [row[-2] for row in rows[2:]] == ["通过", "退回"]
    assert rows[2][13] == "'=cmd|' /C calc'!A0"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert verdicts(read_survey(tmp_path / "answer.csv", RULES, frozenset())) == verdicts(report)


CELLS = st.one_of(
    st.sampled_from(
        ["", "''", "'", '="1"', " =1+1", "-", "同上", "合计", "37130220140402010X", "无", "孤儿", "兰山区", "结论"]
    ),
    st.text(alphabet="0123456789=+-@'\"/年月日 \n", max_size=14),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=len(CHILD), max_size=len(CHILD)), min_size=1, max_size=4))
def test_whatever_stands_in_a_csv_its_answer_comes_in_again_alike(tmp_path: Path, rows: list[list[str]]) -> None:
    source = tmp_path / "s.csv"
    source.write_bytes(csv_bytes([list(CHILD), list(a_child().values()), *rows]))
    report = read_survey(source, RULES, frozenset())
    annotate(report, source, tmp_path / "answer.csv", "zh")
    again = read_survey(tmp_path / "answer.csv", RULES, frozenset())
    assert [row.why("en") for row in again.rows] == [row.why("en") for row in report.rows]
    assert verdicts(again) == verdicts(report)


def test_other_sheets_and_merged_cells_are_copied_too(tmp_path: Path) -> None:
    people: Rows = [["某乡儿童表"], list(CHILD), list(a_child().values())]
    source = workbook(tmp_path / "s.xlsx", people, [["填写说明"]], names=["儿童", "说明"], merged=["A1:N1"])
    annotate(read_survey(source, RULES, frozenset()), source, tmp_path / "answer.xlsx", "zh")
    first, second = open_grids(tmp_path / "answer.xlsx")
    assert (first.name, second.name) == ("儿童", "说明")
    assert first.merged == open_grids(source)[0].merged
    assert second.rows == (("填写说明",),)


def test_an_answer_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    report = read_survey(MESSY, RULES, frozenset())
    for target in (tmp_path / "nowhere" / "answer.xlsx", tmp_path):
        with pytest.raises(SheetError, match="not-writable"):
            annotate(report, MESSY, target, "zh")


def test_each_sheet_has_its_own_answers(tmp_path: Path) -> None:
    one: Rows = [list(CHILD), list(a_child().values())]
    two: Rows = [list(CHILD), list(a_child(姓名=None, 身份证号码=an_id(date(2014, 4, 2), "女", 2)).values())]
    source = workbook(tmp_path / "s.xlsx", one, two)
    annotate(read_survey(source, RULES, frozenset()), source, tmp_path / "answer.xlsx", "zh")
    first, second = open_grids(tmp_path / "answer.xlsx")
    assert (first.rows[1][14], second.rows[1][14]) == ("通过", "退回")


def test_a_column_of_the_offices_own_named_reason_is_kept(tmp_path: Path) -> None:
    child = a_child(原因="父母双亡")
    source = survey(tmp_path / "s.xlsx", child, headings=list(child))
    report = read_survey(source, RULES, frozenset())
    assert report.ignored == ("原因",)
    annotate(report, source, tmp_path / "answer.xlsx", "zh")
    assert cells_of(tmp_path / "answer.xlsx")[1][14:] == ["父母双亡", "通过", ""]


def test_a_roster_is_answered_too(tmp_path: Path) -> None:
    rules = RosterRules(papers=PAPERS, kinds=VOLUNTEER_KINDS, within=LINYI, on=ON)
    source = SAMPLES / "volunteers.xlsx"
    report = read_volunteers(source, rules, frozenset())
    annotate(report, source, tmp_path / "answer.xlsx", "zh")
    cells = cells_of(tmp_path / "answer.xlsx")
    assert cells[2][14:] == ["结论", "原因"]
    assert cells[8][14:] == ["通过", "还缺：培训日期。补齐以前不能上岗服务。"]
    again = read_volunteers(tmp_path / "answer.xlsx", rules, frozenset())
    assert again.counts() == report.counts()
    assert again.counts()[Verdict.ACCEPTED] == 120
