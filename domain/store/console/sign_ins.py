"""Who may sign in, as an admin arranges it on the page: nobody gives more than is theirs; one admin always stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from domain.ids import LoginId, PersonId, UnitId
from domain.rules.access import EVERYWHERE, Grant, Right, Role, Viewer
from domain.rules.refusals import Reason, Refusal
from domain.store import logins, sessions
from domain.store import tables as t
from domain.store.console.acting import acting
from domain.store.console.looking import Looking, NotFound
from domain.store.lists_people import kinds_of
from domain.store.logins import Login, NameTaken
from domain.store.people import identities
from domain.store.store import Store

MOST: Final = 500
"""So many coordinators without a sign-in are offered; whoever has more narrows them by unit."""


class Newcomer(NamedTuple):
    """A coordinator who has no sign-in yet. ``units``: at whose desks he or she sits."""

    person: PersonId
    name: str
    units: tuple[UnitId, ...]


@dataclass(frozen=True, kw_only=True)
class SignIns:
    """The sign-ins a viewer may arrange, and for whom there is none yet."""

    logins: Sequence[Login]
    newcomers: Sequence[Newcomer]


def listed(look: Looking) -> SignIns:
    """Everybody whose roles all lie where the viewer arranges sign-ins, and coordinators there without one."""
    mine = [each for each in logins.all_logins(look.connection) if arranges(look, each.grants)]
    return SignIns(logins=mine, newcomers=newcomers(look))


def one(look: Looking, login: LoginId) -> Login:
    """One of them; else NotFound."""
    found = logins.login_of(look.connection, login)
    if found is None or not arranges(look, found.grants):
        raise NotFound(login)
    return found


def called(look: Looking, login: Login) -> str:
    """The name of the coordinator in whose name a sign-in acts; empty where there is none."""
    known = identities(look.connection, look.store.seal, [login.person] if login.person else [])
    return next((each.name for each in known.values()), "")


def newcomers(look: Looking) -> list[Newcomer]:
    """Coordinators at a desk where the viewer arranges sign-ins, who have none."""
    statement = (
        select(t.desk.c.person, t.desk.c.unit)
        .join(t.login, t.login.c.person == t.desk.c.person, isouter=True)
        .where(t.login.c.id.is_(None), *look.within(t.desk.c.unit))
        .order_by(t.desk.c.unit, t.desk.c.person)
        .limit(MOST)
    )
    units: dict[PersonId, tuple[UnitId, ...]] = {}
    for row in look.connection.execute(statement):
        units[row.person] = (*units.get(row.person, ()), row.unit)
    known = identities(look.connection, look.store.seal, units)
    return [Newcomer(person, known[person].name, units[person]) for person in units if person in known]


def arranges(look: Looking, grants: Iterable[Grant]) -> bool:
    """Whether all these roles lie where the viewer may say who signs in; somebody without any is everybody's."""
    return look.units is None or all(each.unit != EVERYWHERE and look.sees(each.unit) for each in grants)


def add(
    store: Store, viewer: Viewer, name: str, grants: Sequence[Grant], now: datetime, *, person: PersonId | None,
    language: str,
) -> tuple[LoginId, str]:  # fmt: skip
    """Let somebody sign in: the new sign-in, and the secret of the address at which the password is set. Refusal."""

    def done(connection: Connection, look: Looking) -> tuple[LoginId, str]:
        _check(look, grants, person)
        try:
            login = logins.add_login(connection, name, grants, now, person=person, language=language)
        except NameTaken:
            raise Refusal(Reason.NAME_TAKEN, name) from None
        return login, sessions.invite(connection, store.seal, login, now)

    return acting(store, viewer, Right.MANAGE_LOGINS, now, done)


def change_roles(store: Store, viewer: Viewer, login: LoginId, grants: Sequence[Grant], now: datetime) -> None:
    """What somebody may from now on. Refusal for the last admin, and for what is not the viewer's to give."""

    def done(connection: Connection, look: Looking) -> None:
        found = one(look, login)
        _check(look, grants, found.person)
        logins.set_grants(connection, login, grants)
        _check_admins(connection, found)

    acting(store, viewer, Right.MANAGE_LOGINS, now, done)


def let_in(store: Store, viewer: Viewer, login: LoginId, now: datetime, *, active: bool) -> None:
    """Let somebody sign in again, or no more. Refusal for the last admin."""

    def done(connection: Connection, look: Looking) -> None:
        found = one(look, login)
        logins.set_active(connection, login, active=active)
        _check_admins(connection, found)

    acting(store, viewer, Right.MANAGE_LOGINS, now, done)


def another_address(store: Store, viewer: Viewer, login: LoginId, now: datetime) -> str:
    """An address to set a new password, for who has forgotten the old one."""

    def done(connection: Connection, look: Looking) -> str:
        return sessions.invite(connection, store.seal, one(look, login).id, now)

    return acting(store, viewer, Right.MANAGE_LOGINS, now, done)


def ask_for_no_codes(store: Store, viewer: Viewer, login: LoginId, now: datetime) -> None:
    """Ask somebody for no one-time codes any more: the telephone is lost."""

    def done(connection: Connection, look: Looking) -> None:
        logins.set_code_secret(connection, store.seal, one(look, login).id, None)

    acting(store, viewer, Right.MANAGE_LOGINS, now, done)


def _check(look: Looking, grants: Sequence[Grant], person: PersonId | None) -> None:
    if not grants:
        raise Refusal(Reason.ROLE_MISSING)
    for each in grants:
        if each.unit != EVERYWHERE and each.unit not in look.office.units:
            raise Refusal(Reason.NO_SUCH_UNIT, each.unit)
        if not arranges(look, [each]):
            raise Refusal(Reason.NOT_YOURS_TO_GIVE, each.unit or each.role.value)
    _check_person(look, grants, person)


def _check_person(look: Looking, grants: Sequence[Grant], person: PersonId | None) -> None:
    """A coordinator acts in his or her own name, and nobody acts in the name of a child."""
    if person is None:
        if any(each.role is Role.COORDINATOR for each in grants):
            raise Refusal(Reason.NO_SUCH_COORDINATOR, "")
    elif kinds_of(look.connection, [person]).get(person) != "coordinator" or not _sits_here(look, person):
        raise Refusal(Reason.NO_SUCH_COORDINATOR, person)


def _sits_here(look: Looking, person: PersonId) -> bool:
    seats = [unit for unit, people in look.office.desks.items() if person in people]
    return look.units is None or (bool(seats) and all(map(look.sees, seats)))


def _check_admins(connection: Connection, changed: Login) -> None:
    """Whoever took the last admin away could never be let in again by anybody."""
    # Two admins who switch each other off at the same moment wait for each other here.
    connection.execute(select(t.login.c.id).order_by(t.login.c.id).with_for_update())
    if not _rules(changed) or any(map(_rules, logins.all_logins(connection))):
        return
    raise Refusal(Reason.LAST_ADMIN, changed.name)


def _rules(login: Login) -> bool:
    can = login.active and (login.has_password or login.subject is not None)
    return can and Grant(Role.ADMIN, EVERYWHERE) in login.grants
