"""Sheets on the command line: verdicts, the answer's copy, and the same file twice."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from support.command_line import COORDINATORS, MESSY, ROSTER, SAMPLES, SURVEY, Shouwang


@pytest.fixture
def shouwang(tmp_path: Path) -> Shouwang:
    """An install that does not exist yet."""
    return Shouwang(tmp_path / "office")


def test_every_row_of_the_messy_sample_gets_the_verdict_expected_of_it(shouwang: Shouwang) -> None:
    said = shouwang("survey", "check", MESSY, "--json")
    expected = json.loads((SAMPLES / "survey-messy.expected.json").read_text(encoding="utf-8"))
    assert said.code == 1
    assert [(row["row"], row["verdict"]) for row in said.answer["rows"]] == [
        (row["row"], row["verdict"]) for row in expected
    ]
    assert all(row["why"] for row in said.answer["rows"] if row["verdict"] != "accepted")


def test_before_the_programme_begins_every_row_is_refused_with_its_first_day(shouwang: Shouwang) -> None:
    early = ("--now", "2025-12-31T20:00:00+08:00", "--json")
    said = shouwang("survey", "import", SURVEY, *early)
    assert said.code == 1
    assert (said.answer["counts"]["refused"], said.answer["imported"]["new"]) == (60, 0)
    assert all("The programme begins on 2026-01-01" in row["why"] for row in said.answer["rows"])
    assert shouwang.ask("case", "list") == []
    assert shouwang.ask("survey", "import", SURVEY, "--now", "2026-01-01T00:00:00+08:00")["imported"]["new"] == 60


def test_checking_takes_nobody_in(shouwang: Shouwang) -> None:
    shouwang.do("volunteers", "import", ROSTER)
    shouwang.do("survey", "check", SURVEY)
    assert shouwang.ask("case", "list") == []
    assert shouwang.ask("survey", "check", SURVEY)["counts"]["accepted"] == 60


@pytest.mark.parametrize(("kind", "sheet"), [("survey", SURVEY), ("volunteers", ROSTER)])
def test_the_same_file_twice_changes_nothing(shouwang: Shouwang, kind: str, sheet: Path) -> None:
    first = shouwang.ask(kind, "import", sheet)
    before = shouwang.ask("case", "list"), shouwang.ask("volunteers", "list")
    again = shouwang.ask(kind, "import", sheet)
    assert first["imported"]["new"] > 0
    assert again["imported"]["new"] == 0
    assert {row["verdict"] for row in again["rows"]} <= {"duplicate", "refused"}
    assert (shouwang.ask("case", "list"), shouwang.ask("volunteers", "list")) == before


def test_the_numbers_of_the_new_cases_are_told_by_row(shouwang: Shouwang) -> None:
    imported = shouwang.ask("survey", "import", SURVEY)["imported"]
    assert {each["case"] for each in imported["cases"]} == {each["case"] for each in shouwang.ask("case", "list")}


def test_the_answer_with_reasons_can_be_given_back_and_is_judged_alike(shouwang: Shouwang, tmp_path: Path) -> None:
    answer = tmp_path / "answer.xlsx"
    first = shouwang.ask("survey", "check", MESSY, "--answer", answer)
    assert shouwang.ask("survey", "check", answer)["counts"] == first["counts"]


def test_the_answer_is_never_written_over_the_sheet_itself(shouwang: Shouwang, tmp_path: Path) -> None:
    sheet = Path(shutil.copy(SURVEY, tmp_path / "survey.xlsx"))
    before = hashlib.sha256(sheet.read_bytes()).digest()
    said = shouwang("survey", "import", sheet, "--answer", sheet)
    assert said.code == 2
    assert "another file" in said.sentence
    assert hashlib.sha256(sheet.read_bytes()).digest() == before
    assert shouwang.ask("case", "list") == []


def test_an_answer_that_cannot_be_written_takes_nobody_in(shouwang: Shouwang, tmp_path: Path) -> None:
    said = shouwang("survey", "import", SURVEY, "--answer", tmp_path / "no" / "such" / "folder.xlsx")
    assert said.code == 2
    assert said.sentence
    assert shouwang.ask("case", "list") == []


def test_coordinators_of_a_list_sit_at_the_desks_it_names(shouwang: Shouwang, tmp_path: Path) -> None:
    sheet = tmp_path / "coordinators.csv"
    sheet.write_text(COORDINATORS, encoding="utf-8")
    shouwang.do("coordinators", "import", sheet)
    seated = {row["unit"] for row in shouwang.ask("desks", "list") if row["person"]}
    assert seated == {"3713", "371302", "371302002"}


@pytest.mark.parametrize("kind", ["survey", "volunteers", "coordinators"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("junk.xlsx", b"\x00\xff\x13PK" * 900),
        ("junk.csv", b"\xff\x00\xfe\x81" * 500),
        ("empty.csv", b""),
        ("a.pdf", b"%PDF"),
    ],
)
def test_a_file_that_is_no_sheet_is_told_in_one_sentence(
    shouwang: Shouwang, tmp_path: Path, kind: str, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    said = shouwang(kind, "import", tmp_path / name)
    assert said.code == 2
    assert said.sentence
    assert said.out == ""


@pytest.mark.parametrize("what", ["nowhere.xlsx", "."])
def test_a_missing_file_or_a_folder_is_told_in_one_sentence(shouwang: Shouwang, tmp_path: Path, what: str) -> None:
    said = shouwang("survey", "import", tmp_path / what)
    assert said.code == 2
    assert said.sentence
