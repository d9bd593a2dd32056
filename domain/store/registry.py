"""Bringing people in: volunteers become helpers, coordinators sit down at desks. Cases: see ``registry_*``."""

import hashlib
import json
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.programme.spans import later
from domain.sheets.coordinators import ListedCoordinator
from domain.sheets.report import SheetReport, Verdict
from domain.sheets.volunteers import RosteredVolunteer
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.leaving import served_until
from domain.store.moments import stamp
from domain.store.offices import write_papers
from domain.store.people import PHONE, Identity, NewPerson, add_people, fresh_ids, known_by
from domain.store.saving import once
from domain.store.store import Store
from domain.store.units import ensure_units, seat_all, village_id


class Imported(NamedTuple):
    """What an import did: rows taken in now, those known already, cases opened (with their sheet rows)."""

    new: int
    known: int
    cases: tuple[tuple[int, CaseId], ...] = ()


class Seen:
    """The identities of a kind of people known already, as something to look into with ``in``."""

    def __init__(self, connection: Connection, store: Store, what: str) -> None:
        self._tokens = set(connection.scalars(select(t.blind_index.c.token)))
        self._store, self._what = store, what

    def __contains__(self, identity: object) -> bool:
        return self._store.seal.blind(self._what, str(identity)) in self._tokens


def import_volunteers(store: Store, programme: Programme, report: SheetReport[RosteredVolunteer]) -> Imported:
    """Write every accepted volunteer not known yet as a helper who serves."""
    with writing(store.engine) as connection:
        return take_volunteers(connection, store, programme, report)


def take_volunteers(
    connection: Connection, store: Store, programme: Programme, report: SheetReport[RosteredVolunteer]
) -> Imported:
    """The same inside a transaction of the caller's."""
    taken = [row.item for row in report.rows if row.verdict is Verdict.ACCEPTED and row.item is not None]
    known = known_by(connection, store.seal, "volunteer", [item.identity() for item in taken])
    new = [item for item in taken if item.identity() not in known]
    ensure_units(connection, [(item.township, "") for item in new])
    ids = fresh_ids(connection, len(new)) if new else []
    pairs = list(zip(ids, new, strict=True))
    add_people(connection, store.seal, [_volunteer(person, item) for person, item in pairs])
    if pairs:
        connection.execute(insert(t.helper), [_helper(person, item, programme, store) for person, item in pairs])
    return Imported(len(new), len(taken) - len(new))


def _volunteer(person: PersonId, item: RosteredVolunteer) -> NewPerson:
    identity = Identity(
        name=item.name, id_number=item.id_number, born=item.born, sex=item.sex, phone=item.phone or None,
        email=item.email or None,
    )  # fmt: skip
    keys = (("volunteer", item.identity()), ("volunteer", item.likeness()), (PHONE, item.phone))
    return NewPerson(person, "volunteer", UnitId(item.township), identity, keys)


def _helper(person: PersonId, item: RosteredVolunteer, programme: Programme, store: Store) -> dict[str, object]:
    return {
        "person": person, "kind": item.kind, "unit": item.township, "sex": item.sex, "capacity": item.capacity,
        "load": 0, "serving": True, "skills": json.dumps(item.skills, ensure_ascii=False),
        "papers": write_papers(_valid_until(item, programme, store)), "serves_until": _serves_until(item, programme),
    }  # fmt: skip


def _serves_until(item: RosteredVolunteer, programme: Programme) -> str | None:
    """The day on which a volunteer reaches the age until which volunteers serve."""
    last = served_until(item.born, programme.serving.until_age if programme.serving is not None else None)
    return last.isoformat() if last is not None else None


def _valid_until(item: RosteredVolunteer, programme: Programme, store: Store) -> dict[str, date | None]:
    lasting = {key: programme.papers[key].lasts for key in item.papers}
    return {
        key: later(signed, lasts, store.calendar) if (lasts := lasting[key]) else None
        for key, signed in item.papers.items()
    }


def import_coordinators(store: Store, report: SheetReport[ListedCoordinator]) -> Imported:
    """Write every accepted coordinator not known yet, and seat each at the desk of the unit named."""
    with writing(store.engine) as connection:
        return take_coordinators(connection, store, report)


def take_coordinators(connection: Connection, store: Store, report: SheetReport[ListedCoordinator]) -> Imported:
    """The same inside a transaction of the caller's."""
    taken = [row.item for row in report.rows if row.verdict is Verdict.ACCEPTED and row.item is not None]
    known = known_by(connection, store.seal, "coordinator", [item.identity() for item in taken])
    new = [item for item in taken if item.identity() not in known]
    ensure_units(connection, [(item.unit, item.village) for item in new if item.unit.isdecimal()])
    ids = fresh_ids(connection, len(new)) if new else []
    pairs = list(zip(ids, new, strict=True))
    add_people(connection, store.seal, [_coordinator(person, item) for person, item in pairs])
    seat_all(connection, [(desk_of(item), person) for person, item in pairs])
    return Imported(len(new), len(taken) - len(new))


def desk_of(item: ListedCoordinator) -> UnitId:
    """A division's desk, a village's, or that of a school, branch or partner known by its id."""
    return village_id(item.unit, item.village)


def _coordinator(person: PersonId, item: ListedCoordinator) -> NewPerson:
    identity = Identity(name=item.name, phone=item.phone or None, email=item.email or None)
    keys = (("coordinator", item.identity()), (PHONE, item.phone))
    return NewPerson(person, "coordinator", desk_of(item), identity, keys)


def digest_of(content: bytes) -> str:
    """What a file is known by."""
    return hashlib.sha256(content).hexdigest()


def note_sheet(
    connection: Connection, content: bytes, kind: str, accepted: int, now: datetime, by: PersonId | None = None
) -> None:
    """Remember that a file was imported, by its digest, and by whom."""
    row = {
        "digest": digest_of(content), "kind": kind, "imported_at": stamp(now), "accepted": accepted, "by": by,
    }  # fmt: skip
    connection.execute(once(connection, t.sheet), row)
