"""The board of a pairing: every child's points with every place at a volunteer, as tables of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np

from domain.rules import pairing_points as points
from domain.rules.pairing_areas import Areas, areas_of, reaches_of
from domain.rules.pairing_forms import ChildToPair, PairingRules, VolunteerToPair
from domain.rules.pairing_match import NEVER, Ints, Market, Points, Single
from domain.rules.pairing_tables import Table, near_table, person_table, skill_table

Special = Mapping[tuple[int, int], int]
"""Points of single pairs, by (number of the child, number of the volunteer)."""


@dataclass(frozen=True)
class Board:
    """Rows are children, columns are places: a volunteer who may take two new children stands in two columns.

    ``volunteers``: whose place each column is; ``places``: the how-many-th of that volunteer's, from 0.
    """

    volunteers: Ints
    places: Ints
    row_points: Points
    column_points: Points
    tables: tuple[Table, ...]
    areas: Areas
    special: Special = field(default_factory=dict)

    def points(self, rows: Ints, columns: Ints) -> Points:
        """Points of these children with these places, below half of ``NEVER`` where it must not be."""
        given: Points = self.row_points[rows, None] + self.column_points[columns]
        for table in self.tables:
            given += table.points[table.rows[rows]][:, table.columns[columns]]
        row_at, column_at = _position(rows, len(self.row_points)), _position(columns, len(self.column_points))
        single = self._single
        here = (row_at[single.rows] >= 0) & (column_at[single.columns] >= 0)
        given[row_at[single.rows[here]], column_at[single.columns[here]]] += single.points[here]
        return given

    def with_special(self, more: Special) -> "Board":
        """The same board with points for some more pairs; pairs that have some already keep them."""
        return replace(self, special={**more, **self.special})

    def market(self) -> Market:
        """All children wanting all places."""
        least, most = self.span()
        return Market(
            rows=len(self.row_points),
            columns=len(self.volunteers),
            points=self.points,
            least=least,
            most=most,
            reaches=self.areas.reaches,
            looks=self.areas.looks(),
            outside=self.areas.outside,
            also=self._liked(),
        )

    def span(self) -> tuple[int, int]:
        """No allowed pair has fewer or more points than this; not above and not below 0."""
        spans = [table.span() for table in self.tables]
        spans += [(int(some.min()), int(some.max())) for some in (self.row_points, self.column_points)]
        spans += [(0, max((0, *self.special.values())))]
        return min(0, sum(least for least, _ in spans)), max(0, sum(most for _, most in spans))

    def _liked(self) -> Single:
        """The single pairs that have points added, with all their points."""
        single = self._single
        rows, columns = (some[single.points > 0] for some in (single.rows, single.columns))
        given = self.row_points[rows] + self.column_points[columns] + single.points[single.points > 0]
        for table in self.tables:
            given += table.points[table.rows[rows], table.columns[columns]]
        return Single(rows, columns, given)

    @cached_property
    def _single(self) -> Single:
        """The special points put into every column of their volunteer."""
        starts = np.searchsorted(self.volunteers, np.arange(self.volunteers[-1] + 2))
        cells = [
            (row, column, given)
            for (row, volunteer), given in self.special.items()
            for column in range(starts[volunteer], starts[volunteer + 1])
        ]
        rows, columns, given = np.array(cells, dtype=np.int64).reshape(-1, 3).T
        return Single(rows, columns, given.astype(np.int32))


def board_of(children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules, on: date) -> Board:
    """The board for these children and volunteers, at least one of each; the volunteers must be ready."""
    volunteers = np.repeat(np.arange(len(ready)), [_places_at(one, rules) for one in ready])
    places = _running_number(volunteers)
    helpers = [ready[int(number)] for number in volunteers]
    own = _column_points(helpers, places, rules)
    urgency = np.array([rules.urgency.get(child.risk, 0) for child in children], dtype=np.int32)
    wishes = (person_table(children, ready, rules, on), skill_table(children, ready, rules))
    elsewhere = urgency + own.max() + sum(table.most_of_row() for table in wishes)
    person, skill, near = (
        replace(table, columns=table.columns[volunteers]) for table in (*wishes, near_table(children, ready, rules))
    )
    return Board(
        volunteers=volunteers,
        places=places,
        row_points=urgency,
        column_points=own,
        tables=(person, skill, near),
        areas=areas_of(children, helpers, rules, elsewhere, reaches_of(person)),
        special=_special(children, ready, rules),
    )


def _places_at(volunteer: VolunteerToPair, rules: PairingRules) -> int:
    return min(volunteer.capacity_left, rules.most_new_at_once)


def _column_points(helpers: Sequence[VolunteerToPair], places: Ints, rules: PairingRules) -> Points:
    """What a place has by itself: the kind asked first, less for each child held or before it in line."""
    first = np.array([points.first_points(helper.kind, rules) for helper in helpers])
    held = np.array([points.children_held(helper) for helper in helpers])
    return (first - rules.weights.load * (held + places)).astype(np.int32)


def _running_number(sorted_values: Ints) -> Ints:
    """0, 1, 2 … within each run of equal values."""
    starts = np.flatnonzero(np.diff(sorted_values, prepend=-1))
    lengths = np.diff(starts, append=len(sorted_values))
    return np.arange(len(sorted_values)) - np.repeat(starts, lengths)


def _position(numbers: Ints, size: int) -> Ints:
    """For each number below ``size`` where it stands in ``numbers``, -1 where it does not."""
    position = np.full(size, -1, dtype=np.int64)
    position[numbers] = np.arange(len(numbers))
    return position


def _special(children: Sequence[ChildToPair], ready: Sequence[VolunteerToPair], rules: PairingRules) -> Special:
    """Points of single pairs: volunteers declined before, and those who already help the family."""
    numbers = {helper.person: number for number, helper in enumerate(ready)}
    knows = _knowing_families(ready)
    given: dict[tuple[int, int], int] = {}
    for row, child in enumerate(children):
        given.update({(row, known): rules.weights.siblings for known in knows.get(child.family or "", ())})
        given.update({(row, numbers[no]): NEVER for no in child.declined if no in numbers})
    return given


def _knowing_families(ready: Sequence[VolunteerToPair]) -> dict[str, list[int]]:
    knows: dict[str, list[int]] = {}
    for number, helper in enumerate(ready):
        for family in (family for family, cases in helper.cases_of_families.items() if cases > 0):
            knows.setdefault(family, []).append(number)
    return knows
