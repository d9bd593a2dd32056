"""Facts on their way to Prefect: gathered by the writer, carried by the relay, settled with their effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, or_, select, update

from domain.ids import SignalId
from domain.store import tables as t
from domain.store.moments import moment, stamp

TRY_AGAIN_AFTER: Final = timedelta(seconds=20)
KEEP_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class Signal:
    """Facts of one name from one act of writing in one county. ``first`` is the first one's place: case/position."""

    id: SignalId
    name: str
    urgent: bool
    county: str
    stage: str
    count: int
    cases: tuple[str, ...]
    first: str
    created_at: datetime
    tries: int


def waiting(
    connection: Connection, now: datetime, limit: int, again_after: timedelta = TRY_AGAIN_AFTER
) -> list[Signal]:
    """Signals never sent, or sent and not settled for a while; urgent ones first, then in order."""
    statement = (
        select(t.signal)
        .where(
            t.signal.c.settled_at.is_(None),
            or_(t.signal.c.tried_at.is_(None), t.signal.c.tried_at <= stamp(now - again_after)),
        )
        .order_by(t.signal.c.urgent.desc(), t.signal.c.id)
        .limit(limit)
    )
    return [
        Signal(
            row.id, row.name, row.urgent, row.county, row.stage, row._mapping["count"],
            tuple(row.cases.split()), row.first, moment(row.created_at), row.tries,
        )
        for row in connection.execute(statement)
    ]  # fmt: skip


def tried(connection: Connection, ids: Iterable[SignalId], now: datetime) -> None:
    """Note that signals were sent just now."""
    connection.execute(
        update(t.signal).where(t.signal.c.id.in_(list(ids))).values(tries=t.signal.c.tries + 1, tried_at=stamp(now))
    )


def settled(connection: Connection, ids: Iterable[SignalId], now: datetime) -> int:
    """Settle signals together with their effect; how many were still open, so that an effect happens once."""
    open_ones = t.signal.c.id.in_(list(ids)), t.signal.c.settled_at.is_(None)
    return connection.execute(update(t.signal).where(*open_ones).values(settled_at=stamp(now))).rowcount


def forget_settled(connection: Connection, now: datetime) -> None:
    """Drop signals settled long ago; the facts themselves stay in the journal."""
    connection.execute(delete(t.signal).where(t.signal.c.settled_at <= stamp(now - KEEP_FOR)))


def forget_all(connection: Connection, until: datetime) -> None:
    """Drop whatever was noted up to a moment, heard or not: nobody listens to a past that was made up."""
    connection.execute(delete(t.signal).where(t.signal.c.created_at <= stamp(until)))
