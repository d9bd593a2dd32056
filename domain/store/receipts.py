"""What providers report about messages afterwards: each remembers it, and what never arrived goes another way."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select, update

from domain.ids import NudgeId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.outbox import Claimed, claimed_of
from domain.store.settling import CODE_LENGTH, Elsewhere, hand_over

DELIVERED: Final = "delivered"
UNDELIVERED: Final = "undelivered"


class Noted(StrEnum):
    """What came of a report."""

    DONE = "done"
    KNOWN = "known"
    """Reported before, or overtaken by another report."""
    LATER = "later"
    """The message is in a worker's hands: its answer has to be written down first."""
    UNKNOWN = "unknown"
    """No message of ours goes by that name, or not yet."""


class Reported(NamedTuple):
    """A report about one message, by our number or by the provider's name for it."""

    channel: str
    nudge: NudgeId | None
    provider_id: str | None
    state: str
    code: str


def reported_about(connection: Connection, report: Reported) -> Claimed | None:
    """The message a report is about, as it stands."""
    if report.nudge is not None:
        wanted = t.nudge.c.id == report.nudge
    elif report.provider_id:
        wanted = (t.nudge.c.provider_id == report.provider_id) & (t.nudge.c.channel == report.channel)
    else:
        return None
    row = connection.execute(select(t.nudge).where(wanted).order_by(t.nudge.c.id.desc()).limit(1)).one_or_none()
    return claimed_of(row) if row is not None else None


def note_receipt(connection: Connection, about: NudgeId, report: Reported, next_channel: str, now: datetime) -> Noted:
    """Write a report down. What was in doubt and was taken is sent; what never arrived goes to ``next_channel``.

    What a worker holds waits for its answer; a worker that was lost gives none, and then the report is the answer.
    """
    row = connection.execute(select(t.nudge).where(t.nudge.c.id == about).with_for_update()).one()
    lost = row.state == "claimed" and row.in_doubt and row.claimed_until <= stamp(now)
    if row.state == "claimed" and not lost:
        return Noted.LATER
    if row.receipt in {DELIVERED, UNDELIVERED} or row.receipt == report.state:
        return Noted.KNOWN
    _write(
        connection,
        about,
        {"receipt": report.state, "receipt_code": report.code[:CODE_LENGTH], "receipt_at": stamp(now)},
    )
    in_doubt = lost or (row.state == "doubtful" and row.settled_at is None)
    if report.state != UNDELIVERED and in_doubt:
        # Whoever says that a message is on its way has taken it.
        _write(connection, about, {"state": "sent", "in_doubt": False, "settled_at": stamp(now), "code": "receipt"})
    elif report.state == UNDELIVERED and (row.state == "sent" or in_doubt):
        _write(
            connection, about, {"state": "failed", "in_doubt": False, "settled_at": stamp(now), "outcome": "permanent"}
        )
        if row.says is None:
            hand_over(connection, claimed_of(row), Elsewhere(next_channel, now), now)
    return Noted.DONE


def _write(connection: Connection, nudge: NudgeId, changes: dict[str, Any]) -> None:
    connection.execute(update(t.nudge).where(t.nudge.c.id == nudge).values(**changes))
