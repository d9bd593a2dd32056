"""Letting time pass: rungs are reached, recurring duties lapse onto desks, children grow; each at its own moment."""

from datetime import date, datetime
from typing import Final, NamedTuple

from domain import facts as f
from domain.case import Case, Duty, Tie
from domain.ids import PersonId, UnitId
from domain.programme.schema import Desk, Level, Move, Proposed, Role, Stage
from domain.rules.moments import SERVICE_ENDS, DueDuty, lapse_moment, rung_moment, rung_of
from domain.rules.risk import follow_life
from domain.rules.tying import end_service
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
    today, earliest_rungs = around.day(now).toordinal(), around.programme.earliest_rungs
    own = unfolding.own_moment()
    best = Ahead(own.next_moment, None, lapses=False) if own else None
    for duty in case.duties.values():
        if duty.climbed_to is None:
            # A look at the due day alone tells of most duties that nothing has come due yet.
            earliest = earliest_rungs[duty.kind]
            if duty.rungs < len(earliest) and duty.due_on.toordinal() + earliest[duty.rungs] > today:
                continue
        ahead = _ahead_of(unfolding, duty)
        if ahead is not None and (best is None or ahead.moment < best.moment):
            best = ahead
    return best if best is not None and best.moment <= now else None


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
        _go_on(unfolding, ahead.moment)
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
        kind = around.programme.duties[duty.kind]
        people, empty = in_role(unfolding, kind.owed_by, duty, at)
        if duty.rungs and quieted(unfolding, kind.owed_by):
            people = ()
        copies = _copies(unfolding, (*kind.together_with, *rung.copy_to), duty, at)
        return Told(_once(people + copies), duty.climbed_to, duty.desk, empty)
    role = around.programme.roles[around.programme.duties[duty.kind].owed_by]
    found = around.office.desk(climbs_from(role, unfolding.case), rung.climb, around.day(at))
    level = around.office.units[found.unit].level if found.unit else rung.climb
    return Told(_once(found.people + _copies(unfolding, rung.copy_to, duty, at)), level, found.unit, found.empty)


def in_role(
    unfolding: Unfolding, role: str, duty: Duty, at: datetime
) -> tuple[tuple[PersonId, ...], tuple[UnitId, ...]]:
    """The people who fill a role of the case on a day, and the empty desks passed over to find them."""
    around, on = unfolding.around, unfolding.around.day(at)
    filled_by = around.programme.roles[role]
    if isinstance(filled_by, Desk):
        found = around.office.desk(climbs_from(filled_by, unfolding.case), filled_by.desk, on)
        return found.people, found.empty
    tie = unfolding.case.tied(role)
    person = tie.person if tie else duty.owed_by if isinstance(filled_by, Proposed) else None
    if person is None or (tie is not None and paused(unfolding, tie, duty, on)):
        found = around.office.desk(unfolding.case.unit, around.programme.lowest_desk, on)
        return found.people, found.empty
    return (around.office.answering(person, on),), ()


def climbs_from(role: Role, case: Case) -> UnitId:
    """The place above which a role's desks are: where the case stands, or where it is asked to move."""
    receives = isinstance(role, Desk) and role.of == "transfer"
    return case.transfer.unit if receives and case.transfer is not None else case.unit


def paused(unfolding: Unfolding, tie: Tie, duty: Duty, on: date) -> bool:
    """Whether a helper's service rests because a paper has run out; renewing it is still the helper's own duty."""
    if unfolding.kind(duty.kind).opens.paper is not None:
        return False
    papers = unfolding.around.programme.papers
    return any(
        until is not None and until < on and paper in papers and papers[paper].pauses
        for paper, until in tie.papers.items()
    )


def quieted(unfolding: Unfolding, role: str) -> bool:
    """Whether a helper who answered late too often is spared reminders while the coordinator's talk stands open."""
    lateness, tie = unfolding.around.programme.lateness, unfolding.case.tied(role)
    if lateness is None or tie is None or tie.person not in unfolding.case.late:
        return False
    talks = unfolding.around.programme.opened_by.get(f"raised:{lateness.raises}", ())
    return any(unfolding.standing(kind) is not None for kind in talks)


def _copies(unfolding: Unfolding, roles: tuple[str, ...], duty: Duty, at: datetime) -> tuple[PersonId, ...]:
    return tuple(person for role in roles for person in _everybody(unfolding, role, duty, at))


def _everybody(unfolding: Unfolding, role: str, duty: Duty, at: datetime) -> tuple[PersonId, ...]:
    """Everybody who fills a role: all who are bound in it, or the desk."""
    ties = unfolding.case.all_tied(role)
    if not ties:
        return in_role(unfolding, role, duty, at)[0]
    on = unfolding.around.day(at)
    return tuple(unfolding.around.office.answering(tie.person, on) for tie in ties)


def _once(people: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(people))


def _lapse(unfolding: Unfolding, duty: Duty, at: datetime) -> None:
    kind = unfolding.kind(duty.kind)
    into = unfolding.open(kind.lapses_into or duty.kind, at, f"lapsed:{duty.kind}")
    unfolding.add(f.DutyLapsed(duty=duty.number, into=into, onto=duty.desk), at)
    unfolding.open_next(duty, at)


def _go_on(unfolding: Unfolding, at: datetime) -> None:
    own = unfolding.own_moment()
    if own is not None and own.kind == SERVICE_ENDS:
        end_service(unfolding, own.due_on, at)
    elif own is not None:
        _grow(unfolding, own, at)


def _grow(unfolding: Unfolding, season: DueDuty, at: datetime) -> None:
    before = unfolding.case
    move = unfolding.around.programme.life[season.kind].move
    if move is Move.FOLLOW_UP and stage_after(before.base, Step.GROWN):
        unfolding.add(f.MovedToFollowUp(by=None), at)
    unfolding.add(f.LifeStageReached(stage=season.kind), at)
    follow_life(unfolding, at)
    if unfolding.case.base is not before.base:
        unfolding.keep_standing(at)
        unfolding.leave_behind(at, before.opened_duties)
