"""Draws the way of a case from the table of moves, as a Mermaid diagram."""

from collections.abc import Iterator
from typing import Final

from domain.programme.schema import Stage
from domain.stages import ESCALATES, MOVES, Step
from domain.words import say

FIRST: Final = Stage.IDENTIFICATION
WATCHED: Final = "watched"
"""The frame around the stages over which escalation lies; what leads out of all of them leads out of the frame."""


def way_of_a_case(language: str) -> str:
    """A ``stateDiagram-v2`` of every legal move, its words in ``language``."""
    inside = [stage for stage in Stage if stage in ESCALATES]
    outside = [stage for stage in Stage if stage not in ESCALATES]
    within = [*_names(inside, language), f"[*] --> {_node(FIRST)}", *_edges(language, crossing=False)]
    lines = [
        "stateDiagram-v2",
        f'    state "{say(language, "diagram.watched")}" as {WATCHED} {{',
        *(f"        {line}" for line in within),
        "    }",
        *(f"    {line}" for line in (*_names(outside, language), *_edges(language, crossing=True))),
    ]
    return "\n".join(lines)


def _names(stages: list[Stage], language: str) -> Iterator[str]:
    for stage in stages:
        yield f"{_node(stage)} : {say(language, f'diagram.{stage.value}')}"


def _edges(language: str, *, crossing: bool) -> Iterator[str]:
    """One arrow from a place to another, whatever number of steps lead along it."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for start, step, end in _drawn():
        if crossing is (WATCHED in (start, end) or not _both_inside(start, end)):
            arrows.setdefault((start, end), []).append(_label(step, language))
    for (start, end), labels in arrows.items():
        yield f"{start} --> {end} : {' / '.join(labels)}"


def _drawn() -> Iterator[tuple[str, Step, str]]:
    """Every move with its two ends; a step that leads from all stages of the frame to one place is drawn once."""
    for (stage, step), end in MOVES.items():
        if not _common(step, end):
            yield _node(stage), step, _node(end)
        elif stage is FIRST:
            yield WATCHED, step, _node(end)
    yield WATCHED, Step.CLIMBED, _node(Stage.ESCALATION)
    yield _node(Stage.ESCALATION), Step.SETTLED, WATCHED


def _common(step: Step, end: Stage) -> bool:
    return end not in ESCALATES and all(MOVES.get((stage, step)) is end for stage in ESCALATES)


def _both_inside(start: str, end: str) -> bool:
    return {start, end} <= {_node(stage) for stage in ESCALATES}


def _node(stage: Stage) -> str:
    return stage.name.lower()


def _label(step: Step, language: str) -> str:
    return say(language, f"diagram.{'closed-by' if step is Step.CLOSED else step.name.lower()}")
