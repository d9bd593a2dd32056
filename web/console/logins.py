"""Who may sign in: for admins, who let people in, say what they may, and help who has lost password or telephone."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import LoginId, PersonId, UnitId
from domain.rules.access import EVERYWHERE, Grant, Right, Role
from domain.rules.office import Office
from domain.rules.refusals import Refusal
from domain.store.console import sign_ins as arranging
from domain.store.console.looking import Looking
from domain.store.console.sign_ins import Newcomer
from domain.store.logins import Login, plain_name
from domain.words import LANGUAGES
from web.console.desk import Desk, console
from web.console.shown import Typed
from web.console.signing import LONGEST_NAME
from web.posted import Given

HERE: Final = "/console/logins"
_MOST_UNITS: Final = 20
_BETWEEN: Final = re.compile("[，、,]")


@console(Right.MANAGE_LOGINS)
def sign_ins(request: Request, desk: Desk, given: Given) -> Response:
    """Everybody who may sign in; let somebody more in."""
    return _add(desk, given) if request.method == "POST" else listed(desk)


def listed(desk: Desk, status: int = 200, /, **about: object) -> Response:
    """The list, with what is wrong with what was typed, or an address that is shown once."""
    with desk.look(Right.MANAGE_LOGINS) as look:
        found = arranging.listed(look)
        held = {each.id: _held(desk, look, each) for each in found.logins}
        seats = {each.person: _seats(desk, look, each) for each in found.newcomers}
    values: dict[str, object] = {"problems": (), "address": "", "newest": "", "typed": Typed()}
    return desk.page(
        "console/logins.html", status, found=found, held=held, seats=seats, roles=list(Role), languages=LANGUAGES,
        longest=LONGEST_NAME, **(values | about),
    )  # fmt: skip


def _add(desk: Desk, given: Given) -> Response:
    typed = _typed(given)
    name, person = plain_name(typed["name"])[:LONGEST_NAME], PersonId(typed["person"]) if typed["person"] else None
    with desk.look(Right.MANAGE_LOGINS) as look:
        seats = tuple(unit for unit, people in look.office.desks.items() if person in people)
        grants, problems = _grants(desk, look.office, given, seats)
    problems += [] if name else [desk.say("name-missing")]
    problems += [] if typed["language"] in LANGUAGES else [desk.say("console_me.language-unknown")]
    if problems:
        return listed(desk, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems, typed=typed)
    try:
        _, secret = arranging.add(
            desk.site.store, desk.viewer, name, grants, desk.now, person=person, language=typed["language"]
        )
    except Refusal as refusal:
        return listed(desk, HTTPStatus.CONFLICT, problems=[_why(desk, refusal)], typed=typed)
    return listed(desk, address=_welcome(desk, secret), newest=name)


@console(Right.MANAGE_LOGINS)
def sign_in(request: Request, desk: Desk, given: Given) -> Response:
    """One sign-in, and what may be done about it."""
    login = LoginId(request.path_params["login"])
    if request.method != "POST":
        return one(desk, login)
    try:
        return _changed(desk, login, given)
    except Refusal as refusal:
        return one(desk, login, HTTPStatus.CONFLICT, problems=[_why(desk, refusal)], typed=_typed(given))


def _changed(desk: Desk, login: LoginId, given: Given) -> Response:
    store, viewer, now, there = desk.site.store, desk.viewer, desk.now, f"{HERE}/{login}"
    match "".join(given.get("do", ())[:1]):
        case "roles":
            return _change_roles(desk, login, given)
        case "off":
            arranging.let_in(store, viewer, login, now, active=False)
            return desk.to(there, "console_logins.off")
        case "on":
            arranging.let_in(store, viewer, login, now, active=True)
            return desk.to(there, "console_logins.on")
        case "no-codes":
            arranging.ask_for_no_codes(store, viewer, login, now)
            return desk.to(there, "console_logins.no-codes")
        case "address":
            secret = arranging.another_address(store, viewer, login, now)
            return one(desk, login, address=_welcome(desk, secret))
        case _:
            problems = [desk.say("console_me.nothing-chosen")]
            return one(desk, login, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems)


def _change_roles(desk: Desk, login: LoginId, given: Given) -> Response:
    with desk.look(Right.MANAGE_LOGINS) as look:
        found = arranging.one(look, login)
        seats = tuple(unit for unit, people in look.office.desks.items() if found.person in people)
        grants, problems = _grants(desk, look.office, given, seats)
    if problems:
        return one(desk, login, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems, typed=_typed(given))
    arranging.change_roles(desk.site.store, desk.viewer, login, grants, desk.now)
    return desk.to(f"{HERE}/{login}", "console_logins.roles")


def one(desk: Desk, login: LoginId, status: int = 200, /, **about: object) -> Response:
    """The page of one sign-in."""
    with desk.look(Right.MANAGE_LOGINS) as look:
        found = arranging.one(look, login)
        held, called = _held(desk, look, found), arranging.called(look, found)
    values: dict[str, object] = {"problems": (), "address": "", "typed": _held_now(found)}
    return desk.page(
        "console/login.html", status, login=found, held=held, called=called, roles=list(Role),
        mine=found.id == desk.viewer.login, **(values | about),
    )  # fmt: skip


def _held_now(login: Login) -> Typed:
    units: dict[str, list[str]] = {}
    for grant in login.grants:
        units.setdefault(grant.role.value, []).append(grant.unit)
    texts = {f"unit-{role}": " ".join(filter(None, some)) for role, some in units.items()}
    return Typed(texts | dict.fromkeys(units, "yes"))


def _typed(given: Given) -> Typed:
    fields = ("name", "person", "language", *(f"unit-{role.value}" for role in Role))
    texts = {field: "".join(given.get(field, ())[:1]).strip() for field in fields}
    return Typed(texts | dict.fromkeys(given.get("role", ()), "yes"))


def _grants(desk: Desk, office: Office, given: Given, seats: Sequence[UnitId]) -> tuple[list[Grant], list[str]]:
    """Roles with their units as they were typed, and everything wrong with that.

    Without a unit a coordinator's role holds at his or her own desks, any other everywhere.
    """
    grants: list[Grant] = []
    problems: list[str] = []
    for name in dict.fromkeys(given.get("role", ())):
        if name not in set(Role):
            problems.append(desk.say("console_me.role-unknown"))
            continue
        role = Role(name)
        typed = _BETWEEN.sub(" ", "".join(given.get(f"unit-{name}", ())[:1])).split()
        units, unknown = _units(office, typed[:_MOST_UNITS])
        problems += [desk.say("console_logins.unit-unknown", unit=each) for each in unknown]
        if not typed:
            units = list(seats) if role is Role.COORDINATOR else [EVERYWHERE]
            problems += [] if units else [desk.say("console_logins.unit-missing")]
        grants += [Grant(role, unit) for unit in units]
    return grants, problems


def _units(office: Office, typed: Iterable[str]) -> tuple[list[UnitId], list[str]]:
    """Units by their code, or by a name that only one of them has; and what is neither."""
    found: list[UnitId] = []
    unknown: list[str] = []
    for text in typed:
        named = [unit.id for unit in office.units.values() if unit.name == text]
        if UnitId(text) in office.units:
            found.append(UnitId(text))
        elif len(named) == 1:
            found.append(named[0])
        else:
            unknown.append(text)
    return found, unknown


def _held(desk: Desk, look: Looking, login: Login) -> str:
    some = [
        desk.say(
            "held",
            role=desk.say(f"role-{grant.role.value}"),
            unit=look.unit_name(grant.unit) if grant.unit else desk.say("everywhere"),
        )
        for grant in login.grants
    ]
    return desk.say("and").join(some)


def _seats(desk: Desk, look: Looking, who: Newcomer) -> str:
    return desk.say("and").join(look.unit_name(unit) for unit in who.units)


def _welcome(desk: Desk, secret: str) -> str:
    return f"{desk.site.settings.base_url.rstrip('/')}/welcome/{secret}"


def _why(desk: Desk, refusal: Refusal) -> str:
    return desk.say(f"refusals.{refusal.reason.value}", about=refusal.about)
