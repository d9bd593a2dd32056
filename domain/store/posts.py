"""What providers posted, as it came: written down before it is read, sealed, and kept until it was dealt with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.sealing import Seal

OUTCOME_LENGTH: Final = 40


class Kept(NamedTuple):
    """One post. ``plain`` is what the web side wrote down of it."""

    id: int
    channel: str
    at: datetime
    plain: bytes


def keep_post(connection: Connection, seal: Seal, channel: str, plain: bytes, now: datetime) -> int:
    """Write a post down; its number."""
    row = {"channel": channel, "at": stamp(now), "sealed": seal.lock(plain, _place(channel, now))}
    return int(connection.execute(insert(t.post).returning(t.post.c.id), row).scalar_one())


def unsettled_posts(connection: Connection, seal: Seal, most: int) -> list[Kept]:
    """Posts nobody has dealt with yet, the oldest first."""
    rows = connection.execute(select(t.post).where(t.post.c.settled_at.is_(None)).order_by(t.post.c.id).limit(most))
    return [_kept(seal, row.id, row.channel, moment(row.at), row.sealed) for row in rows]


def post_of(connection: Connection, seal: Seal, number: int) -> Kept | None:
    """One post, as long as nobody has dealt with it."""
    row = connection.execute(select(t.post).where(t.post.c.id == number, t.post.c.settled_at.is_(None))).one_or_none()
    return _kept(seal, row.id, row.channel, moment(row.at), row.sealed) if row else None


def settle_post(connection: Connection, number: int, outcome: str, now: datetime) -> None:
    """Note what came of a post."""
    told = {"settled_at": stamp(now), "outcome": outcome[:OUTCOME_LENGTH]}
    connection.execute(update(t.post).where(t.post.c.id == number).values(**told))


def forget_posts(connection: Connection, before: datetime) -> int:
    """Drop posts that were dealt with before a moment; how many."""
    return connection.execute(delete(t.post).where(t.post.c.settled_at < stamp(before))).rowcount


def posts(connection: Connection, most: int = 50) -> Sequence[tuple[int, str, str, str | None]]:
    """The newest posts: number, channel, moment, what came of it."""
    columns = (t.post.c.id, t.post.c.channel, t.post.c.at, t.post.c.outcome)
    rows = connection.execute(select(*columns).order_by(t.post.c.id.desc()).limit(most))
    return [(row.id, row.channel, row.at, row.outcome) for row in rows]


def _kept(seal: Seal, number: int, channel: str, at: datetime, sealed: bytes) -> Kept:
    return Kept(number, channel, at, seal.unlock(sealed, _place(channel, at)))


def _place(channel: str, at: datetime) -> str:
    return f"post/sealed/{channel}/{stamp(at)}"
