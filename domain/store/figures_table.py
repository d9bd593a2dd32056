"""A table of figures: each beside the one of the year before, with its change and the unit's rank."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from domain.ids import UnitId
from domain.store.figures_columns import Column, Form, Reckoned
from domain.store.figures_period import Period
from domain.store.figures_tally import Tally

_PLACES = 6


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One figure of one unit. Shares are parts of one; ``change`` is in per cent, of shares in points of a hundred.

    ``rank`` is the unit's place among those listed with it, 1 the best; equal figures share a place.
    """

    value: Reckoned
    before: Reckoned = None
    change: float | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Line:
    """One unit's figures, in the order of the columns. ``level`` is empty for the whole tree."""

    unit: UnitId
    name: str
    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The figures of a unit and of each of those listed below it; ``left_out`` cases have a journal nobody can read."""

    period: Period
    columns: tuple[Column, ...]
    total: Line
    lines: tuple[Line, ...]
    level: str
    left_out: int


class Counted(msgspec.Struct, frozen=True, gc=False):
    """One line before it is reckoned."""

    unit: UnitId
    name: str
    level: str
    now: Tally
    before: Tally


def change_of(form: Form, value: Reckoned, before: Reckoned) -> float | None:
    """How far a figure is from the one before; nothing where there is nothing to compare with."""
    if value is None or before is None:
        return None
    if form.in_points:
        return round((value - before) * 100, _PLACES)
    return round((value - before) / before * 100, _PLACES) if before else None


def line_of(columns: Sequence[Column], counted: Counted, ranks: Sequence[int | None] | None = None) -> Line:
    """A unit's figures."""
    places = ranks or [None] * len(columns)
    cells = (_cell(column, counted, place) for column, place in zip(columns, places, strict=True))
    return Line(counted.unit, counted.name, counted.level, tuple(cells))


def _cell(column: Column, counted: Counted, rank: int | None) -> Cell:
    value, before = _rounded(column.reckon(counted.now)), _rounded(column.reckon(counted.before))
    return Cell(value, before, change_of(column.form, value, before), rank)


def _rounded(value: Reckoned) -> Reckoned:
    return round(value, _PLACES) if isinstance(value, float) else value


def lines_of(columns: Sequence[Column], counted: Sequence[Counted]) -> tuple[Line, ...]:
    """The figures of several units, each ranked among all of them."""
    ranked = [
        ranks([_rounded(column.reckon(each.now)) for each in counted], least_first=column.least_first)
        for column in columns
    ]
    return tuple(
        line_of(columns, each, [places[number] for places in ranked]) for number, each in enumerate(counted)
    )  # fmt: skip


def ranks(values: Iterable[Reckoned], *, least_first: bool) -> list[int | None]:
    """The place of each value, 1 the best; equal ones share a place, and what is nothing has none."""
    given = list(values)
    line = sorted(value for value in given if value is not None)
    if least_first:
        return [None if value is None else bisect_left(line, value) + 1 for value in given]
    return [None if value is None else len(line) - bisect_right(line, value) + 1 for value in given]
