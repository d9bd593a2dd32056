"""Messages sent anew by hand: what became of one and of all that took its place, and the one that does now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, select

from domain.ids import NudgeId, PersonId
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.outbox import claimed_of
from domain.store.receipts import DELIVERED
from domain.store.settling import Elsewhere, hand_over


def line_of(connection: Connection, number: int) -> list[Row[Any]]:
    """A message and all that took its place one after another, the newest last; empty where there is none."""
    line = select(t.nudge.c.id).where(t.nudge.c.id == number).cte("line", recursive=True)
    line = line.union_all(select(t.nudge.c.id).join(line, t.nudge.c.replaces == line.c.id))
    return list(connection.execute(select(t.nudge).where(t.nudge.c.id.in_(select(line.c.id))).order_by(t.nudge.c.id)))


def why_not_anew(connection: Connection, line: Sequence[Row[Any]]) -> Refusal | None:
    """Why what a line of messages was about is not sent anew; nothing where it may be.

    The newest counts: while it is under way, or where any has arrived, a new one would tell somebody twice.
    """
    last = line[-1]
    arrived = next((row for row in line if row.receipt == DELIVERED or row.state == "sent"), None)
    if last.says is not None:
        return Refusal(Reason.AN_ANSWER, f"n{last.id}")
    if arrived is not None:
        return Refusal(Reason.ALREADY_TOLD, f"n{arrived.id}")
    if last.settled_at is None:
        return Refusal(Reason.STILL_ON_ITS_WAY, f"n{last.id}")
    return None if _still_to_tell(connection, last.id) else Refusal(Reason.NOTHING_TO_TELL, f"n{last.id}")


def _still_to_tell(connection: Connection, nudge: NudgeId) -> bool:
    still_owed = and_(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty)
    carried = (t.notice.c.nudge == nudge, t.notice.c.state == "planned")
    return bool(connection.scalar(select(exists().where(*carried, exists().where(still_owed)))))


def put_anew(connection: Connection, last: Row[Any], channel: str, by: PersonId, now: datetime) -> NudgeId:
    """Put what the newest of a line was about into a new message in its place; its number."""
    return hand_over(connection, claimed_of(last), Elsewhere(channel, now), now, by)
