"""Whether what was to be told was told once: the nudges behind the notices, in a few statements over whole tables."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select

from domain.facts import TellingFailed, UnknownFact, read_fact, stored_name
from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, found
from domain.store.audit_here import Place
from domain.store.audit_standing import Moment
from domain.store.moments import stamp
from domain.store.store import among

_SUCCESSOR: Final = t.nudge.alias("successor")
_CARRIED: Final = t.notice.c.state == "planned"
_GIVEN_UP: Final = or_(
    t.nudge.c.state == "failed", and_(t.nudge.c.state == "doubtful", t.nudge.c.settled_at.is_not(None))
)


def check_telling(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Everything wrong between notices and nudges."""
    yield from _notices_without_their_nudge(connection)
    yield from _nudges_empty(connection)
    yield from _nudges_in_no_state(connection)
    yield from _told_twice(connection)
    yield from _failures_unanswered(connection, moment)


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    for rows in connection.execute(statement, execution_options={"yield_per": 5_000}).partitions():
        yield from rows


def _notices_without_their_nudge(connection: Connection) -> Iterator[Finding]:
    """Notices whose nudge is not there, or goes to somebody else."""
    statement = (
        select(t.notice, t.nudge.c.person.label("addressee"))
        .join(t.nudge, t.nudge.c.id == t.notice.c.nudge, isouter=True)
        .where(t.notice.c.nudge.is_not(None), or_(t.nudge.c.id.is_(None), t.nudge.c.person != t.notice.c.person))
        .order_by(t.notice.c.id)
    )
    for row in _rows(connection, statement):
        place: Place = {"notice": row.id, "person": row.person, "nudge": row.nudge}
        if row.addressee is None:
            yield found(Kind.NUDGE_MISSING, row.case, row.duty, **place)
        else:
            yield found(Kind.NUDGE_ELSEWHERE, row.case, row.duty, **place, addressee=row.addressee)


def _nudges_empty(connection: Connection) -> Iterator[Finding]:
    """Messages sent that carry no notice and are no answer to a reply."""
    carries = exists().where(t.notice.c.nudge == t.nudge.c.id, _CARRIED)
    empty = (t.nudge.c.state == "sent", t.nudge.c.says.is_(None), ~carries)
    for row in _rows(connection, select(t.nudge).where(*empty).order_by(t.nudge.c.id)):
        yield found(Kind.NUDGE_EMPTY, nudge=row.id, person=row.person)


def _nudges_in_no_state(connection: Connection) -> Iterator[Finding]:
    """Messages in a state nobody knows, held by nobody, or ended without the moment of their end."""
    sound = or_(
        and_(t.nudge.c.state == "queued", t.nudge.c.settled_at.is_(None)),
        and_(t.nudge.c.state == "claimed", t.nudge.c.claimed_by.is_not(None), t.nudge.c.claimed_until.is_not(None)),
        t.nudge.c.state == "doubtful",
        and_(t.nudge.c.state.in_(("sent", "failed", "moot")), t.nudge.c.settled_at.is_not(None)),
    )
    for row in _rows(connection, select(t.nudge).where(~sound).order_by(t.nudge.c.id)):
        yield found(Kind.NUDGE_STATE, nudge=row.id, person=row.person, state=row.state)


def _told_twice(connection: Connection) -> Iterator[Finding]:
    """A message surely taken and another one in its place, or two in the place of one.

    Repeats of one nudge in doubt are marked on it (``repeats``) and are the channel's documented doubt.
    """
    alive = _SUCCESSOR.c.state.not_in(("failed", "moot"))
    again = (
        select(t.nudge.c.id, func.min(_SUCCESSOR.c.id).label("successor"))
        .join(_SUCCESSOR, _SUCCESSOR.c.replaces == t.nudge.c.id)
        .where(alive)
        .group_by(t.nudge.c.id, t.nudge.c.state)
        .having(or_(t.nudge.c.state == "sent", func.count() > 1))
        .order_by(t.nudge.c.id)
    )
    for row in _rows(connection, again):
        yield found(Kind.TOLD_TWICE, nudge=row.id, successor=row.successor)


def _failures_unanswered(connection: Connection, moment: Moment) -> Iterator[Finding]:
    """Messages given up for good, about a duty still open, of which no desk was told."""
    replaced = exists().where(_SUCCESSOR.c.replaces == t.nudge.c.id)
    statement = (
        select(t.notice.c.case, t.notice.c.duty, t.notice.c.person, t.notice.c.position, t.nudge.c.id)
        .join(t.nudge, t.nudge.c.id == t.notice.c.nudge)
        .join(t.diary, and_(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty))
        .where(_GIVEN_UP, _CARRIED, ~replaced, t.nudge.c.settled_at <= stamp(moment.late_before))
        .order_by(t.nudge.c.id)
    )
    for rows in connection.execute(statement, execution_options={"yield_per": 1_000}).partitions():
        reported = _reported(connection, sorted({row.case for row in rows}))
        for row in rows:
            if reported.get((row.case, row.duty, row.person), 0) <= row.position:
                yield found(Kind.FAILURE_UNANSWERED, row.case, row.duty, nudge=row.id, person=row.person)


def _reported(connection: Connection, cases: list[str]) -> dict[tuple[str, int, str], int]:
    """Where the journal last says that a person could not be told about a duty."""
    name = stored_name(TellingFailed)
    statement = select(t.journal).where(among(connection, t.journal.c.case, cases), t.journal.c.name == name)
    newest: dict[tuple[str, int, str], int] = {}
    for row in connection.execute(statement.order_by(t.journal.c.position)):
        try:
            fact = read_fact(row.name, row.version, row.body)
        except (UnknownFact, msgspec.DecodeError):
            continue
        if isinstance(fact, TellingFailed):
            newest[row.case, fact.duty, fact.person] = row.position
    return newest
