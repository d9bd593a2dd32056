"""A helper says when the last day will be: every case he or she is tied to hears of it in one transaction."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from domain.ids import CaseId, PersonId
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.moments import birthday
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.acting import all_carried, in_one_act
from domain.store.offices import standings
from domain.store.people import identities
from domain.store.store import Store
from domain.store.writing import Carried, carry_out_within


class Bound(NamedTuple):
    """One tie of a helper that is not over."""

    case: CaseId
    role: str


def ties_of(connection: Connection, person: PersonId) -> list[Bound]:
    """The cases a helper is tied to now, and the roles."""
    rows = connection.execute(
        select(t.tie.c.case, t.tie.c.role)
        .where(t.tie.c.person == person, t.tie.c.until.is_(None))
        .order_by(t.tie.c.case, t.tie.c.role)
    )
    return [Bound(row.case, row.role) for row in rows]


class Saying(NamedTuple):
    """Who says something of a helper, why, and when."""

    by: PersonId
    reason: str
    now: datetime


def announce_leaving(store: Store, person: PersonId, on: date, saying: Saying) -> list[Carried]:
    """Announce a helper's last day in every case the helper is tied to, and for every tie to come."""

    return in_one_act(store, lambda connection: announce_within(connection, store, person, on, saying))


def announce_within(
    connection: Connection, store: Store, person: PersonId, on: date, saying: Saying
) -> list[Carried]:  # fmt: skip
    """The same within a transaction of the caller's."""
    check_helper(connection, person)
    commands = [_ending(tie, person, on, saying) for tie in ties_of(connection, person)]
    _serve_until(connection, person, on)
    return all_carried(carry_out_within(connection, store, commands, saying.now))


def _ending(tie: Bound, person: PersonId, on: date | None, saying: Saying) -> c.AnnounceEnding:
    return c.AnnounceEnding(
        case=tie.case, role=tie.role, person=person, on=on, by=saying.by, reason=saying.reason
    )  # fmt: skip


def take_back_leaving(store: Store, person: PersonId, saying: Saying) -> list[Carried]:
    """Take the announcement back: the helper serves on, to the age at which service ends where there is one."""

    return in_one_act(store, lambda connection: take_back_within(connection, store, person, saying))


def take_back_within(connection: Connection, store: Store, person: PersonId, saying: Saying) -> list[Carried]:
    """The same within a transaction of the caller's."""
    check_helper(connection, person)
    last = last_day_by_age(connection, store, person)
    days = [None] if last is None or last <= saying.now.date() else [None, last]
    commands = [_ending(tie, person, on, saying) for tie in ties_of(connection, person) for on in days]
    _serve_until(connection, person, last)
    return all_carried(carry_out_within(connection, store, commands, saying.now))


def last_day_by_age(connection: Connection, store: Store, person: PersonId) -> date | None:
    """The day on which a helper reaches the age until which helpers serve there; nothing where it is not known."""
    known = identities(connection, store.seal, [person]).get(person)
    unit = connection.scalar(select(t.helper.c.unit).where(t.helper.c.person == person)) or ""
    newest = {each.programme: each for each in store.programmes.values() if unit.startswith(each.area)}
    ages = [each.serving.until_age for each in newest.values() if each.serving is not None]
    return served_until(known.born if known is not None else None, min(ages, default=None))


def served_until(born: date | None, until_age: int | None) -> date | None:
    """The last day of service of somebody who serves until an age."""
    return birthday(born, Length(until_age, Unit.YEAR)) if born is not None and until_age is not None else None


def check_helper(connection: Connection, person: PersonId) -> None:
    """A Refusal where somebody is not on the roster."""
    if person not in standings(connection, [person]):
        raise Refusal(Reason.NO_SUCH_HELPER, person)


def _serve_until(connection: Connection, person: PersonId, on: date | None) -> None:
    statement = update(t.helper).where(t.helper.c.person == person)
    connection.execute(statement.values(serves_until=on.isoformat() if on is not None else None))
