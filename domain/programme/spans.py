"""Lengths of time as offices write them: ``3 days``, ``5 working days``, ``1 month``, ``due day``."""

import re
from calendar import monthrange
from collections.abc import Hashable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple, Protocol

from pydantic import BeforeValidator, PlainSerializer


class Unit(StrEnum):
    """What a length of time is counted in."""

    DAY = "day"
    WORKING_DAY = "working day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class WorkingDays(Hashable, Protocol):
    """What a span asks of the calendar."""

    def working_days_after(self, day: date, count: int) -> date: ...


class Length(NamedTuple):
    """A whole number of one unit, never negative. ``str`` gives the form it is written in."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}{'' if self.amount == 1 else 's'}"


class Offset(NamedTuple):
    """A place on the line of days: so long before or after a day, or on it."""

    length: Length
    before: bool

    def __str__(self) -> str:
        if self.length.amount == 0:
            return "due day"
        return f"{self.length} {'before' if self.before else 'after'}"


_LENGTH: Final = re.compile(r"(\d{1,4}) (working day|day|week|month|year)s?")
DUE_DAY: Final = Offset(Length(0, Unit.DAY), before=False)


def read_length(text: Any) -> Length:
    """``"5 working days"`` as a length; ValueError with what to write instead."""
    if isinstance(text, Length):
        return text
    found = _LENGTH.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ValueError("write a number and a unit: 3 days, 5 working days, 2 weeks, 1 month, 1 year")
    return Length(int(found[1]), Unit(found[2]))


def read_offset(text: Any) -> Offset:
    """``"3 days after"``, ``"2 days before"`` or ``"due day"``; ValueError with what to write instead."""
    if isinstance(text, Offset):
        return text
    if isinstance(text, str):
        if text.strip() == "due day":
            return DUE_DAY
        words, _, side = text.strip().rpartition(" ")
        if side in {"before", "after"} and _LENGTH.fullmatch(words):
            return Offset(read_length(words), before=side == "before")
    raise ValueError("write: due day, 3 days before, 5 working days after")


Span = Annotated[Length, BeforeValidator(read_length), PlainSerializer(str)]
Place = Annotated[Offset, BeforeValidator(read_offset), PlainSerializer(str)]


def months_later(day: date, months: int) -> date:
    """The same day so many months on; a month too short for it ends on its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= _SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_SHORTEST_MONTH: Final = 28


@lru_cache(maxsize=65_536)
def later(day: date, length: Length, calendar: WorkingDays) -> date:
    """The day so long after ``day``; a month too short for the day ends on its last."""
    amount = length.amount
    match length.unit:
        case Unit.DAY:
            return day + timedelta(days=amount)
        case Unit.WEEK:
            return day + timedelta(weeks=amount)
        case Unit.MONTH:
            return months_later(day, amount)
        case Unit.YEAR:
            return months_later(day, 12 * amount)
        case Unit.WORKING_DAY:
            return calendar.working_days_after(day, amount)


def earlier(day: date, length: Length, calendar: WorkingDays) -> date:
    """The day so long before ``day``."""
    if length.unit is Unit.WORKING_DAY:
        return calendar.working_days_after(day, -length.amount)
    return later(day, Length(-length.amount, length.unit), calendar)


@lru_cache(maxsize=65_536)
def at_offset(day: date, offset: Offset, calendar: WorkingDays) -> date:
    """The day an offset points at, seen from ``day``."""
    return (earlier if offset.before else later)(day, offset.length, calendar)


_FEWEST: Final = {Unit.DAY: 1, Unit.WORKING_DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28, Unit.YEAR: 365}
_MOST: Final = {Unit.DAY: 1, Unit.WORKING_DAY: 366, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}


def earliest_days(offset: Offset) -> int:
    """A number of days after a day (negative: before it) than which an offset never comes earlier."""
    length = offset.length
    return -length.amount * _MOST[length.unit] if offset.before else length.amount * _FEWEST[length.unit]


_DAYS: Final = {Unit.DAY: 1.0, Unit.WORKING_DAY: 1.5, Unit.WEEK: 7.0, Unit.MONTH: 30.0, Unit.YEAR: 365.0}


def rough_days(length: Length) -> float:
    """About how many days a length has; only for comparing lengths with each other."""
    return length.amount * _DAYS[length.unit]
