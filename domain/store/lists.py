"""Lists people work from. Overdue has one definition on all of them: ``diary.overdue_from <= now``."""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from domain.ids import CaseId, DutyId, PersonId, UnitId, duty_id
from domain.programme.schema import Stage
from domain.store import tables as t
from domain.store.lists_findings import Noticed, Sort, findings
from domain.store.lists_overdue import A_DUTY, is_due_today, is_overdue, late_by, within
from domain.store.moments import moment
from domain.store.units import names_of

__all__ = ["CountyLine", "Noticed", "OpenDuty", "Sort", "findings", "open_duties", "overdue", "overdue_by_county"]


class OpenDuty(NamedTuple):
    """A duty somebody owes. ``days_late``: whole days after the due day, 0 while it is in time."""

    case: CaseId
    number: int
    kind: str
    stage: str
    unit: UnitId
    county: UnitId
    owed_by: PersonId | None
    climbed_to: str | None
    due_on: date
    days_late: int
    next_moment: datetime
    programme: str

    @property
    def id(self) -> DutyId:
        """Its id, as people name it."""
        return duty_id(self.case, self.number)

    @property
    def overdue(self) -> bool:
        """Whether its due day has passed."""
        return self.days_late > 0


class CountyLine(NamedTuple):
    """How a county stands: open cases; duties due today, overdue, climbed; days the oldest is late (0: none)."""

    county: UnitId
    name: str
    open_cases: int
    due: int
    overdue: int
    climbed: int
    oldest_days: int


_DUTIES: Final = select(t.diary, t.snapshot.c.programme).join(t.snapshot, t.snapshot.c.case == t.diary.c.case)


def overdue(connection: Connection, now: datetime, unit: UnitId | None = None) -> list[OpenDuty]:
    """Every overdue duty, in a unit and below it or everywhere, the longest late first."""
    order = (t.diary.c.overdue_from, t.diary.c.case, t.diary.c.number)
    statement = _DUTIES.where(is_overdue(now), *within(connection, t.diary.c.unit, unit)).order_by(*order)
    return [_duty(row, now) for row in connection.execute(statement)]


def open_duties(
    connection: Connection,
    now: datetime,
    *,
    person: PersonId | None = None,
    unit: UnitId | None = None,
    case: CaseId | None = None,
) -> list[OpenDuty]:
    """What a person owes, what is owed to a case, or what is open in a unit and below it; the first due first."""
    statement = _DUTIES.where(A_DUTY, *within(connection, t.diary.c.unit, unit))
    if person is not None:
        statement = statement.where(t.diary.c.owed_by == person)
    if case is not None:
        statement = statement.where(t.diary.c.case == case)
    rows = connection.execute(statement.order_by(t.diary.c.due_on, t.diary.c.case, t.diary.c.number))
    return [_duty(row, now) for row in rows]


def overdue_by_county(connection: Connection, now: datetime, unit: UnitId | None = None) -> list[CountyLine]:
    """A line for every county with open cases, the most overdue first."""
    cases = _open_cases(connection, unit)
    statement = _counts(now).where(*within(connection, t.diary.c.unit, unit))
    counted = {row.county: row for row in connection.execute(statement)}
    names = names_of(connection, list(cases))
    lines = [
        _line(county, names.get(county, county), count, counted.get(county), now) for county, count in cases.items()
    ]
    return sorted(lines, key=lambda line: (-line.overdue, line.county))


def _duty(row: Any, now: datetime) -> OpenDuty:
    return OpenDuty(
        row.case, row.number, row.kind, row.stage, row.unit, row.county, row.owed_by, row.climbed_to,
        date.fromisoformat(row.due_on), late_by(moment(row.overdue_from), now), moment(row.next_moment),
        row.programme,
    )  # fmt: skip


def _open_cases(connection: Connection, unit: UnitId | None) -> dict[UnitId, int]:
    statement = (
        select(t.snapshot.c.county, func.count().label("open"))
        .where(t.snapshot.c.stage != Stage.CLOSED.value, *within(connection, t.snapshot.c.unit, unit))
        .group_by(t.snapshot.c.county)
    )
    return {UnitId(row.county): row.open for row in connection.execute(statement)}


def _counts(now: datetime) -> Select[Any]:
    late = is_overdue(now)
    return (
        select(
            t.diary.c.county,
            _how_many(is_due_today(now)).label("due"),
            _how_many(late).label("overdue"),
            _how_many(t.diary.c.climbed_to.is_not(None)).label("climbed"),
            func.min(case((late, t.diary.c.overdue_from))).label("oldest"),
        )
        .where(A_DUTY)
        .group_by(t.diary.c.county)
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _line(county: UnitId, name: str, cases: int, counted: Any, now: datetime) -> CountyLine:
    if counted is None:
        return CountyLine(county, name, cases, 0, 0, 0, 0)
    oldest = late_by(moment(counted.oldest), now) if counted.oldest else 0
    return CountyLine(county, name, cases, counted.due, counted.overdue, counted.climbed, oldest)
