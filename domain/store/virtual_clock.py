"""How far a simulated install has lived: kept beside what was lived, in the same transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, func, literal, or_, select

from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.saving import write

_LIVED: Final = "simulated"
_NEXT_DUE: Final = select(func.min(t.diary.c.next_moment))
_NEXT_LEAVING: Final = select(func.min(t.nudge.c.not_before)).where(t.nudge.c.state == "queued")


def lived_until(connection: Connection) -> int:
    """The last step that was lived to its end; 0 where none was."""
    return connection.scalar(select(t.counter.c.last).where(t.counter.c.name == _LIVED)) or 0


def note_lived(connection: Connection, step: int) -> None:
    """Remember that a step was lived; commits with whatever it brought about, or not at all."""
    write(connection, t.counter, [{"name": _LIVED, "last": step}], replacing=True)


def next_due(connection: Connection) -> datetime | None:
    """The next moment at which anything in the diary comes due."""
    found = connection.scalar(_NEXT_DUE)
    return moment(found) if found else None


def next_leaving(connection: Connection) -> datetime | None:
    """The next moment at which a message that waits may leave."""
    found = connection.scalar(_NEXT_LEAVING)
    return moment(found) if found else None


_WAITS: Final = exists().where(t.notice.c.state == literal("waiting", literal_execute=True), t.notice.c.urgent)
_QUEUED: Final = t.nudge.c.state == literal("queued", literal_execute=True)
_LEAVES: Final = exists().where(_QUEUED, t.nudge.c.urgent, t.nudge.c.not_before <= bindparam("now"))
_URGENT: Final = select(or_(_WAITS, _LEAVES))


def something_urgent(connection: Connection, now: datetime) -> bool:
    """Whether somebody has to be told something that cannot wait until tomorrow."""
    return bool(connection.scalar(_URGENT, {"now": stamp(now)}))


def all_states(connection: Connection) -> list[str]:
    """Every case as its snapshot keeps it, in the order of their numbers."""
    return list(connection.scalars(select(t.snapshot.c.state).order_by(t.snapshot.c.case)))
