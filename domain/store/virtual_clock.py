"""How far a simulated install has lived: kept beside what was lived, in the same transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, exists, func, literal, select

from domain.store import tables as t
from domain.store.moments import moment
from domain.store.saving import write

_LIVED: Final = "simulated"


def lived_until(connection: Connection) -> int:
    """The last step that was lived to its end; 0 where none was."""
    return connection.scalar(select(t.counter.c.last).where(t.counter.c.name == _LIVED)) or 0


def note_lived(connection: Connection, step: int) -> None:
    """Remember that a step was lived; commits with whatever it brought about, or not at all."""
    write(connection, t.counter, [{"name": _LIVED, "last": step}], replacing=True)


def next_due(connection: Connection) -> datetime | None:
    """The next moment at which anything in the diary comes due."""
    found = connection.scalar(select(func.min(t.diary.c.next_moment)))
    return moment(found) if found else None


def next_leaving(connection: Connection) -> datetime | None:
    """The next moment at which a message that waits may leave."""
    queued = select(func.min(t.nudge.c.not_before)).where(t.nudge.c.state == "queued")
    found = connection.scalar(queued)
    return moment(found) if found else None


def something_urgent(connection: Connection) -> bool:
    """Whether somebody has to be told something that cannot wait until tomorrow."""
    waits = exists().where(t.notice.c.state == literal("waiting", literal_execute=True), t.notice.c.urgent)
    return bool(connection.scalar(select(waits)))


def all_states(connection: Connection) -> list[str]:
    """Every case as its snapshot keeps it, in the order of their numbers."""
    return list(connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case)))
