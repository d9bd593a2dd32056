"""Helpers who said that they will be away: what whoever looks after them should hear without asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from domain.ids import PersonId, UnitId
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.console.who import place_of
from domain.store.people import Who, who_are

NEWS_FOR: Final = timedelta(days=7)
"""So long after its first day an absence is still told of unasked; the roster shows it as long as it lasts."""

MOST: Final = 20
"""So many absences stand on the page; the roster has all of them."""


@dataclass(frozen=True, kw_only=True)
class WillBeAway:
    """One absence, its first and last day included. ``stand_in`` is empty where the viewer answers meanwhile."""

    person: PersonId
    name: str
    place: str
    since: date
    until: date
    stand_in: str


@dataclass(frozen=True, kw_only=True)
class Absences:
    """The next absences, the first first. ``more``: there are more than fit on the page."""

    lines: Sequence[WillBeAway]
    more: bool


NONE: Final = Absences(lines=(), more=False)


def who_is_away(look: Looking) -> Absences:
    """Absences to come, and those that began a few days ago, of helpers the viewer looks after; names need a right."""
    if not look.viewer.may(Right.SEE_PEOPLE):
        return NONE
    by, absence = look.also(Right.SEE_PEOPLE), t.absence.c
    rows = by.connection.execute(
        select(absence.person, absence.since, absence.until, absence.stand_in, t.helper.c.unit)
        .join(t.helper, t.helper.c.person == absence.person)
        .where(absence.until >= by.today.isoformat(), absence.since >= (by.today - NEWS_FOR).isoformat())
        .where(*by.within(t.helper.c.unit))
        .order_by(absence.since, absence.id)
        .limit(MOST + 1)
    ).all()
    shown = rows[:MOST]
    people = {person for row in shown for person in (row.person, row.stand_in)}
    known = who_are(by.connection, by.store.seal, people, named=True) if people else {}
    return Absences(lines=[_line(by, row, known) for row in shown], more=len(rows) > MOST)


def _line(by: Looking, row: Any, known: Mapping[PersonId, Who]) -> WillBeAway:
    return WillBeAway(
        person=row.person, name=_called(by, row.person, known), place=place_of(by, UnitId(row.unit)),
        since=date.fromisoformat(row.since), until=date.fromisoformat(row.until),
        stand_in="" if row.stand_in == by.viewer.person else _called(by, row.stand_in, known),
    )  # fmt: skip


def _called(by: Looking, person: PersonId, known: Mapping[PersonId, Who]) -> str:
    who = known.get(person)
    return who.identity.name if who and who.identity and by.sees(who.unit) else person
