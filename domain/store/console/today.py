"""What needs somebody now: matters at their own desks, the pressing ones first, each with what settles it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select

from domain.case import Case, Duty
from domain.ids import CaseId, DutyId, PersonId, UnitId
from domain.programme.schema import CLIMB, Desk, Level, Programme
from domain.rules.access import Right
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.ways import ANSWERED, Reader, Way
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_findings import Noticed, Some, by_sort
from domain.store.lists_overdue import A_DUTY
from domain.store.lists_urgent import urges
from domain.store.people import who_are
from domain.store.rows import read_state
from domain.store.store import among

MOST: Final = 150
"""So many duties are looked at for a page; whoever has more works them off from the top."""


FEW_UNITS: Final = 600
"""So many units have so few cases that these are looked through one by one."""

MOST_NOTICED: Final = 20
"""So many findings of each sort stand on the page."""

SOON: Final = timedelta(days=14)
"""What is due later may be done already, and need not be today."""


class Press(IntEnum):
    """In which order matters stand on the page."""

    URGENT = 1
    CLIMBED = 2
    DECISION = 3
    TO_DO = 4
    LATER = 5


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One duty that waits for the viewer. ``way`` is what settles it; ``proposed``: whom a decision is about."""

    press: Press
    case: CaseId
    number: int
    kind: str
    title: str
    unit: UnitId
    risk: str
    risk_title: str
    due_on: date
    days_late: int
    way: Way
    climbed_to: str | None
    proposed: PersonId | None

    @property
    def duty(self) -> DutyId:
        """The duty's id, as people name it."""
        return DutyId(f"{self.case}/{self.number}")


@dataclass(frozen=True, kw_only=True)
class Today:
    """What waits for the viewer. ``more``: there is more than fits on a page."""

    matters: Sequence[Matter]
    more: bool


def today(look: Looking) -> Today:
    """What needs the viewer now."""
    person = look.viewer.person
    rows = look.connection.execute(_candidates(look, person)).all() if person else []
    matters = list(_matters(look, person, rows[:MOST])) if person else []
    matters.sort(key=lambda each: (each.press, each.due_on, each.case, each.number))
    return Today(matters=matters, more=len(rows) > MOST)


def noticed(look: Looking) -> list[Some]:
    """What nobody asked about and somebody should know, where the viewer looks, sort by sort."""
    found = by_sort(look.connection, look.now, look, around=look.office, most=MOST_NOTICED)
    return [each for each in found if each.all]


def people_in(look: Looking, found: Sequence[Noticed]) -> dict[PersonId, str]:
    """What the helpers and coordinators in findings are called, as far as the viewer may know."""
    people = {each.person for each in found if each.person}
    if not people or not look.viewer.may(Right.SEE_PEOPLE):
        return {}
    by, known = look.also(Right.SEE_PEOPLE), who_are(look.connection, look.store.seal, people, named=True)
    return {person: who.identity.name for person, who in known.items() if who.identity and by.sees(who.unit)}


def _candidates(look: Looking, person: PersonId) -> Select[Any]:
    """Open duties that may be the viewer's to settle: what the rules make of each is asked afterwards."""
    owed = _keys(t.diary.c.owed_by == person)
    wanted = owed.union(*(keys for unit in own_desks(look.office, person) for keys in _of_desk(look, unit))).subquery()
    here = and_(t.diary.c.case == wanted.c.case, t.diary.c.number == wanted.c.number)
    return (
        select(t.diary, t.snapshot.c.state)
        .join(wanted, here)
        .join(t.snapshot, t.snapshot.c.case == t.diary.c.case)
        .where(*look.within(t.diary.c.unit))
        .order_by(t.diary.c.climbed_to.is_(None), t.diary.c.overdue_from, t.diary.c.case, t.diary.c.number)
        .limit(MOST + 1)
    )


def own_desks(office: Office, person: PersonId) -> list[UnitId]:
    """The desks at which somebody sits."""
    return [unit for unit, people in office.desks.items() if person in people and unit in office.units]


def _of_desk(look: Looking, unit: UnitId) -> Iterator[Select[Any]]:
    """What a desk owes, and what has climbed to it; also what empty desks below it pass on."""
    level = look.office.units[unit].level
    yield from _at_level(look, level, list(look.office.below(unit)))
    for lower in CLIMB[: CLIMB.index(level)]:
        passed_on = list(_unattended(look.office, unit, lower))
        if passed_on:
            yield from _at_level(look, lower, passed_on)


def _at_level(look: Looking, level: Level, units: Sequence[UnitId]) -> Iterator[Select[Any]]:
    """Of few units what their cases owe; of many whatever is owed by such desks anywhere, of which most is theirs."""
    here = among(look.connection, t.diary.c.unit, units)
    if len(units) <= FEW_UNITS:
        here = t.diary.c.case.in_(select(t.snapshot.c.case).where(among(look.connection, t.snapshot.c.unit, units)))
    if kinds := _kinds(look, level):
        yield _keys(here, t.diary.c.owed_by.is_(None), t.diary.c.kind.in_(kinds))
    yield _keys(here, t.diary.c.climbed_to == level.value)


def _keys(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(t.diary.c.case, t.diary.c.number).where(A_DUTY, *conditions)


def _unattended(office: Office, unit: UnitId, level: Level) -> Iterator[UnitId]:
    """The units below whose desks of a level and above are empty up to this one, which therefore answers for them."""
    waiting = list(office.children.get(unit, ()))
    while waiting:
        each = waiting.pop()
        attended = bool(office.desks.get(each)) and CLIMB.index(office.units[each].level) >= CLIMB.index(level)
        if not attended:
            yield each
            waiting.extend(office.children.get(each, ()))


def _kinds(look: Looking, level: Level) -> list[str]:
    """Kinds of duties that desks of a level owe."""
    found = {
        name
        for programme in look.store.programmes.values()
        for name, kind in programme.duties.items()
        if isinstance(role := programme.roles[kind.owed_by], Desk) and role.desk is level
    }
    return sorted(found)


def _matters(look: Looking, person: PersonId, rows: Sequence[Any]) -> Iterable[Matter]:
    cases: dict[str, Case] = {}
    for row in rows:
        case = cases[row.case] if row.case in cases else cases.setdefault(row.case, read_state(row.state))
        duty = case.duties.get(row.number)
        if duty is None:
            continue
        around = Circumstances(look.store.programmes[case.programme], look.store.calendar, look.office)
        way = Reader(person=person, case=case, around=around, now=look.now).way(duty)
        if way in ANSWERED:
            yield _matter(look, case, duty, way)


def _matter(look: Looking, case: Case, duty: Duty, way: Way) -> Matter:
    programme = look.programme(case)
    kind = programme.duties[duty.kind]
    days_late = max((look.today - duty.due_on).days, 0)
    return Matter(
        press=_press(programme, case, duty, way, look.today), case=case.id, number=duty.number, kind=duty.kind,
        title=kind.title.say(look.language), unit=case.unit, risk=case.risk,
        risk_title=programme.risks[case.risk].say(look.language), due_on=duty.due_on, days_late=days_late, way=way,
        climbed_to=duty.climbed_to.value if duty.climbed_to else None,
        proposed=case.proposal.person if way is Way.DECISION and case.proposal else None,
    )  # fmt: skip


def _press(programme: Programme, case: Case, duty: Duty, way: Way, today: date) -> Press:
    days_late = (today - duty.due_on).days
    levels = list(programme.risks)
    pressing = len(levels) > 1 and case.risk == levels[-1] and (days_late > 0 or duty.climbed_to is not None)
    if pressing or urges(programme, duty.kind):
        return Press.URGENT
    if duty.climbed_to:
        return Press.CLIMBED
    if way is Way.DECISION:
        return Press.DECISION
    return Press.TO_DO if duty.due_on <= today + SOON else Press.LATER
