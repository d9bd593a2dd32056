"""A folder without an install is told as one: reading never makes an empty office out of a mistyped name."""

from pathlib import Path
from typing import Final

import pytest
from support.command_line import MESSY, ROSTER, SURVEY, Shouwang

READING: Final = (
    ("audit",),
    ("case", "list"),
    ("case", "show", "371302-00001"),
    ("case", "acknowledge", "371302-00001/1", "--by", "p000000001"),
    ("check-in", "list"),
    ("check-in", "answer", "371302-00001/1", "--by", "p000000001"),
    ("deliver",),
    ("desks", "list"),
    ("desks", "seat", "371302", "p000000001"),
    ("findings",),
    ("messages", "list"),
    ("overdue",),
    ("overdue", "371302"),
    ("pair", "list"),
    ("pair", "propose", "3713"),
    ("round",),
    ("schedule", "list"),
    ("schedule", "pause", "round"),
    ("volunteers", "list"),
    ("why", "n1"),
)


@pytest.fixture
def nowhere(tmp_path: Path) -> Shouwang:
    """A folder nobody has begun an install in."""
    return Shouwang(tmp_path / "offcie")


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_a_folder_that_is_no_install_says_so_and_makes_nothing(
    nowhere: Shouwang, words: tuple[str, ...]
) -> None:
    for options in ((), ("--json",)):
        said = nowhere(*words, *options)
        assert (said.code, said.out) == (2, "")
        assert f"There is no install in {nowhere.data}" in said.sentence
        assert "survey import" in said.sentence
    assert not nowhere.data.exists()


def test_somebody_elses_folder_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all", encoding="utf-8")
    assert Shouwang(tmp_path)("overdue").code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_a_sheet_can_be_checked_before_there_is_an_install_and_makes_none(nowhere: Shouwang) -> None:
    assert nowhere("survey", "check", SURVEY, "--json").answer["counts"]["accepted"]
    assert nowhere("survey", "check", MESSY).code == 1
    assert nowhere("volunteers", "check", ROSTER).code == 0
    assert not nowhere.data.exists()


def test_the_programmes_that_ship_can_be_listed_without_an_install(nowhere: Shouwang) -> None:
    assert "linyi-1204@1" in [each["name"] for each in nowhere.ask("programmes", "list")]
    assert not nowhere.data.exists()


@pytest.mark.parametrize(
    "words", [("survey", "import", SURVEY), ("demo", "fill", "--children", 12, "--volunteers", 20, "--months", 1)]
)
def test_what_an_office_begins_with_begins_one(nowhere: Shouwang, words: tuple[object, ...]) -> None:
    assert nowhere(*words).code == 0
    assert nowhere.ask("case", "list")


def test_a_folder_that_holds_only_settings_is_an_install_to_be(nowhere: Shouwang) -> None:
    nowhere.data.mkdir()
    (nowhere.data / "settings.toml").write_text('language = "en"\n', encoding="utf-8")
    assert nowhere("overdue").code == 0
