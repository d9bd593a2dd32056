"""Cases about more than children on the command line: sheets of units, single cases, guardians' accounts."""

from datetime import date
from pathlib import Path

import pytest
from samples.sheets import an_id, csv_bytes
from support.bodies_line import BY, DESKS, TOWNSHIP, bodies_line
from support.bodies_office import CARD, OTHER_CARD, UNITS
from support.command_line import Said, Shouwang

GIRL = ("--kind", "orphan", "--unit", TOWNSHIP, "--name", "王小雨", "--guardian", "王建国", "--phone", "13805390001")
BORN, NUMBER = "2014-04-02", an_id(date(2014, 4, 2), "女")


@pytest.fixture
def shouwang(tmp_path: Path) -> Shouwang:
    """An install under the programme about more than children."""
    return bodies_line(tmp_path / "office")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet of units."""
    path = tmp_path / "units.csv"
    path.write_bytes(csv_bytes(UNITS, "gb18030"))
    return path


def open_girl(shouwang: Shouwang, *more: str) -> Said:
    return shouwang("case", "open", *GIRL, "--id-number", NUMBER, *BY, *more)


# Sheets of units


def test_a_sheet_of_units_is_judged_and_taken_in(shouwang: Shouwang, sheet: Path, tmp_path: Path) -> None:
    checked = shouwang("units", "check", sheet, "--json")
    assert checked.code == 1
    assert checked.answer["counts"] == {"accepted": 5, "refused": 1, "duplicate": 0, "needs review": 0}
    assert shouwang.ask("case", "list") == []
    taken = shouwang("units", "import", sheet, "--json", "--answer", tmp_path / "answer.csv")
    assert taken.answer["imported"]["new"] == 5
    assert [row["verdict"] for row in taken.answer["rows"]][-1] == "refused"
    assert {each["case"] for each in taken.answer["imported"]["cases"]} == {
        each["case"] for each in shouwang.ask("case", "list")
    }
    assert "Refused" in (tmp_path / "answer.csv").read_text(encoding="utf-8-sig")


def test_the_same_sheet_of_units_twice_changes_nothing(shouwang: Shouwang, sheet: Path) -> None:
    shouwang("units", "import", sheet)
    before = shouwang.ask("case", "list"), shouwang.ask("units", "list")
    again = shouwang("units", "import", sheet, "--json").answer
    assert again["imported"]["new"] == 0
    assert again["counts"]["duplicate"] == 5
    assert (shouwang.ask("case", "list"), shouwang.ask("units", "list")) == before


def test_units_are_listed_by_their_ids_and_families_are_not_among_them(shouwang: Shouwang, sheet: Path) -> None:
    shouwang("units", "import", sheet)
    found = {each["name"]: (each["kind"], each["parent_name"]) for each in shouwang.ask("units", "list")}
    assert found == {
        "银雀山小学": ("school", "西村"), "银雀山街道关工委": ("branch", "银雀山街道"),
        "鲁南食品有限公司": ("partner", "临沂市"),
    }  # fmt: skip
    assert len(shouwang.ask("units", "list", "--unit", TOWNSHIP)) == 2


@pytest.mark.parametrize("content", [b"PK\x03\x04junk" * 300, b"%PDF-1.7", b"", "甲,乙\n1,2\n".encode()])
def test_a_file_that_is_no_sheet_of_units_is_told_in_one_sentence(
    shouwang: Shouwang, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "units.xlsx"
    path.write_bytes(content)
    said = shouwang("units", "import", path)
    assert said.code == 2
    assert said.sentence
    assert shouwang.ask("case", "list") == []


def test_a_programme_of_children_alone_takes_no_units(tmp_path: Path, sheet: Path) -> None:
    said = Shouwang(tmp_path / "other")("units", "check", sheet, "--programme", "linyi-1204@1")
    assert said.code == 2
    assert "no kinds of schools" in said.sentence


def test_somebody_sits_at_a_schools_desk(shouwang: Shouwang, sheet: Path, tmp_path: Path) -> None:
    shouwang("units", "import", sheet)
    school = next(each["id"] for each in shouwang.ask("units", "list") if each["kind"] == "school")
    shouwang.do("desks", "seat", school, DESKS[TOWNSHIP])
    assert shouwang.desk(school) == DESKS[TOWNSHIP]
    listed = tmp_path / "more.csv"
    listed.write_text("姓名,手机,单位\n赵校长,13905390009,银雀山小学\n", encoding="utf-8")
    shouwang.do("coordinators", "import", listed)
    assert len([row for row in shouwang.ask("desks", "list") if row["unit"] == school]) == 2
    assert shouwang("desks", "seat", "371302002-00000000", DESKS[TOWNSHIP]).code == 2


# Single cases


def test_a_child_is_opened_by_hand_as_a_row_of_a_sheet_would_be(shouwang: Shouwang) -> None:
    said = open_girl(shouwang, "--json")
    assert (said.code, said.answer["verdict"]) == (0, "accepted")
    (case,) = shouwang.ask("case", "list")
    assert (case["case"], case["stage"], case["unit"]) == (said.answer["case"], "pairing", TOWNSHIP)
    again = open_girl(shouwang, "--json")
    assert (again.code, again.answer["verdict"], again.answer["case"]) == (1, "duplicate", None)
    assert len(shouwang.ask("case", "list")) == 1


def test_without_an_id_number_the_case_waits_for_the_desk(shouwang: Shouwang) -> None:
    said = shouwang("case", "open", *GIRL, "--born", BORN, "--sex", "女", *BY, "--json")
    assert (said.code, said.answer["verdict"]) == (1, "needs review")
    assert shouwang.ask("case", "list")[0]["stage"] == "identification"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--kind", "lonely_elder", "--unit", TOWNSHIP, "--name", "赵德芳", "--id-number",
          an_id(date(1948, 5, 6), "女")), "check-in pairing"),
        (("--kind", "school", "--unit", TOWNSHIP, "--name", "银雀山小学"), "check-in"),
        (("--kind", "committee", "--unit", "371302", "--name", "兰山区关工委"), "check-in"),
        (("--kind", "partner", "--unit", "3713", "--name", "鲁南食品有限公司", "--contact", "赵总"), "check-in"),
        (("--kind", "household", "--unit", TOWNSHIP, "--name", "王大山", "--account", CARD), "check-in"),
        (("--kind", "day_centre", "--unit", TOWNSHIP, "--name", "日间照料中心", "--risk", "high"), "check-in"),
    ],
)  # fmt: skip
def test_a_case_of_any_kind_is_opened_by_hand(shouwang: Shouwang, more: tuple[str, ...], words: str) -> None:
    shouwang.do("case", "open", *more, *BY)
    (case,) = shouwang.ask("case", "list")
    assert case["stage"] in words
    assert case["urgent"] == ("high" in more)
    assert shouwang.ask("audit")["clean"]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        (("--kind", "orphans"), 2, "no kind of case"),
        (("--kind", "camp"), 2, "activity plan"),
        (("--unit", "371302"), 2, "wider"),
        (("--unit", "110101001"), 2, "area"),
        (("--unit", "nowhere"), 2, "no unit"),
        (("--by", "p999999999"), 2, "no coordinator"),
        (("--risk", "deadly"), 2, "risk"),
    ],
)
def test_what_does_not_go_together_is_told_in_one_sentence(
    shouwang: Shouwang, changes: tuple[str, str], code: int, words: str
) -> None:
    given = dict(zip(GIRL[::2], GIRL[1::2], strict=True)) | {"--id-number": NUMBER, "--by": DESKS[TOWNSHIP]}
    given[changes[0]] = changes[1]
    said = shouwang("case", "open", *[word for pair in given.items() for word in pair])
    assert said.code == code
    assert words in said.sentence
    assert "王小雨" not in said.err
    assert shouwang.ask("case", "list") == []


def test_a_row_that_would_be_refused_opens_no_case(shouwang: Shouwang) -> None:
    said = shouwang("case", "open", *GIRL, "--id-number", an_id(date(2005, 4, 2), "女"), *BY)
    assert said.code == 1
    assert "18" in said.out
    assert shouwang.ask("case", "list") == []


# Accounts


def case_number(shouwang: Shouwang) -> str:
    return str(shouwang.ask("case", "list")[0]["case"])


def test_the_guardians_account_is_recorded_and_never_shown(shouwang: Shouwang) -> None:
    open_girl(shouwang)
    said = shouwang("case", "account", case_number(shouwang), "--number", f"{CARD[:6]} {CARD[6:]}", *BY)
    assert said.code == 0
    shown = [said, shouwang("case", "show", case_number(shouwang)), shouwang("case", "list", "--json")]
    assert not any(CARD[:6] in each.out + each.err for each in shown)
    for file in shouwang.data.rglob("*"):
        if file.is_file():
            assert CARD.encode() not in file.read_bytes(), file


def test_a_mistyped_card_is_recorded_with_a_warning(shouwang: Shouwang) -> None:
    open_girl(shouwang)
    said = shouwang("case", "account", case_number(shouwang), "--number", CARD[:-1] + "3", *BY)
    assert said.code == 0
    assert "check digit" in said.out


@pytest.mark.parametrize("number", ["123", "abc", "", "6222-x"])
def test_what_is_no_account_is_bad_input(shouwang: Shouwang, number: str) -> None:
    open_girl(shouwang)
    said = shouwang("case", "account", case_number(shouwang), "--number", number, *BY)
    assert said.code == 2
    assert said.sentence


def test_an_account_for_nobody_and_another_familys_account_are_refused(shouwang: Shouwang) -> None:
    open_girl(shouwang, "--account", CARD)
    other = (
        "--kind",
        "orphan",
        "--unit",
        TOWNSHIP,
        "--name",
        "李小花",
        "--id-number",
        an_id(date(2014, 4, 2), "女", 7),
    )
    shouwang("case", "open", *other, *BY)
    alone = shouwang.ask("case", "list")[1]["case"]
    nobody = shouwang("case", "account", alone, "--number", OTHER_CARD, *BY)
    assert (nobody.code, "guardian" in nobody.sentence) == (1, True)
    family = ("--guardian", "李建军", "--phone", "13805390009")
    shouwang("case", "open", *other[:4], "--name", "李小草", "--id-number", an_id(date(2015, 4, 2), "女"), *family,
             *BY)  # fmt: skip
    taken = shouwang("case", "account", shouwang.ask("case", "list")[2]["case"], "--number", CARD, *BY)
    assert (taken.code, "somebody else" in taken.sentence) == (1, True)
    assert shouwang("case", "account", "371302-09999", "--number", CARD, *BY).code == 2


ALONE = ("--kind", "orphan", "--unit", TOWNSHIP, "--name", "李小花", "--id-number", an_id(date(2014, 4, 2), "女", 7))
GRANDMOTHER = ("--name", "李奶奶", "--relation", "祖母", "--phone", "139 0539 0077")


def test_a_guardian_named_later_may_have_an_account(shouwang: Shouwang) -> None:
    shouwang("case", "open", *ALONE, *BY)
    case = case_number(shouwang)
    assert "shouwang case guardian" in shouwang("case", "account", case, "--number", OTHER_CARD, *BY).sentence
    named = shouwang("case", "guardian", case, *GRANDMOTHER, *BY)
    assert named.code == 0
    assert "answers for the child at home" in named.out
    assert shouwang("case", "account", case, "--number", OTHER_CARD, *BY).code == 0
    shown = [named, shouwang("case", "show", case), shouwang("case", "list", "--json")]
    assert not any("李奶奶" in each.out + each.err or "13905390077" in each.out for each in shown)
    assert shouwang.ask("audit")["clean"]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        (GRANDMOTHER, 1, "guardian on record already"),
        ((*GRANDMOTHER[:4], "--phone", "12"), 2, "too few digits"),
        ((*GRANDMOTHER[:4], "--phone", "无"), 2, "phone is missing"),
        (("--name", " ", *GRANDMOTHER[2:]), 2, "name is missing"),
    ],
)
def test_a_guardian_who_cannot_be_recorded_is_refused_in_a_sentence(
    shouwang: Shouwang, given: tuple[str, ...], code: int, words: str
) -> None:
    shouwang("case", "open", *ALONE, *BY)
    shouwang("case", "guardian", case_number(shouwang), *GRANDMOTHER, *BY)
    said = shouwang("case", "guardian", case_number(shouwang), *given, *BY)
    assert (said.code, words in said.sentence) == (code, True), said


def test_a_school_has_no_guardian_and_an_unknown_case_is_no_case(shouwang: Shouwang) -> None:
    shouwang("case", "open", "--kind", "school", "--unit", TOWNSHIP, "--name", "银雀山小学", *BY)
    said = shouwang("case", "guardian", case_number(shouwang), *GRANDMOTHER, *BY)
    assert (said.code, "not about a child" in said.sentence) == (1, True)
    assert shouwang("case", "guardian", "371302-09999", *GRANDMOTHER, *BY).code == 2


def test_money_to_another_account_is_refused_in_a_clear_sentence(shouwang: Shouwang) -> None:
    open_girl(shouwang, "--account", CARD)
    case, desk, county = case_number(shouwang), DESKS[TOWNSHIP], DESKS["371302"]
    roster = shouwang.data.with_name("roster.csv")
    roster.write_text(
        "姓名,性别,身份证号,类别,乡镇,电话,承诺书\n"
        f"周大姐,女,{an_id(date(1960, 1, 2), '女')},五老,银雀山街道,13905390021,2026-08-01\n",
        encoding="utf-8",
    )
    shouwang("volunteers", "import", roster)
    shouwang("pair", "propose", TOWNSHIP)
    shouwang.do("pair", "accept", case, "--by", county)
    shouwang.do("pair", "answer", "--unit", TOWNSHIP)
    helper = shouwang.ask("volunteers", "list")[0]["person"]
    shouwang.do("check-in", "answer", shouwang.duty("talk")["id"], "wish=no", "aid=yes", "--by", helper)
    shouwang.do("check-in", "answer", shouwang.duty("aid")["id"], "--by", desk)
    pay = shouwang.duty("pay")["id"]
    wrong = shouwang("check-in", "answer", pay, f"account={OTHER_CARD}", "yuan=1000", "--by", county)
    assert wrong.code == 1
    assert "guardian" in wrong.sentence
    assert OTHER_CARD not in wrong.err
    assert shouwang.duty("pay")["id"] == pay
    right = shouwang("check-in", "answer", pay, f"account={CARD}", "yuan=1000", "--by", county)
    assert (right.code, CARD in right.out) == (0, False)
    assert shouwang.ask("audit")["clean"]
