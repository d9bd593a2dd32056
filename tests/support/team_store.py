"""The small office in a real database, under the small programme of teams, with a helper for every role."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert
from support.office import (
    DESKS,
    OTHER_TOWNSHIP,
    PAPERS,
    TOWNSHIP,
    open_case,
    open_office,
)
from support.taken import relay_everything, tell_everybody
from support.team_life import FIRST, FOURTH, LEAD, MEMBERS, OTHER_TOWNSHIP_DESK, SECOND, SECOND_TEACHER, THIRD
from support.team_programme import teams

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import writing
from domain.store.offices import write_papers
from domain.store.people import Identity, NewPerson, add_people
from domain.store.store import Store
from domain.store.units import seat
from domain.store.writing import carry_out

TEAMS: Final = "teams@1"
_KINDS: Final = {
    **{person: role for role, person in MEMBERS.items()}, SECOND_TEACHER: "teacher",
    **dict.fromkeys((LEAD, FIRST, SECOND, THIRD, FOURTH), "elder"),
}  # fmt: skip


def open_team_office(url: str) -> Store:
    """The office of two counties, somebody at each desk, everybody who may help, and the programme of teams."""
    store = open_office(url)
    store = replace(store, programmes={**store.programmes, TEAMS: teams()})
    with writing(store.engine) as connection:
        add_people(connection, store.seal, [
            NewPerson(person, "volunteer", TOWNSHIP, _identity(person), ()) for person in _KINDS
        ])  # fmt: skip
        desk = OTHER_TOWNSHIP_DESK
        add_people(connection, store.seal, [NewPerson(desk, "coordinator", OTHER_TOWNSHIP, _identity(desk), ())])
        seat(connection, OTHER_TOWNSHIP, OTHER_TOWNSHIP_DESK)
        connection.execute(insert(t.helper), [
            {
                "person": person, "kind": kind, "unit": TOWNSHIP, "sex": "female", "capacity": 3, "load": 0,
                "serving": True, "skills": "[]", "papers": write_papers(PAPERS),
            }
            for person, kind in _KINDS.items()
        ])  # fmt: skip
    return store


def _identity(person: PersonId) -> Identity:
    return Identity(name=f"某{person[-3:]}", phone=f"1391000{person[-4:]}", born=date(1960, 5, 20))


def open_child(store: Store, number: int = 1, kind: str = "orphan", **changes: Any) -> CaseId:
    """The ``number``-th child, a girl of eleven, admitted under the programme of teams."""
    return open_case(store, number, programme=TEAMS, kind=kind, **changes)


def bind(store: Store, case: CaseId, now: datetime, **roles: PersonId | tuple[PersonId, ...]) -> None:
    """Bind people in roles, all at once; none may be refused."""
    commands = [
        c.Bind(case=case, role=role, person=person, by=DESKS[TOWNSHIP])
        for role, people in roles.items()
        for person in (people if isinstance(people, tuple) else (people,))
    ]
    for outcome in carry_out(store, commands, now):
        assert not isinstance(outcome, Exception), outcome


def breaches(store: Store, now: datetime) -> list[str]:
    """What the audit finds once everything has been told and relayed, concerns too: nothing, at the end of a story."""
    tell_everybody(store, now)
    relay_everything(store, now)
    report = audit_report(store, now)
    return [found.sentence("en") for found in (*report.breaches, *report.concerns)]
