"""Letting time pass: rungs are reached, recurring duties lapse onto desks, children grow; each at its own moment."""

from datetime import datetime
from typing import Final, NamedTuple

from domain import facts as f
from domain.case import Duty
from domain.ids import PersonId, UnitId
from domain.programme.schema import Desk, Level, Move, Programme, Stage
from domain.rules.moments import lapse_moment, next_season, rung_moment, rung_of
from domain.rules.unfolding import Ahead, Unfolding
from domain.stages import Step, stage_after

MOST_STEPS: Final = 20_000
"""More steps than a case can owe in a hundred years: a programme that never comes to rest is reported, not followed."""


class Restless(Exception):
    """A case whose programme finds something to do without end."""


class Told(NamedTuple):
    """Who hears of a rung, and where it stands from then on."""

    people: tuple[PersonId, ...]
    level: Level | None
    desk: UnitId | None
    empty: tuple[UnitId, ...]


def let_time_pass(unfolding: Unfolding, now: datetime) -> None:
    """Do everything that has come due up to ``now``, in the order of its moments."""
    for _ in range(MOST_STEPS):
        ahead = next_ahead(unfolding, now)
        if ahead is None:
            return
        _step(unfolding, ahead)
    raise Restless(unfolding.case.id)


def next_ahead(unfolding: Unfolding, now: datetime) -> Ahead | None:
    """The earliest thing that has come due by ``now``; at one moment a rung goes before a lapse."""
    case, around = unfolding.case, unfolding.around
    if case.base is Stage.CLOSED:
        return None
    today = around.day(now).toordinal()
    growth = next_season(case, around)
    best = Ahead(growth.next_moment, None, lapses=False) if growth else None
    for duty in case.duties.values():
        if _far_off(duty, around.programme, today):
            continue
        ahead = _ahead_of(unfolding, duty)
        if ahead is not None and (best is None or ahead.moment < best.moment):
            best = ahead
    return best if best is not None and best.moment <= now else None


def _far_off(duty: Duty, programme: Programme, today: int) -> bool:
    """Whether a look at the due day alone tells that nothing of a duty has come due yet."""
    earliest = programme.earliest_rungs[duty.kind]
    if duty.climbed_to is not None or duty.rungs >= len(earliest):
        return False
    return duty.due_on.toordinal() + earliest[duty.rungs] > today


def _ahead_of(unfolding: Unfolding, duty: Duty) -> Ahead | None:
    """A duty's own next moment, reckoned once as long as neither the duty nor the risk changes."""
    known = unfolding.reckoned.get(duty.number)
    if known is None or known[0] is not duty or known[1] != unfolding.case.risk:
        known = unfolding.reckoned[duty.number] = (duty, unfolding.case.risk, _reckoned(unfolding, duty))
    return known[2]


def _reckoned(unfolding: Unfolding, duty: Duty) -> Ahead | None:
    rung = rung_moment(duty, unfolding.around)
    lapse = lapse_moment(unfolding.case, duty, unfolding.around)
    if lapse is not None and (rung is None or lapse < rung):
        return Ahead(lapse, duty, lapses=True)
    return Ahead(rung, duty, lapses=False) if rung is not None else None


def _step(unfolding: Unfolding, ahead: Ahead) -> None:
    if ahead.duty is None:
        _grow(unfolding, ahead.moment)
    elif ahead.lapses:
        _lapse(unfolding, ahead.duty, ahead.moment)
    else:
        _reach_rung(unfolding, ahead.duty, ahead.moment)


def _reach_rung(unfolding: Unfolding, duty: Duty, at: datetime) -> None:
    told = who_hears(unfolding, duty, at)
    fact = f.RungReached(
        duty=duty.number,
        rung=duty.rungs,
        told=told.people,
        climbed_to=told.level,
        desk=told.desk,
        empty=told.empty,
    )
    unfolding.add(fact, at)


def who_hears(unfolding: Unfolding, duty: Duty, at: datetime) -> Told:
    """Who is told at the next rung: the one who owes it, or the desk it climbs to and those who get a copy."""
    around = unfolding.around
    rung = rung_of(duty, around.programme)
    if rung.climb is None:
        people, empty = in_role(unfolding, around.programme.duties[duty.kind].owed_by, duty, at)
        return Told(_once(people + _copies(unfolding, rung.copy_to, duty, at)), duty.climbed_to, duty.desk, empty)
    found = around.office.desk(unfolding.case.unit, rung.climb, around.day(at))
    level = around.office.units[found.unit].level if found.unit else rung.climb
    return Told(_once(found.people + _copies(unfolding, rung.copy_to, duty, at)), level, found.unit, found.empty)


def in_role(
    unfolding: Unfolding, role: str, duty: Duty, at: datetime
) -> tuple[tuple[PersonId, ...], tuple[UnitId, ...]]:
    """The people who fill a role of the case on a day, and the empty desks passed over to find them."""
    around, on = unfolding.around, unfolding.around.day(at)
    filled_by = around.programme.roles[role]
    if isinstance(filled_by, Desk):
        found = around.office.desk(unfolding.case.unit, filled_by.desk, on)
        return found.people, found.empty
    tie = unfolding.case.tied(role)
    person = tie.person if tie else duty.owed_by
    if person is None:
        found = around.office.desk(unfolding.case.unit, around.programme.lowest_desk, on)
        return found.people, found.empty
    return (around.office.answering(person, on),), ()


def _copies(unfolding: Unfolding, roles: tuple[str, ...], duty: Duty, at: datetime) -> tuple[PersonId, ...]:
    return tuple(person for role in roles for person in in_role(unfolding, role, duty, at)[0])


def _once(people: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(people))


def _lapse(unfolding: Unfolding, duty: Duty, at: datetime) -> None:
    kind = unfolding.kind(duty.kind)
    into = unfolding.open(kind.lapses_into or duty.kind, at, f"lapsed:{duty.kind}")
    unfolding.add(f.DutyLapsed(duty=duty.number, into=into, onto=duty.desk), at)
    unfolding.open_next(duty, at)


def _grow(unfolding: Unfolding, at: datetime) -> None:
    season = next_season(unfolding.case, unfolding.around)
    if season is None:
        return
    before = unfolding.case
    move = unfolding.around.programme.life[season.kind].move
    if move is Move.FOLLOW_UP and stage_after(before.base, Step.GROWN):
        unfolding.add(f.MovedToFollowUp(by=None), at)
    unfolding.add(f.LifeStageReached(stage=season.kind), at)
    if unfolding.case.base is not before.base:
        unfolding.keep_standing(at)
        unfolding.leave_behind(at, before.opened_duties)
