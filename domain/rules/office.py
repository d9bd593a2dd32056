"""Who sits where: the tree of units, their desks, absences with stand-ins, and helpers' standing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from domain.ids import PersonId, UnitId
from domain.programme.schema import CLIMB, Level


class Unit(NamedTuple):
    """A place in the tree: a division, or a school, a branch, a partner standing in one."""

    id: UnitId
    parent: UnitId | None
    level: Level
    name: str
    division: bool = True


class Absence(NamedTuple):
    """Somebody is away from ``since`` to ``until``, both days included; ``stand_in`` answers meanwhile."""

    since: date
    until: date
    stand_in: PersonId


class Standing(NamedTuple):
    """What the rules ask of a helper. ``papers``: until when each is valid, nothing for ever; absent: never signed."""

    person: PersonId
    sex: Literal["female", "male"]
    capacity: int
    load: int
    serving: bool
    papers: Mapping[str, date | None]
    kind: str = ""
    serves_until: date | None = None


class DeskFound(NamedTuple):
    """The nearest desk with somebody at it, and the empty ones passed over on the way up."""

    unit: UnitId | None
    people: tuple[PersonId, ...]
    empty: tuple[UnitId, ...]


@dataclass(frozen=True)
class Office:
    """Everything around a case that is not the case: read once for a whole batch."""

    units: Mapping[UnitId, Unit]
    desks: Mapping[UnitId, tuple[PersonId, ...]]
    absences: Mapping[PersonId, tuple[Absence, ...]] = field(default_factory=dict)
    helpers: Mapping[PersonId, Standing] = field(default_factory=dict)

    def upward(self, unit: UnitId) -> Iterator[Unit]:
        """The unit and everything above it, lowest first."""
        step: UnitId | None = unit
        while step is not None and step in self.units:
            yield self.units[step]
            step = self.units[step].parent

    def below(self, unit: UnitId) -> Iterator[UnitId]:
        """The unit and everything below it, from the top down; nothing where there is no such unit."""
        found = [unit] if unit in self.units else []
        for each in found:
            found.extend(self.children.get(each, ()))
        return iter(found)

    @cached_property
    def children(self) -> Mapping[UnitId, Sequence[UnitId]]:
        """The units directly below each."""
        found: dict[UnitId, list[UnitId]] = {}
        for unit in self.units.values():
            if unit.parent is not None:
                found.setdefault(unit.parent, []).append(unit.id)
        return found

    def desk(self, unit: UnitId, level: Level, on: date) -> DeskFound:
        """Who answers at ``level`` above ``unit``; where a desk is empty the next one above, skipping none."""
        empty: list[UnitId] = []
        for above in self.upward(unit):
            if CLIMB.index(above.level) < CLIMB.index(level):
                continue
            people = self.desks.get(above.id, ())
            if people:
                return DeskFound(above.id, tuple(self.answering(person, on) for person in people), tuple(empty))
            empty.append(above.id)
        return DeskFound(None, (), tuple(empty))

    def unattended(self, units: Iterable[UnitId], levels: Collection[Level]) -> Iterator[Unit]:
        """The divisions of these levels among the units where nobody sits; a school or a branch needs no desk."""
        for place in map(self.units.__getitem__, units):
            if place.level in levels and place.division and not self.desks.get(place.id):
                yield place

    def answering(self, person: PersonId, on: date) -> PersonId:
        """Who answers for a person on a day: the person, or the stand-in of an absence."""
        seen = {person}
        while (stand_in := self._stand_in(person, on)) and stand_in not in seen:
            person = stand_in
            seen.add(person)
        return person

    def _stand_in(self, person: PersonId, on: date) -> PersonId | None:
        for absence in self.absences.get(person, ()):
            if absence.since <= on <= absence.until:
                return absence.stand_in
        return None
