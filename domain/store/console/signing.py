"""Signing in and out, as the pages ask for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from domain.ids import LoginId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store import logins, sessions
from domain.store.engine import reading, writing
from domain.store.logins import Login, NameTaken, WeakPassword
from domain.store.sessions import IDLE, LONGEST, Invited, Session
from domain.store.store import Store

__all__ = ["IDLE", "LONGEST", "Invited", "Login", "NameTaken", "Session", "WeakPassword"]

FIRST: Final = (Grant(Role.ADMIN, EVERYWHERE), Grant(Role.OPS, EVERYWHERE))
"""What whoever sets up an install may: say who signs in, and keep the rounds running."""


def session_of(store: Store, secret: str, now: datetime) -> Session | None:
    """Whose session it is; nothing once it has ended. That somebody is still there is noted once a minute."""
    with reading(store.engine) as connection:
        session = sessions.session_of(connection, store.seal, secret, now)
    if session is not None and session.stale:
        with writing(store.engine) as connection:
            sessions.touch(connection, session, now)
    return session


def right_password(store: Store, name: str, password: str) -> Login | None:
    """Whose name and password these are; nothing where they do not belong together."""
    with reading(store.engine) as connection:
        login = logins.login_named(connection, name)
        return login if logins.knows_password(connection, login, password) else None


def vouched_for(store: Store, subject: str, names: Sequence[str]) -> Login | None:
    """Whose sign-in it is for whom an identity provider vouches; nothing where there is none, or it is switched off.

    The first time it is found by its name, as an admin has set it. A sign-in that has a password already is not
    found this way: names at a provider may be changed there, and nobody is to come by somebody else's sign-in.
    """
    with writing(store.engine) as connection:
        login = logins.login_for(connection, subject)
        if login is None:
            named = (logins.login_named(connection, name) for name in names)
            login = next((each for each in named if each and not each.has_password and not each.subject), None)
            if login is not None and login.active:
                logins.set_subject(connection, login.id, subject)
        return login if login is not None and login.active else None


def right_code(store: Store, login: LoginId, code: str, now: datetime) -> bool:
    """Whether a one-time code is right; it is used up by this."""
    with writing(store.engine) as connection:
        return logins.take_code(connection, store.seal, login, code, now)


def sign_in(store: Store, login: LoginId, now: datetime) -> str:
    """Begin a session; the secret for the cookie."""
    with writing(store.engine) as connection:
        return sessions.begin_session(connection, store.seal, login, now)


def sign_out(store: Store, session: Session) -> None:
    """End a session."""
    with writing(store.engine) as connection:
        sessions.end_session(connection, session)


def show_names(store: Store, session: Session, now: datetime, *, shown: bool) -> None:
    """Show names for a short while, or hide them."""
    with writing(store.engine) as connection:
        sessions.show_names(connection, session, now, shown=shown)


def is_set_up(store: Store) -> bool:
    """Whether anybody may sign in yet."""
    with reading(store.engine) as connection:
        return any(login.active and login.has_password for login in logins.all_logins(connection))


def invite(store: Store, login: LoginId | None, now: datetime) -> str:
    """A secret that is good once, to set a password; without a login to make the first one."""
    with writing(store.engine) as connection:
        return sessions.invite(connection, store.seal, login, now)


def invited(store: Store, secret: str, now: datetime) -> tuple[Invited, Login | None] | None:
    """What such a secret is for, and whose; nothing once it was used or has run out."""
    with reading(store.engine) as connection:
        found = sessions.invited(connection, store.seal, secret, now)
        if found is None:
            return None
        return found, logins.login_of(connection, found.login) if found.login else None


def welcome(store: Store, secret: str, name: str, password: str, language: str, now: datetime) -> Login | None:
    """Set the password an invitation is for, and use it up; nothing where it is none any more.

    NameTaken, WeakPassword: nothing is changed, and the invitation stays good.
    """
    with writing(store.engine) as connection:
        found = sessions.invited(connection, store.seal, secret, now)
        if found is None or not sessions.use_up(connection, store.seal, secret):
            return None
        login = found.login or logins.add_login(connection, name, FIRST, now, language=language)
        logins.set_password(connection, login, password)
        return logins.login_of(connection, login)
