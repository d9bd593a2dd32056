"""After a year's arrangement changed: every open case with a day in or around that year is reckoned anew."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from domain import facts as f
from domain.calendar import Calendar
from domain.ids import CaseId
from domain.programme.schema import DutyKind, Programme
from domain.rules.commands import ReckonAnew
from domain.rules.counting import COUNTING, counted_from
from domain.rules.reckoning import in_working_days
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.journal import UNREADABLE, recorded
from domain.store.saving import write
from domain.store.store import Store, among
from domain.store.writing import Carried, carry_out

BATCH: Final = 500

_NAMES: Final = [f.stored_name(fact) for fact in COUNTING]


class Reckoned(NamedTuple):
    """What came of it: open cases looked at, duties that have another due day now."""

    cases: int
    moved: int


def reckon_year_anew(store: Store, before: Calendar, year: int, now: datetime) -> Reckoned:
    """Let every open duty and the diary follow a year's arrangement; ``before`` is the calendar there was until then.

    In batches, each a transaction; done again it changes nothing more.
    """
    old = before.arrangement(year)
    with reading(store.engine) as connection:
        cases = _concerned(connection, store, year)
    moved = 0
    for start in range(0, len(cases), BATCH):
        some = cases[start : start + BATCH]
        with reading(store.engine) as connection:
            counted = _counted_from(connection, store, some)
        commands = [
            ReckonAnew(case=case, year=year, free=old.free, worked=old.worked, counted_from=counted.get(case, {}))
            for case in some
        ]
        outcomes = carry_out(store, commands, now)
        facts = [fact for done in outcomes if isinstance(done, Carried) for fact, _ in done.facts]
        moved += sum(isinstance(fact, f.DutySuperseded) and fact.because == "calendar" for fact in facts)
    if year in _published(store.calendar, year):
        with writing(store.engine) as connection:
            write(connection, t.counter, [{"name": _reckoned(year), "last": 1}], replacing=True)
    return Reckoned(len(cases), moved)


def reckon_published(store: Store, now: datetime) -> Mapping[int, Reckoned]:
    """What came of each year, this one and the next, that has become published since it was last reckoned.

    However that came about: by a newer release of the official calendar, or by an office's file. Once for each year.
    """
    calendar = store.calendar
    published = {_reckoned(year): year for year in _published(calendar, now.year, now.year + 1)}
    with reading(store.engine) as connection:
        known = set(connection.scalars(select(t.counter.c.name).where(t.counter.c.name.in_(published))))
    fresh = [year for name, year in published.items() if name not in known]
    return {year: reckon_year_anew(store, calendar.by_rule(year), year, now) for year in fresh}


def _published(calendar: Calendar, *years: int) -> list[int]:
    """Those of the years that are published. Another calendar is asked: nothing here rests on a day of such a year."""
    asked = Calendar(calendar.local)
    return [year for year in years if asked.is_published(year)]


def _reckoned(year: int) -> str:
    return f"calendar-{year}"


def _concerned(connection: Connection, store: Store, year: int) -> list[CaseId]:
    """The cases with an open duty that counts working days, due within half a year of that year."""
    programmes = store.programmes.values()
    kinds = sorted({kind for programme in programmes for kind in programme.duties if _counts(programme, kind)})
    first, last = date(year - 1, 7, 1), date(year + 1, 6, 30)
    rows = connection.scalars(
        select(t.diary.c.case)
        .where(among(connection, t.diary.c.kind, kinds))
        .where(t.diary.c.due_on.between(first.isoformat(), last.isoformat()))
        .distinct()
        .order_by(t.diary.c.case)
    )
    return list(rows)


def _counts(programme: Programme, kind: str) -> bool:
    """Whether anything about a duty is counted in working days: its day, its rungs, the days between."""
    duty: DutyKind = programme.duties[kind]
    lengths: list[object] = [duty.opens.within, duty.opens.every, duty.answerable_before]
    for rung in programme.rungs_of[kind]:
        lengths += [rung.at.length if rung.at else None, rung.acknowledged_for, rung.repeat]
    return any(map(in_working_days, lengths))


def _counted_from(connection: Connection, store: Store, cases: Sequence[CaseId]) -> Mapping[CaseId, Mapping[int, date]]:
    """For each duty of these cases the day it was counted from; nothing for a case whose journal nobody can read."""
    rows = connection.execute(
        select(t.journal)
        .where(among(connection, t.journal.c.case, list(cases)), t.journal.c.name.in_(_NAMES))
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    found: dict[CaseId, Mapping[int, date]] = {}
    for case, journal in groupby(rows, key=lambda row: row.case):
        with suppress(*UNREADABLE):
            found[case] = counted_from(map(recorded, journal), store.programmes)
    return found
