"""The way of a case: one table of legal moves. A missing entry is an illegal move; the diagrams are drawn from it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.programme.schema import Stage


class Step(StrEnum):
    """What happened to a case that may move it to another stage."""

    ADMITTED = "admitted"
    ADMITTED_ALONE = "admitted, nobody to be paired"
    REFUSED = "refused"
    PAIRED = "paired"
    UNPAIRED = "unpaired"
    CLIMBED = "something climbed"
    SETTLED = "all that climbed is settled"
    GROWN = "grown out of the close watch"
    CLOSED = "closed"
    REOPENED = "reopened"
    REOPENED_ALONE = "reopened, nobody to be paired"


_OPEN: Final = (Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP)

MOVES: Final[Mapping[tuple[Stage, Step], Stage]] = {
    (Stage.IDENTIFICATION, Step.ADMITTED): Stage.PAIRING,
    (Stage.IDENTIFICATION, Step.ADMITTED_ALONE): Stage.CHECK_IN,
    (Stage.IDENTIFICATION, Step.REFUSED): Stage.CLOSED,
    (Stage.PAIRING, Step.PAIRED): Stage.CHECK_IN,
    (Stage.CHECK_IN, Step.PAIRED): Stage.CHECK_IN,
    (Stage.CHECK_IN, Step.UNPAIRED): Stage.PAIRING,
    (Stage.CHECK_IN, Step.GROWN): Stage.FOLLOW_UP,
    (Stage.PAIRING, Step.GROWN): Stage.FOLLOW_UP,
    (Stage.FOLLOW_UP, Step.PAIRED): Stage.FOLLOW_UP,
    (Stage.FOLLOW_UP, Step.UNPAIRED): Stage.FOLLOW_UP,
    (Stage.CLOSED, Step.REOPENED): Stage.PAIRING,
    (Stage.CLOSED, Step.REOPENED_ALONE): Stage.CHECK_IN,
    **{(stage, Step.CLOSED): Stage.CLOSED for stage in _OPEN},
}
"""Moves between the stages a case stands in by itself."""

ESCALATES: Final = frozenset(_OPEN)
"""The stages over which escalation lies while something of the case has climbed; it goes back where it came from."""


def stage_after(stage: Stage, step: Step) -> Stage | None:
    """Where ``step`` leads from ``stage``; nothing where the move is illegal."""
    return MOVES.get((stage, step))
