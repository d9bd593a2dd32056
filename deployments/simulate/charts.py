"""Small pictures of numbers over years, as SVG that stands by itself: no script, nothing fetched."""

from collections.abc import Iterator, Sequence
from html import escape
from math import floor, log10
from typing import Final, NamedTuple

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 8, 24
STEPS: Final = 4
COLOURS: Final = ("#2f6f8f", "#e0a030", "#7a9e59", "#b5533c", "#77649c", "#8a8a8a", "#3d3d3d")


class Series(NamedTuple):
    """One row of numbers, a number a year, and what it is called."""

    name: str
    values: Sequence[float]


def stacked(labels: Sequence[str], series: Sequence[Series], colours: Sequence[str] = COLOURS) -> str:
    """Bars, one a year, each series on top of the one before."""
    highest = max((sum(values) for values in zip(*(each.values for each in series), strict=True)), default=0)
    top = round_up(highest)
    return _picture(labels, top, _bars(labels, series, top, colours))


def lines(labels: Sequence[str], series: Sequence[Series], colours: Sequence[str] = COLOURS) -> str:
    """Lines, one a series, a point a year."""
    top = round_up(max((value for each in series for value in each.values), default=0))
    return _picture(labels, top, _lines(labels, series, top, colours))


def round_up(value: float) -> float:
    """A number with a round quarter, not below a value; never 0."""
    if value <= 0:
        return float(STEPS)
    unit = 10.0 ** floor(log10(value))
    return next(step * unit for step in (1, 2, 4, 8, 10, 20) if step * unit >= value)


def _picture(labels: Sequence[str], top: float, inside: Iterator[str]) -> str:
    parts = [*_grid(top), *inside, *_under(labels)]
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(parts)}</svg>'


def _grid(top: float) -> Iterator[str]:
    for step in range(STEPS + 1):
        y = _y(top * step / STEPS, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{spoken(top * step / STEPS)}</text>'


def _under(labels: Sequence[str]) -> Iterator[str]:
    every = -(-len(labels) // 12)
    for place, label in enumerate(labels):
        if place % every == 0:
            x = _x(place, len(labels))
            yield f'<text class="axis" x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(label)}</text>'


def _bars(labels: Sequence[str], series: Sequence[Series], top: float, colours: Sequence[str]) -> Iterator[str]:
    wide = (WIDTH - LEFT - RIGHT) / max(1, len(labels)) * 0.72
    for place, label in enumerate(labels):
        below = 0.0
        for each, colour in zip(series, colours, strict=False):
            value = each.values[place]
            if value > 0:
                y, high = _y(below + value, top), _y(below, top) - _y(below + value, top)
                told = escape(f"{label} {each.name}: {spoken(value)}")
                x = _x(place, len(labels)) - wide / 2
                yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}">'
                yield f"<title>{told}</title></rect>"
            below += value


def _lines(labels: Sequence[str], series: Sequence[Series], top: float, colours: Sequence[str]) -> Iterator[str]:
    for each, colour in zip(series, colours, strict=False):
        points = [(_x(place, len(labels)), _y(value, top)) for place, value in enumerate(each.values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for (x, y), label, value in zip(points, labels, each.values, strict=True):
            told = escape(f"{label} {each.name}: {spoken(value)}")
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"><title>{told}</title></circle>'


def _x(place: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / max(1, count)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def spoken(value: float) -> str:
    """A number as people write it."""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.1f}"
