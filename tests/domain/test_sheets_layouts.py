"""The many shapes of offices' sheets: headings, encodings, several sheets, and rows that speak of nobody."""

from collections.abc import Container, Sequence
from datetime import date
from pathlib import Path

import pytest
from samples.sheets import CHILD, KINDS, LINYI, ON, Rows, a_child, an_id, csv_bytes, survey, workbook

from domain.sheets import Row, SheetError, SheetReport, SurveyedChild, SurveyRules, Verdict, read_survey

RULES = SurveyRules(kinds=KINDS, below_age=18, within=LINYI, on=ON)
Report = SheetReport[SurveyedChild]


def read(path: Path, seen: Container[str] = frozenset()) -> Report:
    return read_survey(path, RULES, seen)


def only_row(path: Path) -> Row[SurveyedChild]:
    (row,) = read(path).rows
    return row


def keys(row: Row[SurveyedChild]) -> list[str]:
    return [reason.key for reason in (*row.reasons, *row.remarks)]


def test_columns_come_in_any_order_and_by_other_names(tmp_path: Path) -> None:
    headings = {
        "备注说明": "备注", "监护人联系方式": "监护人电话", "监护人": "监护人姓名",
        "与监护人关系": "与儿童关系", "困境儿童类型": "困境类别",
        "所在村（居）": "村(社区)", "所在乡镇": "乡镇(街道)", "县（市、区）": "县区",
        "出生年月日": "出生日期", "公民身份号码": "身份证号码",
        "性 别": "性别", "儿童姓名*": "姓名", "所在班级": "年级", "所在学校": "就读学校",
    }  # fmt: skip
    child = a_child()
    path = workbook(tmp_path / "s.xlsx", [list(headings), [child[name] for name in headings.values()]])
    row = only_row(path)
    assert row.verdict is Verdict.ACCEPTED
    assert row.item is not None
    assert (row.item.guardian_phone, row.item.village, row.item.kind) == ("13805390001", "三合屯社区", "orphan")


@pytest.mark.parametrize(
    "heading", ["身份证号", "身份证号码（18位）", "证件号", "证件号码", "公民身份证号码",
    "儿童身份证号", "居民身份证\n号码", "身份證號碼", "ID number"]
)  # fmt: skip
def test_an_id_column_goes_by_many_names(tmp_path: Path, heading: str) -> None:
    child = a_child()
    child[heading] = child.pop("身份证号码")
    row = only_row(survey(tmp_path / "s.xlsx", child, headings=list(child)))
    assert (row.verdict, row.item and row.item.id_number) == (Verdict.ACCEPTED, child[heading])


def test_unknown_columns_are_passed_over_and_named(tmp_path: Path) -> None:
    child = a_child(鞋码=35, 班主任电话="13905390009", 父亲姓名="王大")
    report = read(survey(tmp_path / "s.xlsx", child, headings=list(child)))
    assert report.ignored == ("鞋码", "班主任电话", "父亲姓名")
    assert report.rows[0].verdict is Verdict.ACCEPTED


TWO_LEVELS = [
    [
        "儿童基本信息",
        None,
        None,
        None,
        "家庭住址",
        None,
        None,
        "困境类型",
        "父亲信息",
        None,
        "监护人情况",
        None,
        None,
        None,
        "备注",
    ],
    [
        "姓名",
        "性别",
        "身份证号",
        "出生年月",
        "县区",
        "乡镇",
        "村居",
        None,
        "姓名",
        "联系电话",
        "姓名",
        "身份证号",
        "关系",
        "电话",
        None,
    ],
]
TWO_LEVEL_CHILD = [
    "王小雨", "女", an_id(date(2014, 4, 2), "女"), "2014.4", "兰山区", "银雀山街道", "三合屯社区",
    "孤儿", "王大", "13905390009",
    "王建国", "37130219550101001X", "祖父", "13805390001", None,
]  # fmt: skip


def test_two_rows_of_headings_are_read_together(tmp_path: Path) -> None:
    rows: Rows = [["2026年孤困儿童信息表"], *TWO_LEVELS, TWO_LEVEL_CHILD]
    merged = ["A1:O1", "A2:D2", "E2:G2", "H2:H3", "I2:J2", "K2:N2", "O2:O3"]
    row = only_row(workbook(tmp_path / "s.xlsx", rows, merged=merged))
    assert row.item is not None
    assert (row.item.name, row.item.guardian_name, row.item.guardian_phone) == ("王小雨", "王建国", "13805390001")
    assert (row.number, keys(row)) == (4, ["born-by-id"])


def test_two_rows_of_headings_survive_the_way_through_csv(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(csv_bytes([["2026年孤困儿童信息表"], *TWO_LEVELS, TWO_LEVEL_CHILD], "gb18030"))
    row = only_row(path)
    assert row.item is not None
    assert (row.item.name, row.item.guardian_name, row.item.guardian_phone) == ("王小雨", "王建国", "13805390001")


def test_kinds_may_be_columns_with_ticks(tmp_path: Path) -> None:
    child = a_child()
    del child["困境类别"]
    ticked = child | {"孤儿": "否", "事实孤儿": "√", "父母服刑": None}
    both = child | {"姓名": "张大山", "身份证号码": an_id(date(2014, 4, 2), "女", 2), "孤儿": "√", "父母服刑": "√"}
    neither = child | {"姓名": "李小山", "身份证号码": an_id(date(2014, 4, 2), "女", 3)}
    one, two, none = read(survey(tmp_path / "s.xlsx", ticked, both, neither, headings=list(ticked))).rows
    assert (one.verdict, one.item and one.item.kind) == (Verdict.ACCEPTED, "de_facto_orphan")
    assert keys(two) == ["kind-unclear"]
    assert keys(none) == ["kind-missing"]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("gb18030", "\t"), ("utf-8", ";")],
)
def test_a_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    child = a_child(监护人姓名="𬭎建国", 备注='他说"好",\n谢谢')
    path = tmp_path / "s.csv"
    path.write_bytes(csv_bytes([["某乡儿童表"], list(child), list(child.values())], encoding, delimiter))
    row = only_row(path)
    assert (row.number, row.verdict) == (3, Verdict.ACCEPTED)
    assert row.item is not None
    assert (row.item.guardian_name, row.item.note) == ("𬭎建国", '他说"好", 谢谢')


def test_a_short_gbk_file_is_not_taken_for_korean(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [["姓名", "身份证号", "类别", "乡镇"], ["王小雨", an_id(date(2014, 4, 2), "女"), "孤儿", "银雀山街道"]]
    path.write_bytes(csv_bytes(rows, "gbk"))
    row = only_row(path)
    assert row.item is not None
    assert (row.item.name, row.item.born, row.verdict) == ("王小雨", date(2014, 4, 2), Verdict.ACCEPTED)


def test_numbers_kept_as_text_in_a_csv_are_unwrapped(tmp_path: Path) -> None:
    number = an_id(date(2014, 4, 2), "女")
    path = tmp_path / "s.csv"
    rows = [["姓名", "身份证号", "类别", "乡镇", "联系电话"]]
    rows += [["王小雨", f'="{number}"', "孤儿", "银雀山街道", "'13805390001"]]
    path.write_bytes(csv_bytes(rows))
    assert only_row(path).verdict is Verdict.ACCEPTED


def test_county_and_township_may_share_a_cell(tmp_path: Path) -> None:
    child = a_child()
    del child["县区"]
    child["乡镇(街道)"] = "临沂市兰山区银雀山街道办事处"
    row = only_row(survey(tmp_path / "s.xlsx", child, headings=list(child)))
    assert (row.verdict, row.item and row.item.township) == (Verdict.ACCEPTED, "371302002")


def test_an_address_alone_gives_township_and_village(tmp_path: Path) -> None:
    child = a_child()
    for heading in ("县区", "乡镇(街道)", "村(社区)"):
        del child[heading]
    child["家庭住址"] = "山东省临沂市兰山区银雀山街道三合屯社区居民委员会"
    row = only_row(survey(tmp_path / "s.xlsx", child, headings=list(child)))
    assert row.item is not None
    assert (row.verdict, row.item.township, row.item.village) == (Verdict.ACCEPTED, "371302002", "三合屯社区")


def test_where_a_child_lives_comes_before_where_it_is_registered(tmp_path: Path) -> None:
    rows: Rows = [
        ["姓名", "身份证号", "类别", "户籍地", None, "现住址", None],
        [None, None, None, "县区", "乡镇", "县区", "乡镇"],
        ["王小雨", an_id(date(2014, 4, 2), "女"), "孤儿", "沂南县", "依汶镇", "兰山区", "银雀山街道"],
    ]
    row = only_row(workbook(tmp_path / "s.xlsx", rows, merged=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"]))
    assert row.item is not None
    assert row.item.township == "371302002"


def test_totals_signatures_and_repeated_headings_are_passed_over(tmp_path: Path) -> None:
    def person(number: int) -> list[object]:
        return [
            number,
            *a_child(身份证号码=an_id(date(2014, 4, 2), "女", number), 姓名=f"王小{'一二三四'[number]}").values(),
        ]

    headings = ["序号", *CHILD]
    rows: list[Sequence[object]] = [
        ["临沂市孤困儿童调查表"], ["填报单位：兰山区", None, "填报日期：2026年9月1日"], headings,
        person(1), ["小计", "1人"], [], [3],
        headings, person(2), ["二、金雀山街道"], person(3), [None, "合 计", "3人"], ["合计：3人"],
        ["填表人：张三", None, None, "审核人：李四"],
        ["注：本表一式两份。"],
    ]  # fmt: skip
    report = read(workbook(tmp_path / "s.xlsx", rows))
    assert [row.number for row in report.rows] == [4, 9, 11]
    assert [row for _, row in report.skipped] == [5, 7, 8, 10, 12, 13, 14, 15]


def test_a_row_with_hardly_anything_is_refused_not_forgotten(tmp_path: Path) -> None:
    report = read(survey(tmp_path / "s.xlsx", {"姓名": "王小雨"}, {"困境类别": "孤儿"}, a_child()))
    assert [row.verdict.value for row in report.rows] == ["refused", "refused", "accepted"]


def test_a_township_merged_over_several_children_counts_for_each(tmp_path: Path) -> None:
    first = a_child()
    second = a_child(姓名="王小雪", 身份证号码=an_id(date(2014, 4, 2), "女", 2), **{"县区": None, "乡镇(街道)": None})
    ditto = a_child(姓名="王小霜", 身份证号码=an_id(date(2014, 4, 2), "女", 3), **{"县区": "同上", "乡镇(街道)": "〃"})
    rows: Rows = [list(first), list(first.values()), list(second.values()), list(ditto.values())]
    report = read(workbook(tmp_path / "s.xlsx", rows, merged=["E2:E3", "F2:F3"]))
    assert [row.item and row.item.township for row in report.rows] == ["371302002"] * 3
    assert report.counts()[Verdict.ACCEPTED] == 3


def test_only_sheets_with_the_headings_are_read_and_rows_name_their_sheet(tmp_path: Path) -> None:
    people: Rows = [list(CHILD), list(a_child().values())]
    path = workbook(
        tmp_path / "s.xlsx", [["填写说明"], ["请如实填写"]], people, people, names=["说明", "银雀山", "金雀山"]
    )
    report = read(path)
    first, again = report.rows
    assert report.passed_over == ("说明",)
    assert (first.sheet, first.number, again.sheet, again.number) == ("银雀山", 2, "金雀山", 2)
    assert again.verdict is Verdict.DUPLICATE
    assert "银雀山" in again.why("zh")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", [["姓名", "性别", "备注", "年级"], ["王小雨", "女", "", "三年级"]])
    with pytest.raises(SheetError) as error:
        read(path)
    assert error.value.reason.key == "columns-missing"
    for column in ("身份证号或出生日期", "困境类别", "乡镇（街道）"):
        assert column in error.value.say("zh")
    assert "姓名" not in error.value.say("zh")
    assert "township" in error.value.say("en")


def test_a_sheet_about_something_else_says_there_are_no_headings(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="no-headings"):
        read(workbook(tmp_path / "s.xlsx", [["商品", "单价"], ["苹果", 3]]))
    with pytest.raises(SheetError, match="no-rows"):
        read(workbook(tmp_path / "t.xlsx", [list(CHILD)]))
