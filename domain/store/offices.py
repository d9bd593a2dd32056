"""Reading who sits where, kept between batches until somebody changes it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from domain.ids import PersonId, UnitId
from domain.programme.schema import Level
from domain.rules.office import Absence, Office, Standing, Unit
from domain.store import tables as t
from domain.store.store import Store, among

_VERSION = "office"
_VERSION_NOW: Final = select(t.counter.c.last).where(t.counter.c.name == _VERSION)


def office(connection: Connection, store: Store, helpers: Sequence[PersonId] = ()) -> Office:
    """The tree, desks and absences as of now, with the standing of the helpers asked for."""
    version = connection.scalar(_VERSION_NOW) or 0
    known = store.offices.get(version)
    if known is None:
        known = _read_office(connection)
        store.offices.clear()
        store.offices[version] = known
    if not helpers:
        return known
    return Office(known.units, known.desks, known.absences, standings(connection, helpers))


def office_changed(connection: Connection) -> None:
    """To be called in each transaction that changes units, desks or absences."""
    next_number(connection, _VERSION)


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


def _read_office(connection: Connection) -> Office:
    units = {
        UnitId(row.id): Unit(row.id, row.parent, Level(row.level), row.name)
        for row in connection.execute(select(t.unit))
    }
    desks: dict[UnitId, tuple[PersonId, ...]] = defaultdict(tuple)
    for row in connection.execute(select(t.desk).order_by(t.desk.c.unit, t.desk.c.person)):
        desks[row.unit] = (*desks[row.unit], row.person)
    absences: dict[PersonId, tuple[Absence, ...]] = defaultdict(tuple)
    for row in connection.execute(select(t.absence).order_by(t.absence.c.id)):
        away = Absence(date.fromisoformat(row.since), date.fromisoformat(row.until), row.stand_in)
        absences[row.person] = (*absences[row.person], away)
    return Office(units, dict(desks), dict(absences))


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
