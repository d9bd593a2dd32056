"""What was done week by week in a unit: met on time, met late, cases opened; from the journal, bounded by time."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, String, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import UnitId
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.moments import stamp

WEEKS: Final = 12
DAYS: Final = 7
_MET, _OPENED = "duty-met", "case-opened"


class Done(NamedTuple):
    """One week, from its Monday."""

    begins: date
    on_time: int = 0
    late: int = 0
    opened: int = 0


def weeks(look: Looking, unit: UnitId | None) -> list[Done]:
    """The last twelve weeks, this one included, in a unit and below it."""
    monday = look.today - timedelta(days=look.today.weekday())
    begins = [monday - timedelta(days=DAYS * back) for back in range(WEEKS - 1, -1, -1)]
    week = _week([_first_moment(look, each) for each in begins])
    late = case((_was_late(look.connection), 1), else_=0)
    cases = [t.journal.c.case.in_(select(t.snapshot.c.case).where(*inside))
             for inside in [look.within(t.snapshot.c.unit, unit)] if inside]  # fmt: skip
    statement = (
        select(week.label("week"), t.journal.c.name, func.count(), func.sum(late))
        .where(
            t.TOLD_AT_MEETINGS,
            t.journal.c.name.in_((_MET, _OPENED)),
            t.journal.c.at >= stamp(_first_moment(look, begins[0])),
            *cases,
        )
        .group_by("week", t.journal.c.name)
    )
    return _gathered(begins, look.connection.execute(statement).all())


def _gathered(begins: Sequence[date], rows: Sequence[Any]) -> list[Done]:
    found: Counter[tuple[int, str]] = Counter()
    for number, name, count, late in rows:
        if name == _OPENED:
            found[number, "opened"] += count
        else:
            found[number, "late"] += late
            found[number, "on-time"] += count - late
    return [
        Done(begin, found[number, "on-time"], found[number, "late"], found[number, "opened"])
        for number, begin in enumerate(begins)
    ]


def _week(firsts: Sequence[datetime]) -> ColumnElement[int]:
    """Which of the weeks a fact falls into, counted from 0."""
    later = [(t.journal.c.at < stamp(first), literal(number)) for number, first in enumerate(firsts[1:])]
    return case(*later, else_=len(firsts) - 1)


def _was_late(connection: Connection) -> ColumnElement[bool]:
    """Somebody had been told of the duty, for a day that was over when it was met: what is late always is told."""
    duty, on = _member(connection, "duty"), _member(connection, "on")
    told = select(t.notice.c.id).where(
        t.notice.c.case == t.journal.c.case, t.notice.c.duty == cast(duty, Integer), t.notice.c.due_on < on
    )
    return (t.journal.c.name == _MET) & told.exists()


def _member(connection: Connection, name: str) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.json_extract(t.journal.c.body, f"$.{name}", type_=String)
    member: ColumnElement[str] = cast(t.journal.c.body, JSONB)[name].astext
    return member


def _first_moment(look: Looking, day: date) -> datetime:
    zone = next((each.time_zone for each in look.store.programmes.values()), look.now.tzinfo)
    return datetime.combine(day, time(), tzinfo=zone)
