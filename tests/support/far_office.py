"""An office anywhere in the country, under any programme that ships: a tree, desks, helpers, cases of every kind."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import insert
from support.office import do, duty_of, pass_days
from support.programmes import FILE
from support.seen import facts_of

from domain import facts as f
from domain.calendar import Calendar
from domain.case import Case, Duty
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.read import read_programme
from domain.programme.schema import Programme
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import open_engine, reading, writing
from domain.store.journal import snapshot_of
from domain.store.offices import next_number, write_papers
from domain.store.people import Identity, Kind, NewPerson, add_people
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import ensure_units, seat
from domain.store.writing import Carried, carry_out

SIGNED: Final = date(2099, 12, 31)
GIVEN: Final = 1_000
"""So many numbers of people and cases are given by hand; the engine's own come after them."""


class Serving(NamedTuple):
    """A helper: of what kind, where, for how many."""

    kind: str
    unit: UnitId
    capacity: int = 3
    papers: tuple[str, ...] = ()
    sex: str = "female"


@lru_cache
def shipped(name: str) -> Programme:
    """The programme in the file of a name."""
    read = read_programme(FILE.with_name(f"{name}.yaml"))
    assert isinstance(read, Programme), read
    return read


def open_far_office(
    url: str,
    programme: Programme,
    villages: Collection[tuple[str, str]],
    desks: Mapping[UnitId, PersonId],
    helpers: Mapping[PersonId, Serving],
) -> Store:
    """An empty database with the tree above these villages, somebody at these desks, and these helpers."""
    store = Store(open_engine(url), {programme.name: programme}, Calendar(), Seal(b"a key for tests, thirty-two long"))
    with writing(store.engine) as connection:
        t.metadata.create_all(connection)
        ensure_units(connection, villages)
        next_number(connection, "person", GIVEN)
        for county in {township[:6] for township, _ in villages}:
            next_number(connection, f"case/{county}", GIVEN)
        people = [_person(person, "coordinator", unit) for unit, person in desks.items()]
        people += [_person(person, "volunteer", serving.unit) for person, serving in helpers.items()]
        add_people(connection, store.seal, people)
        for unit, person in desks.items():
            seat(connection, unit, person)
        connection.execute(insert(t.helper), [_helper(*each) for each in helpers.items()])
    return store


def open_kind(store: Store, number: int, kind: str, unit: UnitId, now: datetime, **changes: Any) -> CaseId:
    """The ``number``-th case, of a kind, with its subject; admitted unless told otherwise."""
    programme = next(iter(store.programmes.values()))
    subject = programme.subject_of(kind)
    case, person = CaseId(f"{unit[:6]}-{number:05d}"), PersonId(f"p{500 + number:09d}")
    with writing(store.engine) as connection:
        add_people(connection, store.seal, [_person(person, subject, unit)])
    asked: dict[str, Any] = {
        "programme": programme.name, "subject": person, "unit": unit, "county": UnitId(unit[:6]), "kind": kind,
        "admit": True,
    }  # fmt: skip
    if subject in {"child", "elder"}:
        years = 11 if subject == "child" else 71
        asked |= {"sex": "female", "born": date(now.year - years, 3, 10)}
    do(store, c.OpenCase(case=case, **(asked | changes)), now)
    return case


def guardian(store: Store, number: int, unit: UnitId, account: str) -> PersonId:
    """Somebody who has an account in his or her own name."""
    person = PersonId(f"p{900 + number:09d}")
    with writing(store.engine) as connection:
        add_people(connection, store.seal, [_person(person, "guardian", unit, ("account", account))])
    return person


def bind(store: Store, case: CaseId, role: str, person: PersonId, by: PersonId, now: datetime) -> Carried:
    """Bind a helper by hand."""
    return do(store, c.Bind(case=case, role=role, person=person, by=by), now)


def refused(store: Store, command: c.Command, now: datetime) -> str:
    """Why a command was refused."""
    outcome = carry_out(store, [command], now)[0]
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason.value


def case_of(store: Store, case: CaseId) -> Case:
    """A case as it stands."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def open_kinds(store: Store, case: CaseId) -> set[str]:
    """The kinds of duties open in a case."""
    return {duty.kind for duty in case_of(store, case).duties.values()}


def duty(store: Store, case: CaseId, kind: str) -> Duty:
    """The open duty of a kind."""
    return case_of(store, case).duties[duty_of(store, case, kind)]


def due_days_of(store: Store, case: CaseId, kind: str) -> list[date]:
    """The days on which duties of a kind were due in a case, whether they are open or over."""
    return [fact.due_on for fact in facts_of(store, case) if isinstance(fact, f.DutyOpened) and fact.kind == kind]


def live(store: Store, since: datetime, days: int) -> datetime:
    """A round each day; the day it is then."""
    pass_days(store, since, days)
    return since + timedelta(days=days)


def assert_sound(store: Store, now: datetime) -> None:
    """The audit finds every promise kept."""
    report = audit_report(store, now)
    assert report.clean, report.breaches


def _person(person: PersonId, kind: Kind, unit: UnitId, *keys: tuple[str, str]) -> NewPerson:
    identity = Identity(name=f"某{person[-3:]}", phone=f"1390000{person[-4:]}", email=f"{person}@example.org")
    return NewPerson(person, kind, unit, identity, (("phone", str(identity.phone)), *keys))


def _helper(person: PersonId, serving: Serving) -> dict[str, object]:
    return {
        "person": person, "kind": serving.kind, "unit": serving.unit, "sex": serving.sex,
        "capacity": serving.capacity, "load": 0, "serving": True, "skills": "[]",
        "papers": write_papers(dict.fromkeys(serving.papers, SIGNED)),
    }  # fmt: skip
