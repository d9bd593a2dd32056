"""Somebody who has signed in at the console, with a role in a unit; and a whole small office to look at."""

from collections.abc import Sequence
from typing import Final

import httpx
from support.site import Visitor

from domain.ids import LoginId, PersonId, UnitId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.engine import writing
from domain.store.logins import add_login, set_password

SECRET: Final = "nine rabbits on a hill"


def make_login(
    visitor: Visitor, name: str, grants: Sequence[Grant], *, person: PersonId | None = None, language: str = "zh"
) -> LoginId:
    """A sign-in with the password of all tests."""
    with writing(visitor.store.engine) as connection:
        login = add_login(connection, name, grants, visitor.clock.moment, person=person, language=language)
        set_password(connection, login, SECRET)
    return login


def sign_in(visitor: Visitor, name: str, password: str = SECRET, path: str = "/console") -> httpx.Response:
    """Sign in as a browser would; the answer is the page it leads to."""
    return visitor.post("/sign-in", {"name": name, "password": password, "next": path})


def as_role(
    visitor: Visitor, role: Role, unit: UnitId = EVERYWHERE, *, person: PersonId | None = None, language: str = "zh"
) -> Visitor:
    """The same visitor, signed in with one role."""
    name = f"{role.value}-{unit or 'all'}-{language}"
    make_login(visitor, name, [Grant(role, unit)], person=person, language=language)
    assert sign_in(visitor, name).status_code == 200
    return visitor


def fresh(visitor: Visitor) -> Visitor:
    """The same pages in another browser."""
    client = httpx.Client(base_url=visitor.address, follow_redirects=True)
    return Visitor(visitor.store, visitor.clock, visitor.site, client)
