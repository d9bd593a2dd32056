"""Who may sign in, as ops arrange it on the machine itself: the first address, sign-ins made and changed by command."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.ids import LoginId, PersonId
from domain.rules.access import Grant, Role
from domain.rules.refusals import Reason, Refusal
from domain.store import logins, sessions
from domain.store.engine import reading, writing
from domain.store.lists_people import kinds_of
from domain.store.logins import Login
from domain.store.offices import office
from domain.store.store import Store


def sign_ins(store: Store) -> list[Login]:
    """Everybody who may sign in, by name."""
    with reading(store.engine) as connection:
        return logins.all_logins(connection)


def new_sign_in(
    store: Store, name: str, grants: Sequence[Grant], now: datetime, *, person: PersonId | None, language: str
) -> str:
    """Let somebody sign in: the secret of the address at which the password is set. NameTaken, Refusal."""
    with writing(store.engine) as connection:
        known = office(connection, store).units
        for each in grants:
            if each.unit and each.unit not in known:
                raise Refusal(Reason.NO_SUCH_UNIT, each.unit)
        _check_person(kinds_of(connection, [person]) if person else {}, person, grants)
        login = logins.add_login(connection, name, grants, now, person=person, language=language)
        return sessions.invite(connection, store.seal, login, now)


def _check_person(kinds: dict[PersonId, str], person: PersonId | None, grants: Iterable[Grant]) -> None:
    """A coordinator acts in his or her own name, and nobody acts in the name of a child."""
    if person is None:
        if any(each.role is Role.COORDINATOR for each in grants):
            raise Refusal(Reason.NO_SUCH_COORDINATOR, "")
    elif kinds.get(person) != "coordinator":
        raise Refusal(Reason.NO_SUCH_COORDINATOR, person)


def another_address(store: Store, login: LoginId, now: datetime) -> str:
    """An address to set a new password, for who has forgotten the old one; that one holds until it is used."""
    with writing(store.engine) as connection:
        return sessions.invite(connection, store.seal, login, now)


def change_grants(store: Store, login: LoginId, grants: Sequence[Grant]) -> None:
    """What somebody may from now on."""
    with writing(store.engine) as connection:
        logins.set_grants(connection, login, grants)


def let_in(store: Store, login: LoginId, *, active: bool) -> None:
    """Let somebody sign in again, or no more: then whatever is signed in ends at once."""
    with writing(store.engine) as connection:
        logins.set_active(connection, login, active=active)


def give_password(store: Store, login: LoginId, password: str) -> None:
    """Set a password by hand; WeakPassword. For made-up offices: people set their own."""
    with writing(store.engine) as connection:
        logins.set_password(connection, login, password)
