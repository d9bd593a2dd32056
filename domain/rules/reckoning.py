"""The arrangement of a year has changed: what was reckoned in working days moves to the day it comes to now."""

from datetime import date, datetime
from functools import lru_cache

from domain.calendar import Calendar, LocalYear
from domain.case import Duty
from domain.programme.schema import Cadence
from domain.programme.spans import Unit, later
from domain.rules import commands as c
from domain.rules.moments import length_for
from domain.rules.unfolding import Unfolding


def reckon_anew(unfolding: Unfolding, command: c.ReckonAnew, now: datetime) -> None:
    """Open anew, due on the day it comes to now, what is neither late nor was given another day by somebody."""
    today = unfolding.around.day(now)
    for duty in tuple(unfolding.case.duties.values()):
        day = _day_now(unfolding, duty, command) if duty.climbed_to is None and duty.due_on >= today else None
        if day is not None and max(day, today) != duty.due_on:
            number = unfolding.open_another(duty.kind, now, "calendar", max(day, today), about=duty.about)
            unfolding.supersede(duty, number, "calendar", now)


def _day_now(unfolding: Unfolding, duty: Duty, command: c.ReckonAnew) -> date | None:
    """The day a duty comes to by the calendar there is now; nothing where it was not reckoned by the one before."""
    opens, counted = unfolding.kind(duty.kind).opens, command.counted_from.get(duty.number)
    if opens.within is None or opens.on is not None or counted is None:
        return None
    length = length_for(unfolding.case, opens.within, counted, unfolding.around)
    if length.unit is not Unit.WORKING_DAY:
        return None
    calendar = unfolding.around.calendar
    reckoned = {later(counted, length, each) for each in _before(calendar, command.year, command.free, command.worked)}
    return later(counted, length, calendar) if duty.due_on in reckoned else None


@lru_cache(maxsize=64)
def _before(calendar: Calendar, year: int, free: frozenset[date], worked: frozenset[date]) -> tuple[Calendar, ...]:
    """The calendars a day may have been reckoned by: the one before, and the official one alone.

    The latter too, so that what was broken off in the middle is done when it is done again.
    """
    return calendar.with_year(year, LocalYear(True, free, worked)), calendar.with_year(year, None)


def in_working_days(written: object) -> bool:
    """Whether a length, or any length of a cadence, is counted in working days."""
    if isinstance(written, Cadence):
        lengths = [*written.by_risk.values(), *written.by_life.values(), written.otherwise]
        return any(map(in_working_days, lengths))
    return getattr(written, "unit", None) is Unit.WORKING_DAY
