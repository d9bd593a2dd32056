"""Secret addresses of calendars with somebody's next visits: only digests are kept, and one can be taken back."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select, update

from domain.ids import PersonId
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.sealing import Seal

_BYTES: Final = 24
_WHAT: Final = "feed"


def make_feed(connection: Connection, seal: Seal, person: PersonId, now: datetime) -> str:
    """A fresh secret for somebody's calendar, shown once; addresses made before open nothing any more."""
    revoke_feeds(connection, person, now)
    secret = secrets.token_urlsafe(_BYTES)
    row = {"token": seal.blind(_WHAT, secret), "person": person, "made_at": stamp(now)}
    connection.execute(insert(t.feed), row)
    return secret


def revoke_feeds(connection: Connection, person: PersonId, now: datetime) -> int:
    """Take back every address of somebody's calendar; how many."""
    mine = (t.feed.c.person == person, t.feed.c.revoked_at.is_(None))
    return connection.execute(update(t.feed).where(*mine).values(revoked_at=stamp(now))).rowcount


def feed_since(connection: Connection, person: PersonId) -> datetime | None:
    """Since when somebody has a calendar address that works; nothing where there is none."""
    mine = (t.feed.c.person == person, t.feed.c.revoked_at.is_(None))
    made = connection.scalar(select(t.feed.c.made_at).where(*mine).order_by(t.feed.c.made_at.desc()).limit(1))
    return moment(made) if made else None


def person_of_feed(connection: Connection, seal: Seal, secret: str) -> PersonId | None:
    """Whose calendar a secret opens; nothing for one nobody was given, or that was taken back."""
    which = (t.feed.c.token == seal.blind(_WHAT, secret), t.feed.c.revoked_at.is_(None))
    return connection.scalar(select(t.feed.c.person).where(*which))
