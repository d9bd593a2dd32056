"""Draws the way of a case from the table of moves, as a Mermaid flowchart."""

from collections.abc import Iterator, Mapping
from typing import Final

from domain.programme.schema import Stage
from domain.stages import ESCALATES, MOVES, Step
from domain.words import say

FIRST: Final = Stage.IDENTIFICATION


def way_of_a_case(language: str) -> str:
    """Every legal move as a ``flowchart``, its words in ``language``.

    Broken lines: escalation lies over a stage for a while. ↺: what happens to a case that stays where it is.
    """
    arrows = _arrows(language)
    drawn = (*_stages(arrows, language), f"start(( )) --> {_node(FIRST)}", *_moves(arrows), *_overlay())
    return "\n".join(["flowchart LR", *(f"    {line}" for line in drawn)])


def _arrows(language: str) -> Mapping[tuple[Stage, Stage], str]:
    """From where to where, and the words of all steps that lead that way."""
    labels: dict[tuple[Stage, Stage], list[str]] = {}
    for (stage, step), end in MOVES.items():
        labels.setdefault((stage, end), []).append(_step(step, language))
    return {ends: " / ".join(words) for ends, words in labels.items()}


def _stages(arrows: Mapping[tuple[Stage, Stage], str], language: str) -> Iterator[str]:
    for stage in Stage:
        title = say(language, f"diagram.{stage.value}")
        if stage is Stage.ESCALATION:
            title += f"<br>{_step(Step.CLIMBED, language)} → {_step(Step.SETTLED, language)}"
        elif (stage, stage) in arrows:
            title += f"<br>↺ {arrows[stage, stage]}"
        yield f'{_node(stage)}["{title}"]'


def _moves(arrows: Mapping[tuple[Stage, Stage], str]) -> Iterator[str]:
    for (stage, end), words in arrows.items():
        if end is not stage:
            yield f'{_node(stage)} -->|"{words}"| {_node(end)}'


def _overlay() -> Iterator[str]:
    return (f"{_node(stage)} <-.-> {_node(Stage.ESCALATION)}" for stage in Stage if stage in ESCALATES)


def _node(stage: Stage) -> str:
    return stage.name.lower()


def _step(step: Step, language: str) -> str:
    return say(language, f"diagram.step-{step.name.lower()}")
