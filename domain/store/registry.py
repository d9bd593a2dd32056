"""Bringing people in: children become cases, volunteers helpers, coordinators sit down at desks."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme
from domain.programme.spans import later
from domain.rules.commands import OpenCase
from domain.sheets.coordinators import ListedCoordinator
from domain.sheets.report import Row, SheetReport, Verdict
from domain.sheets.survey import SurveyedChild
from domain.sheets.volunteers import RosteredVolunteer
from domain.store import tables as t
from domain.store.engine import writing
from domain.store.moments import stamp
from domain.store.offices import next_number, write_papers
from domain.store.people import Identity, NewPerson, add_people, fresh_ids, known_by
from domain.store.saving import once
from domain.store.store import Store
from domain.store.units import county_of, ensure_units, seat, village_id
from domain.store.writing import Outcome, TooBusy, carry_out_within

CASE_DIGITS = 5


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


def import_survey(
    store: Store,
    programme: Programme,
    report: SheetReport[SurveyedChild],
    now: datetime,
    by: PersonId | None = None,
) -> Imported:
    """Open a case for every accepted or doubtful row not known yet; all of them or none.

    Accepted rows are admitted at once, their sheet being the office's own finding; rows in need of review become
    cases in identification, on the township's desk.
    """
    for _ in range(3):
        try:
            with writing(store.engine) as connection:
                return _import_survey(connection, store, programme, _takeable(report), now, by)
        except IntegrityError:
            continue
    raise TooBusy(len(report.rows))


def _takeable(report: SheetReport[SurveyedChild]) -> list[tuple[Row[SurveyedChild], SurveyedChild]]:
    taken = (Verdict.ACCEPTED, Verdict.NEEDS_REVIEW)
    return [(row, row.item) for row in report.rows if row.verdict in taken and row.item is not None]


def _import_survey(
    connection: Connection,
    store: Store,
    programme: Programme,
    rows: Sequence[tuple[Row[SurveyedChild], SurveyedChild]],
    now: datetime,
    by: PersonId | None,
) -> Imported:
    known = known_by(connection, store.seal, "child", [child.identity() for _, child in rows])
    new = [(row, child) for row, child in rows if child.identity() not in known]
    ensure_units(connection, [(child.township, child.village) for _, child in new])
    guardians = _guardians(connection, store, [child for _, child in new])
    subjects = fresh_ids(connection, len(new)) if new else []
    add_people(connection, store.seal, [
        _child(person, child, guardians) for person, (_, child) in zip(subjects, new, strict=True)
    ])  # fmt: skip
    numbers = _case_numbers(connection, [child.township for _, child in new])
    commands = [
        _open(number, person, child, row, programme, guardians, by)
        for number, person, (row, child) in zip(numbers, subjects, new, strict=True)
    ]
    _expect_all(carry_out_within(connection, store, commands, now))
    return Imported(
        len(new),
        len(rows) - len(new),
        tuple((row.number, number) for (row, _), number in zip(new, numbers, strict=True)),
    )


def _expect_all(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


def _open(
    number: CaseId, person: PersonId, child: SurveyedChild, row: Row[SurveyedChild], programme: Programme,
    guardians: dict[str, PersonId], by: PersonId | None,
) -> OpenCase:  # fmt: skip
    return OpenCase(
        case=number, programme=programme.name, subject=person, unit=village_id(child.township, child.village),
        county=county_of(child.township), kind=child.kind, sex=child.sex, born=child.born,
        admit=row.verdict is Verdict.ACCEPTED, by=by, family=guardians.get(_guardian_key(child)),
    )  # fmt: skip


def _guardian_key(child: SurveyedChild) -> str:
    return f"{child.guardian_name}/{child.guardian_phone}" if child.guardian_name and child.guardian_phone else ""


def _guardians(connection: Connection, store: Store, children: Sequence[SurveyedChild]) -> dict[str, PersonId]:
    wanted = {key: child for child in children if (key := _guardian_key(child))}
    found = known_by(connection, store.seal, "guardian", wanted)
    new = [key for key in wanted if key not in found]
    ids = fresh_ids(connection, len(new)) if new else []
    add_people(connection, store.seal, [
        NewPerson(
            person, "guardian", UnitId(wanted[key].township),
            Identity(name=wanted[key].guardian_name, phone=wanted[key].guardian_phone), (("guardian", key),),
        )
        for person, key in zip(ids, new, strict=True)
    ])  # fmt: skip
    return found | dict(zip(new, ids, strict=True))


def _child(person: PersonId, child: SurveyedChild, guardians: dict[str, PersonId]) -> NewPerson:
    identity = Identity(
        name=child.name, id_number=child.id_number, born=child.born, sex=child.sex, school=child.school,
        grade=child.grade, guardian=guardians.get(_guardian_key(child)), guardian_relation=child.guardian_relation,
        note=child.note,
    )  # fmt: skip
    unit = village_id(child.township, child.village)
    keys = (("child", child.identity()), ("child", child.likeness()))
    return NewPerson(person, "child", unit, identity, keys)


def _case_numbers(connection: Connection, townships: Sequence[str]) -> list[CaseId]:
    counties: dict[UnitId, int] = defaultdict(int)
    for township in townships:
        counties[county_of(township)] += 1
    following = {county: next_number(connection, f"case/{county}", count) for county, count in sorted(counties.items())}
    numbers = []
    for township in townships:
        county = county_of(township)
        numbers.append(CaseId(f"{county}-{following[county]:0{CASE_DIGITS}d}"))
        following[county] += 1
    return numbers


def import_volunteers(store: Store, programme: Programme, report: SheetReport[RosteredVolunteer]) -> Imported:
    """Write every accepted volunteer not known yet as a helper who serves."""
    taken = [row.item for row in report.rows if row.verdict is Verdict.ACCEPTED and row.item is not None]
    with writing(store.engine) as connection:
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
    keys = (("volunteer", item.identity()), ("volunteer", item.likeness()), ("phone", item.phone))
    return NewPerson(person, "volunteer", UnitId(item.township), identity, keys)


def _helper(person: PersonId, item: RosteredVolunteer, programme: Programme, store: Store) -> dict[str, object]:
    return {
        "person": person, "kind": item.kind, "unit": item.township, "sex": item.sex, "capacity": item.capacity,
        "load": 0, "serving": True, "skills": json.dumps(item.skills, ensure_ascii=False),
        "papers": write_papers(_valid_until(item, programme, store)),
    }  # fmt: skip


def _valid_until(item: RosteredVolunteer, programme: Programme, store: Store) -> dict[str, date | None]:
    lasting = {key: programme.papers[key].lasts for key in item.papers}
    return {
        key: later(signed, lasts, store.calendar) if (lasts := lasting[key]) else None
        for key, signed in item.papers.items()
    }


def import_coordinators(store: Store, report: SheetReport[ListedCoordinator]) -> Imported:
    """Write every accepted coordinator not known yet, and seat each at the desk of the unit named."""
    taken = [row.item for row in report.rows if row.verdict is Verdict.ACCEPTED and row.item is not None]
    with writing(store.engine) as connection:
        known = known_by(connection, store.seal, "coordinator", [item.identity() for item in taken])
        new = [item for item in taken if item.identity() not in known]
        ensure_units(connection, [(item.unit, "") for item in new])
        ids = fresh_ids(connection, len(new)) if new else []
        pairs = list(zip(ids, new, strict=True))
        add_people(connection, store.seal, [_coordinator(person, item) for person, item in pairs])
        for person, item in pairs:
            seat(connection, UnitId(item.unit), person)
    return Imported(len(new), len(taken) - len(new))


def _coordinator(person: PersonId, item: ListedCoordinator) -> NewPerson:
    identity = Identity(name=item.name, phone=item.phone or None, email=item.email or None)
    keys = (("coordinator", item.identity()), ("phone", item.phone))
    return NewPerson(person, "coordinator", UnitId(item.unit), identity, keys)


def note_sheet(connection: Connection, file: Path, kind: str, accepted: int, now: datetime) -> None:
    """Remember that a file was imported, by its digest."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    row = {"digest": digest, "kind": kind, "imported_at": stamp(now), "accepted": accepted, "by": None}
    connection.execute(once(connection, t.sheet), row)
