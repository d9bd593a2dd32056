"""Rules about times of the year and about days: rhythms that are kept to a season, days that were answered."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrulestr

from domain.calendar import FESTIVALS, Calendar
from domain.programme.check import Rule, exists
from domain.programme.check_ladders import lengths_of
from domain.programme.course import raising
from domain.programme.mistakes import Finding, Path, found
from domain.programme.recurrence import rule_problem
from domain.programme.schema import FieldKind, Open, Programme, TimeOfYear
from domain.programme.spans import rough_days
from domain.programme.times import days_in, lies_in

YEARS: Final = range(2024, 2052)
"""Years over which a rhythm is tried: each day of the year falls on each weekday, leap years included."""


def check_times(programme: Programme) -> Iterator[Finding]:
    """Everything wrong with times of the year and with days."""
    for rule in _RULES:
        yield from rule(programme)


def times_of_year_have_days(programme: Programme) -> Iterator[Finding]:
    """The first and the last day exist, and only a festival has days around it."""
    for name, time in programme.times_of_year.items():
        path: Path = ("times_of_year", name)
        for key, day in (("begins", time.begins), ("ends", time.ends)):
            if day is not None and not exists(day):
                yield found((*path, key), "no-such-day", value=day)
        written = sorted({"days_before", "days_after"} & time.model_fields_set)
        if time.around is None and written:
            yield found((*path, written[0]), "days-without-around", name=written[0])


def only_rhythms_have_seasons(programme: Programme) -> Iterator[Finding]:
    """Only what comes round is kept to a time of the year; what is owed once is owed when it is."""
    for name, duty in programme.duties.items():
        for key in ("during", "outside"):
            if getattr(duty.opens, key) is not None and not duty.opens.recurs:
                yield found(("duties", name, "opens", key), "season-without-rhythm", name=key)


def rhythms_come_to_their_season(programme: Programme) -> Iterator[Finding]:
    """What comes round in a time of the year, or away from one, does so in every year."""
    for name, duty in programme.duties.items():
        opens = duty.opens
        during = programme.times_of_year.get(opens.during or "")
        outside = programme.times_of_year.get(opens.outside or "")
        if not opens.recurs or (during is None and outside is None) or not all(map(_whole, (during, outside))):
            continue
        path: Path = ("duties", name, "opens", "during" if during is not None else "outside")
        if opens.every is not None:
            yield from _often_enough(path, opens, during)
        elif not _ever(opens, during, outside):
            season = opens.during or opens.outside
            yield found(path, "never-in-season", season=season, rule=opens.yearly or opens.rule)


def _whole(time: TimeOfYear | None) -> bool:
    return time is None or all(day is None or exists(day) for day in (time.begins, time.ends))


def _often_enough(path: Path, opens: Open, during: TimeOfYear | None) -> Iterator[Finding]:
    if during is None or opens.every is None:
        return
    longest = max(lengths_of(opens.every), key=rough_days, default=None)
    if longest is not None and rough_days(longest) > days_in(during):
        yield found(path, "season-missed", season=opens.during, days=days_in(during), every=longest)


def _ever(opens: Open, during: TimeOfYear | None, outside: TimeOfYear | None) -> bool:
    days = _days_of(opens.yearly, opens.rule, opens.from_festival)
    calendar = _calendar()
    return days is None or any(
        (during is None or lies_in(during, day, calendar)) and (outside is None or not lies_in(outside, day, calendar))
        for day in days
    )


@lru_cache
def _calendar() -> Calendar:
    return Calendar()


@lru_cache
def _days_of(yearly: str | None, rule: str | None, from_festival: int) -> tuple[date, ...] | None:
    """Days on which a rhythm falls; nothing where it cannot be reckoned, which is told elsewhere."""
    if yearly in FESTIVALS:
        apart = timedelta(days=from_festival)
        return tuple(_calendar().festival(str(yearly), year) + apart for year in YEARS)
    if yearly is not None:
        return tuple(date.fromisoformat(f"{year}-{yearly}") for year in YEARS) if _always_exists(yearly) else None
    if rule is None or rule_problem(rule) is not None:
        return None
    first, last = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1], 12, 31, tzinfo=UTC)
    return tuple(day.date() for day in rrulestr(rule, dtstart=first).between(first, last, inc=True))


def _always_exists(month_day: str) -> bool:
    return exists(month_day) and month_day != "02-29"


def several_are_asked_for(programme: Programme) -> Iterator[Finding]:
    """What stands by itself stands once; only what something brings about may stand several times."""
    for name, duty in programme.duties.items():
        if duty.several and not duty.opens.after:
            yield found(("duties", name, "several"), "several-by-itself")


def days_apart_have_a_festival(programme: Programme) -> Iterator[Finding]:
    """Days before or after are counted from a festival, and to one side of it."""
    for name, duty in programme.duties.items():
        written = [key for key in ("days_before", "days_after") if getattr(duty.opens, key)]
        if len(written) > 1 or (written and duty.opens.yearly not in FESTIVALS):
            yield found(("duties", name, "opens", written[-1]), "days-without-festival", name=written[-1])


ONCE: Final = frozenset({
    "opened", "admitted", "reopened", "tie-begun", "met", "refused", "life-stage", "risk", "moved", "programme-changed",
})  # fmt: skip
"""What may come again without anybody waiting to be heard: only this may bring about what is owed once in a life."""


def once_leaves_nobody_unheard(programme: Programme) -> Iterator[Finding]:
    """What arises once comes of something, alone, and never of what must be seen to each time it happens."""
    for name, duty in programme.duties.items():
        if duty.once and (duty.several or not duty.opens.after):
            yield found(("duties", name, "once"), "once-by-itself")
        for place, trigger in enumerate(duty.opens.after if duty.once else ()):
            if trigger.partition(":")[0] not in ONCE:
                yield found(("duties", name, "opens", "after", place), "once-unheard", trigger=trigger)


def days_are_asked(programme: Programme) -> Iterator[Finding]:
    """A duty that counts from a day waits for duties that ask for that day, or for what an invitation began."""
    for name, duty in programme.duties.items():
        if duty.opens.on is None:
            continue
        for place, trigger in enumerate(duty.opens.after):
            finding = _day_of(programme, trigger, duty.opens.on, ("duties", name, "opens"), place)
            if finding is not None:
                yield finding


def _day_of(programme: Programme, trigger: str, on: str, path: Path, place: int) -> Finding | None:
    word, _, name = trigger.partition(":")
    if on == "on" and of_an_activity(programme, trigger):
        return None
    if word == "invited":
        return found((*path, "on"), "on-invitation", name=on, trigger=trigger)
    asked = [name] if word in {"met", "refused"} else [*raising(programme, name)] if word == "raised" else []
    if not asked or (programme.lateness is not None and trigger == f"raised:{programme.lateness.raises}"):
        return found((*path, "after", place), "on-without-day", trigger=trigger, name=on)
    for duty in asked:
        dates = _dates_of(programme, duty)
        if on not in dates and duty in programme.duties:
            return found((*path, "on"), "on-not-asked", name=on, duty=duty, known=", ".join(dates) or "-")
    return None


def _dates_of(programme: Programme, duty: str) -> list[str]:
    asks = programme.duties[duty].asks if duty in programme.duties else {}
    return [key for key, question in asks.items() if question.type is FieldKind.DATE]


def of_an_activity(programme: Programme, trigger: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether what opens by a trigger is about an activity: an invitation, or whatever followed from one."""
    word, _, name = trigger.partition(":")
    if word == "invited":
        return True
    duty = programme.duties.get(name)
    if word not in {"met", "refused", "lapsed"} or duty is None or name in seen:
        return False
    return any(of_an_activity(programme, each, seen | {name}) for each in duty.opens.after)


_RULES: Final[tuple[Rule, ...]] = (
    times_of_year_have_days,
    only_rhythms_have_seasons,
    rhythms_come_to_their_season,
    several_are_asked_for,
    days_apart_have_a_festival,
    once_leaves_nobody_unheard,
    days_are_asked,
)
