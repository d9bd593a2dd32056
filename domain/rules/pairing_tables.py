"""Tables of pairing: points by what kind of child it is and what kind of volunteer."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from domain.ids import UnitId
from domain.rules import pairing_points as points
from domain.rules.pairing_forms import ChildToPair, PairingRules, VolunteerToPair
from domain.rules.pairing_match import NEVER, Ints, Points

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)
Place = tuple[UnitId, ...]


@dataclass(frozen=True)
class Table:
    """``points[rows[i], columns[j]]`` are the points of child i with volunteer j."""

    rows: Ints
    columns: Ints
    points: Points

    def __post_init__(self) -> None:
        self.points.setflags(write=False)

    def most_of_row(self) -> Points:
        """For each child the most it gets with anybody."""
        best: Points = self.points.max(axis=1, initial=NEVER)[self.rows]
        return best

    def span(self) -> tuple[int, int]:
        """The least and the most of the points that are allowed; both 0 when none are."""
        allowed = self.points[self.points > NEVER // 2]
        return (int(allowed.min()), int(allowed.max())) if allowed.size else (0, 0)


def numbered(things: Iterable[A]) -> tuple[list[A], Ints]:
    """The different things in order of appearance, and for each thing its number among them."""
    numbers: dict[A, int] = {}
    codes = [numbers.setdefault(thing, len(numbers)) for thing in things]
    return list(numbers), np.array(codes, dtype=np.int64)


def person_table(
    children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules, on: date
) -> Table:
    """Sex and age: who may not help whom, and what a sensible difference of age is worth."""

    def given(child: tuple[str, int], helper: tuple[str, int | None]) -> int:
        if not points.may_help(child[0], helper[0], helper[1], rules):
            return NEVER
        return points.age_points(child[1], helper[1], rules)

    return _table(
        ((child.sex, points.years_between(child.born, on)) for child in children),
        ((helper.sex, points.years_between(helper.born, on) if helper.born else None) for helper in ready),
        given,
    )


def skill_table(children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules) -> Table:
    """What the helper's skills are worth to the child."""
    return _table(
        (points.skills_needed(child, rules) for child in children),
        (helper.skills for helper in ready),
        lambda needed, skills: points.skill_points(needed, skills, rules),
    )


def near_table(children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules) -> Table:
    """Nearness by the tree; never where the pair would reach out of the area."""
    rows, row_codes = numbered(child.place for child in children)
    columns, column_codes = numbered(helper.place for helper in ready)
    return Table(row_codes, column_codes, points_by_depth(rules)[_shared_depth(rows, columns, rules)])


def points_by_depth(rules: PairingRules) -> Points:
    """Points for sharing 0, 1, 2 … units from the root."""
    given = [points.nearness_points(depth, rules) for depth in range(len(rules.levels) + 1)]
    given[: rules.depth_asked()] = [NEVER] * rules.depth_asked()
    return np.array(given, dtype=np.int32)


def _table(rows: Iterable[A], columns: Iterable[B], points_of: Callable[[A, B], int]) -> Table:
    different_rows, row_codes = numbered(rows)
    different_columns, column_codes = numbered(columns)
    given = [[points_of(row, column) for column in different_columns] for row in different_rows]
    return Table(row_codes, column_codes, np.array(given, dtype=np.int32))


def _shared_depth(rows: list[Place], columns: list[Place], rules: PairingRules) -> Ints:
    """How many units from the root each two places share; one unit has one parent, so one way to it."""
    depth = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for level in range(len(rules.levels)):
        _, codes = numbered(place[level] if level < len(place) else None for place in (*rows, *columns))
        below = np.array([level < len(place) for place in rows], dtype=np.bool_)
        depth += (codes[: len(rows), None] == codes[len(rows) :]) & below[:, None]
    return depth
