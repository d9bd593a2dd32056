"""A helper is away for a while, and another one stands in: who may, and in which cases."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from domain.ids import CaseId, PersonId
from domain.rules.fitness import check_stand_in
from domain.rules.moments import Circumstances
from domain.rules.office import Absence
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.acting import in_one_act
from domain.store.leaving import Bound, check_helper, ties_of
from domain.store.offices import office, office_changed
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.units import send_away
from domain.store.writing import read_states


class Away(NamedTuple):
    """Somebody is away from ``since`` to ``until``, both days included; ``stand_in`` answers meanwhile."""

    person: PersonId
    since: date
    until: date
    stand_in: PersonId


def helper_away(store: Store, away: Away) -> tuple[CaseId, ...]:
    """Note a helper's absence; the cases in which the stand-in hears meanwhile.

    A Refusal where the stand-in does not serve all that while, is away then too, or may not be bound to one of the
    cases.
    """
    return in_one_act(store, lambda connection: _note(connection, store, away))


def _note(connection: Connection, store: Store, away: Away) -> tuple[CaseId, ...]:
    for person in (away.person, away.stand_in):
        check_helper(connection, person)
    bound = ties_of(connection, away.person)
    _check_fit(connection, store, bound, away)
    _check_present(connection, away)
    send_away(connection, away.person, away.since, away.until, away.stand_in)
    return tuple(dict.fromkeys(tie.case for tie in bound))


def _check_fit(connection: Connection, store: Store, bound: Sequence[Bound], away: Away) -> None:
    around = office(connection, store, [away.stand_in])
    standing = around.helpers[away.stand_in]
    if not standing.serving or (standing.serves_until is not None and standing.serves_until < away.until):
        raise Refusal(Reason.HELPER_NOT_SERVING, away.stand_in)
    states = read_states(connection, [tie.case for tie in bound])
    for tie in bound:
        case = read_state(states[tie.case])
        circumstances = Circumstances(store.programmes[case.programme], store.calendar, around)
        check_stand_in(case, tie.role, away.stand_in, circumstances, away.until)


def _check_present(connection: Connection, away: Away) -> None:
    absence = t.absence.c
    overlaps = (absence.since <= away.until.isoformat()) & (absence.until >= away.since.isoformat())
    meanwhile = select(absence.id).where(absence.person == away.stand_in, overlaps).limit(1)
    if connection.scalar(meanwhile) is not None:
        raise Refusal(Reason.STAND_IN_AWAY, away.stand_in)


class Noted(NamedTuple):
    """An absence as it was noted; ``by_desk``: whoever stands in is no volunteer."""

    id: int
    since: date
    until: date
    by_desk: bool


class NobodyNear(Exception):
    """No desk above a helper has anybody at it who is there."""


def away_to_the_desk(store: Store, person: PersonId, since: date, until: date) -> PersonId:
    """Note a helper's absence; who sits at the nearest desk stands in. Who that is; NobodyNear where nobody is."""

    def act(connection: Connection) -> PersonId:
        check_helper(connection, person)
        unit = connection.execute(select(t.helper.c.unit).where(t.helper.c.person == person)).scalar_one()
        there = office(connection, store)
        sitting = (each for above in there.upward(unit) for each in there.desks.get(above.id, ()))
        present = (each for each in sitting if not _is_away(there.absences.get(each, ()), since, until))
        stand_in = next(present, None)
        if stand_in is None:
            raise NobodyNear
        send_away(connection, person, since, until, stand_in)
        return stand_in

    return in_one_act(store, act)


def absences_of(connection: Connection, person: PersonId, today: date) -> list[Noted]:
    """A helper's absences that are not over, the first first."""
    rows = connection.execute(
        select(t.absence.c.id, t.absence.c.since, t.absence.c.until, t.helper.c.person.label("helper"))
        .join(t.helper, t.helper.c.person == t.absence.c.stand_in, isouter=True)
        .where(t.absence.c.person == person, t.absence.c.until >= today.isoformat())
        .order_by(t.absence.c.since, t.absence.c.id)
    )
    return [
        Noted(row.id, date.fromisoformat(row.since), date.fromisoformat(row.until), row.helper is None) for row in rows
    ]


def take_back(store: Store, person: PersonId, absence: int, today: date) -> bool:
    """Take back an absence that has not begun; no, where it has, or is another's, or is not there."""

    def act(connection: Connection) -> bool:
        mine = (t.absence.c.id == absence, t.absence.c.person == person, t.absence.c.since > today.isoformat())
        gone = connection.execute(delete(t.absence).where(*mine)).rowcount == 1
        if gone:
            office_changed(connection)
        return gone

    return in_one_act(store, act)


def _is_away(absences: Sequence[Absence], since: date, until: date) -> bool:
    return any(each.since <= until and each.until >= since for each in absences)
