"""The way up from a case: which desks a ladder passes, also where the tree has been changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain import facts as f
from domain.case import Case
from domain.ids import UnitId
from domain.programme.schema import CLIMB, Level
from domain.rules.office import Office, Unit

Reached = tuple[UnitId | None, tuple[UnitId, ...]]
"""The desk a ladder reached, and the empty ones passed over on the way; no desk where all of them are empty."""


@dataclass(frozen=True)
class Paths:
    """The ways up in an office, each reckoned once."""

    office: Office
    known: dict[tuple[UnitId, UnitId, Level], frozenset[Reached]] = field(default_factory=dict)

    def skips_none(self, fact: f.RungReached, level: Level, state: Case) -> bool:
        """Whether the empty desks named are exactly those between the level to climb to and the desk reached."""
        place = (state.unit, state.county, level)
        allowed = self.known.get(place)
        if allowed is None:
            allowed = frozenset(end for way in ways_up(self.office, *place) for end in _ends(way))
            self.known[place] = allowed
        return not allowed or (fact.desk, fact.empty) in allowed


def _ends(way: Sequence[UnitId]) -> Iterator[Reached]:
    """Every desk at which a ladder may come to rest on its way up."""
    for place, unit in enumerate(way):
        yield unit, tuple(way[:place])
    yield None, tuple(way)


def ways_up(office: Office, unit: UnitId, county: UnitId, level: Level) -> tuple[Sequence[UnitId], ...]:
    """The units at and above a level over a case's unit, lowest first: by the tree as it is now, and as it was.

    The journal knows no tree, but each case's county at every fact: a township that went to another county later
    had that one above it then. Nothing where the unit itself has left the tree.
    """
    above = list(office.upward(unit))
    if not above:
        return ()
    now = [each.id for each in above if _at_least(each, level)]
    if county not in office.units or county in {each.id for each in above}:
        return (now,)
    below = [each.id for each in above if _at_least(each, level) and not _at_least(each, Level.COUNTY)]
    return (now, [*below, *(each.id for each in office.upward(county) if _at_least(each, level))])


def _at_least(unit: Unit, level: Level) -> bool:
    return CLIMB.index(unit.level) >= CLIMB.index(level)
