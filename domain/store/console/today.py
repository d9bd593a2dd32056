"""What needs somebody now: matters at their own desks, the pressing ones first, each with what settles it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from domain.case import Case, Duty
from domain.ids import CaseId, DutyId, PersonId, UnitId
from domain.programme.schema import CLIMB, Desk, Level, Programme
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.ways import ANSWERED, Reader, Way
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_findings import Noticed, findings
from domain.store.lists_overdue import A_DUTY
from domain.store.lists_urgent import urges
from domain.store.rows import read_state
from domain.store.store import among

MOST: Final = 150
"""So many duties are looked at for a page; whoever has more works them off from the top."""


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
    noticed: Sequence[Noticed]
    more: bool


def today(look: Looking) -> Today:
    """What needs the viewer now, and what was noticed where he or she looks."""
    person = look.viewer.person
    rows = look.connection.execute(_candidates(look, person)).all() if person else []
    matters = list(_matters(look, person, rows[:MOST])) if person else []
    matters.sort(key=lambda each: (each.press, each.due_on, each.case, each.number))
    return Today(matters=matters, noticed=_noticed(look), more=len(rows) > MOST)


def _noticed(look: Looking) -> list[Noticed]:
    tops = look.viewer.units(look.right)
    units: Iterable[UnitId | None] = [None] if tops is None else tops
    found = [each for unit in units for each in findings(look.connection, look.now, unit)]
    return list(dict.fromkeys(found))


def _candidates(look: Looking, person: PersonId) -> Select[Any]:
    """Open duties that may be the viewer's to settle: what the rules make of each is asked afterwards."""
    mine = own_desks(look.office, person)
    wanted = or_(t.diary.c.owed_by == person, *(_of_desk(look, unit) for unit in mine)) if mine else (
        t.diary.c.owed_by == person
    )  # fmt: skip
    return (
        select(t.diary, t.snapshot.c.state, t.snapshot.c.risk)
        .join(t.snapshot, t.snapshot.c.case == t.diary.c.case)
        .where(A_DUTY, wanted)
        .order_by(t.diary.c.climbed_to.is_(None), t.diary.c.overdue_from, t.diary.c.case)
        .limit(MOST + 1)
    )


def own_desks(office: Office, person: PersonId) -> list[UnitId]:
    """The desks at which somebody sits."""
    return [unit for unit, people in office.desks.items() if person in people]


def _of_desk(look: Looking, unit: UnitId) -> ColumnElement[bool]:
    """What a desk owes, or what has climbed to it; also what empty desks below it pass on."""
    level = look.office.units[unit].level if unit in look.office.units else Level.TOWNSHIP
    below = list(look.office.below(unit))
    here = among(look.connection, t.diary.c.unit, below)
    owed = t.diary.c.owed_by.is_(None) & t.diary.c.kind.in_(_kinds(look, {level}))
    climbed = t.diary.c.climbed_to == level.value
    passed_on = [
        and_(t.diary.c.kind.in_(_kinds(look, {lower})) | (t.diary.c.climbed_to == lower.value),
             among(look.connection, t.diary.c.unit, empty))
        for lower in CLIMB[: CLIMB.index(level)]
        if (empty := [each for each in below if look.office.desk(each, lower, look.today).unit == unit])
    ]  # fmt: skip
    return or_(and_(here, owed | climbed), *passed_on, false())


def _kinds(look: Looking, levels: set[Level]) -> list[str]:
    """Kinds of duties that desks of these levels owe."""
    return sorted(
        {
            name
            for programme in look.store.programmes.values()
            for name, kind in programme.duties.items()
            if isinstance(role := programme.roles[kind.owed_by], Desk) and role.desk in levels
        }
    )


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
