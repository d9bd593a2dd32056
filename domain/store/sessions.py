"""Who is signed in now, and the addresses that are good once. Only digests of secrets are kept."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from domain.ids import LoginId, UnitId
from domain.rules.access import Grant, Role, Viewer
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.sealing import Seal

IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
"""A session ends when nothing was done for so long, and at the latest after a working day."""

NAMED_FOR: Final = timedelta(minutes=15)
"""So long names are shown after somebody has asked for them."""

INVITED_FOR: Final = timedelta(days=3)
_TOUCHED_EVERY: Final = timedelta(minutes=1)


class Session(NamedTuple):
    """Somebody who is signed in. ``shows_names``: they have asked for names a short while ago.

    ``stale``: it is a while since it was noted that they are still there.
    """

    viewer: Viewer
    token: str
    shows_names: bool
    stale: bool


def begin_session(connection: Connection, seal: Seal, login: LoginId, now: datetime) -> str:
    """Sign somebody in; the secret is for the cookie and stands nowhere here. What has run out goes."""
    connection.execute(delete(t.session).where(t.session.c.ends_at <= stamp(now)))
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(t.session).values(
        token=_digest(seal, secret), login=login, began_at=stamp(now), seen_at=stamp(now),
        ends_at=stamp(now + LONGEST),
    ))  # fmt: skip
    return secret


def session_of(connection: Connection, seal: Seal, secret: str, now: datetime) -> Session | None:
    """Whose session it is, with what they may at this moment; nothing once it has ended."""
    rows = connection.execute(_SESSION.where(t.session.c.token == _digest(seal, secret))).all()
    if not rows or not rows[0].active:
        return None
    first = rows[0]
    seen_at = moment(first.seen_at)
    if moment(first.ends_at) <= now or seen_at + IDLE <= now:
        return None
    named = first.named_until is not None and moment(first.named_until) > now
    return Session(_viewer(rows), first.token, named, seen_at + _TOUCHED_EVERY <= now)


def touch(connection: Connection, session: Session, now: datetime) -> None:
    """Somebody is still there: the session goes on."""
    connection.execute(update(t.session).where(t.session.c.token == session.token).values(seen_at=stamp(now)))


def show_names(connection: Connection, session: Session, now: datetime, *, shown: bool = True) -> None:
    """Show names from now on for a short while, or hide them."""
    until = stamp(now + NAMED_FOR) if shown else None
    connection.execute(update(t.session).where(t.session.c.token == session.token).values(named_until=until))


def end_session(connection: Connection, session: Session) -> None:
    """Sign out."""
    connection.execute(delete(t.session).where(t.session.c.token == session.token))


class UnderWay(NamedTuple):
    """A session that has not ended. ``token`` tells which; it opens nothing."""

    token: str
    began_at: datetime
    seen_at: datetime


def under_way(connection: Connection, login: LoginId, now: datetime) -> list[UnderWay]:
    """Where somebody is signed in, the latest seen first."""
    mine = (t.session.c.login == login, t.session.c.ends_at > stamp(now), t.session.c.seen_at > stamp(now - IDLE))
    rows = connection.execute(select(t.session).where(*mine).order_by(t.session.c.seen_at.desc(), t.session.c.token))
    return [UnderWay(row.token, moment(row.began_at), moment(row.seen_at)) for row in rows]


def end_all_sessions(connection: Connection, login: LoginId) -> None:
    """Sign somebody out everywhere."""
    connection.execute(delete(t.session).where(t.session.c.login == login))


def invite(connection: Connection, seal: Seal, login: LoginId | None, now: datetime) -> str:
    """An address that is good once to set a password, of a sign-in or of the first one; older ones run out."""
    mine = t.invitation.c.login.is_(None) if login is None else t.invitation.c.login == login
    connection.execute(delete(t.invitation).where(mine | (t.invitation.c.ends_at <= stamp(now))))
    secret = secrets.token_urlsafe(24)
    ends_at = stamp(now + INVITED_FOR)
    connection.execute(insert(t.invitation).values(token=_digest(seal, secret), login=login, ends_at=ends_at))
    return secret


class Invited(NamedTuple):
    """What an address that is good once is for: a sign-in's password, or the very first sign-in."""

    login: LoginId | None


def invited(connection: Connection, seal: Seal, secret: str, now: datetime) -> Invited | None:
    """What such an address is for; nothing once it has been used or has run out."""
    token = _digest(seal, secret)
    row = connection.execute(select(t.invitation).where(t.invitation.c.token == token)).one_or_none()
    return Invited(row.login) if row is not None and moment(row.ends_at) > now else None


def use_up(connection: Connection, seal: Seal, secret: str) -> bool:
    """It opens nothing any more; no, where somebody else was quicker."""
    gone = delete(t.invitation).where(t.invitation.c.token == _digest(seal, secret))
    return connection.execute(gone).rowcount == 1


_SESSION: Final = (
    select(t.session, t.login.c.name, t.login.c.person, t.login.c.language, t.login.c.active, t.grant.c.role,
           t.grant.c.unit)
    .join(t.login, t.login.c.id == t.session.c.login)
    .join(t.grant, t.grant.c.login == t.login.c.id, isouter=True)
    .order_by(t.grant.c.role, t.grant.c.unit)
)  # fmt: skip


def _viewer(rows: Sequence[Any]) -> Viewer:
    first = rows[0]
    return Viewer(
        login=first.login, name=first.name, person=first.person, language=first.language,
        grants=tuple(Grant(Role(row.role), UnitId(row.unit)) for row in rows if row.role is not None),
    )  # fmt: skip


def _digest(seal: Seal, secret: str) -> str:
    return seal.blind("sign-in", secret)
