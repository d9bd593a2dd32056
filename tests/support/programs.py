"""Programs that come with a token, and the small office they ask about."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select
from support.office import (
    BEGIN,
    CITY,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    OTHER_TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip

from domain.ids import CaseId, LoginId, PersonId, UnitId
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.api_tokens import make_token
from domain.store.engine import reading, writing
from domain.store.logins import add_login
from domain.store.outbox import next_nudge
from domain.store.people import fresh_ids
from domain.store.store import Store

NOW: Final = BEGIN + days(16)
"""The first visit of each pair is two days late and stands at the township."""

HERS, THEIRS = CaseId("371302-00001"), CaseId("371321-00002")
"""A case of the first county, paired with Zhou, and one of the other, paired with Wu."""


def open_two_counties(url: str) -> Store:
    """A case in each of two counties, each with a volunteer, something late, and a message that failed."""
    store = open_office(url)
    open_case(store, 1)
    open_case(store, 2, township=OTHER_TOWNSHIP)
    open_case(store, 3)
    pair(store, HERS, ZHOU, BEGIN)
    pair(store, THEIRS, WU, BEGIN, OTHER_COUNTY_DESK)
    pass_days(store, BEGIN, 16)
    with writing(store.engine) as connection:
        fresh_ids(connection, 500)  # the office of tests has numbered its people by hand
        for person in (ZHOU, WU):
            _failed(connection, person)
    return store


def _failed(connection: Any, person: PersonId) -> None:
    number = next_nudge(connection, 1)
    connection.execute(insert(t.nudge).values(
        id=number, person=person, channel="mail", state="failed", urgent=False, not_before="2026-09-10T01:00:00Z",
        planned_at="2026-09-10T01:00:00Z", tries=3, repeats=0, in_doubt=False, settled_at="2026-09-10T02:00:00Z",
        outcome="permanent", code="550",
    ))  # fmt: skip
    carried = (t.notice.c.person == person, t.notice.c.kind == "first_visit")
    connection.execute(t.notice.update().where(*carried).values(nudge=number, state="planned"))


def program(
    store: Store, role: Role = Role.COORDINATOR, unit: UnitId = COUNTY, *, person: PersonId | None = COUNTY_DESK,
    grants: Sequence[Grant] = (), language: str = "zh",
) -> str:  # fmt: skip
    """The secret of a token for a role in a unit; its owner has just that, or ``grants``."""
    name = f"program-{role.value}-{unit}-{person}-{language}-{len(grants)}"
    with writing(store.engine) as connection:
        owner = add_login(connection, name, grants or [Grant(role, unit)], NOW, person=person, language=language)
        return make_token(connection, store.seal, owner, "a program", Grant(role, unit), NOW + days(30), NOW)


def owner_of(store: Store, number: int = 1) -> LoginId:
    """Whose a token is."""
    with reading(store.engine) as connection:
        found = connection.scalar(select(t.api_token.c.login).where(t.api_token.c.id == number))
    return LoginId(str(found))


def bearer(secret: str) -> dict[str, str]:
    """The header a program sends."""
    return {"Authorization": f"Bearer {secret}"}


__all__ = [
    "CITY", "COUNTY", "COUNTY_DESK", "HERS", "NOW", "OTHER_COUNTY", "THEIRS", "TOWNSHIP_DESK", "bearer",
    "open_two_counties", "owner_of", "program",
]  # fmt: skip
