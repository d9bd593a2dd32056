"""Who may sign in: names, roles, passwords (argon2), one-time codes. No secret is kept that could be read back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from domain.ids import LoginId, PersonId, UnitId
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.offices import next_number
from domain.store.saving import write
from domain.store.sealing import Seal

SHORTEST: Final = 10
LONGEST: Final = 200
"""Signs of a password: long enough to be no word, short enough that nobody keeps a server busy with one."""

STEP: Final = 30
"""Seconds a one-time code holds (RFC 6238 §5.2); the one before and the one after are taken too."""


class Login(NamedTuple):
    """Somebody who may sign in. ``has_code``: one-time codes are asked for as well."""

    id: LoginId
    name: str
    person: PersonId | None
    language: str
    active: bool
    has_password: bool
    has_code: bool
    subject: str | None
    grants: tuple[Grant, ...]


class NameTaken(Exception):
    """Somebody else signs in under this name."""


class WeakPassword(Exception):
    """Too short, too long, or the name itself."""


def plain_name(name: str) -> str:
    """A sign-in's name as it is kept: without blanks around it, in small letters."""
    return name.strip().lower()


def add_login(
    connection: Connection, name: str, grants: Iterable[Grant], now: datetime, *, person: PersonId | None = None,
    language: str = "zh", subject: str | None = None,
) -> LoginId:  # fmt: skip
    """A new sign-in without a password yet; NameTaken."""
    name = plain_name(name)
    if connection.scalar(select(t.login.c.id).where(t.login.c.name == name)) is not None:
        raise NameTaken(name)
    login = LoginId(f"u{next_number(connection, 'login'):09d}")
    connection.execute(insert(t.login).values(
        id=login, name=name, person=person, language=language, active=True, made_at=stamp(now), subject=subject,
    ))  # fmt: skip
    set_grants(connection, login, grants)
    return login


def set_grants(connection: Connection, login: LoginId, grants: Iterable[Grant]) -> None:
    """What a sign-in may from now on, in place of what it might before; a session under way knows it at once."""
    connection.execute(delete(t.grant).where(t.grant.c.login == login))
    write(connection, t.grant, [{"login": login, "role": each.role.value, "unit": each.unit} for each in set(grants)])


def set_language(connection: Connection, login: LoginId, language: str) -> None:
    """The language the pages are in from now on."""
    connection.execute(update(t.login).where(t.login.c.id == login).values(language=language))


def set_subject(connection: Connection, login: LoginId, subject: str) -> None:
    """Who it is at the office's own identity provider, from now on."""
    connection.execute(update(t.login).where(t.login.c.id == login).values(subject=subject))


def set_active(connection: Connection, login: LoginId, *, active: bool) -> None:
    """Let somebody sign in, or no more: then whatever is signed in ends at once."""
    connection.execute(update(t.login).where(t.login.c.id == login).values(active=active))
    if not active:
        connection.execute(delete(t.session).where(t.session.c.login == login))


def set_password(connection: Connection, login: LoginId, password: str) -> None:
    """A new password; whoever is signed in with the old one is signed out. WeakPassword."""
    name = connection.scalar(select(t.login.c.name).where(t.login.c.id == login)) or ""
    if not SHORTEST <= len(password) <= LONGEST or plain_name(password) == name:
        raise WeakPassword
    connection.execute(update(t.login).where(t.login.c.id == login).values(password=_hasher().hash(password)))
    connection.execute(delete(t.session).where(t.session.c.login == login))


def login_named(connection: Connection, name: str) -> Login | None:
    """The sign-in of this name."""
    return _first(_found(connection, t.login.c.name == plain_name(name)))


def login_of(connection: Connection, login: LoginId) -> Login | None:
    """The sign-in of this id."""
    return _first(_found(connection, t.login.c.id == login))


def login_for(connection: Connection, subject: str) -> Login | None:
    """The sign-in of somebody an identity provider vouches for (issuer and subject)."""
    return _first(_found(connection, t.login.c.subject == subject))


def all_logins(connection: Connection) -> list[Login]:
    """Everybody who may sign in, by name."""
    return _found(connection)


def knows_password(connection: Connection, login: Login | None, password: str) -> bool:
    """Whether it is the right one; as slow for a name that is nobody's, which therefore cannot be found out."""
    kept = connection.scalar(select(t.login.c.password).where(t.login.c.id == login.id)) if login else None
    try:
        _hasher().verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None and login is not None and login.active


def new_code_secret() -> str:
    """A fresh secret of one-time codes, as people type it into their telephone."""
    return pyotp.random_base32()


def code_address(secret: str, name: str) -> str:
    """What a telephone reads from the picture (``otpauth://…``)."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=name, issuer_name="Shouwang")


def set_code_secret(
    connection: Connection, seal: Seal, login: LoginId, secret: str | None, step: int | None = None
) -> None:
    """Ask for one-time codes from now on, or no more; ``step``: that of the code which has just been used."""
    sealed = seal.lock(secret.encode(), f"login/otp/{login}") if secret else None
    connection.execute(update(t.login).where(t.login.c.id == login).values(otp=sealed, otp_step=step))


def code_fits(secret: str, code: str, now: datetime) -> int | None:
    """The step a one-time code belongs to, nothing where it is wrong by now."""
    digits = "".join(sign for sign in code if sign.isdecimal())
    for drift in (0, -1, 1):
        at = now + timedelta(seconds=drift * STEP)
        if pyotp.TOTP(secret, interval=STEP).verify(digits, for_time=at, valid_window=0):
            return int(at.timestamp()) // STEP
    return None


def take_code(connection: Connection, seal: Seal, login: LoginId, code: str, now: datetime) -> bool:
    """Whether a one-time code is right and has not been used; it is used up by this."""
    sealed = connection.scalar(select(t.login.c.otp).where(t.login.c.id == login))
    if sealed is None:
        return False
    step = code_fits(seal.unlock(sealed, f"login/otp/{login}").decode(), code, now)
    if step is None:
        return False
    newer = t.login.c.otp_step.is_(None) | (t.login.c.otp_step < step)
    return connection.execute(update(t.login).where(t.login.c.id == login, newer).values(otp_step=step)).rowcount == 1


def _found(connection: Connection, *conditions: Any) -> list[Login]:
    statement = (
        select(t.login, t.grant.c.role, t.grant.c.unit)
        .join(t.grant, t.grant.c.login == t.login.c.id, isouter=True)
        .where(*conditions)
        .order_by(t.login.c.name, t.grant.c.role, t.grant.c.unit)
    )
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(statement):
        rows.setdefault(row.id, []).append(row)
    return [_login(some) for some in rows.values()]


def _login(rows: Sequence[Any]) -> Login:
    first = rows[0]
    grants = tuple(Grant(Role(row.role), UnitId(row.unit)) for row in rows if row.role is not None)
    return Login(
        LoginId(first.id), first.name, first.person, first.language, bool(first.active), first.password is not None,
        first.otp is not None, first.subject, grants,
    )  # fmt: skip


def _first(found: Sequence[Login]) -> Login | None:
    return found[0] if found else None


@lru_cache
def _hasher() -> PasswordHasher:
    """Argon2id as RFC 9106 §4 recommends for where memory is scarce; 64 MB would let few people sign in at once."""
    return PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)


@lru_cache
def _nobodys() -> str:
    return _hasher().hash("nobody signs in with this")
