"""Reading the journal and what is folded from it."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, Row, select

from domain.case import Case
from domain.facts import Recorded, UnknownFact, read_fact
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.moments import moment
from domain.store.rows import read_state
from domain.store.store import among

UNREADABLE: Final = (UnknownFact, msgspec.DecodeError, ValueError, LookupError, TypeError, AttributeError)
"""What reading a damaged row may raise; the last three where a step from an older version meets a strange body."""


def journal_of(connection: Connection, case: CaseId) -> list[Recorded]:
    """All facts of a case, in order."""
    rows = connection.execute(select(t.journal).where(t.journal.c.case == case).order_by(t.journal.c.position))
    return [recorded(row) for row in rows]


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
