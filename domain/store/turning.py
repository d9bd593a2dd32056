"""Turning from one message to the next: what became of the one and that the other begins, written at once.

A lane of messages does this once for each, so it hands the driver finished text: on SQLite a transaction of two
statements, on PostgreSQL one statement that changes both rows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, ScalarSelect, Update, func, literal_column, select

from domain.ids import NudgeId
from domain.store.engine import straight, writing
from domain.store.moments import stamp
from domain.store.outbox import BEGIN, Claimed
from domain.store.rows import Row
from domain.store.saving import answered, change
from domain.store.settling import SETTLE, Elsewhere, Said, Settlement, settle, settled_as


class Tried(NamedTuple):
    """A nudge that has been tried, what the channel said of it, and what becomes of it."""

    nudge: Claimed
    settlement: Settlement
    said: Said


class Next(NamedTuple):
    """The nudge that is tried next; its claim then holds until a moment. ``repeat``: it may have been sent before."""

    nudge: NudgeId
    until: datetime
    repeat: bool


class Turned(NamedTuple):
    """``kept``: what was tried has been written down. ``begun``: the next may be sent.

    Neither is true of a nudge that another worker holds by now, nor the second where one of its duties was met.
    """

    kept: bool
    begun: bool


Turn = Callable[[Tried | None, Next | None, datetime], Turned]
"""Both in one transaction; no row of it when anything is raised."""


@contextmanager
def turning(engine: Engine, worker: str) -> Iterator[Turn]:
    """Keeps one connection for a lane's turns, idle in between, while a provider is spoken to."""
    sqlite = engine.dialect.name == "sqlite"
    # PostgreSQL then makes a transaction of each statement by itself.
    options = {} if sqlite else {"isolation_level": "AUTOCOMMIT"}
    turned = _turned_sqlite if sqlite else _turned_at_once
    with engine.connect().execution_options(**options) as connection:

        def turn(tried: Tried | None, then: Next | None, now: datetime) -> Turned:
            if tried is not None and isinstance(tried.settlement, Elsewhere):
                with writing(engine) as other:
                    kept = settle(other, worker, *tried, now)
                    return Turned(kept, then is not None and change(other, BEGIN, _begun(worker, then)) == 1)
            settled = settled_as(worker, *tried, now) if tried is not None else None
            return turned(connection, settled, _begun(worker, then) if then is not None else None)

        yield turn


def _begun(worker: str, then: Next) -> Row:
    return {"of_worker": worker, "next_nudge": then.nudge, "until": stamp(then.until), "more": int(then.repeat)}


def _turned_sqlite(connection: Connection, settled: Row | None, begun: Row | None) -> Turned:
    with _ONE_WRITES:
        straight(connection, "BEGIN IMMEDIATE")
        try:
            turned = _one_by_one(connection, settled, begun)
            straight(connection, "COMMIT")
        except BaseException:
            straight(connection, "ROLLBACK")
            raise
    return turned


_ONE_WRITES: Final = Lock()
"""SQLite lets one write at a time and lets the others sleep a millisecond or more; lanes of one process need not."""


def _turned_at_once(connection: Connection, settled: Row | None, begun: Row | None) -> Turned:
    if settled is None or begun is None:
        return _one_by_one(connection, settled, begun)
    kept, begins = answered(connection, _BOTH, settled | begun)
    return Turned(bool(kept), bool(begins))


def _one_by_one(connection: Connection, settled: Row | None, begun: Row | None) -> Turned:
    kept = settled is not None and change(connection, SETTLE, settled) == 1
    return Turned(kept, begun is not None and change(connection, BEGIN, begun) == 1)


def _count(changed: Update, name: str) -> ScalarSelect[int]:
    return select(func.count()).select_from(changed.returning(literal_column("1")).cte(name)).scalar_subquery()


_BOTH: Final = select(_count(SETTLE, "settled"), _count(BEGIN, "begun"))
