"""Bars as SVG draws them: places and lengths, no colours; the numbers stand beside them for who cannot see them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 480
HEIGHT: Final = 130
GAP: Final = 0.35
"""The part of a column left free."""


class Piece(NamedTuple):
    """One piece of a bar, from the top left corner, in the chart's own units."""

    x: float
    y: float
    width: float
    height: float


class Bar(NamedTuple):
    """One bar: its pieces from the bottom up, its middle, its top, and what it stands for together."""

    pieces: tuple[Piece, ...]
    middle: float
    top: float
    total: int


class Chart(NamedTuple):
    """Bars side by side. ``most``: what the highest stands for."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    most: int


def bars(values: Sequence[Sequence[int]]) -> Chart:
    """Bars for rows of numbers that are piled on each other."""
    most = max((sum(each) for each in values), default=0)
    column = WIDTH / max(len(values), 1)
    return Chart(tuple(_bar(number, each, column, most) for number, each in enumerate(values)), WIDTH, HEIGHT, most)


def _bar(number: int, values: Sequence[int], column: float, most: int) -> Bar:
    left, width = column * (number + GAP / 2), column * (1 - GAP)
    pieces, foot = [], float(HEIGHT)
    for value in values:
        height = HEIGHT * value / most if most else 0.0
        foot -= height
        pieces.append(Piece(round(left, 1), round(foot, 1), round(width, 1), round(height, 1)))
    return Bar(tuple(pieces), round(left + width / 2, 1), round(foot, 1), sum(values))
