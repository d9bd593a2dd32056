"""The cases of a unit, as a coordinator looks for one."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.store import tables as t
from domain.store.lists_overdue import A_DUTY, within
from domain.store.moments import moment
from domain.store.store import among


class CaseLine(NamedTuple):
    """One case. ``open_duties`` are what is owed to it; ``next_moment`` is when the engine looks at it again."""

    case: CaseId
    stage: Stage
    risk: str
    programme: str
    unit: UnitId
    county: UnitId
    helpers: tuple[PersonId, ...]
    open_duties: int
    next_moment: datetime | None


def cases(connection: Connection, unit: UnitId | None = None, stage: Stage | None = None) -> list[CaseLine]:
    """Cases of a unit and below it, or all; of one stage, or all that are not closed."""
    of_stage = t.snapshot.c.stage == stage.value if stage else t.snapshot.c.stage != Stage.CLOSED.value
    looked_at = (
        select(
            t.diary.c.case,
            func.min(t.diary.c.next_moment).label("next_moment"),
            func.count().filter(A_DUTY).label("duties"),
        )
        .group_by(t.diary.c.case)
        .subquery()
    )
    statement = (
        select(t.snapshot, looked_at.c.next_moment, looked_at.c.duties)
        .join(looked_at, looked_at.c.case == t.snapshot.c.case, isouter=True)
        .where(of_stage, *within(connection, t.snapshot.c.unit, unit))
        .order_by(t.snapshot.c.case)
    )
    rows = connection.execute(statement).all()
    tied = _helpers(connection, [row.case for row in rows])
    return [_line(row, tuple(tied.get(row.case, ()))) for row in rows]


def programmes_in_use(connection: Connection) -> frozenset[str]:
    """The programmes, by name and version, that some case which is not closed runs under."""
    statement = select(t.snapshot.c.programme).where(t.snapshot.c.stage != Stage.CLOSED.value).distinct()
    return frozenset(connection.scalars(statement))


def _helpers(connection: Connection, of: list[str]) -> dict[str, list[PersonId]]:
    found: dict[str, list[PersonId]] = {}
    statement = select(t.tie.c.case, t.tie.c.person).where(t.tie.c.until.is_(None), among(connection, t.tie.c.case, of))
    for row in connection.execute(statement.order_by(t.tie.c.since)):
        found.setdefault(row.case, []).append(row.person)
    return found


def _line(row: Row[Any], helpers: tuple[PersonId, ...]) -> CaseLine:
    return CaseLine(
        row.case, Stage(row.stage), row.risk, row.programme, row.unit, row.county, helpers, row.duties or 0,
        moment(row.next_moment) if row.next_moment else None,
    )  # fmt: skip
