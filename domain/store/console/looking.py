"""The one door to what is kept: whoever looks brings who they are, and sees what their roles allow, where they hold."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection

from domain.calendar import local_day
from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.access import NotAllowed, Right, Viewer
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.offices import office
from domain.store.store import Store, among

FEW_OTHERS: Final = 4
"""So many units beside those meant, such as the province above a city, are rather named than those."""


class NotFound(Exception):
    """There is none of this name, or none that the viewer may see: which of the two is nobody's business."""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """One look of one person: a reading transaction, and what he or she may see in it by one right."""

    connection: Connection
    store: Store
    viewer: Viewer
    right: Right
    now: datetime
    office: Office

    @property
    def language(self) -> str:
        """The viewer's language."""
        return self.viewer.language

    @cached_property
    def today(self) -> date:
        """The local day."""
        zone = next((each.time_zone for each in self.store.programmes.values()), None)
        return local_day(self.now, zone) if zone else self.now.date()

    @cached_property
    def units(self) -> Sequence[UnitId] | None:
        """Every unit the viewer may look into; nothing where that is all there are."""
        tops = self.viewer.units(self.right)
        return None if tops is None else list(dict.fromkeys(each for top in tops for each in self.office.below(top)))

    @property
    def tops(self) -> tuple[UnitId, ...]:
        """The uppermost units the viewer looks into."""
        tops = self.viewer.units(self.right)
        if tops is not None:
            return tops
        return tuple(unit.id for unit in self.office.units.values() if unit.parent not in self.office.units)

    def within(self, column: ColumnElement[Any], unit: UnitId | None = None) -> tuple[ColumnElement[bool], ...]:
        """The condition that a column names a unit the viewer may look into, or one below ``unit`` among these.

        Of all units but a few these few are named: for a city's own desk the database would look up each row's place.
        """
        units = self._meant(unit)
        if units is None:
            return ()
        others = self._few_beside(units)
        if others is None:
            return (among(self.connection, column, units),)
        return (column.not_in(others) if others else column.is_not(None),)

    def few_others(self, unit: UnitId | None = None) -> Sequence[UnitId] | None:
        """The units that are not meant, where they are a few; nothing where they are more."""
        units = self._meant(unit)
        return () if units is None else self._few_beside(units)

    def place_by_place(self, column: ColumnElement[Any], unit: UnitId | None = None) -> ColumnElement[bool]:
        """The same with every unit named, also for who looks everywhere: for an index that begins with the unit."""
        units = self._meant(unit)
        return among(self.connection, column, list(self.office.units) if units is None else units)

    def _few_beside(self, units: Sequence[UnitId]) -> Sequence[UnitId] | None:
        if len(self.office.units) - len(units) > FEW_OTHERS:
            return None
        return sorted(self.office.units.keys() - set(units))

    def _meant(self, unit: UnitId | None) -> Sequence[UnitId] | None:
        if unit is None:
            return self.units
        self.must_see(unit)
        return list(self.office.below(unit))

    def sees(self, unit: UnitId | None) -> bool:
        """Whether the viewer may look into a unit."""
        return self.viewer.may_in(self.right, unit, self.office)

    def must_see(self, unit: UnitId) -> None:
        """NotFound for a unit that is not there or not the viewer's to look into."""
        if unit not in self.office.units or not self.sees(unit):
            raise NotFound(unit)

    def case(self, case: CaseId) -> Case:
        """A case the viewer may see, or is asked to take over; else NotFound."""
        found = snapshot_of(self.connection, case)
        if found is None or not (self.sees(found.unit) or (found.transfer and self.sees(found.transfer.unit))):
            raise NotFound(case)
        return found

    def person_unit(self, person: PersonId) -> UnitId | None:
        """The unit of somebody the viewer may see; else NotFound."""
        row = self.connection.execute(t.person.select().where(t.person.c.id == person)).one_or_none()
        if row is None or not self.sees(row.unit):
            raise NotFound(person)
        return None if row.unit is None else UnitId(row.unit)

    def programme(self, case: Case) -> Programme:
        """The programme of a case."""
        return self.store.programmes[case.programme]

    def unit_name(self, unit: UnitId | str | None) -> str:
        """What a unit is called; its id where nobody knows."""
        known = self.office.units.get(UnitId(unit)) if unit else None
        return known.name if known else str(unit or "")

    def also(self, right: Right) -> "Looking":
        """The same look by another right; NotAllowed."""
        return looked(self.connection, self.store, self.viewer, right, self.now, self.office)


def looked(
    connection: Connection, store: Store, viewer: Viewer, right: Right, now: datetime, around: Office | None = None
) -> Looking:
    """A look within a transaction that is open already; NotAllowed where no role of the viewer has this right."""
    if not viewer.may(right):
        raise NotAllowed(right)
    return Looking(
        connection=connection, store=store, viewer=viewer, right=right, now=now,
        office=around or office(connection, store),
    )  # fmt: skip


@contextmanager
def looking(store: Store, viewer: Viewer, right: Right, now: datetime) -> Iterator[Looking]:
    """Look at what is kept, by one right; NotAllowed where no role of the viewer has it."""
    if not viewer.may(right):
        raise NotAllowed(right)
    with reading(store.engine) as connection:
        yield looked(connection, store, viewer, right, now)
