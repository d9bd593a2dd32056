"""The best matching of rows to columns: most pairs, then most points; exact though it looks at few pairs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

Look = tuple[Ints, Ints]
"""Some rows and some columns."""

NEVER: Final = -(10**8)
"""Points of a pair that must not be. Below half of it is never too, so that points may be added to it."""

NOBODY: Final = -1
_CELLS_AT_ONCE: Final = 1 << 19
_MORE_AT_ONCE: Final = 12


@dataclass(frozen=True)
class Single:
    """Single pairs of a row and a column, each once, with points."""

    rows: Ints
    columns: Ints
    points: Points


@dataclass(frozen=True)
class Market:
    """Rows that want columns.

    ``points(rows, columns)`` gives the points of each of these rows with each of these columns; all that are
    allowed lie from ``least`` to ``most``. ``reaches``: rows with all columns they may have at all, each row
    once. ``looks``: rows with those of the columns among which their best ones probably are, each row once at
    most; ``outside``: the most points each row can have with any other column. ``also``: single pairs to be
    looked at in any case, which ``outside`` need not count.
    """

    rows: int
    columns: int
    points: Callable[[Ints, Ints], Points]
    least: int
    most: int
    reaches: Sequence[Look]
    looks: Sequence[Look]
    outside: Points
    also: Single

    def worth_of_a_pair(self) -> int:
        """Added to the points of each pair, so that one pair more outweighs any sum of points."""
        return (self.most - self.least) * min(self.rows, self.columns) + 1 - self.least


@dataclass(frozen=True)
class _Pairs:
    """Some pairs, each with its worth: its points and what a pair itself is worth."""

    rows: Ints
    columns: Ints
    worth: Ints


def best_matching(market: Market, candidates: int = 32) -> Ints:
    """The column of each row, ``NOBODY`` where none is left for it; at most one row for a column.

    No matching has more pairs, and none with as many has more points. It starts from the ``candidates`` best
    columns in each row's look. The prices at which every row keeps its column (the duals of the linear
    programme) then tell which other pairs could make the matching better; these are added until there are
    none, which proves it best.
    """
    pairs, inside, outside = _first_pairs(market, candidates)
    while True:
        chosen = _matched(pairs, market)
        prices, kept = _prices(pairs, chosen, market.columns)
        doubtful = _doubtful(market, inside > kept, outside > kept)
        more = _together([_better_pairs(market, look, prices, kept) for look in doubtful])
        if not len(more.rows):
            return chosen
        pairs = _together([pairs, more])


def _first_pairs(market: Market, candidates: int) -> tuple[_Pairs, Ints, Ints]:
    """The best pairs of each look; the most any other pair of a row can be worth inside and outside it."""
    inside = np.full(market.rows, NEVER, dtype=np.int32)
    single = market.also
    found = [_allowed(market, single.rows, single.columns[:, None], single.points[:, None])]
    for rows, columns in market.looks:
        few = min(candidates, len(columns))
        for block in _blocks(rows, len(columns)):
            best, points = _best_of(market.points(block, columns), block, few)
            inside[block] = points.min(axis=1) if few < len(columns) else NEVER
            found.append(_allowed(market, block, columns[best], points))
    return _once(_together(found), market.columns), _worth(market, inside), _worth(market, market.outside)


def _worth(market: Market, points: Points) -> Ints:
    return np.where(points > NEVER // 2, points.astype(np.int64) + market.worth_of_a_pair(), 0)


def _doubtful(market: Market, inside: Bools, outside: Bools) -> Iterator[Look]:
    """Rows that might do better, with the columns to look through."""
    for rows, columns in market.looks:
        yield rows[inside[rows] & ~outside[rows]], columns
    for rows, columns in market.reaches:
        yield rows[outside[rows]], columns


def _blocks(rows: Ints, columns: int) -> Iterator[Ints]:
    """The rows in pieces small enough for the processor's cache."""
    size = max(1, _CELLS_AT_ONCE // max(1, columns))
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _best_of(points: Points, rows: Ints, few: int) -> tuple[Ints, Points]:
    """For each row the numbers of its best columns, and their points."""
    columns = points.shape[1]
    # Equals are ranked from another column on for each row, or all rows of a township would ask the same few;
    # and no two ranks are equal, so that every machine picks the same columns.
    turned = (np.arange(columns, dtype=np.int64) - 7 * rows[:, None]) % columns
    best = np.argpartition(points * np.int64(columns) + turned, -few, axis=1)[:, -few:]
    best.sort(axis=1)
    return best, _at(points, best)


def _allowed(market: Market, rows: Ints, columns: Ints, points: Points) -> _Pairs:
    """Those of the pairs (one row each, several columns) that may be."""
    here, which = np.nonzero(points > NEVER // 2)
    return _Pairs(rows[here], columns[here, which], _worth(market, points[here, which]))


def _together(pieces: list[_Pairs]) -> _Pairs:
    return _Pairs(
        rows=np.concatenate([piece.rows for piece in pieces]),
        columns=np.concatenate([piece.columns for piece in pieces]),
        worth=np.concatenate([piece.worth for piece in pieces]),
    )


def _once(pairs: _Pairs, columns: int) -> _Pairs:
    """Each pair once, in the order of rows and columns."""
    _, first = np.unique(pairs.rows * columns + pairs.columns, return_index=True)
    return _Pairs(pairs.rows[first], pairs.columns[first], pairs.worth[first])


def _matched(pairs: _Pairs, market: Market) -> Ints:
    """The best matching within these pairs; each row also has a column of its own that means nobody."""
    top = int(pairs.worth.max(initial=0)) + 1
    alone = np.arange(market.rows)
    costs = np.concatenate((top - pairs.worth, np.full(market.rows, top))).astype(np.float64)
    at = (np.concatenate((pairs.rows, alone)), np.concatenate((pairs.columns, market.columns + alone)))
    graph = csr_array((costs, at), shape=(market.rows, market.columns + market.rows))
    _, chosen = min_weight_full_bipartite_matching(graph)
    return np.where(chosen < market.columns, chosen, NOBODY).astype(np.int64)


def _prices(pairs: _Pairs, chosen: Ints, columns: int) -> tuple[Ints, Ints]:
    """The least price of each column at which no row would rather have another, and what each row keeps after
    paying.

    Prices rise from nothing along chains of rows that would rather have the next one's column; a best
    matching has no circle in which that would go on for ever.
    """
    got = np.zeros(len(chosen), dtype=np.int64)
    mine = pairs.columns == chosen[pairs.rows]
    got[pairs.rows[mine]] = pairs.worth[mine]
    prices = np.zeros(columns, dtype=np.int64)
    while True:
        kept = got - np.where(chosen == NOBODY, 0, prices[chosen])
        raised = prices.copy()
        np.maximum.at(raised, pairs.columns, pairs.worth - kept[pairs.rows])
        if np.array_equal(raised, prices):
            return prices, kept
        prices = raised


def _better_pairs(market: Market, look: Look, prices: Ints, kept: Ints) -> _Pairs:
    """The pairs of a look that would gain more than the row keeps, the best few of each row."""
    nothing = np.zeros(0, dtype=np.int64)
    found = [_Pairs(nothing, nothing, nothing)]
    # Rows that keep about as much go together: no column dearer than what they could pay concerns them.
    rows = look[0][np.argsort(kept[look[0]], kind="stable")]
    for block in _blocks(rows, len(look[1])):
        dearest = market.most + market.worth_of_a_pair() - kept[block[0]]
        columns = look[1][prices[look[1]] < dearest]
        if len(columns):
            found.append(_gaining(market, block, columns, prices[columns], kept[block]))
    return _together(found)


def _gaining(market: Market, rows: Ints, columns: Ints, prices: Ints, kept: Ints) -> _Pairs:
    points = market.points(rows, columns)
    gain = points + (market.worth_of_a_pair() - prices) - kept[:, None]
    gain[points <= NEVER // 2] = 0
    best, most = _best_of(gain, rows, min(_MORE_AT_ONCE, len(columns)))
    return _allowed(market, rows, columns[best], np.where(most > 0, _at(points, best), NEVER))


def _at(points: Points, columns: Ints) -> Points:
    return np.take_along_axis(points, columns, axis=1)
