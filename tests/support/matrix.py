"""Every role, standing in every place, before every address of console and API: what each must be answered.

Nothing here names an address by itself: they are taken from the applications' own tables of routes, each with the right
it declares. What stands in addresses and forms is named by its kind; a kind nobody knows here fails the tests.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import httpx
from sqlalchemy import Connection, insert
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    SECOND_TOWNSHIP,
    SECOND_TOWNSHIP_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    days,
    do,
    open_case,
    open_office,
    pair,
    pass_days,
    village,
)  # fmt: skip

from domain.ids import CaseId, LoginId, PersonId, UnitId
from domain.rules import commands as c
from domain.rules.access import EVERYWHERE, RIGHTS, Grant, Right, Role
from domain.store import tables as t
from domain.store.api_tokens import make_token
from domain.store.engine import writing
from domain.store.logins import add_login
from domain.store.moments import stamp
from domain.store.outbox import next_nudge
from domain.store.people import Identity, NewPerson, add_people
from domain.store.sessions import begin_session
from domain.store.store import Store
from domain.store.units import seat
from web.api.app import PATH, Api
from web.console.desk import needs_of

NOW: Final = BEGIN + days(16)
CASE: Final = CaseId("371302-00001")
"""The case everybody is asked about; it stands in the first township itself, paired with Zhou, something is late."""

HELD: Final = LoginId("u000000001")
"""A sign-in for that township."""

VILLAGE_DESK: Final = PersonId("p000000009")
MARKS: Final = (CASE, ZHOU, "某011", "p000000101", "某101", "township-itself")
"""What must stand in no answer to somebody of elsewhere: the case, its people by id and name, the sign-in."""


class Place(StrEnum):
    """Where somebody looks, seen from the township."""

    OWN = "the township itself"
    ABOVE = "the county above"
    BELOW = "a village below"
    BESIDE = "the township beside"
    EVERYWHERE = "everywhere"


UNITS: Final[Mapping[Place, tuple[UnitId, PersonId]]] = {
    Place.OWN: (TOWNSHIP, TOWNSHIP_DESK),
    Place.ABOVE: (COUNTY, COUNTY_DESK),
    Place.BELOW: (village(TOWNSHIP), VILLAGE_DESK),
    Place.BESIDE: (SECOND_TOWNSHIP, SECOND_TOWNSHIP_DESK),
    Place.EVERYWHERE: (EVERYWHERE, CITY_DESK),
}
OVER_IT: Final = frozenset({Place.OWN, Place.ABOVE, Place.EVERYWHERE})

IN_A_UNIT: Final[Mapping[str, str]] = {
    "case": CASE, "unit": TOWNSHIP, "person": ZHOU, "message": "1", "nudge": "n1", "login": HELD, "volunteer": ZHOU,
    "helper": ZHOU,
}  # fmt: skip
"""Kinds of things that stand in a unit, and the township's."""

ANYWHERE: Final[Mapping[str, str]] = {
    "duty": "1", "number": "1", "programme": "linyi-1204@1", "position": "1", "kind": "survey", "act": "risk",
    "name": "linyi-1204@1", "rest": "runs",
}  # fmt: skip
"""Kinds of things in an address that stand in no unit, or within one of the others."""

SOMEBODYS_OWN: Final[Mapping[str, str]] = {
    "photo": "99",
    "key": "a-sheet-of-somebody-else",
    "trial": "a-trial-of-somebody-else",
}
"""Kinds of things that are one person's alone, wherever others look; and a picture that nobody took."""

FIELDS: Final[Mapping[str, Any]] = {
    "accept": True, "account": "123456789012", "activity": CASE, "answers": {}, "approve": True, "bank": "a bank",
    "duty": 1, "email": "zhou@example.org", "name": "somebody", "on": "2027-01-31", "paper": "safety",
    "phone": "13900000000", "programme": "linyi-1204@2", "reason": "other", "relation": "aunt", "risk": "high",
    "role": "companion", "since": "2027-01-01", "stand_in": LIU, "sure": True, "tie": f"companion {ZHOU}", "to": LIU,
    "unit": village(TOWNSHIP), "until": "2027-01-02",
}  # fmt: skip
"""What a program sends, by the name of the field."""

FORM: Final[Mapping[str, str]] = {
    **IN_A_UNIT, "duty": "1", "number": "1", "do": "acknowledge", "accept": "yes", "reason": "other", "risk": "high",
    "role": "coordinator", "unit-coordinator": TOWNSHIP, "name": "somebody", "back": "/console", "shown": "no",
    "language": "zh", "days": "7",
}  # fmt: skip
"""What is posted to every page: it names all there is in the township."""

ASKED: Final[Mapping[str, str]] = {"programme": "linyi-1204", "from": "linyi-1204@1", "before": "999"}
"""What stands behind the address of every page that is opened."""

OPEN: Final = frozenset({
    "/", "/health", "/a", "/a/{token}", "/in/{channel}/{secret}/{rest:path}", "/stop/{token}", "/overdue",
    "/overdue/{unit}", "/spool", "/metrics", "/static/{digest}/{name}", "/sign-in", "/sign-in/code",
    "/sign-in/oidc", "/sign-in/oidc/back", "/welcome/{secret}", "/openapi.json", "/a/{token}/mine", "/a/{token}/away",
    "/cal/{secret}.ics", "/sw.js",
})  # fmt: skip
"""Addresses outside of the console: open to all, or behind a lock of another kind that has tests of its own."""


@dataclass(frozen=True)
class Address:
    """One address and method. ``right``: what it declares to ask for; nothing: only that somebody has signed in."""

    method: str
    path: str
    right: Right | None
    program: bool
    fields: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of things its path names."""
        return tuple(re.findall(r"{(\w+)(?::\w+)?}", self.path))

    @property
    def about_a_unit(self) -> bool:
        """Whether its path names something that stands in a unit."""
        return any(kind in IN_A_UNIT for kind in self.kinds)

    @property
    def about_somebodys_own(self) -> bool:
        """Whether its path names something that is never the visitor's."""
        return any(kind in SOMEBODYS_OWN for kind in self.kinds)

    def filled(self) -> str:
        """The path about what stands in the township."""
        known = {**IN_A_UNIT, **ANYWHERE, **SOMEBODYS_OWN}
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: known[found[1]], self.path)


def undeclared(app: Starlette) -> list[str]:
    """Addresses of which nobody can say who may open them."""
    return [path for path, needs in _declared(app) if needs is None and path not in OPEN]


def unknown_kinds(app: Starlette) -> set[str]:
    """Kinds in addresses, and fields of programs, that are not known here."""
    kinds = {kind for each in addresses(app) for kind in each.kinds} - {*IN_A_UNIT, *ANYWHERE, *SOMEBODYS_OWN}
    return kinds | ({field for each in addresses(app) for field in each.fields} - FIELDS.keys())


def addresses(app: Starlette) -> list[Address]:
    """Every address of console and API, with the right it declares."""
    return [each for route in app.routes for each in _of_route(route)]


def _of_route(route: BaseRoute) -> Iterator[Address]:
    if isinstance(route, Route):
        needs = needs_of(route.endpoint)
        if needs is not None:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield Address(method, route.path, needs.for_method(method), program=False)
    elif isinstance(route, Mount) and isinstance(route.app, Api):
        for each in _of_api(route.app):
            right = Right(each.openapi_extra["x-right"])
            for method in sorted(each.methods):
                yield Address(method, f"{PATH}{each.path}", right, program=True, fields=_fields(each))


def _of_api(api: Api) -> Iterator[Any]:
    """FastAPI keeps the routers it includes as they are; their routes stand within."""
    yield from (each for each in _flat(api.made().routes) if getattr(each, "openapi_extra", None))


def _flat(routes: Any) -> Iterator[Any]:
    for each in routes:
        inner = getattr(each, "routes", None) or getattr(getattr(each, "original_router", None), "routes", None)
        yield from _flat(inner) if inner else [each]


def _fields(route: Any) -> tuple[str, ...]:
    """What a program must send there."""
    taken = route.body_field
    return tuple(taken.field_info.annotation.model_fields) if taken is not None else ()


def _declared(app: Starlette) -> Iterator[tuple[str, object]]:
    for route in app.routes:
        if isinstance(route, Route):
            yield route.path, needs_of(route.endpoint)
        elif isinstance(route, Mount) and isinstance(route.app, Api):
            for each in _flat(route.app.made().routes):
                yield each.path, (getattr(each, "openapi_extra", None) or {}).get("x-right")


@dataclass(frozen=True)
class Visiting:
    """Somebody with one role in one place, who has signed in and has a token for the same."""

    role: Role
    place: Place
    store: Store
    login: LoginId
    token: str

    def session(self) -> str:
        """A session that has just begun; its cookie."""
        with writing(self.store.engine) as connection:
            return begin_session(connection, self.store.seal, self.login, NOW)

    def may(self, address: Address) -> bool:
        """Whether the role has the right an address asks for, anywhere."""
        return address.right is None or address.right in RIGHTS[self.role]

    @property
    def is_over_it(self) -> bool:
        """Whether what stands in the township lies where he or she looks."""
        return self.place in OVER_IT


def come(store: Store, role: Role, place: Place) -> Visiting:
    """Let somebody come with one role in one place."""
    unit, desk = UNITS[place]
    grant, person = Grant(role, unit), desk if role is Role.COORDINATOR else None
    with writing(store.engine) as connection:
        login = add_login(connection, f"visitor-{role.value}", [grant], NOW, person=person)
        token = make_token(connection, store.seal, login, "visiting", grant, NOW + days(30), NOW)
    return Visiting(role, place, store, login, token)


def answered(client: httpx.Client, address: Address, visiting: Visiting, cookie: str) -> tuple[int, str]:
    """Status and body of what an address answers, without what was asked itself. A page that stays open is let go."""
    path = address.filled()
    sent: dict[str, Any] = {"headers": {"Cookie": f"shouwang={cookie}"}}
    if address.program:
        sent = {"headers": {"Authorization": f"Bearer {visiting.token}"}}
    if address.method == "GET" and not address.program:
        sent["params"] = ASKED
    if address.method == "POST":
        sent |= {"json": {field: FIELDS[field] for field in address.fields}} if address.program else {"data": FORM}
    with client.stream(address.method, path, **sent) as response:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            return response.status_code, ""
        said = _words(response.read())
    for echoed in (path, *(value for value in FORM.values() if len(value) > 12)):
        said = said.replace(f'value="{echoed}"', "")
    return response.status_code, said.replace(path, "")


def _words(body: bytes) -> str:
    """What an answer says; of a workbook, what stands in all its parts."""
    if not body.startswith(b"PK"):
        return body.decode()
    with ZipFile(BytesIO(body)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def open_township(folder: Path) -> Store:
    """A township with a case of its own, and one beside it."""
    store = open_office(f"sqlite:///{folder / 'shouwang.sqlite'}")
    with writing(store.engine) as connection:
        desk = NewPerson(VILLAGE_DESK, "coordinator", village(TOWNSHIP), Identity(name="某009"), ())
        add_people(connection, store.seal, [desk])
        seat(connection, village(TOWNSHIP), VILLAGE_DESK)
        add_login(connection, "township-itself", [Grant(Role.COORDINATOR, TOWNSHIP)], NOW, person=TOWNSHIP_DESK)
    open_case(store, 1, unit=TOWNSHIP)
    open_case(store, 2, township=SECOND_TOWNSHIP)
    pair(store, CASE, ZHOU, BEGIN)
    pass_days(store, BEGIN, 16)
    do(store, c.ChangeRisk(case=CASE, risk="medium", by=COUNTY_DESK), NOW)
    with writing(store.engine) as connection:
        fail_a_message(connection, ZHOU, CASE, BEGIN + days(9))
    return store


def fail_a_message(connection: Connection, person: PersonId, case: CaseId, at: datetime) -> None:
    """What was to tell somebody of a case never arrived: the mailbox is not there."""
    moment = stamp(at)
    connection.execute(insert(t.nudge).values(
        id=next_nudge(connection, 1), person=person, channel="spool", state="failed", urgent=False,
        not_before=moment, planned_at=moment, tries=3, repeats=0, in_doubt=False, settled_at=moment,
        outcome="permanent", code="550",
    ))  # fmt: skip
    carried = (t.notice.c.person == person, t.notice.c.case == case)
    connection.execute(t.notice.update().where(*carried).values(nudge=1, state="planned"))
