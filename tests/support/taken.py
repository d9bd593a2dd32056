"""Telling without a channel: what waits is planned into one nudge a person, and every nudge is written down as sent."""

from datetime import datetime

from sqlalchemy import update

from domain.store import tables as t
from domain.store.engine import writing
from domain.store.moments import stamp
from domain.store.outbox import NewNudge, add_nudges, drop_ended, hand_notices, next_nudge, waiting
from domain.store.store import Store


def tell_everybody(store: Store, now: datetime) -> None:
    """Everything that waits at ``now`` leaves at once and is taken."""
    with writing(store.engine) as connection:
        drop_ended(connection)
        wishes = sorted({(each.person, each.urgent) for each in waiting(connection)})
        first = next_nudge(connection, len(wishes))
        add_nudges(connection, first, [NewNudge(person, "spool", urgent, now) for person, urgent in wishes], now)
        hand_notices(connection, first, ())
        taken = {"state": "sent", "settled_at": stamp(now), "outcome": "accepted", "tries": 1}
        connection.execute(update(t.nudge).where(t.nudge.c.state == "queued").values(**taken))
