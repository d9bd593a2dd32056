"""The arrangement of a year has changed: what was reckoned in working days moves to the day it comes to now."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from domain.calendar import Calendar, LocalYear
from domain.case import Case, Duty
from domain.programme.schema import Cadence
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.moments import Circumstances, first_day, in_time, length_for, next_occurrence
from domain.rules.unfolding import ONE_DAY, Unfolding


class Beat(NamedTuple):
    """The day a duty comes to, and the day its rhythm is counted from where it has one."""

    day: date
    rhythm_from: date | None = None


def reckon_anew(unfolding: Unfolding, command: c.ReckonAnew, now: datetime) -> None:
    """Open anew, due on the day it comes to now, what is neither late nor was given another day by somebody."""
    today = unfolding.around.day(now)
    for duty in tuple(unfolding.case.duties.values()):
        beat = _beat_now(unfolding, duty, command, today) if duty.climbed_to is None and duty.due_on >= today else None
        if beat is not None and max(beat.day, today) != duty.due_on:
            _move(unfolding, duty, beat, today, now)


def _move(unfolding: Unfolding, duty: Duty, beat: Beat, today: date, now: datetime) -> None:
    """The same duty on another day; it is not answered before the one it takes the place of could be."""
    number = unfolding.open_another(
        duty.kind, now, "calendar", max(beat.day, today),
        after=duty.opens_on - ONE_DAY, rhythm_from=beat.rhythm_from, about=duty.about,
    )  # fmt: skip
    unfolding.supersede(duty, number, "calendar", now)


class _Then(NamedTuple):
    """What a day may have been reckoned by, and what it is reckoned by now."""

    before: tuple[Circumstances, ...]
    now: Circumstances


def _beat_now(unfolding: Unfolding, duty: Duty, command: c.ReckonAnew, today: date) -> Beat | None:
    """The day a duty comes to by the calendar there is now; nothing where it was not reckoned by the one before."""
    opens, counted = unfolding.kind(duty.kind).opens, command.counted_from.get(duty.number)
    written = opens.within or opens.every
    if counted is None or written is None:
        return None
    length = length_for(unfolding.case, written, today if opens.every else counted, unfolding.around)
    if length.unit is not Unit.WORKING_DAY:
        return None
    then = _Then(tuple(_before(unfolding.around, command)), unfolding.around)
    if opens.every is None:
        return _promised(unfolding.case, duty, counted, length, then)
    if duty.rhythm_from in {None, duty.due_on}:
        return _first_beat(unfolding.case, duty, counted, then)
    return _later_beat(unfolding.case, duty, length, then)


def _promised(case: Case, duty: Duty, since: date, length: Length, then: _Then) -> Beat | None:
    """What is owed once, so long after a day; what an invitation asks for is wanted the day before at the latest."""
    if duty.due_on not in {each.later(since, length) for each in then.before}:
        return None
    day, opens = then.now.later(since, length), then.now.programme.duties[duty.kind].opens
    if opens.on is None and any(trigger.startswith("invited:") for trigger in opens.after):
        day = min(day, case.invited.get(duty.about or "", date.max) - ONE_DAY)
    return Beat(day)


def _first_beat(case: Case, duty: Duty, counted: date, then: _Then) -> Beat | None:
    """The first day of a rhythm, counted from its opening or, after a change, from when it was last done."""
    for since in filter(None, (counted, case.last_met.get(duty.kind))):
        if any(first_day(case, duty.kind, since, each) == duty.due_on for each in then.before):
            first = first_day(case, duty.kind, since, then.now)
            return Beat(first, first) if first is not None else None
    return None


def _later_beat(case: Case, duty: Duty, every: Length, then: _Then) -> Beat | None:
    """The same beat of a rhythm, counted from the same anchor; or the next one that falls into its time of the year."""
    anchor = duty.rhythm_from or duty.due_on
    beats = next(filter(None, (_beats_until(anchor, every, duty.due_on, each) for each in then.before)), None)
    if beats is None:
        return None
    day = then.now.later(anchor, Length(every.amount * beats, every.unit))
    if in_time(then.now.programme.duties[duty.kind].opens, day, then.now):
        return Beat(day, anchor)
    following = next_occurrence(case, msgspec.structs.replace(duty, due_on=day), day, then.now)
    return Beat(following, anchor) if following is not None else None


def _beats_until(anchor: date, every: Length, day: date, around: Circumstances) -> int | None:
    """How many beats after its anchor a rhythm comes to a day; nothing where it does not."""
    beats = 1
    while (beat := around.later(anchor, Length(every.amount * beats, every.unit))) < day:
        beats += 1
    return beats if beat == day else None


def _before(around: Circumstances, command: c.ReckonAnew) -> Iterator[Circumstances]:
    calendars = _calendars_before(around.calendar, command.year, command.free, command.worked)
    return (replace(around, calendar=calendar) for calendar in calendars)


@lru_cache(maxsize=64)
def _calendars_before(
    calendar: Calendar, year: int, free: frozenset[date], worked: frozenset[date]
) -> tuple[Calendar, ...]:
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
