"""Codes by which people who answer a text message say which duty they mean: short numbers, each person's own."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, delete, select

from domain.ids import CaseId, PersonId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.saving import once
from domain.store.store import among

FIRST: Final = 11
LAST: Final = 999
"""Two or three digits, so that none is taken for an answer."""

_ALONE: Final[Mapping[PersonId, Collection[PersonId]]] = {}


class Coded(NamedTuple):
    """A duty somebody may answer by text message, under this code."""

    person: PersonId
    code: int
    case: CaseId
    duty: int


def give_codes(
    connection: Connection, wanted: Iterable[tuple[PersonId, CaseId, int]], now: datetime,
    beside: Mapping[PersonId, Collection[PersonId]] = _ALONE,
) -> None:  # fmt: skip
    """See that each of these people has a code for each of these duties; a code once given stays the duty's.

    ``beside``: who else answers from somebody's telephone; none of theirs is given to two of them.
    """
    missing = dict.fromkeys(wanted)
    people = sorted({each for person, _, _ in missing for each in (person, *beside.get(person, ()))})
    while missing:
        taken, known = _taken(connection, people)
        missing = {each: None for each in missing if each not in known}
        rows = []
        for person, case, duty in missing:
            of_others = [taken.get(other, {}) for other in beside.get(person, ())]
            code = _free(dict(ChainMap(taken.setdefault(person, {}), *of_others)))
            taken[person][code] = ""
            rows.append({"person": person, "code": code, "case": case, "duty": duty, "given_at": stamp(now)})
        if rows:
            _write(connection, rows)


def _taken(
    connection: Connection, people: list[PersonId]
) -> tuple[dict[PersonId, dict[int, str]], set[tuple[PersonId, CaseId, int]]]:
    taken: dict[PersonId, dict[int, str]] = {}
    known: set[tuple[PersonId, CaseId, int]] = set()
    for row in connection.execute(select(t.reply_code).where(among(connection, t.reply_code.c.person, people))):
        taken.setdefault(row.person, {})[row.code] = row.given_at
        known.add((row.person, row.case, row.duty))
    return taken, known


def _free(taken: Mapping[int, str]) -> int:
    """The first code never used; once all are used up, the one that was given longest ago."""
    fresh = next(code for code in count(FIRST) if code not in taken)
    return fresh if fresh <= LAST else min(taken, key=lambda code: (taken[code] or "~", code))


def _write(connection: Connection, rows: list[dict[str, object]]) -> None:
    """A code another worker gave in this moment is left to it: whoever is without one draws again."""
    for row in rows:
        of_one = and_(t.reply_code.c.person == row["person"], t.reply_code.c.code == row["code"])
        connection.execute(delete(t.reply_code).where(of_one, t.reply_code.c.given_at < row["given_at"]))
        connection.execute(once(connection, t.reply_code).values(row))


def open_codes(connection: Connection, people: Iterable[PersonId]) -> dict[PersonId, list[Coded]]:
    """The duties still open for which people have codes, the oldest code first."""
    found: dict[PersonId, list[Coded]] = {}
    still_owed = and_(t.diary.c.case == t.reply_code.c.case, t.diary.c.number == t.reply_code.c.duty)
    columns = (t.reply_code.c.person, t.reply_code.c.code, t.reply_code.c.case, t.reply_code.c.duty)
    statement = (
        select(*columns)
        .join(t.diary, still_owed)
        .where(among(connection, t.reply_code.c.person, list(people)))
        .order_by(t.reply_code.c.person, t.reply_code.c.code)
    )
    for row in connection.execute(statement):
        found.setdefault(row.person, []).append(Coded(*row))
    return found
