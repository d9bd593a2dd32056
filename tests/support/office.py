"""A small made-up office in a real database: a tree, desks, volunteers, and short ways to let things happen."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from support.programmes import LINYI, linyi

from domain.calendar import Calendar
from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.engine import open_engine, reading, writing
from domain.store.journal import snapshot_of
from domain.store.offices import write_papers
from domain.store.people import Identity, Kind, NewPerson, add_people
from domain.store.rounds import RoundReport, run_round
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.units import ensure_units, seat, village_id
from domain.store.writing import Carried, carry_out

BEGIN: Final = datetime(2026, 9, 1, 1, tzinfo=UTC)
"""Tuesday 1 September 2026, nine in the morning in Linyi."""

CITY, COUNTY, OTHER_COUNTY = UnitId("3713"), UnitId("371302"), UnitId("371321")
TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP = UnitId("371302001"), UnitId("371302002"), UnitId("371321101")
VILLAGES: Final = {TOWNSHIP: "东村", SECOND_TOWNSHIP: "西村", OTHER_TOWNSHIP: "南村"}

CITY_DESK, COUNTY_DESK, OTHER_COUNTY_DESK = PersonId("p000000001"), PersonId("p000000002"), PersonId("p000000003")
TOWNSHIP_DESK, SECOND_TOWNSHIP_DESK = PersonId("p000000004"), PersonId("p000000005")
"""The second county's township has nobody at its desk."""

DESKS: Final = {
    CITY: CITY_DESK, COUNTY: COUNTY_DESK, OTHER_COUNTY: OTHER_COUNTY_DESK, TOWNSHIP: TOWNSHIP_DESK,
    SECOND_TOWNSHIP: SECOND_TOWNSHIP_DESK,
}  # fmt: skip

ZHOU, LIU, SUN, WU = (PersonId(f"p0000000{number}") for number in (11, 12, 13, 14))
"""Volunteers: two women and a man in the first township, a woman in the other county."""

HELPERS: Final = {
    ZHOU: (TOWNSHIP, "female"),
    LIU: (TOWNSHIP, "female"),
    SUN: (TOWNSHIP, "male"),
    WU: (OTHER_TOWNSHIP, "female"),
}
PAPERS: Final = {"pledge": date(2028, 8, 1), "confidentiality": None, "safety": date(2027, 8, 1)}
CAPACITY: Final = 3

_CHILDREN_FROM: Final = 100


def open_office(url: str) -> Store:
    """An empty database at ``url`` with the tree, its desks and four volunteers in it, and the Linyi programme."""
    store = Store(open_engine(url), {LINYI: linyi()}, Calendar(), Seal(b"a key for tests, thirty-two long"))
    with writing(store.engine) as connection:
        t.metadata.create_all(connection)
        ensure_units(connection, [(township, village) for township, village in VILLAGES.items()])
        people = [_person(person, "coordinator", unit) for unit, person in DESKS.items()]
        people += [_person(person, "volunteer", unit) for person, (unit, _) in HELPERS.items()]
        add_people(connection, store.seal, people)
        for unit, person in DESKS.items():
            seat(connection, unit, person)
        connection.execute(insert(t.helper), [_helper(person, *where) for person, where in HELPERS.items()])
    return store


def open_case(
    store: Store, number: int = 1, *, now: datetime = BEGIN, township: UnitId = TOWNSHIP, **changes: Any
) -> CaseId:
    """The ``number``-th child, an admitted girl of eleven at low risk unless told otherwise, and her case."""
    county = UnitId(township[:6])
    case, child = CaseId(f"{county}-{number:05d}"), PersonId(f"p{_CHILDREN_FROM + number:09d}")
    with writing(store.engine) as connection:
        add_people(connection, store.seal, [_person(child, "child", village(township))])
    asked: dict[str, Any] = {
        "programme": LINYI, "subject": child, "unit": village(township), "county": county, "kind": "orphan",
        "sex": "female", "born": date(2015, 3, 10), "admit": True,
    }  # fmt: skip
    do(store, c.OpenCase(case=case, **(asked | changes)), now)
    return case


def pair(store: Store, case: CaseId, volunteer: PersonId, now: datetime, by: PersonId = COUNTY_DESK) -> Carried:
    """Propose, approve and accept in one hour."""
    do(store, c.ProposeHelper(case=case, person=volunteer, score=10, why=("same-township",)), now)
    do(store, c.DecideProposal(case=case, by=by, accept=True), now)
    return do(store, c.AnswerProposal(case=case, by=volunteer, accept=True), now)


def do(store: Store, command: c.Command, now: datetime) -> Carried:
    """Carry out one command that must not be refused."""
    outcome = carry_out(store, [command], now)[0]
    assert isinstance(outcome, Carried), f"{outcome.reason}: {outcome.about}"
    return outcome


def pass_days(store: Store, since: datetime, days: int) -> RoundReport:
    """One round each day up to ``days`` after ``since``; what they did together."""
    report = RoundReport()
    for day in range(1, days + 1):
        report = report.plus(run_round(store, since + timedelta(days=day)))
    return report


def duty_of(store: Store, case: CaseId, kind: str) -> int:
    """The number of the case's open duty of a kind."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return next(duty.number for duty in found.duties.values() if duty.kind == kind)


def answer(store: Store, case: CaseId, kind: str, by: PersonId, now: datetime, **answers: Any) -> Carried:
    """Answer the case's open duty of a kind."""
    return do(store, c.AnswerDuty(case=case, duty=duty_of(store, case, kind), by=by, answers=answers), now)


def talk(store: Store, case: CaseId, by: PersonId, now: datetime, **changes: Any) -> Carried:
    """Answer the case's open talk: all is well unless told otherwise."""
    well = dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well")
    return answer(store, case, "monthly_talk", by, now, **({"needs_help": False} | well | changes))


def village(township: UnitId) -> UnitId:
    """The one village of a township."""
    return village_id(township, VILLAGES[township])


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def told(store: Store, person: PersonId) -> list[tuple[str, int, str]]:
    """What a person was to be told: kind of duty, rung, moment; in that order of moments."""
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(t.notice).where(t.notice.c.person == person).order_by(t.notice.c.at, t.notice.c.id)
        )
        return [(row.kind, row.rung, row.at) for row in rows]


def _person(person: PersonId, kind: Kind, unit: UnitId) -> NewPerson:
    identity = Identity(name=f"某{person[-3:]}", phone=f"1390000{person[-4:]}", email=f"{person}@example.org")
    return NewPerson(person, kind, unit, identity, (("phone", str(identity.phone)),))


def _helper(person: PersonId, unit: UnitId, sex: str) -> dict[str, object]:
    return {
        "person": person, "kind": "elder", "unit": unit, "sex": sex, "capacity": CAPACITY, "load": 0, "serving": True,
        "skills": "[]", "papers": write_papers(PAPERS),
    }  # fmt: skip
