"""The documents beside the code name what it has: facts, tables, stages; the picture is drawn from the table."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from domain.case import opened
from domain.diagram import FIRST, way_of_a_case
from domain.facts import FACTS, CaseOpened, stored_name
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.stages import ESCALATES, MOVES
from domain.store.tables import metadata
from domain.words import say

ROOT: Final = Path(__file__).parents[2]
PICTURE: Final = re.compile(
    r"<!-- way of a case: begin -->\n```mermaid\n(.*?)\n```\n<!-- way of a case: end -->", re.DOTALL
)


def section(document: str, heading: str) -> list[list[str]]:
    """The rows of the tables below one heading, without their own headings."""
    text = (ROOT / document).read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_picture_in_the_readme_is_the_one_drawn_from_the_table(readme: str, language: str) -> None:
    shown = PICTURE.search((ROOT / readme).read_text(encoding="utf-8"))
    assert shown is not None
    assert shown[1] == way_of_a_case(language)


@pytest.mark.parametrize(("stage", "step"), MOVES, ids=str)
def test_the_picture_shows_every_legal_move(stage: Stage, step: object) -> None:
    end, picture = MOVES[stage, step], way_of_a_case("en")  # type: ignore[index]
    words = re.escape(say("en", f"diagram.step-{step.name.lower()}"))  # type: ignore[attr-defined]
    here, there = stage.name.lower(), end.name.lower()
    drawn = rf'{here}\["[^"]*↺ [^"]*{words}' if stage is end else rf'{here} -->\|"[^"]*{words}[^"]*"\| {there}$'
    assert re.search(drawn, picture, flags=re.MULTILINE)


def test_the_picture_shows_no_move_that_is_not_in_the_table() -> None:
    arrows = set(re.findall(r"(\w+) -->\|[^|]*\| (\w+)$", way_of_a_case("zh"), flags=re.MULTILINE))
    assert arrows == {(a.name.lower(), b.name.lower()) for (a, _), b in MOVES.items() if a is not b}


def test_the_picture_lays_escalation_over_the_stages_it_lies_over() -> None:
    over = re.findall(r"(\w+) <-\.-> escalation", way_of_a_case("en"))
    assert sorted(over) == sorted(stage.name.lower() for stage in ESCALATES)


def test_a_case_begins_where_the_picture_begins() -> None:
    fact = CaseOpened(
        subject=PersonId("p000000001"), unit=UnitId("371302101"), county=UnitId("371302"), kind="orphan", sex="female",
        born=date(2016, 5, 1), risk="low", programme="linyi-1204@1",
    )  # fmt: skip
    assert opened(CaseId("371302-00001"), fact, datetime(2026, 3, 1, tzinfo=UTC)).base is FIRST


def test_every_fact_is_told_of_and_none_that_is_not() -> None:
    assert [cells[0].strip("`") for cells in section("domain/README.md", "Facts")] == [stored_name(f) for f in FACTS]


def test_every_table_is_told_of_and_none_that_is_not() -> None:
    told = [cells[0].strip("`") for cells in section("domain/store/README.md", "Tables")]
    assert sorted(told) == sorted(metadata.tables)


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_called_in_the_table_of_words_as_in_the_picture(stage: Stage) -> None:
    words = {cells[0]: cells[1] for cells in section("domain/README.md", "Words")}
    assert words[say("en", f"diagram.{stage.value}")] == say("zh", f"diagram.{stage.value}")


def test_a_word_stands_in_the_table_once() -> None:
    words = [cells[0] for cells in section("domain/README.md", "Words")]
    assert sorted(words) == sorted(set(words))
    assert len(words) > 40
