"""Reading who sits where, kept between batches until somebody changes it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.ids import PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.office import Absence, Office, Standing, Unit
from domain.store import tables as t
from domain.store.store import Store, among

_VERSION: Final = "office"
_ABSENCES: Final = "absences"
_VERSIONS_NOW: Final = select(t.counter.c.name, t.counter.c.last).where(t.counter.c.name.in_((_VERSION, _ABSENCES)))


def office(connection: Connection, store: Store, helpers: Sequence[PersonId] = ()) -> Office:
    """The tree, desks and absences as of now, with the standing of the helpers asked for."""
    known = _known(connection, store)
    if not helpers:
        return known
    return Office(known.units, known.desks, known.absences, standings(connection, helpers))


def _known(connection: Connection, store: Store) -> Office:
    """What was read last, with the absences added since; read anew where anything else has changed."""
    versions = dict(connection.execute(_VERSIONS_NOW).tuples().all())
    now = (versions.get(_VERSION, 0), versions.get(_ABSENCES, 0))
    before = next(iter(store.offices.items()), None)
    if before is not None and before[0][:2] == now:
        return before[1]
    if before is not None and before[0][0] == now[0]:
        last, found = _with_absences(connection, before[1], after=before[0][2])
    else:
        last, found = _with_absences(connection, read_office(connection), after=0)
    store.offices.clear()
    store.offices[*now, last] = found
    return found


def office_changed(connection: Connection) -> None:
    """To be called in each transaction that changes units or desks, or takes absences back."""
    next_number(connection, _VERSION)


def absences_added(connection: Connection) -> None:
    """To be called in each transaction that adds absences and changes nothing else of the office."""
    next_number(connection, _ABSENCES)


def next_number(connection: Connection, name: str, count: int = 1) -> int:
    """The first of ``count`` fresh numbers of a running sequence, from 1."""
    moved = connection.execute(
        update(t.counter)
        .where(t.counter.c.name == name)
        .values(last=t.counter.c.last + count)
        .returning(t.counter.c.last)
    ).scalar()
    if moved is None:
        connection.execute(insert(t.counter).values(name=name, last=count))
        return 1
    return int(moved) - count + 1


def read_office(connection: Connection) -> Office:
    """The tree and who sits at its desks, read anew; nobody's absence."""
    units = {
        UnitId(row.id): Unit(row.id, row.parent, Level(row.level), row.name, row.kind == t.DIVISION)
        for row in connection.execute(select(t.unit))
    }
    desks: dict[UnitId, tuple[PersonId, ...]] = defaultdict(tuple)
    for row in connection.execute(select(t.desk).order_by(t.desk.c.unit, t.desk.c.person)):
        desks[row.unit] = (*desks[row.unit], row.person)
    return Office(units, dict(desks))


def _with_absences(connection: Connection, known: Office, after: int) -> tuple[int, Office]:
    """An office with the absences noted after a number, and the last number: years of them are not read every day."""
    absences = dict(known.absences)
    for row in connection.execute(_ADDED, {"after": after}):
        away = Absence(date.fromisoformat(row.since), date.fromisoformat(row.until), row.stand_in)
        absences[row.person] = (*absences.get(row.person, ()), away)
        after = row.id
    return after, Office(known.units, known.desks, absences)


_ADDED: Final = select(t.absence).where(t.absence.c.id > bindparam("after")).order_by(t.absence.c.id)


def standings(connection: Connection, people: Iterable[PersonId]) -> dict[PersonId, Standing]:
    """How helpers stand, by person; those who are no helpers are left out."""
    rows = connection.execute(select(t.helper).where(among(connection, t.helper.c.person, list(people))))
    return {row.person: standing_of(row) for row in rows}


def standing_of(row: Any) -> Standing:
    """A helper's row as the rules see it."""
    return Standing(
        row.person,
        row.sex,
        row.capacity,
        row.load,
        row.serving,
        read_papers(row.papers),
        row.kind,
        date.fromisoformat(row.serves_until) if row.serves_until else None,
    )


def read_papers(text: str) -> dict[str, date | None]:
    """Papers as stored: until when each is valid, nothing for ever."""
    return {key: date.fromisoformat(until) if until else None for key, until in json.loads(text).items()}


def write_papers(papers: dict[str, date | None]) -> str:
    """Papers as stored."""
    return json.dumps({key: until.isoformat() if until else None for key, until in sorted(papers.items())})
