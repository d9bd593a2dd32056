"""The tree of units and who sits at its desks."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from domain.ids import PersonId, UnitId
from domain.places import ancestors, place
from domain.programme.schema import Level
from domain.store import tables as t
from domain.store.offices import absences_added, office_changed
from domain.store.saving import once, write

_LEVELS: Final = {2: Level.PROVINCE, 4: Level.CITY, 6: Level.COUNTY, 9: Level.TOWNSHIP}
COUNTY_DIGITS: Final = 6


def village_id(township: str, name: str) -> UnitId:
    """A village's id: its township's code and a digest of its name. An empty name is the township itself."""
    if not name:
        return UnitId(township)
    return UnitId(f"{township}-{hashlib.sha256(name.encode()).hexdigest()[:8]}")


def body_id(division: str, name: str) -> UnitId:
    """The id of a school, branch or partner: its division's code and a digest of its name; never a village's."""
    return UnitId(f"{division}-{hashlib.sha256(f'body {name}'.encode()).hexdigest()[:8]}")


def division_of(unit: str) -> str:
    """The code of the division a unit is, or stands in."""
    return unit.partition("-")[0]


def county_of(unit: str) -> UnitId:
    """The county a unit lies in; the division itself where it is wider than a county."""
    return UnitId(division_of(unit)[:COUNTY_DIGITS])


def ensure_units(connection: Connection, villages: Iterable[tuple[str, str]]) -> None:
    """Make sure the places (division code, village name or "") stand in the tree, with all above them."""
    rows: dict[str, dict[str, str | None]] = {}
    for code, village in villages:
        for above in (*ancestors(code), place(code)):
            rows[above.code] = {
                "id": above.code,
                "parent": above.parent,
                "level": _LEVELS[len(above.code)].value,
                "name": above.name,
            }
        if village:
            unit = village_id(code, village)
            rows[unit] = {"id": unit, "parent": code, "level": Level.VILLAGE.value, "name": village}
    known = set(connection.scalars(select(t.unit.c.id)))
    new = [row for key, row in sorted(rows.items()) if key not in known]
    if new:
        connection.execute(once(connection, t.unit), new)
        office_changed(connection)


class Body(NamedTuple):
    """A school, branch or partner organisation; ``parent`` is the village, township or county it stands in."""

    id: UnitId
    name: str
    kind: str
    parent: UnitId


def ensure_bodies(connection: Connection, bodies: Iterable[Body]) -> None:
    """Make sure these stand in the tree; where they stand must be there already."""
    rows = {body.id: {**body._asdict(), "level": Level.VILLAGE.value} for body in bodies}
    known = set(connection.scalars(select(t.unit.c.id).where(t.unit.c.kind != t.DIVISION)))
    new = [row for key, row in sorted(rows.items()) if key not in known]
    if new:
        connection.execute(once(connection, t.unit), new)
        office_changed(connection)


def bodies(connection: Connection, unit: UnitId | None = None) -> list[Body]:
    """The schools, branches and partners in a unit and below it, or everywhere."""
    below = None if unit is None else set(subtree(connection, unit))
    rows = connection.execute(select(t.unit).where(t.unit.c.kind != t.DIVISION).order_by(t.unit.c.id))
    return [Body(row.id, row.name, row.kind, row.parent) for row in rows if below is None or row.id in below]


class DeskLine(NamedTuple):
    """One unit and somebody at its desk, or nobody."""

    unit: UnitId
    name: str
    level: str
    person: PersonId | None


def all_desks(connection: Connection) -> list[DeskLine]:
    """Who sits where; a division without anybody stands there too, a village, school or branch only with somebody."""
    rows = connection.execute(
        select(t.unit.c.id, t.unit.c.name, t.unit.c.level, t.desk.c.person)
        .join(t.desk, t.desk.c.unit == t.unit.c.id, isouter=True)
        .where((t.unit.c.level != Level.VILLAGE.value) | t.desk.c.person.is_not(None))
        .order_by(t.unit.c.id, t.desk.c.person)
    )
    return [DeskLine(*row) for row in rows]


def seat(connection: Connection, unit: UnitId, person: PersonId) -> None:
    """Put somebody at a unit's desk."""
    seat_all(connection, [(unit, person)])


def seat_all(connection: Connection, seats: Iterable[tuple[UnitId, PersonId]]) -> None:
    """Put people at units' desks."""
    write(connection, t.desk, [{"unit": unit, "person": person} for unit, person in seats])
    office_changed(connection)


def unseat(connection: Connection, unit: UnitId, person: PersonId) -> None:
    """Take somebody from a unit's desk."""
    connection.execute(delete(t.desk).where(t.desk.c.unit == unit, t.desk.c.person == person))
    office_changed(connection)


def send_away(connection: Connection, person: PersonId, since: date, until: date, stand_in: PersonId) -> None:
    """Note an absence, both days included, and who answers meanwhile."""
    send_all_away(connection, [(person, since, until, stand_in)])


def send_all_away(connection: Connection, absences: Iterable[tuple[PersonId, date, date, PersonId]]) -> None:
    """Note absences: who, the first and the last day, and who answers meanwhile."""
    rows = [
        {"person": person, "since": since.isoformat(), "until": until.isoformat(), "stand_in": stand_in}
        for person, since, until, stand_in in absences
    ]
    if rows:
        connection.execute(_AWAY, rows)
        absences_added(connection)


_AWAY: Final = insert(t.absence)


def subtree(connection: Connection, unit: UnitId) -> list[UnitId]:
    """A unit and everything below it."""
    below = select(t.unit.c.id).where(t.unit.c.id == unit).cte("below", recursive=True)
    below = below.union_all(select(t.unit.c.id).where(t.unit.c.parent == below.c.id))
    return list(connection.scalars(select(below.c.id)))


def names_of(connection: Connection, units: Sequence[UnitId]) -> dict[UnitId, str]:
    """What units are called."""
    rows = connection.execute(select(t.unit.c.id, t.unit.c.name).where(t.unit.c.id.in_(list(units))))
    return {row.id: row.name for row in rows}
