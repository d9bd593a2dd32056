"""A code texted to somebody who holds a link, before names are shown: six digits, good once and for ten minutes."""

import base64
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.ids import PersonId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.sealing import Seal

DIGITS: Final = 6
GOOD_FOR: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
MOST_A_DAY: Final = 3
_DAY: Final = timedelta(days=1)
_WHAT: Final = "second-factor"
_PLACE: Final = "nudge/values/second-factor"


class Tried(StrEnum):
    """What came of a code somebody typed."""

    GOOD = "good"
    WRONG = "wrong"
    OVER = "over"
    """There is none to be tried (any more): never asked for, run out, used, or tried five times."""


def new_code(connection: Connection, seal: Seal, person: PersonId, now: datetime) -> str | None:
    """A fresh code; nothing for somebody who had three since yesterday. What is older than that is dropped."""
    # Of two who ask at the same moment the second waits for the first.
    connection.execute(select(t.person.c.id).where(t.person.c.id == person).with_for_update())
    connection.execute(delete(t.second_factor).where(t.second_factor.c.made_at <= stamp(now - _DAY)))
    mine = select(func.count()).select_from(t.second_factor).where(t.second_factor.c.person == person)
    if connection.execute(mine).scalar_one() >= MOST_A_DAY:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = {
        "person": person, "digest": _digest(seal, person, code), "made_at": stamp(now), "tries": 0,
        "ends_at": stamp(now + GOOD_FOR),
    }  # fmt: skip
    connection.execute(insert(t.second_factor), row)
    return code


def try_code(connection: Connection, seal: Seal, person: PersonId, typed: str, now: datetime) -> Tried:
    """Try the newest code of a person; each try counts, and a good one is good once."""
    newest = select(func.max(t.second_factor.c.id)).where(t.second_factor.c.person == person).scalar_subquery()
    living = (
        t.second_factor.c.id == newest, t.second_factor.c.tries < MOST_TRIES,
        t.second_factor.c.ends_at > stamp(now), t.second_factor.c.used_at.is_(None),
    )  # fmt: skip
    counted = update(t.second_factor).where(*living).values(tries=t.second_factor.c.tries + 1)
    row = connection.execute(counted.returning(t.second_factor.c.id, t.second_factor.c.digest)).one_or_none()
    if row is None:
        return Tried.OVER
    digits = "".join(sign for sign in normalize("NFKC", typed) if sign.isdigit())
    if not secrets.compare_digest(row.digest, _digest(seal, person, digits)):
        return Tried.WRONG
    connection.execute(update(t.second_factor).where(t.second_factor.c.id == row.id).values(used_at=stamp(now)))
    return Tried.GOOD


def locked(seal: Seal, code: str) -> str:
    """The code as it waits in the outbox: only who sends it can read it."""
    return base64.b64encode(seal.lock(code.encode(), _PLACE)).decode()


def unlocked(seal: Seal, text: str) -> str:
    """The code again."""
    return seal.unlock(base64.b64decode(text), _PLACE).decode()


def _digest(seal: Seal, person: PersonId, code: str) -> str:
    return seal.blind(_WHAT, f"{person}/{code}")
