"""What nobody asked about and somebody must know: findings that arise by themselves, for a coordinator's list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level, Stage
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.lists_overdue import Here, Within, is_overdue, within
from domain.store.moments import moment, stamp
from domain.store.offices import read_office
from domain.store.replies import UNREAD
from domain.store.store import among, unled
from domain.words import say

PATIENCE: Final = timedelta(days=30)
"""So long a child may wait for a companion, and a new pair for its first meeting, before it is a finding whatever
the programme's own duties say; earlier when one of these is overdue."""

PAIRED: Final = ("child", "elder")
"""Whom somebody may be bound to; a school or a project waits for nobody."""

DESKS: Final = (Level.TOWNSHIP, Level.COUNTY, Level.CITY)


class Sort(StrEnum):
    """What kinds of findings there are; the sentences are ``story.finding-<sort>``."""

    NEVER_PAIRED = "never-paired"
    NEVER_VISITED = "never-visited"
    EMPTY_DESK = "empty-desk"
    SET_ASIDE = "set-aside"
    NOT_REACHED = "not-reached"
    REPLY_UNREAD = "reply-unread"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Noticed:
    """One finding. ``count``: cases below an empty desk, times a case failed, days of waiting, a reply's number."""

    sort: Sort
    unit: UnitId
    since: datetime | None = None
    count: int = 0
    case: CaseId | None = None
    person: PersonId | None = None
    duty: int | None = None

    def sentence(
        self,
        language: str,
        named: Mapping[UnitId, str] | None = None,
        people: Mapping[PersonId, str] | None = None,
        spoken: Callable[[datetime], str] = stamp,
    ) -> str:
        """The finding in words, with ids and case numbers only; units and people by their names where they are given.

        ``spoken``: how a moment is said; the plain stamp where nothing else is wished.
        """
        since = spoken(self.since) if self.since else ""
        unit = (named or {}).get(self.unit, self.unit)
        person = (people or {}).get(self.person, self.person) if self.person else None
        return say(
            language, f"story.finding-{self.sort.value}", unit=unit, since=since, count=self.count, case=self.case,
            person=person, duty=self.duty,
        )  # fmt: skip


class Some(NamedTuple):
    """The findings of one sort: the first of them, and how many there are."""

    sort: Sort
    found: Sequence[Noticed]
    all: int


def findings(
    connection: Connection, now: datetime, unit: Within = None, desks: Sequence[Level] = DESKS
) -> list[Noticed]:
    """Everything noticed in a unit and below it or everywhere, by sort, the longest standing first.

    ``desks``: the levels at which somebody should sit.
    """
    return [each for some in by_sort(connection, now, unit, desks) for each in some.found]


def by_sort(
    connection: Connection, now: datetime, unit: Within = None, desks: Sequence[Level] = DESKS,
    around: Office | None = None, most: int | None = None,
) -> Iterator[Some]:  # fmt: skip
    """The same sort by sort, first what somebody can put right at once.

    ``around``: the tree, where it has been read already; ``most``: so many of each sort, though all are counted.
    """
    yield _cut(Sort.NOT_REACHED, not_reached(connection, unit), most)
    of_people = _of_people(connection, unit)
    for sort in (Sort.REPLY_UNREAD, Sort.STOPPED):
        yield _cut(sort, [each for each in of_people if each.sort is sort], most)
    yield _cut(Sort.SET_ASIDE, set_aside(connection, now, unit), most)
    yield _some(Sort.NEVER_VISITED, connection, _never_visited(connection, now, unit), now, most)
    yield _some(Sort.NEVER_PAIRED, connection, _never_paired(connection, now, unit), now, most)
    yield _cut(Sort.EMPTY_DESK, _empty_desks(connection, around or read_office(connection), unit, desks), most)


def _cut(sort: Sort, found: Sequence[Noticed], most: int | None) -> Some:
    return Some(sort, found[:most], len(found))


def _some(sort: Sort, connection: Connection, statement: Select[Any], now: datetime, most: int | None) -> Some:
    """Rows of cases, with the moment ``since`` which this is so; limited and counted by the database."""
    rows = connection.execute(statement.add_columns(func.count().over().label("all")).limit(most)).all()
    return Some(sort, [_waiting_since(sort, row, now) for row in rows], rows[0].all if rows else 0)


def _waiting_since(sort: Sort, row: Any, now: datetime) -> Noticed:
    since = moment(row.since)
    return Noticed(sort, row.unit, since, (now - since).days, row.case, getattr(row, "person", None))


def _never_paired(connection: Connection, now: datetime, unit: Within) -> Select[Any]:
    """Open cases about people, registered and never paired, with something overdue or waiting longer than patience."""
    return waiting_for_a_pair(now).where(*within(connection, t.snapshot.c.unit, unit))


def as_never_paired(connection: Connection, statement: Select[Any], now: datetime) -> list[Noticed]:
    """What such a statement finds."""
    return [_waiting_since(Sort.NEVER_PAIRED, row, now) for row in connection.execute(statement)]


def waiting_for_a_pair(now: datetime) -> Select[Any]:
    """The statement that finds them, for whoever has conditions of his own."""
    return (
        select(t.snapshot.c.case, t.snapshot.c.unit, t.snapshot.c.opened_at.label("since"))
        .where(
            t.snapshot.c.stage != Stage.CLOSED.value,
            t.snapshot.c.tied == t.NOBODY,
            # Looked up case by case: as a join PostgreSQL would read every tie there is for the few who have none.
            select(t.tie.c.role).where(t.tie.c.case == t.snapshot.c.case).limit(1).scalar_subquery().is_(None),
            exists().where(t.person.c.id == t.snapshot.c.subject, t.person.c.kind.in_(PAIRED)),
            or_(t.snapshot.c.opened_at <= stamp(now - PATIENCE), _something_late(t.snapshot.c.case, now)),
        )
        .order_by(t.snapshot.c.opened_at, t.snapshot.c.case)
    )


def _never_visited(connection: Connection, now: datetime, unit: Within) -> Select[Any]:
    """Open ties of which the helper never met anything owed, overdue or waiting longer than patience."""
    late = _something_late(t.tie.c.case, now, t.diary.c.owed_by == t.tie.c.person)
    return (
        select(t.tie.c.case, t.tie.c.person, t.tie.c.since, t.snapshot.c.unit)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.until.is_(None), t.tie.c.heard_at.is_(None), or_(t.tie.c.since <= stamp(now - PATIENCE), late))
        .where(*within(connection, unled(connection, t.snapshot.c.unit), unit))
        .order_by(t.tie.c.since, t.tie.c.case)
    )


def _empty_desks(connection: Connection, around: Office, units: Within, levels: Sequence[Level]) -> list[Noticed]:
    """Desks at which nobody sits although cases are open below them, the most cases first."""
    meant = units.units if isinstance(units, Here) else units
    wanted = around.units if meant is None else around.below(meant) if isinstance(meant, str) else meant
    empty = {place.id for place in around.unattended(wanted, levels)}
    under = sorted({each for unit in empty for each in around.below(unit)})
    waiting: Counter[str] = Counter()
    if under:
        for row in connection.execute(_OPEN_BY_UNIT.where(among(connection, t.tally.c.unit, under))):
            waiting.update({above.id: row.open for above in around.upward(row.unit)})
    found = [Noticed(Sort.EMPTY_DESK, unit, count=waiting[unit]) for unit in empty if waiting[unit]]
    return sorted(found, key=lambda each: (-each.count, each.unit))


_OPEN_BY_UNIT: Final = (
    select(t.tally.c.unit, func.sum(t.tally.c.cases).label("open"))
    .where(t.tally.c.stage != Stage.CLOSED.value)
    .group_by(t.tally.c.unit)
)


def set_aside(connection: Connection, now: datetime, unit: Within = None) -> list[Noticed]:
    """Cases that fail the engine and rest until somebody has looked into them."""
    statement = (
        select(t.set_aside, t.snapshot.c.unit)
        .join(t.snapshot, t.snapshot.c.case == t.set_aside.c.case)
        .where(t.set_aside.c.until > stamp(now), *within(connection, unled(connection, t.snapshot.c.unit), unit))
        .order_by(t.set_aside.c.since, t.set_aside.c.case)
    )
    rows = connection.execute(statement)
    return [Noticed(Sort.SET_ASIDE, row.unit, moment(row.since), row.times, row.case) for row in rows]


def not_reached(connection: Connection, unit: Within = None) -> list[Noticed]:
    """People whom no channel reached about a duty that is still open."""
    successor = t.nudge.alias("successor")
    statement = (
        select(t.notice.c.case, t.notice.c.duty, t.notice.c.person, t.diary.c.unit, t.nudge.c.settled_at)
        .join(t.nudge, t.nudge.c.id == t.notice.c.nudge)
        .join(t.diary, and_(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty))
        .where(t.nudge.c.state == "failed", t.notice.c.state == "planned")
        .where(~exists().where(successor.c.replaces == t.nudge.c.id), *within(connection, t.diary.c.unit, unit))
        .order_by(t.nudge.c.settled_at, t.notice.c.case, t.notice.c.duty)
    )
    first = {(row.case, row.duty, row.person): row for row in reversed(connection.execute(statement).all())}
    return [
        Noticed(Sort.NOT_REACHED, row.unit, moment(row.settled_at), 0, case, person, duty)
        for (case, duty, person), row in reversed(first.items())
    ]


def _of_people(connection: Connection, unit: Within) -> list[Noticed]:
    """Text messages that nobody has understood and read yet, and people who stopped theirs and still owe something.

    ``count`` is the message's number. A stranger's belongs to no unit.
    """
    place = func.coalesce(t.person.c.unit, "").label("unit")
    here = within(connection, t.person.c.unit, unit)
    unread = (
        select(literal(Sort.REPLY_UNREAD.value).label("sort"), t.reply.c.id.label("number"), t.reply.c.person,
               t.reply.c.at.label("since"), place)
        .join(t.person, t.person.c.id == t.reply.c.person, isouter=True)
        .where(t.reply.c.outcome.in_(UNREAD), t.reply.c.seen_at.is_(None), *here)
    )  # fmt: skip
    stopped = (
        select(literal(Sort.STOPPED.value), literal(0), t.stopped.c.person, func.min(t.stopped.c.since), place)
        .join(t.person, t.person.c.id == t.stopped.c.person)
        .where(exists().where(t.diary.c.owed_by == t.stopped.c.person), *here)
        .group_by(t.stopped.c.person, t.person.c.unit)
    )
    rows = connection.execute(unread.union_all(stopped).order_by("number", "person"))
    return [Noticed(Sort(row.sort), row.unit, moment(row.since), row.number, person=row.person) for row in rows]


def _something_late(case: ColumnElement[str], now: datetime, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Looked up case by case too: whatever is late anywhere would be read for the few asked about."""
    late = select(t.diary.c.number).where(t.diary.c.case == case, is_overdue(now), *also)
    return late.limit(1).scalar_subquery().is_not(None)
