"""Reading the journal and what is folded from it."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, or_, select

from domain.case import Case
from domain.facts import DutyOpened, Recorded, UnknownFact, read_fact, stored_name
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.moments import moment
from domain.store.rows import read_state
from domain.store.store import among

_NEVER: Final = 2**31 - 1
_OPENED: Final = stored_name(DutyOpened)
UNREADABLE: Final = (UnknownFact, msgspec.DecodeError, ValueError, LookupError, TypeError, AttributeError)
"""What reading a damaged row may raise; the last three where a step from an older version meets a strange body."""


def journal_of(connection: Connection, case: CaseId) -> list[Recorded]:
    """All facts of a case, in order."""
    rows = connection.execute(select(t.journal).where(t.journal.c.case == case).order_by(t.journal.c.position))
    return [recorded(row) for row in rows]


def latest_of(connection: Connection, case: CaseId, most: int, before: int | None = None) -> list[Recorded]:
    """The last facts of a case, or the last ones before a position, newest first: as many as asked for."""
    statement = select(t.journal).where(t.journal.c.case == case)
    if before is not None:
        statement = statement.where(t.journal.c.position < before)
    rows = connection.execute(statement.order_by(t.journal.c.position.desc()).limit(most))
    return [recorded(row) for row in rows]


def openings_of(connection: Connection, case: CaseId, duties: Collection[int], before: int) -> list[Recorded]:
    """Where these duties were opened, looked for backwards from a position and no further than to the last of them."""
    if not duties:
        return []
    named = or_(*(t.journal.c.body.like(f'%"duty":{number},%') for number in sorted(duties)))
    rows = connection.execute(
        select(t.journal)
        .where(t.journal.c.case == case, t.journal.c.position < before, t.journal.c.name == _OPENED, named)
        .order_by(t.journal.c.position.desc())
        .limit(len(duties))
    )
    return [recorded(row) for row in rows]


def newest_named(connection: Connection, case: CaseId, name: str) -> Recorded | None:
    """The newest fact of a name in a case."""
    named = select(t.journal).where(t.journal.c.case == case, t.journal.c.name == name)
    row = connection.execute(named.order_by(t.journal.c.position.desc()).limit(1)).one_or_none()
    return recorded(row) if row is not None else None


def about_duty(connection: Connection, case: CaseId, duty: int, most: int) -> list[Recorded]:
    """The last facts that speak of one duty, newest first; the last is its opening, and nothing before it is read."""
    opened = openings_of(connection, case, [duty], _NEVER)
    if not opened:
        return []
    body = t.journal.c.body
    speaks = or_(*(body.like(f'%{key}":{duty}{end}%') for key in ("duty", "into") for end in (",", "}")))
    rows = connection.execute(
        select(t.journal)
        .where(t.journal.c.case == case, t.journal.c.position > opened[0].position, speaks)
        .order_by(t.journal.c.position.desc())
        .limit(most)
    )
    return [*(recorded(row) for row in rows), *opened]


def journals_of(connection: Connection, cases: Iterable[CaseId]) -> dict[CaseId, list[Recorded]]:
    """All facts of several cases, each in order, in one query."""
    wanted = among(connection, t.journal.c.case, list(dict.fromkeys(cases)))
    found: dict[CaseId, list[Recorded]] = {}
    for row in connection.execute(select(t.journal).where(wanted).order_by(t.journal.c.case, t.journal.c.position)):
        found.setdefault(row.case, []).append(recorded(row))
    return found


def whole_journal(connection: Connection, batch: int = 5_000) -> Iterator[Recorded]:
    """Every fact of every case, case by case and in order, without holding them all in memory."""
    statement = select(t.journal).order_by(t.journal.c.case, t.journal.c.position)
    for rows in connection.execute(statement, execution_options={"yield_per": batch}).partitions():
        yield from (recorded(row) for row in rows)


def recorded(row: Row[tuple[object, ...]]) -> Recorded:
    """A fact in its place, from a row of the journal."""
    return Recorded(
        case=row.case, position=row.position, fact=read_fact(row.name, row.version, row.body), at=moment(row.at),
        recorded_at=moment(row.recorded_at), actor=row.actor, programme=row.programme,
    )  # fmt: skip


def snapshot_of(connection: Connection, case: CaseId) -> Case | None:
    """A case as it stands, or nothing."""
    state = connection.scalar(select(t.snapshot.c.state).where(t.snapshot.c.case == case))
    return read_state(state) if state is not None else None
