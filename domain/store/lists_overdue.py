"""The one definition of overdue, as the lists ask the diary for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, runtime_checkable

from sqlalchemy import ColumnElement, Connection

from domain.ids import UnitId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.store import among
from domain.store.units import subtree

ONE_DAY: Final = timedelta(days=1)
A_DUTY: Final = t.diary.c.number > 0
"""Entry 0 is the case's next stage of life; nobody owes it."""


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """For every list: it is past the due day in the unit's time zone."""
    return A_DUTY & (t.diary.c.overdue_from <= stamp(now))


def is_due_today(now: datetime) -> ColumnElement[bool]:
    """The due day has begun and is not over: it ends within a day from now."""
    return A_DUTY & (t.diary.c.overdue_from > stamp(now)) & (t.diary.c.overdue_from <= stamp(now + ONE_DAY))


def late_by(overdue_from: datetime, now: datetime) -> int:
    """Days late: 1 from the first moment of the day after the due day, 0 before."""
    return (now - overdue_from) // ONE_DAY + 1 if overdue_from <= now else 0


@runtime_checkable
class Here(Protocol):
    """Whoever looks from somewhere, and knows how to ask for what lies there."""

    @property
    def units(self) -> Sequence[UnitId] | None:
        """All the units meant; nothing where that is all there are."""

    def within(self, column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ...]:
        """The condition that a column names one of them."""


Within = UnitId | Sequence[UnitId] | Here | None
"""A unit and all below it; units that are known to be all of them; where somebody looks; or everywhere."""


def within(connection: Connection, column: ColumnElement[Any], unit: Within) -> tuple[ColumnElement[bool], ...]:
    """The condition that a column names a unit or one below it; none where every unit is meant."""
    if unit is None:
        return ()
    if isinstance(unit, Here):
        return unit.within(column)
    units = subtree(connection, unit) if isinstance(unit, str) else unit
    return (among(connection, column, units),)
