"""What waits longer than it should on its way to people and to Prefect."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, and_, func, or_, select

from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, found
from domain.store.audit_standing import Moment
from domain.store.moments import stamp

SIGNALS_MAY_WAIT: Final = timedelta(days=7)
"""Signals only hurry what the rounds do anyway; after a week nobody is listening."""


def check_waiting(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Notices, messages and signals that should have left."""
    yield from _notices(connection, moment)
    yield from _nudges(connection, moment)
    yield from _stuck(connection, moment)
    yield from _signals(connection, moment)


def _notices(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Notices about open duties that nobody has planned in time."""
    statement = (
        select(func.count().label("late"), func.min(t.journal.c.recorded_at).label("since"))
        .select_from(t.notice)
        .join(t.journal, and_(t.journal.c.case == t.notice.c.case, t.journal.c.position == t.notice.c.position))
        .join(t.diary, and_(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty))
        .where(t.notice.c.state == "waiting", t.journal.c.recorded_at <= stamp(moment.late_before))
    )
    row = connection.execute(statement).one()
    if row.late:
        yield found(Kind.NOTICES_WAIT, count=row.late, since=row.since)


def _nudges(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Messages that should have left and that no worker has taken up."""
    unsettled = or_(t.nudge.c.state == "queued", and_(t.nudge.c.state == "doubtful", t.nudge.c.settled_at.is_(None)))
    statement = select(func.count().label("late"), func.min(t.nudge.c.not_before).label("since")).where(
        unsettled, t.nudge.c.not_before <= stamp(moment.late_before)
    )
    row = connection.execute(statement).one()
    if row.late:
        yield found(Kind.NUDGES_WAIT, count=row.late, since=row.since)


def _stuck(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Messages in the hands of a worker that has let its time run out; another one should have taken them."""
    statement = select(t.nudge).where(
        t.nudge.c.state == "claimed", t.nudge.c.claimed_until <= stamp(moment.late_before)
    )  # fmt: skip
    for row in connection.execute(statement.order_by(t.nudge.c.id)):
        yield found(Kind.NUDGE_STUCK, nudge=row.id, person=row.person, until=row.claimed_until)


def _signals(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Signals that nobody has carried to Prefect."""
    statement = select(func.count().label("late"), func.min(t.signal.c.created_at).label("since")).where(
        t.signal.c.settled_at.is_(None), t.signal.c.created_at <= stamp(moment.now - SIGNALS_MAY_WAIT)
    )
    row = connection.execute(statement).one()
    if row.late:
        yield found(Kind.SIGNALS_WAIT, count=row.late, since=row.since)
