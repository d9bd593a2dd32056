"""Parts of the tree in which good pairs are looked for first: not every child against every volunteer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from domain.rules.pairing_forms import ChildToPair, PairingRules, VolunteerToPair
from domain.rules.pairing_match import NEVER, Ints, Look, Points
from domain.rules.pairing_tables import Table, numbered, points_by_depth

COLUMNS_A_PART: Final = 256
"""Parts are made as small as the tree allows while they have about this many places each."""


@dataclass(frozen=True)
class Areas:
    """The part each child and each place belongs to.

    ``outside``: the most points a child can have in other parts. ``reaches``: children with all places that
    the rules about the person allow them.
    """

    rows: Ints
    columns: Ints
    outside: Points
    reaches: tuple[Look, ...]

    def looks(self) -> list[Look]:
        """Children with the places of their own part that are allowed them."""
        parts = np.intersect1d(self.rows, self.columns)
        both = (
            (rows[self.rows[rows] == part], columns[self.columns[columns] == part])
            for part in parts
            for rows, columns in self.reaches
        )
        return [(rows, columns) for rows, columns in both if len(rows) and len(columns)]


def areas_of(
    children: Sequence[ChildToPair],
    places: Sequence[VolunteerToPair],
    rules: PairingRules,
    elsewhere: Points,
    reaches: tuple[Look, ...],
) -> Areas:
    """The parts for these children and places; ``elsewhere``: each child's most points, nearness left out."""
    depth = _depth(places, rules)
    everybody = [*(child.place for child in children), *(helper.place for helper in places)]
    _, codes = numbered(place[:depth] for place in everybody)
    farther = int(points_by_depth(rules)[:depth].max(initial=NEVER))
    return Areas(codes[: len(children)], codes[len(children) :], np.maximum(elsewhere + farther, NEVER), reaches)


def reaches_of(table: Table) -> tuple[Look, ...]:
    """Children who are allowed the same volunteers, with all places at these."""
    patterns, which = np.unique(table.points > NEVER // 2, axis=0, return_inverse=True)
    of_row = which.ravel()[table.rows]
    return tuple(
        (np.flatnonzero(of_row == number), np.flatnonzero(pattern[table.columns]))
        for number, pattern in enumerate(patterns)
    )


def _depth(places: Sequence[VolunteerToPair], rules: PairingRules) -> int:
    """The deepest level on which the parts are not too small."""
    parts = [len({helper.place[:depth] for helper in places}) for depth in range(len(rules.levels) + 1)]
    return max(depth for depth, count in enumerate(parts) if depth == 0 or count * COLUMNS_A_PART <= len(places))
