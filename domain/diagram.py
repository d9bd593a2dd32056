"""Draws the way of a case from the table of moves, as a Mermaid flowchart."""

from collections.abc import Iterator
from typing import Final

from domain.programme.schema import Stage
from domain.stages import ESCALATES, MOVES, Step
from domain.words import say

FIRST: Final = Stage.IDENTIFICATION


def way_of_a_case(language: str) -> str:
    """Every legal move as a ``flowchart``, its words in ``language``; broken lines: escalation lies over a stage."""
    drawn = (*_stages(language), f"start(( )) --> {_node(FIRST)}", *_moves(language), *_overlay())
    return "\n".join(["flowchart LR", *(f"    {line}" for line in drawn)])


def _stages(language: str) -> Iterator[str]:
    for stage in Stage:
        title = say(language, f"diagram.{stage.value}")
        if stage is Stage.ESCALATION:
            title = f"{title}<br>{_label(Step.CLIMBED, language)} → {_label(Step.SETTLED, language)}"
        yield f'{_node(stage)}["{title}"]'


def _moves(language: str) -> Iterator[str]:
    """One arrow from a stage to another, whatever number of steps lead along it."""
    arrows: dict[tuple[Stage, Stage], list[str]] = {}
    for (stage, step), end in MOVES.items():
        arrows.setdefault((stage, end), []).append(_label(step, language))
    for (stage, end), labels in arrows.items():
        yield f'{_node(stage)} -->|"{" / ".join(labels)}"| {_node(end)}'


def _overlay() -> Iterator[str]:
    return (f"{_node(stage)} <-.-> {_node(Stage.ESCALATION)}" for stage in Stage if stage in ESCALATES)


def _node(stage: Stage) -> str:
    return stage.name.lower()


def _label(step: Step, language: str) -> str:
    return say(language, f"diagram.step-{step.name.lower()}")
