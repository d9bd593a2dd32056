"""``shouwang logins …``: who may sign in at the console, and what each may."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import DONE, BadInput, Where
from domain.ids import PersonId, UnitId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.rules.refusals import Refusal
from domain.store.console import setting_up
from domain.store.logins import Login, NameTaken, plain_name

Name = Annotated[str, Parameter(help="the name somebody signs in with")]
Roles = Annotated[
    list[str], Parameter(help="ROLE or ROLE:UNIT; coordinator, ops, auditor or admin; several times for several")
]

logins = App(name="logins", help="who may sign in at the console, and what each may")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(logins)


@logins.command(name="list")
def list_(*, where: Where = Where()) -> int:
    """Everybody who may sign in: name, roles, in whose name acts are written down."""
    found = setting_up.sign_ins(where.store)
    where.show([_data(each) for each in found], "\n".join(_line(each, where) for each in found))
    return DONE


@logins.command(name="add")
def add_(name: Name, *, role: Roles, person: str | None = None, where: Where = Where()) -> int:
    """Let somebody sign in: prints the address, good once and for three days, at which the password is set.

    PERSON: the coordinator (id) in whose name acts are written down; a coordinator needs one.
    """
    owner = PersonId(person) if person else None
    try:
        secret = setting_up.new_sign_in(
            where.store, name, _grants(role, where), where.moment, person=owner, language=where.spoken
        )
    except NameTaken:
        raise BadInput(where.say("console.name-taken")) from None
    except Refusal as refusal:
        raise where.refused(refusal) from None
    return _address(where, secret)


@logins.command
def invite(name: Name, *, where: Where = Where()) -> int:
    """Another address to set a password, for who has forgotten the old one."""
    return _address(where, setting_up.another_address(where.store, _login(name, where).id, where.moment))


@logins.command
def roles(name: Name, *, role: Roles, where: Where = Where()) -> int:
    """What somebody may from now on, in place of before; whoever is signed in notices at once."""
    setting_up.change_grants(where.store, _login(name, where).id, _grants(role, where))
    return list_(where=where)


@logins.command
def off(name: Name, *, where: Where = Where()) -> int:
    """Let somebody sign in no more; what is signed in ends at once."""
    setting_up.let_in(where.store, _login(name, where).id, active=False)
    return list_(where=where)


@logins.command
def on(name: Name, *, where: Where = Where()) -> int:
    """Let somebody sign in again."""
    setting_up.let_in(where.store, _login(name, where).id, active=True)
    return list_(where=where)


def _grants(roles: list[str], where: Where) -> list[Grant]:
    return [_grant(each, where) for each in roles]


def _grant(written: str, where: Where) -> Grant:
    role, _, unit = written.partition(":")
    if role not in list(Role):
        raise BadInput(where.say("console.no-such-role", role=role, known=", ".join(Role)))
    return Grant(Role(role), where.unit(unit) or EVERYWHERE if unit else UnitId(EVERYWHERE))


def _login(name: str, where: Where) -> Login:
    wanted = plain_name(name)
    found = next((each for each in setting_up.sign_ins(where.store) if each.name == wanted), None)
    if found is None:
        raise BadInput(where.say("console.no-such-login", name=name))
    return found


def _address(where: Where, secret: str) -> int:
    address = f"{where.settings.base_url.rstrip('/')}/welcome/{secret}"
    where.show({"address": address}, where.say("console.set-up-address", address=address))
    return DONE


def _data(login: Login) -> dict[str, object]:
    roles = [{"role": each.role.value, "unit": each.unit} for each in login.grants]
    return {**login._asdict(), "grants": roles}


def _line(login: Login, where: Where) -> str:
    names = where.unit_names([each.unit for each in login.grants if each.unit])
    held = where.say("console.and").join(
        where.say(
            "console.held", role=where.say(f"console.role-{each.role.value}"),
            unit=names.get(each.unit, each.unit) if each.unit else where.say("console.everywhere"),
        )
        for each in login.grants
    )  # fmt: skip
    state = "login-off" if not login.active else "login-new" if not login.has_password else "login-well"
    return f"{login.name}  {held}  {login.person or '—'}  {where.say(f'console.{state}')}"
