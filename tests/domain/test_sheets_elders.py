"""A survey of children and elders: each kind with ages of its own; an elder answers for himself."""

from datetime import date
from pathlib import Path

import pytest
from samples.sheets import LINYI, ON, a_child, an_id, survey
from support.bodies_programme import bodies_programme
from support.programmes import linyi

from domain.rules.sheet_rules import survey_rules
from domain.sheets import Row, SheetError, SurveyedChild, SurveyRules, read_survey
from domain.sheets.survey import Ages

RULES = survey_rules(bodies_programme(), ON)
OLD = {"姓名": "赵德厚", "性别": "男", "困境类别": "独居老人", "出生日期": date(1950, 4, 2)}


def an_elder(**changes: object) -> dict[str, object]:
    """An elder whose row is accepted, in the sheet of the children."""
    nothing = {"监护人姓名": None, "与儿童关系": None, "监护人电话": None, "就读学校": None, "年级": None}
    elder = {**a_child(**OLD), **nothing, **changes}
    born, sex = elder["出生日期"], str(elder["性别"])
    if "身份证号码" not in changes and isinstance(born, date):
        elder["身份证号码"] = an_id(born, sex)
    return elder


def read(path: Path, *people: dict[str, object], rules: SurveyRules = RULES) -> tuple[Row[SurveyedChild], ...]:
    headings = tuple(dict.fromkeys(key for person in people for key in person))
    return read_survey(survey(path, *people, headings=headings), rules, ()).rows


def said(row: Row[SurveyedChild]) -> list[str]:
    return [reason.key for reason in (*row.reasons, *row.remarks)]


def test_an_elder_needs_no_guardian_and_no_school(tmp_path: Path) -> None:
    (row,) = read(tmp_path / "s.xlsx", an_elder())
    assert (row.verdict.value, said(row)) == ("accepted", [])
    assert row.item is not None
    assert (row.item.kind, row.item.elder, row.item.school) == ("lonely_elder", True, "")


def test_telephone_and_account_of_an_elder_are_his_own(tmp_path: Path) -> None:
    elder = an_elder(监护人电话="13805390007", 银行卡号="6222021001116245702")
    (row,) = read(tmp_path / "s.xlsx", elder)
    assert row.item is not None
    assert (row.item.guardian_phone, row.item.account) == ("13805390007", "6222021001116245702")
    (wrong,) = read(tmp_path / "t.xlsx", an_elder(监护人电话="12345"))
    assert said(wrong) == ["phone-too-short"]


def test_children_and_elders_in_one_sheet_are_each_judged_by_their_own_ages(tmp_path: Path) -> None:
    people = (
        a_child(困境类别="孤儿"),
        an_elder(),
        a_child(姓名="钱大成", 困境类别="孤儿", 出生日期=date(2008, 9, 1)),
        an_elder(姓名="孙未老", 出生日期=date(1966, 9, 2)),
        an_elder(姓名="孙刚老", 出生日期=date(1966, 9, 1)),
    )
    rows = read(tmp_path / "s.xlsx", *people)
    assert [row.verdict.value for row in rows] == ["accepted", "accepted", "refused", "refused", "accepted"]
    assert [said(rows[2]), said(rows[3])] == [["too-old"], ["too-young-for-kind"]]
    assert "60" in rows[3].why("zh")


@pytest.mark.parametrize("heading", ["老人姓名", "老年人姓名", "空巢老人姓名"])
def test_columns_may_name_the_elder(tmp_path: Path, heading: str) -> None:
    elder = an_elder()
    elder = {heading if key == "姓名" else key: value for key, value in elder.items()}
    (row,) = read(tmp_path / "s.xlsx", elder)
    assert row.item is not None
    assert row.item.name == "赵德厚"


def test_a_survey_takes_people_only(tmp_path: Path) -> None:
    assert RULES.kinds.keys() == {"orphan", "lonely_elder"}
    (row,) = read(tmp_path / "s.xlsx", a_child(困境类别="结对学校"))
    assert said(row) == ["kind-unknown"]


def test_a_kind_without_ages_of_its_own_has_the_programmes() -> None:
    rules = survey_rules(linyi(), ON)
    assert rules.ages_of("orphan") == Ages(below=18)
    assert RULES.ages_of("lonely_elder") == Ages(below=None, least=60)
    assert RULES.ages_of("orphan") == Ages(below=18)


def test_a_survey_needs_its_headings_whatever_its_kinds(tmp_path: Path) -> None:
    with pytest.raises(SheetError):
        read(tmp_path / "s.xlsx", {"甲": 1, "乙": 2}, rules=SurveyRules(kinds={}, below_age=18, within=LINYI, on=ON))
