"""Programs that come with a token: who they are, and what is left of the token by what its owner may now."""

from datetime import datetime
from typing import Final

from domain.ids import LoginId
from domain.rules.access import EVERYWHERE, Grant, Viewer, narrowed
from domain.rules.office import Office
from domain.store import logins
from domain.store.api_tokens import LONGEST_DAYS, Token, token_of, touch_token
from domain.store.engine import reading, writing
from domain.store.logins import Login
from domain.store.offices import office
from domain.store.store import Store

__all__ = ["LONGEST_DAYS", "THROUGH", "Token", "may_pass_on", "program"]

THROUGH: Final = "api"


def program(store: Store, secret: str, now: datetime) -> Viewer | None:
    """Who comes with this token; nothing where it does not hold any more, or its owner may not sign in."""
    with reading(store.engine) as connection:
        token = token_of(connection, store.seal, secret)
        if token is None or not token.holds(now):
            return None
        owner = logins.login_of(connection, LoginId(token.login))
        around = office(connection, store)
    if owner is None or not owner.active:
        return None
    if token.is_stale(now):
        with writing(store.engine) as connection:
            touch_token(connection, token, now)
    return _viewer(owner, token.grant, around)


def may_pass_on(grants: tuple[Grant, ...], wanted: Grant, around: Office) -> bool:
    """Whether somebody with these grants may give a token this one: all of it, or nothing."""
    if wanted.unit != EVERYWHERE and wanted.unit not in around.units:
        return False
    return wanted in set(narrowed(grants, wanted, around))


def _viewer(owner: Login, wanted: Grant, around: Office) -> Viewer:
    left = tuple(dict.fromkeys(narrowed(owner.grants, wanted, around)))
    return Viewer(
        login=owner.id, name=owner.name, person=owner.person, language=owner.language, grants=left, through=THROUGH
    )
