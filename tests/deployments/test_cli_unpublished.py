"""Dates in a year whose days off are not published yet come with a warning, until the office writes them down."""

import json
from pathlib import Path
from typing import Final

import pytest
from support.command_line import SURVEY, Shouwang

from domain.calendar import Calendar

YEAR: Final = next(year for year in range(2026, 2100) if not Calendar().is_published(year))
YEARS_END: Final = f"{YEAR - 1}-12-28T02:00:00Z"


@pytest.fixture
def shouwang(tmp_path: Path) -> Shouwang:
    """An empty install in the last days of a year, the next one being unpublished."""
    return Shouwang(tmp_path / "office", now=YEARS_END)


def publish(shouwang: Shouwang, form: str) -> None:
    """Write into the file that the warning names, in the form it gives."""
    shouwang.data.mkdir(exist_ok=True)
    (shouwang.data / "calendar.yaml").write_text(form + "\n", encoding="utf-8")


def test_working_days_reckoned_in_an_unpublished_year_are_told_once_with_what_to_do(shouwang: Shouwang) -> None:
    said = shouwang("survey", "import", SURVEY)
    assert said.out
    assert str(YEAR) in said.sentence
    assert "not published yet" in said.sentence
    assert str(shouwang.data / "calendar.yaml") in said.sentence
    assert f"{YEAR}: {{published: true, free: [" in said.sentence


def test_it_is_told_in_the_language_of_the_answer(shouwang: Shouwang) -> None:
    said = shouwang("survey", "import", SURVEY, "--language", "zh")
    assert f"{YEAR}年的放假安排国务院还没有公布" in said.sentence


def test_an_answer_in_json_stays_json(shouwang: Shouwang) -> None:
    said = shouwang("survey", "import", SURVEY, "--json")
    assert json.loads(said.out)["counts"]
    assert str(YEAR) in said.sentence


def test_who_reckons_nothing_is_told_nothing(shouwang: Shouwang) -> None:
    shouwang("survey", "import", SURVEY)
    assert shouwang("case", "list").err == ""
    assert shouwang("programmes", "list").err == ""


def test_once_the_office_has_written_the_year_down_nothing_is_told(shouwang: Shouwang) -> None:
    publish(shouwang, f"{YEAR}: {{published: true, free: [{YEAR}-01-01 to {YEAR}-01-03], worked: []}}")
    assert shouwang("survey", "import", SURVEY).err == ""


def test_the_form_shown_is_not_taken_as_it_stands(shouwang: Shouwang) -> None:
    form = shouwang("survey", "import", SURVEY).sentence.partition("in this form: ")[2]
    publish(shouwang, form)
    said = shouwang("case", "list")
    assert (said.code, "calendar.yaml" in said.err) == (2, True)
