"""What ops were told about delivery: one cause once, until it is gone or a day has passed."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, not_, or_, select, tuple_, update

from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.saving import write

TOLD_FOR: Final = timedelta(days=1)
"""So long nobody is told again of what still lasts."""

TRY_AGAIN_AFTER: Final = timedelta(minutes=10)
"""When ops could not be told, or the process that was about to died."""

GONE_AFTER: Final = timedelta(hours=3)
"""A message that cannot be written is tried every hour: unseen for longer, it was written after all."""

CHANNEL_LENGTH: Final = 12
CODE_LENGTH: Final = 40


class Cause(NamedTuple):
    """What is to be put right: at a channel and with a code of its own; without a channel, in our own words."""

    channel: str
    code: str


def any_remembered(connection: Connection) -> bool:
    """Whether something was told and has not been seen to be gone."""
    return connection.scalar(select(t.ops_notice.c.code).limit(1)) is not None


def take_note(connection: Connection, causes: Collection[Cause], through: Collection[str], now: datetime) -> set[Cause]:
    """Note what is wrong now, forget what is gone, and take up what ops are to be told: in other hands it is no more.

    ``through``: channels by which something was taken. What was wrong there, and is not named again, is gone.
    """
    connection.execute(delete(t.ops_notice).where(not_(_among(causes)), _gone(through, now)))
    rows = [{"channel": each.channel, "code": each.code, "seen_at": stamp(now)} for each in sorted(causes)]
    write(connection, t.ops_notice, rows, replacing=True)
    taken_up = (
        update(t.ops_notice)
        .where(
            _among(causes),
            _long_ago(t.ops_notice.c.told_at, now - TOLD_FOR),
            _long_ago(t.ops_notice.c.tried_at, now - TRY_AGAIN_AFTER),
        )
        .values(tried_at=stamp(now))
        .returning(t.ops_notice.c.channel, t.ops_notice.c.code)
    )
    return {Cause(row.channel, row.code) for row in connection.execute(taken_up)}


def were_told(connection: Connection, causes: Collection[Cause], now: datetime) -> None:
    """Ops know of these."""
    connection.execute(update(t.ops_notice).where(_among(causes)).values(told_at=stamp(now)))


def _among(causes: Iterable[Cause]) -> ColumnElement[bool]:
    return tuple_(t.ops_notice.c.channel, t.ops_notice.c.code).in_(sorted(causes))


def _gone(through: Collection[str], now: datetime) -> ColumnElement[bool]:
    row = t.ops_notice.c
    written = (row.channel == "") & (row.seen_at <= stamp(now - GONE_AFTER))
    return or_(row.channel.in_(sorted(through)), written, row.seen_at <= stamp(now - TOLD_FOR))


def _long_ago(moment: ColumnElement[str | None], since: datetime) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment <= stamp(since))
