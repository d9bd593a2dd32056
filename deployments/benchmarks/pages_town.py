"""A city with a hundred thousand cases for the console's pages: one made by the engine, the rest its copies."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, select

from deployments.benchmarks.crowd import batches
from deployments.benchmarks.population import BEGIN, build
from deployments.demo.words import SURNAMES
from domain.ids import CaseId, LoginId, PersonId, UnitId
from domain.places import children
from domain.programme.schema import Programme
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.logins import add_login
from domain.store.moments import stamp
from domain.store.people import Identity, NewPerson, add_people
from domain.store.saving import write
from domain.store.sessions import begin_session
from domain.store.store import Store
from domain.store.tallies import recount
from domain.store.units import ensure_units, seat, village_id

CITY: Final = UnitId("3713")
AT_A_TIME: Final = 5_000
VILLAGES: Final = 8
LATE: Final = 0.06
ALONE: Final = 0.03
MET: Final = 3
"""So many duties of each case were met in the last twelve weeks."""

_GIVEN: Final = "明芳伟娜静强磊洋艳勇军杰娟涛超霞平刚桂英华玉兰红梅建国志新雨欣佳怡梓涵子轩浩宇"
_DESK: Final = PersonId("p000000031")
_SAMPLE: Final = CaseId("371302-90001")
_FIRST_CHILD: Final = 1_000_000
_FIRST_HELPER: Final = 3_000_000


class City(NamedTuple):
    """The store, the moment at which it is looked at, and the secret of a coordinator's session."""

    store: Store
    now: datetime
    secret: str
    case: CaseId


def build_city(engine: Engine, programme: Programme, *, cases: int) -> City:
    """So many cases all over the city: six in a hundred late, three in a hundred without anybody."""
    store = build(engine, programme, cases=2, due=1).store
    now = BEGIN + timedelta(days=30)
    places = list(_places())
    draws = Random(1)
    with writing(engine) as connection:
        ensure_units(connection, places)
        add_people(connection, store.seal, [NewPerson(_DESK, "coordinator", CITY, Identity(name="王丽"), ())])
        seat(connection, CITY, _DESK)
        _seat_most(connection, store)
    with reading(engine) as connection:
        sample = _Sample.of(connection)
    for numbers in batches(range(cases), AT_A_TIME):
        with writing(engine) as connection:
            _write(connection, store, sample, [_child(number, places, draws) for number in numbers], now)
    with writing(engine) as connection:
        recount(connection)
        login = add_login(connection, "city", [Grant(Role.COORDINATOR, CITY)], now, person=_DESK)
        secret = begin_session(connection, store.seal, LoginId(login), now)
    return City(store, now, secret, _SAMPLE)


def _seat_most(connection: Connection, store: Store) -> None:
    """Somebody at the desk of every county and township, but for one in twenty."""
    counties = [county.code for county in children(CITY)]
    units = [*counties, *(township.code for county in counties for township in children(county))]
    desks = {UnitId(unit): PersonId(f"p{number:09d}") for number, unit in enumerate(units, 100) if number % 20}
    people = [NewPerson(person, "coordinator", unit, Identity(name="李强"), ()) for unit, person in desks.items()]
    add_people(connection, store.seal, people)
    for unit, person in desks.items():
        seat(connection, unit, person)


def _places() -> Iterator[tuple[str, str]]:
    for county in children(CITY):
        for township in children(county.code):
            yield from ((township.code, f"第{number}村") for number in range(1, VILLAGES + 1))


class _Child(NamedTuple):
    """One case to be written."""

    number: int
    unit: UnitId
    name: str
    late: bool
    alone: bool

    @property
    def case(self) -> str:
        """The case's number."""
        return f"{self.unit[:6]}-{self.number:06d}"

    @property
    def person(self) -> PersonId:
        """Whom it is about."""
        return PersonId(f"p{_FIRST_CHILD + self.number:09d}")

    @property
    def helper(self) -> PersonId:
        """Who comes to see the child; everybody comes to two."""
        return PersonId(f"p{_FIRST_HELPER + self.number // 2 * 2 + 1:09d}")


def _child(number: int, places: Sequence[tuple[str, str]], draws: Random) -> _Child:
    name = "".join((draws.choice(SURNAMES), *draws.choices(_GIVEN, k=draws.choice((1, 2)))))
    unit = village_id(*places[number % len(places)])
    return _Child(number, unit, name, draws.random() < LATE, draws.random() < ALONE)


class _Sample(NamedTuple):
    """One case's rows, to be copied."""

    snapshot: dict[str, Any]
    diary: list[dict[str, Any]]

    @staticmethod
    def of(connection: Connection) -> "_Sample":
        """The rows of the case the engine made."""
        snapshot = connection.execute(select(t.snapshot).where(t.snapshot.c.case == _SAMPLE)).mappings().one()
        diary = connection.execute(select(t.diary).where(t.diary.c.case == _SAMPLE)).mappings()
        return _Sample(dict(snapshot), [dict(row) for row in diary])


def _write(connection: Connection, store: Store, sample: _Sample, some: Sequence[_Child], now: datetime) -> None:
    """Each case with the child's record, what is owed and was done, and a volunteer for every second one."""
    helpers = [each for each in some if each.number % 2]
    add_people(connection, store.seal, [
        *(NewPerson(each.person, "child", each.unit, Identity(name=each.name), ()) for each in some),
        *(NewPerson(each.helper, "volunteer", each.unit, Identity(name=each.name), ()) for each in helpers),
    ])  # fmt: skip
    write(connection, t.helper, [_standing(each) for each in helpers])
    write(connection, t.snapshot, [_snapshot(sample, each, now) for each in some])
    write(connection, t.diary, [row for each in some for row in _diary(sample, each, now)])
    write(connection, t.tie, [_tie(each) for each in some if not each.alone])
    write(connection, t.journal, [row for each in some for row in _facts(each, now)])
    write(connection, t.notice, [_notice(each, now) for each in some if each.late])


def _snapshot(sample: _Sample, child: _Child, now: datetime) -> dict[str, Any]:
    return {
        **sample.snapshot, "case": child.case, "unit": child.unit, "county": child.unit[:6], "subject": child.person,
        "risk": "high" if child.number % 20 == 0 else sample.snapshot["risk"],
        "state": sample.snapshot["state"].replace(f'"{_SAMPLE}"', f'"{child.case}"'),
        "tied": int(not child.alone), "opened_at": stamp(_met_at(child, 1, now)),
        "stage": "escalation" if child.late and child.number % 3 == 0 else sample.snapshot["stage"],
    }  # fmt: skip


def _diary(sample: _Sample, child: _Child, now: datetime) -> Iterator[dict[str, Any]]:
    """What the sample owes, spread over a quarter of a year; one is late where the case is."""
    late = child.late
    for number, row in enumerate(sample.diary):
        days = -1 - child.number % 30 if late and row["number"] > 0 else 1 + (child.number * 7 + number * 13) % 90
        late = late and row["number"] == 0
        over = now.replace(hour=16, minute=0) + timedelta(days=days)
        yield {
            **row, "case": child.case, "unit": child.unit, "county": child.unit[:6], "owed_by": child.helper,
            "due_on": f"{over:%Y-%m-%d}", "overdue_from": stamp(over), "next_moment": stamp(over + timedelta(days=1)),
        }  # fmt: skip


def _tie(child: _Child) -> dict[str, Any]:
    return {
        "case": child.case,
        "role": "companion",
        "person": child.helper,
        "since": stamp(BEGIN),
        "until": None,
        "heard_at": stamp(BEGIN + timedelta(days=1)),
    }


def _standing(child: _Child) -> dict[str, Any]:
    return {
        "person": child.helper, "kind": "elder", "unit": child.unit, "sex": "female", "capacity": 2,
        "load": 0 if child.alone else 2, "serving": True, "skills": "[]", "papers": "{}",
    }  # fmt: skip


def _facts(child: _Child, now: datetime) -> Iterator[dict[str, Any]]:
    """What was met lately; the rest of a journal is read by no page of many cases."""
    for number in range(1, MET + 1):
        at = _met_at(child, number, now)
        body = {"fact": "duty-met", "duty": number, "by": child.helper, "on": f"{at:%Y-%m-%d}"}
        yield {
            "case": child.case, "position": number, "name": "duty-met", "version": 1, "at": stamp(at),
            "recorded_at": stamp(at), "actor": child.helper, "programme": "linyi-1204@1", "body": json.dumps(body),
        }  # fmt: skip


def _met_at(child: _Child, number: int, now: datetime) -> datetime:
    return now - timedelta(days=(child.number + number * 27) % 80)


def _notice(child: _Child, now: datetime) -> dict[str, Any]:
    """Somebody was told of the first duty, which was met late."""
    return {
        "case": child.case, "duty": 1, "rung": 1, "person": child.helper, "what": "asked", "urgent": False,
        "kind": "monthly_talk", "programme": "linyi-1204@1", "due_on": f"{now - timedelta(days=120):%Y-%m-%d}",
        "at": stamp(now), "position": 1, "state": "planned",
    }  # fmt: skip
