"""What is late in a unit, whose it is, and why as far as anybody knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select

from domain.case import Case, Duty
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Desk, Programme
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import is_overdue
from domain.store.people import identities
from domain.store.rows import read_state

MOST: Final = 24
"""So many are named one by one: what a meeting can speak of, and what two sheets of paper hold."""


class Why(StrEnum):
    """Why something is late; the sentences are ``console_meeting.why-<why>``."""

    ACKNOWLEDGED = "acknowledged"
    AWAY = "away"
    NO_HELPER = "no-helper"
    NOT_REACHED = "not-reached"
    EMPTY_DESK = "empty-desk"
    UNKNOWN = "unknown"


class LateDuty(NamedTuple):
    """One late duty. ``owner`` is a helper's name where the viewer may know it; ``until``: what ``why`` speaks of."""

    case: CaseId
    number: int
    title: str
    unit: UnitId
    due_on: date
    days: int
    role: str
    owner: str
    climbed_to: str | None
    why: Why
    until: date | None


@dataclass(frozen=True)
class Late:
    """The longest late, and how many there are of all."""

    duties: Sequence[LateDuty]
    all: int
    climbed: int


class _Late(NamedTuple):
    case: Case
    duty: Duty
    programme: Programme
    unreached: bool


def all_late(look: Looking, unit: UnitId) -> Late:
    """What is late in a unit and below it."""
    diary = t.diary.c
    order = (diary.due_on, diary.case, diary.number)
    every, climbed = func.count().over().label("all"), func.count(diary.climbed_to).over().label("climbed")
    # Chosen first: of what is not shown neither the case's long state nor what became of messages is looked for.
    longest = (
        select(*order, every, climbed)
        .where(is_overdue(look.now), diary.due_on < look.today.isoformat(), look.place_by_place(diary.unit, unit))
        .order_by(*order)
        .limit(MOST)
        .subquery()
    )
    late = longest.c
    rows = look.connection.execute(
        select(late.number, t.snapshot.c.state, _unreached(late).label("unreached"), late.all, late.climbed)
        .join(t.snapshot, t.snapshot.c.case == late.case)
        .order_by(late.due_on, late.case, late.number)
    ).all()
    found = list(_read(look, rows))
    names = _names(look, found)
    duties = [_late(look, each, names) for each in found]
    return Late(duties, rows[0].all if rows else 0, rows[0].climbed if rows else 0)


def _unreached(late: Any) -> ColumnElement[bool]:
    """No channel reached somebody about the duty."""
    successor = t.nudge.alias("successor")
    return exists().where(
        t.notice.c.case == late.case, t.notice.c.duty == late.number, t.notice.c.state == "planned",
        t.nudge.c.id == t.notice.c.nudge, t.nudge.c.state == "failed",
        ~exists().where(successor.c.replaces == t.nudge.c.id),
    )  # fmt: skip


def _read(look: Looking, rows: Sequence[Any]) -> Iterator[_Late]:
    for row in rows:
        case = read_state(row.state)
        duty, programme = case.duties.get(row.number), look.store.programmes.get(case.programme)
        if duty is not None and programme is not None and duty.kind in programme.duties:
            yield _Late(case, duty, programme, bool(row.unreached))


def _names(look: Looking, found: Sequence[_Late]) -> dict[PersonId, str]:
    """Names of helpers, where the viewer may know them; never of a child."""
    may = [
        each.duty.owed_by
        for each in found
        if each.duty.owed_by and look.viewer.may_in(Right.SEE_PEOPLE, each.case.unit, look.office)
        and each.duty.owed_by in {tie.person for tie in each.case.ties}
    ]  # fmt: skip
    return {person: who.name for person, who in identities(look.connection, look.store.seal, set(may)).items()}


def _late(look: Looking, each: _Late, names: dict[PersonId, str]) -> LateDuty:
    case, duty, kind = each.case, each.duty, each.programme.duties[each.duty.kind]
    why, until = _why(look, each)
    return LateDuty(
        case=case.id, number=duty.number, title=kind.title.say(look.language), unit=case.unit, due_on=duty.due_on,
        days=(look.today - duty.due_on).days, role=each.programme.roles[kind.owed_by].title.say(look.language),
        owner=names.get(duty.owed_by, "") if duty.owed_by else _desk(look, each),
        climbed_to=duty.climbed_to.value if duty.climbed_to else None, why=why, until=until,
    )  # fmt: skip


def _desk(look: Looking, each: _Late) -> str:
    role = each.programme.roles[each.programme.duties[each.duty.kind].owed_by]
    if not isinstance(role, Desk):
        return ""
    return look.unit_name(look.office.desk(each.case.unit, role.desk, look.today).unit)


def _why(look: Looking, each: _Late) -> tuple[Why, date | None]:
    """The first reason that holds, the one that says most first."""
    duty = each.duty
    if duty.waits_until is not None and duty.waits_until > look.now:
        return Why.ACKNOWLEDGED, duty.waits_until.astimezone(each.programme.time_zone).date()
    if duty.owed_by is not None and (back := _away_until(look, duty.owed_by)):
        return Why.AWAY, back
    role = each.programme.roles[each.programme.duties[duty.kind].owed_by]
    if isinstance(role, Desk):
        if look.office.desk(each.case.unit, role.desk, look.today).empty:
            return Why.EMPTY_DESK, None
    elif duty.owed_by is None:
        return Why.NO_HELPER, None
    return (Why.NOT_REACHED if each.unreached else Why.UNKNOWN), None


def _away_until(look: Looking, person: PersonId) -> date | None:
    away = (each.until for each in look.office.absences.get(person, ()) if each.since <= look.today <= each.until)
    return max(away, default=None)
