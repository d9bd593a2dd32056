"""Surveys of children: each row gets the verdict an office would expect, with all the reasons."""

import json
from collections.abc import Container, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from samples.sheets import KINDS, LINYI, ON, SAMPLES, a_child, an_id, grid, survey

from domain.sheets import Row, SheetReport, SurveyedChild, SurveyRules, Verdict, read_survey
from domain.sheets.survey import judge_survey

RULES = SurveyRules(kinds=KINDS, below_age=18, within=LINYI, on=ON)
Report = SheetReport[SurveyedChild]


def read(path: Path, seen: Container[str] = frozenset()) -> Report:
    return read_survey(path, RULES, seen)


def only_row(path: Path) -> Row[SurveyedChild]:
    (row,) = read(path).rows
    return row


def keys(row: Row[SurveyedChild]) -> list[str]:
    return [reason.key for reason in (*row.reasons, *row.remarks)]


def judged(changes: Mapping[str, object]) -> tuple[str, list[str]]:
    """The verdict and the keys of what is said of a child whose row differs in these cells."""
    (row,) = judge_survey([grid(a_child(**changes))], RULES, frozenset()).rows
    return row.verdict.value, keys(row)


def test_the_messy_sample_gets_exactly_the_expected_verdicts() -> None:
    expected = {row["row"]: row for row in json.loads((SAMPLES / "survey-messy.expected.json").read_text())}
    report = read(SAMPLES / "survey-messy.xlsx")
    assert {row.number: row.verdict.value for row in report.rows} == {n: row["verdict"] for n, row in expected.items()}
    # Whatever had to be said in the sample is said in words, and clean rows are left in peace.
    assert [row.number for row in report.rows if bool(row.why("zh")) != bool(expected[row.number]["why"])] == [62]


def test_the_clean_sample_is_accepted_whole() -> None:
    report = read(SAMPLES / "survey-clean.xlsx")
    assert report.counts() == {
        Verdict.ACCEPTED: 60,
        Verdict.REFUSED: 0,
        Verdict.DUPLICATE: 0,
        Verdict.NEEDS_REVIEW: 0,
    }
    assert report.ignored == ()
    assert not any(row.why("zh") for row in report.rows)


def test_a_child_is_read_with_all_that_the_sheet_says(tmp_path: Path) -> None:
    row = only_row(survey(tmp_path / "s.xlsx", a_child(备注="喜欢画画")))
    assert row.item == SurveyedChild(
        name="王小雨", sex="female", id_number=an_id(date(2014, 4, 2), "女"), born=date(2014, 4, 2), kind="orphan",
        township="371302002", village="三合屯社区", guardian_name="王建国", guardian_relation="祖父",
        guardian_phone="13805390001", school="银雀山小学", grade="三年级", note="喜欢画画",
    )  # fmt: skip
    assert (row.number, row.verdict, row.why("zh")) == (2, Verdict.ACCEPTED, "")


def test_a_formula_in_a_note_is_text(tmp_path: Path) -> None:
    report = read(SAMPLES / "survey-messy.xlsx")
    (row,) = [row for row in report.rows if row.number == 62]
    assert row.item is not None
    assert row.item.note.startswith("=HYPERLINK(")


def test_no_representation_shows_personal_data() -> None:
    report = read(SAMPLES / "survey-clean.xlsx")
    assert report.rows[0].item is not None
    shown = repr(report) + repr(report.rows[0]) + repr(report.rows[0].item)
    assert report.rows[0].item.name not in shown


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"姓名": None}, "name-missing"),
        ({"身份证号码": "371302201404020101"}, "id-check-digit"),
        ({"身份证号码": 3.7130220140402e17}, "id-cut"),
        ({"身份证号码": "3713022014040"}, "id-shape"),
        ({"身份证号码": None, "出生日期": None}, "born-missing"),
        ({"身份证号码": None, "出生日期": "2014年4月"}, "born-part-only"),
        ({"身份证号码": None, "出生日期": "14.4.2"}, "born-unclear"),
        ({"身份证号码": None, "出生日期": "不清楚"}, "born-unreadable"),
        ({"身份证号码": None, "出生日期": date(2027, 1, 1)}, "born-in-future"),
        ({"身份证号码": an_id(date(2014, 4, 3), "女")}, "born-contradicts-id"),
        ({"出生日期": "2014-02-30", "身份证号码": an_id(date(2014, 3, 2), "女")}, "born-impossible"),
        ({"身份证号码": an_id(date(2014, 4, 2), "男")}, "sex-contradicts-id"),
        ({"身份证号码": None, "性别": None}, "sex-missing"),
        ({"身份证号码": None, "性别": "不详"}, "sex-unreadable"),
        ({"出生日期": date(2008, 9, 1)}, "too-old"),
        ({"困境类别": None}, "kind-missing"),
        ({"困境类别": "家庭富裕"}, "kind-unknown"),
        ({"县区": "历下区"}, "no-such-county"),
        ({"乡镇(街道)": "不存在镇"}, "no-such-township"),
        ({"乡镇(街道)": "沂堂镇"}, "no-such-township-perhaps"),
        ({"县区": None, "乡镇(街道)": "高都"}, "place-ambiguous"),
        ({"乡镇(街道)": None}, "township-missing"),
        ({"县区": None, "乡镇(街道)": None}, "township-missing"),
        ({"监护人电话": "12345"}, "guardian-phone-too-short"),
        ({"监护人电话": "138053900011234"}, "guardian-phone-too-long"),
        ({"监护人电话": "张三"}, "guardian-phone-not-a-number"),
    ],
)
def test_a_row_is_refused_with_its_reason(changes: dict[str, object], key: str) -> None:
    verdict, said = judged(changes)
    assert verdict == "refused"
    assert key in said


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"身份证号码": None}, "id-missing"),
        ({"身份证号码": "未上户口"}, "id-missing"),
        ({"出生日期": "看不清"}, "born-unreadable-id-used"),
        ({"性别": "不详"}, "sex-unreadable-id-used"),
        ({"困境类别": "父亲服刑，母亲重病"}, "kind-unclear"),
        ({"困境类别": "疑似事实孤儿"}, "kind-unclear"),
        ({"姓名": "王?"}, "name-odd"),
        ({"监护人电话": "7212345"}, "guardian-phone-no-area"),
    ],
)
def test_a_row_needs_review_with_its_reason(changes: dict[str, object], key: str) -> None:
    verdict, said = judged(changes)
    assert verdict == "needs review"
    assert key in said


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"县区": None}, "county-filled-in"),
        ({"困境类别": "父亲在监狱服刑"}, "kind-reworded"),
        ({"姓名": "王 小 雨"}, "name-tidied"),
        ({"身份证号码": "３７１３０２２０１４０４０２０１０Ｘ"}, "id-tidied"),
        ({"出生日期": "2014年4月", "身份证号码": "37130220140402010X"}, "born-by-id"),
        ({"出生日期": "14.4.2", "身份证号码": "37130220140402010X"}, "born-by-id"),
        ({"出生日期": 41731}, "born-tidied"),
        ({"监护人电话": None}, "guardian-phone-missing"),
        ({"监护人姓名": None}, "guardian-name-missing"),
        ({"监护人电话": "13805390001/13805390002"}, "phone-first-taken"),
        ({"身份证号码": an_id(date(2014, 4, 2), "女", place="990000")}, "id-place-unknown"),
    ],
)
def test_a_remark_changes_nothing(changes: dict[str, object], key: str) -> None:
    verdict, said = judged(changes)
    assert (verdict, said) == ("accepted", [key])


def test_sex_and_birth_date_are_taken_from_the_id_where_the_cells_are_empty(tmp_path: Path) -> None:
    number = an_id(date(2014, 4, 2), "女")
    row = only_row(survey(tmp_path / "s.xlsx", a_child(性别=None, 出生日期=None, 身份证号码=number)))
    assert row.verdict is Verdict.ACCEPTED
    assert row.item is not None
    assert (row.item.sex, row.item.born) == ("female", date(2014, 4, 2))


def test_all_reasons_of_a_row_are_said_not_only_the_first(tmp_path: Path) -> None:
    child = a_child(姓名=None, 困境类别="家庭富裕", 监护人电话="12345", 身份证号码=None)
    row = only_row(survey(tmp_path / "s.xlsx", child))
    assert row.verdict is Verdict.REFUSED
    assert row.item is None
    assert set(keys(row)) == {"name-missing", "id-missing", "kind-unknown", "guardian-phone-too-short"}
    assert row.why("zh").count("。") >= 4
    assert "name" in row.why("en")


def test_the_seventeen_year_old_is_in_and_the_eighteen_year_old_is_out(tmp_path: Path) -> None:
    last_day = a_child(出生日期=date(2008, 9, 2))
    birthday = a_child(出生日期=date(2008, 9, 1))
    report = read(survey(tmp_path / "s.xlsx", last_day, birthday))
    assert [row.verdict for row in report.rows] == [Verdict.ACCEPTED, Verdict.REFUSED]


def test_the_same_id_is_a_duplicate_whichever_village_reports_it(tmp_path: Path) -> None:
    path = survey(tmp_path / "s.xlsx", a_child(), a_child(**{"乡镇(街道)": "金雀山街道", "村(社区)": "别村"}))
    first, again = read(path).rows
    assert (first.verdict, again.verdict) == (Verdict.ACCEPTED, Verdict.DUPLICATE)
    assert "第2行" in again.why("zh")
    assert "row 2" in again.why("en")


def test_one_id_under_two_names_is_sent_back(tmp_path: Path) -> None:
    first, other, traditional = read(
        survey(tmp_path / "s.xlsx", a_child(姓名="刘小云"), a_child(姓名="张大山"), a_child(姓名="劉小雲"))
    ).rows
    assert (first.verdict, other.verdict) == (Verdict.ACCEPTED, Verdict.REFUSED)
    assert keys(other) == ["same-id-other-name"]
    assert traditional.verdict is Verdict.DUPLICATE


def test_a_refused_row_that_is_also_a_duplicate_is_refused(tmp_path: Path) -> None:
    _, again = read(survey(tmp_path / "s.xlsx", a_child(), a_child(监护人电话="12345"))).rows
    assert again.verdict is Verdict.REFUSED
    assert keys(again) == ["guardian-phone-too-short", "same-id"]


def test_a_refused_row_put_right_further_down_is_no_duplicate(tmp_path: Path) -> None:
    wrong, right = read(survey(tmp_path / "s.xlsx", a_child(监护人电话="12345"), a_child())).rows
    assert (wrong.verdict, right.verdict) == (Verdict.REFUSED, Verdict.ACCEPTED)


def test_without_an_id_name_birthday_and_village_tell_children_apart(tmp_path: Path) -> None:
    child = a_child(身份证号码=None)
    elsewhere = a_child(身份证号码=None, **{"村(社区)": "另一个村"})
    first, again, alike = read(survey(tmp_path / "s.xlsx", child, child, elsewhere)).rows
    assert [first.verdict, again.verdict, alike.verdict] == ["needs review", "duplicate", "needs review"]
    assert "same-person" in keys(again)
    assert "perhaps-same" in keys(alike)


def test_a_child_with_and_without_an_id_may_be_the_same(tmp_path: Path) -> None:
    _, without = read(survey(tmp_path / "s.xlsx", a_child(), a_child(身份证号码=None))).rows
    assert keys(without) == ["id-missing", "perhaps-same"]


def test_namesakes_with_ids_of_their_own_are_two_children(tmp_path: Path) -> None:
    other = a_child(身份证号码=an_id(date(2014, 4, 2), "女", 2), **{"乡镇(街道)": "金雀山街道"})
    _, namesake = read(survey(tmp_path / "s.xlsx", a_child(), other)).rows
    assert (namesake.verdict, keys(namesake)) == (Verdict.ACCEPTED, ["namesake"])


def test_importing_the_same_sheet_again_finds_only_duplicates() -> None:
    first = read(SAMPLES / "survey-clean.xlsx")
    seen = {row.item.identity() for row in first.rows if row.item}
    again = read(SAMPLES / "survey-clean.xlsx", seen)
    assert again.counts()[Verdict.DUPLICATE] == 60
    assert {key for row in again.rows for key in keys(row)} == {"known-already"}


def test_a_known_likeness_is_looked_at(tmp_path: Path) -> None:
    path = survey(tmp_path / "s.xlsx", a_child())
    (first,) = read(path).rows
    assert first.item is not None
    (again,) = read(path, {first.item.likeness()}).rows
    assert keys(again) == ["perhaps-known"]


def test_five_thousand_children_take_seconds(tmp_path: Path) -> None:
    born = [date(2010, 1, 1) + timedelta(days=day) for day in range(5_317)]
    children = (
        a_child(
            姓名=f"王{'明芳文秀'[n % 4]}{'雨佳欣轩浩'[n % 5]}", 出生日期=day, **{"县区": None, "乡镇(街道)": "依汶镇"}
        )
        for n, day in enumerate(born)
    )
    path = survey(tmp_path / "s.xlsx", *children)
    report = read(path)
    assert report.counts()[Verdict.ACCEPTED] == 5_317
