"""Siblings first: one volunteer for all children of a family, where no other child is left alone by it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from domain.rules.pairing_board import Board
from domain.rules.pairing_forms import ChildToPair
from domain.rules.pairing_match import NEVER, NOBODY, Ints, Market, Points, Single, best_matching

Choice = tuple[Ints, int]
"""The rows of a family's children, and the number of the volunteer chosen for all of them."""


def pair_children(board: Board, children: Sequence[ChildToPair], weight: int) -> Ints:
    """The column of each child, ``NOBODY`` where none is left.

    First each family with several children is matched to a volunteer with room for all of them. Then all
    children are matched, with ``weight`` points for going where the family goes: the number of pairs stays
    the greatest possible, for a child with nobody is worse than siblings apart. A family that did not come
    together after all loses the points and the children are matched once more.
    """
    wanted = _family_choices(board, _families(children))
    while True:
        liked = {(int(row), helper): weight for rows, helper in wanted for row in rows}
        chosen = best_matching(board.with_special(liked).market())
        together = [choice for choice in wanted if _came_together(choice, chosen, board)]
        if len(together) == len(wanted):
            return chosen
        wanted = together


def _families(children: Sequence[ChildToPair]) -> list[Ints]:
    """Rows of children who have a brother or sister among them, family by family."""
    families: dict[str, list[int]] = {}
    for row, child in enumerate(children):
        if child.family is not None:
            families.setdefault(child.family, []).append(row)
    return [np.array(rows) for rows in families.values() if len(rows) > 1]


def _family_choices(board: Board, families: list[Ints]) -> list[Choice]:
    if not families:
        return []
    chosen = best_matching(_Households(board, families).market())
    return [(rows, int(one)) for rows, one in zip(families, chosen, strict=True) if one != NOBODY]


def _came_together(choice: Choice, chosen: Ints, board: Board) -> bool:
    rows, helper = choice
    columns = chosen[rows]
    return int((board.volunteers[columns[columns != NOBODY]] == helper).sum()) > 1


@dataclass(frozen=True)
class _Households:
    """The market in which whole families want volunteers with room for all their children."""

    board: Board
    families: list[Ints]

    def market(self) -> Market:
        least, most = self.board.span()
        largest = max(len(rows) for rows in self.families)
        return Market(
            rows=len(self.families),
            columns=int(self.board.volunteers[-1]) + 1,
            points=self.points,
            least=least * largest,
            most=most * largest,
            reaches=[(np.arange(len(self.families)), np.arange(int(self.board.volunteers[-1]) + 1))],
            looks=self._looks(),
            outside=self._outside(most),
            also=self._liked(),
        )

    def points(self, numbers: Ints, volunteers: Ints) -> Points:
        """The sum over the children, never where one of them must not or there is no room."""
        rows = [self.families[number] for number in numbers]
        sizes = np.array([len(some) for some in rows])
        columns = np.flatnonzero(self.board.places == 0)[volunteers]
        given = self.board.points(np.concatenate(rows), columns)
        starts = np.cumsum(sizes) - sizes
        room = np.bincount(self.board.volunteers)[volunteers] >= sizes[:, None]
        possible = np.minimum.reduceat(given, starts) > NEVER // 2
        return np.where(possible & room, np.add.reduceat(np.maximum(given, NEVER // 2), starts), NEVER)

    def _looks(self) -> list[tuple[Ints, Ints]]:
        """Each family looks where its first child does."""
        first = self.board.areas.rows[[int(rows[0]) for rows in self.families]]
        parts = self.board.areas.columns[self.board.places == 0]
        shared = np.intersect1d(first, parts)
        return [(np.flatnonzero(first == part), np.flatnonzero(parts == part)) for part in shared]

    def _outside(self, most: int) -> Points:
        """A family whose children live in different parts might have anything anywhere."""
        areas = self.board.areas
        bounds = [
            int(areas.outside[rows].clip(NEVER // 2).sum()) if np.ptp(areas.rows[rows]) == 0 else most * len(rows)
            for rows in self.families
        ]
        return np.array(bounds, dtype=np.int32)

    def _liked(self) -> Single:
        """Volunteers who already help one of the family."""
        family_of = {int(row): number for number, rows in enumerate(self.families) for row in rows}
        liked = sorted(
            {
                (family_of[row], one)
                for (row, one), given in self.board.special.items()
                if given > 0 and row in family_of
            }
        )
        given = [int(self.points(np.array([number]), np.array([one]))[0, 0]) for number, one in liked]
        numbers, volunteers = np.array(liked, dtype=np.int64).reshape(-1, 2).T
        return Single(numbers, volunteers, np.array(given, dtype=np.int32))
