"""The list of helpers: filtered and searched by the database, 50 a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from domain.ids import PersonId, UnitId
from domain.rules.access import Right
from domain.rules.office import Absence
from domain.store import tables as t
from domain.store.console.cases_asked import HELPERS
from domain.store.console.looking import Looking
from domain.store.console.missing import paper_columns
from domain.store.console.who import Who, shown
from domain.store.lists_overdue import is_overdue
from domain.store.name_tokens import named, token_of
from domain.store.people import identities, reached_at
from domain.store.store import among

A_PAGE: Final = 50
SOON: Final = timedelta(days=60)
MOST_NAMES: Final = 3_000
"""Among so many helpers at most any part of a name is looked for; among more only what names are found by."""
MOST_PAPERS: Final = 20_000
"""Of so many helpers at most the papers are counted at the top of the page."""
_AN_ID: Final = re.compile(r"p\d{9}")
_A_NUMBER: Final = re.compile(r"[\d\s+-]{5,20}")


class Only(StrEnum):
    """Which helpers to list."""

    SERVING = "serving"
    ROOM = "room"
    NONE = "none"
    """Serving, and bound to no case."""
    SOON = "soon"
    """A paper runs out within 60 days."""
    OUT = "out"
    """A paper has run out."""
    AWAY = "away"
    LEAVING = "leaving"
    """A last day is known."""
    STOPPED = "stopped"


FIGURES: Final = (Only.SERVING, Only.ROOM, Only.NONE, Only.SOON, Only.OUT, Only.AWAY)
"""What is counted at the top of the page."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the list is narrowed to."""

    unit: UnitId | None = None
    kind: str = ""
    only: Only | None = None
    words: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Volunteer:
    """One line. ``overdue``: how many duties of his or hers are late now; ``away``: the absence that lasts today."""

    who: Who
    overdue: int
    away: Absence | None


@dataclass(frozen=True, kw_only=True)
class Volunteers:
    """One page of the list. ``narrow``: too many helpers to look into every name."""

    lines: Sequence[Volunteer]
    more: bool
    count: int
    counts: Mapping[Only, int]
    kinds: Sequence[tuple[str, str]]
    narrow: bool


def volunteers(look: Looking, asked: Asked) -> Volunteers:
    """The helpers the viewer looks after, by unit and id."""
    within = look.within(t.helper.c.unit, asked.unit)
    counts, everybody = _counts(look, within)
    found, narrow = _found(look, asked.words, within, everybody)
    wanted = [*within, *found, *_conditions(look, asked)]
    rows = look.connection.execute(
        select(t.helper)
        .where(*wanted)
        .order_by(t.helper.c.unit, t.helper.c.person)
        .limit(A_PAGE + 1)
        .offset((asked.page - 1) * A_PAGE)
    ).all()
    count = look.connection.scalar(select(func.count()).select_from(t.helper).where(*wanted)) or 0
    return Volunteers(
        lines=_lines(look, rows[:A_PAGE]), more=len(rows) > A_PAGE, count=count, counts=counts,
        kinds=_kinds(look), narrow=narrow,
    )  # fmt: skip


def _kinds(look: Looking) -> list[tuple[str, str]]:
    found = {
        key: named.title.say(look.language)
        for programme in look.store.programmes.values()
        for key, named in programme.helpers.items()
    }
    return list(found.items())


def _conditions(look: Looking, asked: Asked) -> list[ColumnElement[bool]]:
    of_kind = [t.helper.c.kind == asked.kind] if asked.kind else []
    return [*of_kind, *([_only(look, asked.only)] if asked.only else [])]


def _only(look: Looking, only: Only) -> ColumnElement[bool]:
    helper, today = t.helper.c, look.today.isoformat()
    serving = helper.serving & (helper.serves_until.is_(None) | (helper.serves_until >= today))
    match only:
        case Only.SERVING:
            return serving
        case Only.ROOM:
            return serving & (helper.load < helper.capacity)
        case Only.NONE:
            return serving & (helper.load == 0)
        case Only.SOON:
            return and_(serving, _a_paper(look, look.today, look.today + SOON))
        case Only.OUT:
            return and_(serving, _a_paper(look, date.min, look.today - timedelta(days=1)))
        case Only.AWAY:
            return among(look.connection, helper.person, away_today(look))
        case Only.LEAVING:
            return serving & helper.serves_until.is_not(None)
        case Only.STOPPED:
            return ~serving


def _a_paper(look: Looking, since: date, until: date) -> ColumnElement[bool]:
    """Whether one of the papers runs out from one day to another, both included."""
    keys = sorted({key for programme in look.store.programmes.values() for key in programme.papers})
    days = [paper_columns(look.connection.dialect.name, key)[1] for key in keys]
    return or_(false(), *(day.between(since.isoformat(), until.isoformat()) for day in days))


def away_today(look: Looking) -> list[PersonId]:
    """Everybody who is away today."""
    absences = look.office.absences
    return [
        person for person, all_of in absences.items() if any(each.since <= look.today <= each.until for each in all_of)
    ]


def _counts(look: Looking, within: Sequence[ColumnElement[bool]]) -> tuple[dict[Only, int], int]:
    """How many there are of each, and of all; papers of very many are not opened for a figure."""
    everybody = look.connection.scalar(select(func.count()).select_from(t.helper).where(*within)) or 0
    counted = [only for only in FIGURES if everybody <= MOST_PAPERS or only not in {Only.SOON, Only.OUT}]
    sums = [func.sum(_as_number(_only(look, only))).label(only.value) for only in counted]
    row = look.connection.execute(select(*sums).select_from(t.helper).where(*within)).one()
    return {only: getattr(row, only.value) or 0 for only in counted}, everybody


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _found(
    look: Looking, words: str, within: Sequence[ColumnElement[bool]], everybody: int
) -> tuple[list[ColumnElement[bool]], bool]:
    """The condition that what was typed means this helper; whether there are too many to look into every name.

    Beginnings, given names, pinyin and initials are found among any number; any other part of a name among few.
    """
    words = words.strip()
    if not words:
        return [], False
    if _AN_ID.fullmatch(words):
        return [t.helper.c.person == words], False
    if _A_NUMBER.fullmatch(words):
        phone = "".join(filter(str.isdigit, words))
        known = reached_at(look.connection, look.store.seal, [phone]).get(phone, [])
        return [among(look.connection, t.helper.c.person, known)], False
    if not look.viewer.may(Right.SEE_PEOPLE):
        return [false()], False
    sounds = token_of(look.store.seal, words)
    called = [t.helper.c.person.in_(named(sounds, HELPERS))] if sounds else []
    here = look.also(Right.SEE_PEOPLE).within(t.helper.c.unit)
    if everybody > MOST_NAMES:
        return [or_(false(), *called), *here], True
    return [or_(among(look.connection, t.helper.c.person, _named(look, words, within)), *called), *here], False


def _named(look: Looking, words: str, within: Sequence[ColumnElement[bool]]) -> list[PersonId]:
    """Whose name holds these words, among helpers the viewer may see."""
    people = list(look.connection.scalars(select(t.helper.c.person).where(*within)))
    known = identities(look.connection, look.store.seal, people)
    return [person for person, who in known.items() if words.casefold() in who.name.casefold()]


def _lines(look: Looking, rows: Sequence[Any]) -> list[Volunteer]:
    people = [row.person for row in rows]
    late = select(t.diary.c.owed_by, func.count().label("late")).where(
        among(look.connection, t.diary.c.owed_by, people), is_overdue(look.now)
    )
    overdue = {row.owed_by: row.late for row in look.connection.execute(late.group_by(t.diary.c.owed_by))}
    return [
        Volunteer(who=who, overdue=overdue.get(who.person, 0), away=absence_on(look, who.person, look.today))
        for who in shown(look, rows)
    ]


def absence_on(look: Looking, person: PersonId, day: date) -> Absence | None:
    """The absence of somebody that lasts on a day."""
    return next((each for each in look.office.absences.get(person, ()) if each.since <= day <= each.until), None)
