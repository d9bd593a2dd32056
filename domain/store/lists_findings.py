"""What nobody asked about and somebody must know: findings that arise by themselves, for a coordinator's list."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level, Stage
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.lists_overdue import A_DUTY, Within, is_overdue, within
from domain.store.moments import moment, stamp
from domain.store.replies import UNREAD
from domain.store.store import among, unled
from domain.store.units import DIVISION
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
    """One finding. ``count``: open matters of an empty desk, times a case failed, days of waiting, a reply's number."""

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


def findings(
    connection: Connection, now: datetime, unit: Within = None, desks: Sequence[Level] = DESKS,
    around: Office | None = None,
) -> list[Noticed]:  # fmt: skip
    """Everything noticed in a unit and below it or everywhere, by sort, the longest standing first.

    ``desks``: the levels at which somebody should sit; ``around``: the tree, where it has been read already.
    """
    return [
        *never_paired(connection, now, unit),
        *never_visited(connection, now, unit),
        *(empty_among(connection, around, unit, desks) if around else empty_desks(connection, unit, desks)),
        *set_aside(connection, now, unit),
        *not_reached(connection, unit),
        *replies_unread(connection, unit),
        *stopped(connection, unit),
    ]


def never_paired(connection: Connection, now: datetime, unit: Within = None) -> list[Noticed]:
    """Open cases about people, registered and never paired, with something overdue or waiting longer than patience."""
    return as_never_paired(
        connection, waiting_for_a_pair(now).where(*within(connection, t.snapshot.c.unit, unit)), now
    )  # fmt: skip


def as_never_paired(connection: Connection, statement: Select[Any], now: datetime) -> list[Noticed]:
    """What such a statement finds."""
    return [
        Noticed(Sort.NEVER_PAIRED, row.unit, moment(row.at), (now - moment(row.at)).days, row.case)
        for row in connection.execute(statement)
    ]


def waiting_for_a_pair(now: datetime) -> Select[Any]:
    """The statement that finds them, for whoever has conditions of his own."""
    return (
        select(t.snapshot.c.case, t.snapshot.c.unit, t.journal.c.at)
        .join(t.journal, and_(t.journal.c.case == t.snapshot.c.case, t.journal.c.position == 1))
        .where(
            t.snapshot.c.stage != Stage.CLOSED.value,
            t.snapshot.c.tied == t.NOBODY,
            ~exists().where(t.tie.c.case == t.snapshot.c.case),
            exists().where(t.person.c.id == t.snapshot.c.subject, t.person.c.kind.in_(PAIRED)),
            or_(t.journal.c.at <= stamp(now - PATIENCE), _something_late(t.snapshot.c.case, now)),
        )
        .order_by(t.journal.c.at, t.snapshot.c.case)
    )


def never_visited(connection: Connection, now: datetime, unit: Within = None) -> list[Noticed]:
    """Open ties of which the helper never met anything owed, overdue or waiting longer than patience."""
    late = _something_late(t.tie.c.case, now, t.diary.c.owed_by == t.tie.c.person)
    statement = (
        select(t.tie, t.snapshot.c.unit)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.until.is_(None), t.tie.c.heard_at.is_(None), or_(t.tie.c.since <= stamp(now - PATIENCE), late))
        .where(*within(connection, unled(connection, t.snapshot.c.unit), unit))
        .order_by(t.tie.c.since, t.tie.c.case)
    )
    return [
        Noticed(Sort.NEVER_VISITED, row.unit, moment(row.since), (now - moment(row.since)).days, row.case, row.person)
        for row in connection.execute(statement)
    ]


def empty_desks(connection: Connection, unit: Within = None, levels: Sequence[Level] = DESKS) -> list[Noticed]:
    """Desks at which nobody sits although matters are open below them, the most matters first."""
    waiting = _matters_by_unit(connection)
    desks = select(t.desk.c.unit)
    statement = select(t.unit).where(
        t.unit.c.level.in_([level.value for level in levels]),
        t.unit.c.kind == DIVISION,
        t.unit.c.id.not_in(desks),
        *within(connection, t.unit.c.id, unit),
    )
    found = [Noticed(Sort.EMPTY_DESK, row.id, count=waiting[row.id]) for row in connection.execute(statement)]
    return sorted((each for each in found if each.count), key=lambda each: (-each.count, each.unit))


def empty_among(connection: Connection, around: Office, units: Within, levels: Sequence[Level]) -> list[Noticed]:
    """The same in a tree that has been read already; ``units`` are then all of those meant."""
    wanted = set(around.units) if units is None else set(around.below(units)) if isinstance(units, str) else set(units)
    empty = {unit for unit in wanted if around.units[unit].level in levels and not around.desks.get(unit)}
    under = sorted({each for unit in empty for each in around.below(unit)})
    waiting: Counter[str] = Counter()
    if under:
        for row in connection.execute(_OPEN_BY_UNIT.where(among(connection, t.diary.c.unit, under))):
            waiting.update({above.id: row.open for above in around.upward(row.unit)})
    found = [Noticed(Sort.EMPTY_DESK, unit, count=waiting[unit]) for unit in empty if waiting[unit]]
    return sorted(found, key=lambda each: (-each.count, each.unit))


_OPEN_BY_UNIT: Final = select(t.diary.c.unit, func.count().label("open")).where(A_DUTY).group_by(t.diary.c.unit)


def _matters_by_unit(connection: Connection) -> Counter[str]:
    """Open duties at and below every unit."""
    parents: dict[str, str | None] = {
        row.id: row.parent for row in connection.execute(select(t.unit.c.id, t.unit.c.parent))
    }
    found: Counter[str] = Counter()
    for row in connection.execute(_OPEN_BY_UNIT):
        for above in _upward(row.unit, parents):
            found[above] += row.open
    return found


def _upward(unit: str, parents: dict[str, str | None]) -> Iterator[str]:
    step: str | None = unit
    while step is not None and step in parents:
        yield step
        step = parents[step]


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


def replies_unread(connection: Connection, unit: Within = None) -> list[Noticed]:
    """Text messages that nobody could make sense of, or that say more than a digit, until somebody has read them.

    ``count`` is the message's number. A stranger's belongs to no unit.
    """
    statement = (
        select(t.reply.c.id, t.reply.c.person, t.reply.c.at, func.coalesce(t.person.c.unit, "").label("unit"))
        .join(t.person, t.person.c.id == t.reply.c.person, isouter=True)
        .where(t.reply.c.outcome.in_(UNREAD), t.reply.c.seen_at.is_(None), *within(connection, t.person.c.unit, unit))
        .order_by(t.reply.c.id)
    )
    return [
        Noticed(Sort.REPLY_UNREAD, row.unit, moment(row.at), row.id, person=row.person)
        for row in connection.execute(statement)
    ]


def stopped(connection: Connection, unit: Within = None) -> list[Noticed]:
    """People who asked to be told no more by mail or text message, and who still owe something."""
    statement = (
        select(t.stopped.c.person, func.min(t.stopped.c.since).label("since"), t.person.c.unit)
        .join(t.person, t.person.c.id == t.stopped.c.person)
        .where(exists().where(t.diary.c.owed_by == t.stopped.c.person), *within(connection, t.person.c.unit, unit))
        .group_by(t.stopped.c.person, t.person.c.unit)
        .order_by(t.stopped.c.person)
    )
    return [
        Noticed(Sort.STOPPED, row.unit or UnitId(""), moment(row.since), person=row.person)
        for row in connection.execute(statement)
    ]


def _something_late(case: ColumnElement[str], now: datetime, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(t.diary.c.case == case, is_overdue(now), *also)
