"""Somebody's own account: password, language, one-time codes, tokens for programs, where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.ids import UnitId
from domain.rules.access import Grant, Viewer
from domain.rules.office import Office
from domain.rules.refusals import Reason, Refusal
from domain.store import logins, sessions
from domain.store.api_tokens import LONGEST_DAYS, Token, make_token, revoke, tokens_of
from domain.store.console.programs import may_pass_on
from domain.store.engine import reading, writing
from domain.store.logins import Login, code_address, new_code_secret
from domain.store.offices import office
from domain.store.sessions import UnderWay
from domain.store.store import Store

__all__ = ["LONGEST_DAYS", "Account", "Token", "UnderWay", "code_address", "new_code_secret"]

MOST_TOKENS: Final = 20


@dataclass(frozen=True, kw_only=True)
class Account:
    """What somebody sees of their own sign-in. ``office``: the tree, for names of units."""

    login: Login
    tokens: Sequence[Token]
    sessions: Sequence[UnderWay]
    office: Office

    def unit_name(self, unit: UnitId) -> str:
        """What a unit is called; its id where nobody knows."""
        known = self.office.units.get(unit)
        return known.name if known else unit


def account(store: Store, viewer: Viewer, now: datetime) -> Account | None:
    """The viewer's own account; nothing where it has just been taken away."""
    with reading(store.engine) as connection:
        login = logins.login_of(connection, viewer.login)
        if login is None:
            return None
        return Account(
            login=login, tokens=tokens_of(connection, login.id),
            sessions=sessions.under_way(connection, login.id, now), office=office(connection, store),
        )  # fmt: skip


def knows_own_password(store: Store, viewer: Viewer, password: str) -> bool:
    """Whether it is the viewer's password; slow on purpose."""
    with reading(store.engine) as connection:
        return logins.knows_password(connection, logins.login_of(connection, viewer.login), password)


def change_password(store: Store, viewer: Viewer, password: str, now: datetime) -> str:
    """A new password: every session ends, and one begins, whose secret this is. WeakPassword."""
    with writing(store.engine) as connection:
        logins.set_password(connection, viewer.login, password)
        return sessions.begin_session(connection, store.seal, viewer.login, now)


def change_language(store: Store, viewer: Viewer, language: str) -> None:
    """The language of the viewer's pages."""
    with writing(store.engine) as connection:
        logins.set_language(connection, viewer.login, language)


def ask_for_codes(store: Store, viewer: Viewer, secret: str, code: str, now: datetime) -> bool:
    """Ask for one-time codes from now on, once a first one was right; that one is used up by this."""
    step = logins.code_fits(secret, code, now)
    if step is None:
        return False
    with writing(store.engine) as connection:
        logins.set_code_secret(connection, store.seal, viewer.login, secret, step)
    return True


def ask_for_no_codes(store: Store, viewer: Viewer) -> None:
    """Ask for no one-time codes any more."""
    with writing(store.engine) as connection:
        logins.set_code_secret(connection, store.seal, viewer.login, None)


def sign_out_everywhere(store: Store, viewer: Viewer) -> None:
    """End every session of the viewer, this one too."""
    with writing(store.engine) as connection:
        sessions.end_all_sessions(connection, viewer.login)


def give_token(store: Store, viewer: Viewer, name: str, grant: Grant, days: int, now: datetime) -> str:
    """A token with one of the viewer's own roles; the secret, told once. Refusal where it would be more than theirs."""
    with writing(store.engine) as connection:
        owner = logins.login_of(connection, viewer.login)
        around = office(connection, store)
        if owner is None or not may_pass_on(owner.grants, grant, around):
            raise Refusal(Reason.NOT_YOURS_TO_GIVE, grant.unit or grant.role.value)
        if len(tokens_of(connection, owner.id)) >= MOST_TOKENS:
            raise Refusal(Reason.TOO_MANY_TOKENS, str(MOST_TOKENS))
        ends_at = now + timedelta(days=min(max(days, 1), LONGEST_DAYS))
        return make_token(connection, store.seal, owner.id, name, grant, ends_at, now)


def take_token_back(store: Store, viewer: Viewer, number: int, now: datetime) -> bool:
    """Let one of the viewer's tokens open nothing any more."""
    with writing(store.engine) as connection:
        return revoke(connection, viewer.login, number, now)
