"""A programme's way through the stages, as a drawing: boxes in a row, arrows as the table of moves has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.programme.schema import Programme, Stage
from domain.stages import MOVES, Step
from domain.words import say

ROW: Final = (Stage.IDENTIFICATION, Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP, Stage.CLOSED)
WIDE, HIGH, APART, TOP, LIFT = 136, 62, 74, 128, 34
ASIDE, ROUND = 16, 8


@dataclass(frozen=True, kw_only=True)
class Box:
    """One stage: where it is drawn, its title, how many kinds of duties and cases stand in it."""

    stage: str
    x: int
    title: str
    duties: int
    cases: int


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """One move: a path, its words and where these stand; ``back``: it leads to an earlier stage."""

    path: str
    words: str
    x: float
    y: float
    back: bool


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All of it, in the units of the picture."""

    width: int
    height: int
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def drawing(programme: Programme, cases: Mapping[str, int], language: str) -> Drawing:
    """The stages a programme has, and the moves between them."""
    stages = [stage for stage in ROW if stage is Stage.CLOSED or _used(programme, stage)]
    boxes = [_box(programme, stage, place, cases, language) for place, stage in enumerate(stages)]
    arrows = list(_arrows(stages, language))
    deep = 44 if any(arrow.back for arrow in arrows) else 0
    width = len(boxes) * WIDE + (len(boxes) - 1) * APART + 8
    return Drawing(width=width, height=TOP + HIGH + deep + 12, boxes=boxes, arrows=arrows)


def _used(programme: Programme, stage: Stage) -> bool:
    return any(stage in duty.stages for duty in programme.duties.values())


def _box(programme: Programme, stage: Stage, place: int, cases: Mapping[str, int], language: str) -> Box:
    duties = sum(stage in duty.stages for duty in programme.duties.values())
    return Box(
        stage=stage.value, x=_edge(place), title=say(language, f"diagram.{stage.value}"), duties=duties,
        cases=cases.get(stage.value, 0),
    )  # fmt: skip


def _arrows(stages: Sequence[Stage], language: str) -> Iterator[Arrow]:
    """Side by side straight, further on above, back below; what closes a case from afar has one arrow for all."""
    words: dict[tuple[int, int], list[str]] = {}
    for (stage, step), end in MOVES.items():
        if stage in stages and end in stages and stage is not end and not _said_elsewhere(stages, stage, step):
            ends = (stages.index(stage), stages.index(end))
            words.setdefault(ends, []).append(say(language, f"diagram.step-{step.name.lower()}"))
    for (first, last), said in words.items():
        yield _arrow(first, last, " / ".join(dict.fromkeys(said)))


def _said_elsewhere(stages: Sequence[Stage], stage: Stage, step: Step) -> bool:
    """Closing is possible everywhere: drawn from the last stage only. Pairing is passed by where there is none."""
    if step in {Step.ADMITTED_ALONE, Step.REOPENED_ALONE} and Stage.PAIRING in stages:
        return True
    return step is Step.CLOSED and stage is not stages[-2]


def _arrow(start: int, end: int, words: str) -> Arrow:
    left, right = _edge(min(start, end)), _edge(max(start, end))
    if end == start + 1:
        middle = TOP + HIGH / 2
        return Arrow(
            path=f"M{left + WIDE} {middle}H{right - 4}", words=words, x=(left + WIDE + right) / 2, y=middle - 8,
            back=False,
        )  # fmt: skip
    centre = (left + right + WIDE) / 2
    if end < start:
        low = TOP + HIGH + 14 + 12 * (start - end)
        path = _bow(right + WIDE / 2 - ASIDE, left + WIDE / 2 + ASIDE, TOP + HIGH, low)
        return Arrow(path=path, words=words, x=centre, y=low - 5, back=True)
    high = TOP - LIFT * (end - start - 1)
    path = _bow(left + WIDE / 2 + ASIDE, right + WIDE / 2 - ASIDE, TOP, high)
    return Arrow(path=path, words=words, x=centre, y=high - 6, back=False)


def _edge(place: int) -> int:
    """Where the box at a place begins."""
    return 4 + place * (WIDE + APART)


def _bow(start: float, end: float, level: float, turn: float) -> str:
    """A path that leaves a box, runs along at ``turn``, and comes back to another one, with round corners."""
    along = ROUND if end > start else -ROUND
    away = ROUND if turn > level else -ROUND
    tip = level + away / 2
    return (
        f"M{start} {level}V{turn - away}Q{start} {turn} {start + along} {turn}"
        f"H{end - along}Q{end} {turn} {end} {turn - away}V{tip}"
    )
