"""What programs sign in with: one of their owner's roles in one unit, until a day. Only digests of secrets are kept."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from domain.ids import LoginId, UnitId
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.moments import moment, moment_or_none, stamp
from domain.store.sealing import Seal

PREFIX: Final = "swt_"
"""What every token begins with, so that whoever finds one lying about knows what it is."""

LONGEST_DAYS: Final = 365
_TOUCHED_EVERY: Final = timedelta(minutes=1)


class Token(NamedTuple):
    """One token, without its secret. ``used_at`` is the last time, to the minute."""

    id: int
    login: LoginId
    name: str
    grant: Grant
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it lets anybody in at a moment."""
        return self.revoked_at is None and now < self.ends_at

    def is_stale(self, now: datetime) -> bool:
        """Whether it is a while since it was noted that somebody uses it."""
        return self.used_at is None or self.used_at + _TOUCHED_EVERY <= now


def make_token(
    connection: Connection, seal: Seal, login: LoginId, name: str, grant: Grant, ends_at: datetime, now: datetime
) -> str:
    """A new token; the secret is told once and stands nowhere here."""
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    connection.execute(insert(t.api_token).values(
        token=_digest(seal, secret), login=login, name=name, role=grant.role.value, unit=grant.unit,
        made_at=stamp(now), ends_at=stamp(ends_at),
    ))  # fmt: skip
    return secret


def tokens_of(connection: Connection, login: LoginId) -> list[Token]:
    """Somebody's tokens that were not taken back, the newest first."""
    mine = select(t.api_token).where(t.api_token.c.login == login, t.api_token.c.revoked_at.is_(None))
    return [_token(row) for row in connection.execute(mine.order_by(t.api_token.c.id.desc()))]


def token_of(connection: Connection, seal: Seal, secret: str) -> Token | None:
    """The token with this secret, whether it still holds or not."""
    row = connection.execute(select(t.api_token).where(t.api_token.c.token == _digest(seal, secret))).one_or_none()
    return _token(row) if row is not None else None


def revoke(connection: Connection, login: LoginId, number: int, now: datetime) -> bool:
    """Take one of somebody's tokens back; no where it is not theirs or was taken back before."""
    mine = (t.api_token.c.id == number, t.api_token.c.login == login, t.api_token.c.revoked_at.is_(None))
    return connection.execute(update(t.api_token).where(*mine).values(revoked_at=stamp(now))).rowcount == 1


def touch_token(connection: Connection, token: Token, now: datetime) -> None:
    """Note that it was used."""
    connection.execute(update(t.api_token).where(t.api_token.c.id == token.id).values(used_at=stamp(now)))


def _token(row: Row[Any]) -> Token:
    return Token(
        row.id, LoginId(row.login), row.name, Grant(Role(row.role), UnitId(row.unit)), moment(row.made_at),
        moment(row.ends_at), moment_or_none(row.used_at), moment_or_none(row.revoked_at),
    )  # fmt: skip


def _digest(seal: Seal, secret: str) -> str:
    return seal.blind("api token", secret)
