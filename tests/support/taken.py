"""Telling without a channel: what waits is planned into one nudge a person, and every nudge is written down as sent."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.ids import PersonId
from domain.rules.commands import Command, ReportTellingFailed
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.moments import stamp
from domain.store.outbox import (
    DESK,
    NewNudge,
    add_nudges,
    claim,
    drop_ended,
    hand_notices,
    next_nudge,
    waiting,
)
from domain.store.settling import Elsewhere, Said, Sent, put_on_desk, settle
from domain.store.store import Store
from domain.store.writing import carry_out

WORKER = "the-post"


def tell_everybody(store: Store, now: datetime) -> None:
    """Everything that waits at ``now`` leaves at once and is taken."""
    plan_everything(store, now)
    with writing(store.engine) as connection:
        taken = {"state": "sent", "settled_at": stamp(now), "outcome": "accepted", "tries": 1}
        connection.execute(update(t.nudge).where(t.nudge.c.state == "queued").values(**taken))


def plan_everything(store: Store, now: datetime) -> None:
    """Everything that waits at ``now`` stands in a message of its reader."""
    with writing(store.engine) as connection:
        drop_ended(connection)
        wishes = sorted({(each.person, each.urgent) for each in waiting(connection)})
        first = next_nudge(connection, len(wishes))
        add_nudges(connection, first, [NewNudge(person, "spool", urgent, now) for person, urgent in wishes], now)
        hand_notices(connection, first, ())


def tell_all_but(store: Store, person: PersonId, now: datetime) -> None:
    """The same, but nothing reaches one person: the desk is told so instead."""
    plan_everything(store, now)
    with writing(store.engine) as connection:
        for nudge in claim(connection, WORKER, now, now + timedelta(minutes=5), 1_000):
            lost = nudge.person == person
            settled = Elsewhere(DESK, now) if lost else Sent()
            settle(connection, WORKER, nudge, settled, Said("permanent" if lost else "accepted", ""), now)
    carry_out(store, _reports(store), now)
    with writing(store.engine) as connection:
        left = claim(connection, WORKER, now, now + timedelta(minutes=5), 1_000)
        put_on_desk(connection, WORKER, [nudge.id for nudge in left], now)


def _reports(store: Store) -> list[Command]:
    told_of = select(t.notice).join(t.nudge, t.nudge.c.id == t.notice.c.nudge).where(t.nudge.c.channel == DESK)
    with writing(store.engine) as connection:
        rows = connection.execute(told_of.where(t.nudge.c.state == "queued"))
        return [ReportTellingFailed(case=row.case, duty=row.duty, person=row.person) for row in rows]


def relay_everything(store: Store, now: datetime) -> None:
    """Every signal has come to where it was going."""
    with writing(store.engine) as connection:
        connection.execute(update(t.signal).where(t.signal.c.settled_at.is_(None)).values(settled_at=stamp(now)))
