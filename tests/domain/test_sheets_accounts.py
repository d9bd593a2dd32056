"""Bank accounts in a survey: understood, checked, and never anybody's but the guardian's."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from samples.sheets import KINDS, LINYI, ON, SAMPLES, a_child, an_id, survey, workbook

from domain.sheets import Row, SurveyedChild, SurveyRules, read_survey
from domain.sheets.accounts import Account, AccountTrouble, read_account, tidy_account

RULES = SurveyRules(kinds=KINDS, below_age=18, within=LINYI, on=ON)
CARD = "6222021001116245702"
MISTYPED = "6222021001116245703"
PASSBOOK = "910113000200011234567"
Judge = Callable[..., Row[SurveyedChild]]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    """The row of a child with these cells."""

    def judge(**cells: object) -> Row[SurveyedChild]:
        child = a_child(**cells)
        (row,) = read_survey(survey(tmp_path / "s.xlsx", child, headings=tuple(child)), RULES, ()).rows
        return row

    return judge


def said(row: Row[SurveyedChild]) -> list[str]:
    return [reason.key for reason in (*row.reasons, *row.remarks)]


@pytest.mark.parametrize(
    "heading",
    ["监护人银行账号", "监护人银行卡号", "银行卡号", "卡号", "收款账户", "监护人（收款）账户", "一卡通账号", "Account"],
)
def test_offices_call_the_column_by_many_names(judged: Judge, heading: str) -> None:
    row = judged(**{heading: CARD, "开户行": "临沂农商银行"})
    assert row.item is not None
    assert (row.verdict.value, row.item.account, row.item.bank) == ("accepted", CARD, "临沂农商银行")


def test_under_the_guardians_heading_the_account_is_the_guardians(tmp_path: Path) -> None:
    child = a_child()
    columns = [each for each in child if not each.startswith(("监护人", "与儿童"))]
    top = [*columns, "监护人信息", None, None]
    below = [*([None] * len(columns)), "姓名", "电话", "银行账号"]
    values = [*(child[each] for each in columns), "王建国", "13805390001", CARD]
    end = len(columns)
    merged = [f"{chr(65 + end)}1:{chr(65 + end + 2)}1"]
    (row,) = read_survey(workbook(tmp_path / "s.xlsx", [top, below, values], merged=merged), RULES, ()).rows
    assert row.item is not None
    assert (row.item.guardian_name, row.item.account) == ("王建国", CARD)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        (6222021001116245000.0, "account-cut"),
        ("6.22202E+18", "account-cut"),
        ("6222021001116250000", "account-cut"),
        ("62220210", "account-length"),
        ("6" * 33, "account-length"),
        ("6222-0210-0111-624570X", "account-not-digits"),
        ("农商行6222021001116245702", "account-not-digits"),
    ],
)
def test_an_account_that_cannot_be_paid_to_is_refused(judged: Judge, cell: object, key: str) -> None:
    row = judged(监护人银行账号=cell)
    assert (row.verdict.value, said(row)) == ("refused", [key])


@pytest.mark.parametrize("cell", [None, "无", "未开户", "-"])
def test_no_account_is_no_mistake(judged: Judge, cell: object) -> None:
    row = judged(监护人银行账号=cell)
    assert (row.verdict.value, said(row)) == ("accepted", [])


def test_blanks_and_hyphens_are_tidied(judged: Judge) -> None:
    row = judged(监护人银行账号="6222 0210-0111 ６２４５702")
    assert row.item is not None
    assert (row.item.account, said(row)) == (CARD, ["account-tidied"])


def test_a_cards_wrong_check_digit_is_only_a_warning(judged: Judge) -> None:
    row = judged(监护人银行账号="6222021001116245703")
    assert row.item is not None
    assert (row.verdict.value, row.item.account, said(row)) == (
        "accepted",
        "6222021001116245703",
        ["account-check-digit"],
    )


def test_a_passbook_has_no_check_digit(judged: Judge) -> None:
    row = judged(监护人银行账号=PASSBOOK)
    assert (row.verdict.value, said(row)) == ("accepted", [])


def test_somebody_elses_account_is_not_taken(judged: Judge) -> None:
    row = judged(监护人银行账号=CARD, 户名="张村长")
    assert row.item is not None
    assert (row.verdict.value, row.item.account, said(row)) == ("needs review", "", ["account-of-somebody-else"])
    assert judged(监护人银行账号=CARD, 户名="王 建国").verdict.value == "accepted"


def test_an_account_without_a_guardian_is_nobodys(judged: Judge) -> None:
    row = judged(监护人银行账号=CARD, 监护人姓名=None)
    assert row.item is not None
    assert row.item.account == ""
    assert "account-of-nobody" in said(row)


def test_one_account_for_two_guardians_is_looked_into(tmp_path: Path) -> None:
    first = a_child(监护人银行账号=CARD)
    sister = a_child(姓名="王小雪", 出生日期=date(2016, 1, 2), 监护人银行账号=CARD)
    other = a_child(
        姓名="李小花", 身份证号码=an_id(date(2014, 4, 2), "女", 7), 监护人姓名="李建军", 监护人银行账号=CARD
    )
    rows = read_survey(survey(tmp_path / "s.xlsx", first, sister, other, headings=tuple(first)), RULES, ()).rows
    assert [row.item.account if row.item else None for row in rows] == [CARD, CARD, ""]
    assert said(rows[2]) == ["account-of-two"]


def test_no_sentence_and_no_representation_shows_an_account(judged: Judge) -> None:
    row = judged(监护人银行账号="6222021001116245703", 户名="张村长")
    assert "62220210" not in repr(row) + repr(row.item) + row.why("zh") + row.why("en")
    assert "62220210" not in repr(read_account("6222021001116245703"))


def test_what_is_typed_is_compared_as_what_was_read() -> None:
    assert tidy_account(" 6222 0210 0111 6245 702 ") == CARD
    assert read_account(CARD) == Account(CARD, tidied=False, fits=True)
    assert read_account("  ") is AccountTrouble.BLANK


def test_surveys_without_such_a_column_are_read_as_before() -> None:
    rows = read_survey(SAMPLES / "survey-clean.xlsx", RULES, ()).rows
    assert {row.item.account for row in rows if row.item} == {""}
