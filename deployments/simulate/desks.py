"""The desks a programme speaks of, from the lowest level it names up to the highest."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from deployments.demo.draws import counties_of, townships_of
from domain.places import Level as Division
from domain.places import Place, ancestors, place
from domain.programme.schema import CLIMB, Desk, Level, Programme

_DIVISIONS: Final = {
    Level.PROVINCE: Division.PROVINCE, Level.CITY: Division.PREFECTURE, Level.COUNTY: Division.COUNTY,
    Level.TOWNSHIP: Division.TOWNSHIP,
}  # fmt: skip


class Seat(NamedTuple):
    """A unit that has a desk. Only desks below the programme's own may be empty."""

    code: str
    may_be_empty: bool


def levels_of(programme: Programme) -> tuple[Level, ...]:
    """The levels at which somebody answers, lowest first."""
    named = {role.desk for role in programme.roles.values() if isinstance(role, Desk)}
    named |= {rung.climb for ladder in programme.ladders.values() for rung in ladder.rungs if rung.climb}
    return tuple(level for level in CLIMB if level in named)


def seats(programme: Programme) -> Iterator[Seat]:
    """Every division with a desk; villages are known only once somebody lives there."""
    area = place(programme.area)
    for level in reversed(levels_of(programme)):
        if level is not Level.VILLAGE:
            for each in _places(area, _DIVISIONS[level]):
                yield Seat(each.code, may_be_empty=len(each.code) > len(area.code))


def _places(area: Place, level: Division) -> Iterator[Place]:
    """The divisions of a level in an area, or the one that holds it."""
    above = [each for each in (*ancestors(area.code), area) if each.level is level]
    if above:
        yield from above
    elif level is Division.TOWNSHIP:
        yield from (township for _, township in townships_of(area))
    elif level is Division.COUNTY:
        yield from counties_of(area)
    else:
        yield from (each for each in _below(area) if each.level is level)


def _below(area: Place) -> Iterator[Place]:
    codes = {county.code[:4] for county in counties_of(area)}
    yield from (place(code) for code in sorted(codes))
