"""Sign-ins of the made-up city, one for each role, with one password of their own for each install."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from deployments.supervisor.place import MADE_UP_PASSWORD
from domain.ids import PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.console.setting_up import give_password, new_sign_in, sign_ins
from domain.store.engine import reading
from domain.store.store import Store
from domain.store.tree import units

WORDS: Final = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fern",
    "grove",
    "heron",
    "iris",
    "juniper",
    "kite",
    "lark",
)
"""The password is four of these and a number: easy to type from a terminal, and only a made-up city lies behind it."""


def make_sign_ins(store: Store, folder: Path, language: str, now: datetime) -> None:
    """A coordinator of the busiest county, one of its busiest township, ops, an auditor and an admin."""
    if sign_ins(store):
        return
    password = "-".join([*(secrets.choice(WORDS) for _ in range(4)), str(secrets.randbelow(900) + 100)])
    _keep(folder / MADE_UP_PASSWORD, password)
    for name, grant, person in _made_up(store):
        new_sign_in(store, name, [grant], now, person=person, language=language)
    for login in sign_ins(store):
        give_password(store, login.id, password)


def _made_up(store: Store) -> Iterator[tuple[str, Grant, PersonId | None]]:
    yield "admin", Grant(Role.ADMIN, EVERYWHERE), None
    yield "ops", Grant(Role.OPS, EVERYWHERE), None
    yield "auditor", Grant(Role.AUDITOR, EVERYWHERE), None
    inside: UnitId | None = None
    for name, level in (("city", Level.CITY), ("county", Level.COUNTY), ("township", Level.TOWNSHIP)):
        desk = _busiest(store, level, inside)
        if desk is not None:
            inside = desk[0]
            yield name, Grant(Role.COORDINATOR, desk[0]), desk[1]


def _busiest(store: Store, level: Level, inside: UnitId | None) -> tuple[UnitId, PersonId] | None:
    with reading(store.engine) as connection:
        lines = [each for each in units(connection, store, inside) if each.level == level.value and each.people]
    busiest = max(lines, key=lambda each: each.cases, default=None)
    return (busiest.unit, busiest.people[0]) if busiest else None


def _keep(file: Path, password: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"{password}\n")
