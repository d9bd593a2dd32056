"""The outbox as planner and worker see it: waiting notices become nudges, nudges are claimed and read.

Every state that an index speaks of stands in the SQL itself: SQLite uses a partial index for nothing else.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import Select, Update

from domain.ids import CaseId, NudgeId, PersonId
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.saving import write
from domain.store.store import among

DESK: Final = "desk"
"""The last channel: nobody was reached, and the coordinator's desk is told so."""


class Waiting(NamedTuple):
    """That somebody has notices waiting: urgent or plain ones, under one programme."""

    person: PersonId
    urgent: bool
    programme: str


class NewNudge(NamedTuple):
    """A nudge to be written. ``says`` and ``values``: words of our own instead of notices, as JSON without names.

    ``resent_by``: who had it sent anew by hand.
    """

    person: PersonId
    channel: str
    urgent: bool
    not_before: datetime
    replaces: NudgeId | None = None
    says: str | None = None
    values: str | None = None
    resent_by: PersonId | None = None


class Claimed(NamedTuple):
    """A nudge in a worker's hands. ``dated``: the moment its message bears; ``in_doubt``: it may have been sent."""

    id: NudgeId
    person: PersonId
    channel: str
    urgent: bool
    tries: int
    repeats: int
    in_doubt: bool
    dated: datetime
    provider_id: str | None
    says: str | None = None
    values: str | None = None


class Line(NamedTuple):
    """One notice of a nudge with what stands behind it; ``body`` is the stored RungReached."""

    nudge: NudgeId
    case: CaseId
    duty: int
    rung: int
    what: str
    urgent: bool
    kind: str
    programme: str
    due_on: str
    position: int
    owed_by: PersonId | None
    version: int
    body: str
    language: str


def _fixed(word: str) -> ColumnElement[str]:
    return literal_column(f"'{word}'", String)


_WAITING: Final = t.notice.c.state == _fixed("waiting")
_PLANNED: Final = t.notice.c.state == _fixed("planned")
_QUEUED: Final = t.nudge.c.state == _fixed("queued")
_STILL_OWED: Final = exists().where(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty)

HELD_BY_WORKER: Final = (t.nudge.c.state == _fixed("claimed"), t.nudge.c.claimed_by == bindparam("of_worker"))
"""The guard of every change to a claimed nudge: only the worker that still holds it."""


# Planning


_NEXT_NUDGE: Final = (
    update(t.counter)
    .where(t.counter.c.name == "nudge")
    .values(last=t.counter.c.last + bindparam("more"))
    .returning(t.counter.c.last)
)
_ENDED: Final = update(t.notice).where(_WAITING, ~_STILL_OWED).values(state="moot")
_WHO_WAITS: Final = select(t.notice.c.person, t.notice.c.urgent, t.notice.c.programme).where(_WAITING).distinct()
_JOINABLE: Final = (
    select(t.nudge.c.person, t.nudge.c.id)
    .where(
        _QUEUED,
        ~t.nudge.c.urgent,
        t.nudge.c.channel != DESK,
        t.nudge.c.says.is_(None),
        t.nudge.c.person.in_(select(t.notice.c.person).where(_WAITING, ~t.notice.c.urgent)),
    )
    .order_by(t.nudge.c.id)
    .with_for_update()
)
_INSERT: Final = insert(t.nudge)


def next_nudge(connection: Connection, count: int = 0) -> NudgeId:
    """The first of ``count`` fresh numbers. Whoever asks holds off all others who ask until the transaction ends."""
    write(connection, t.counter, [{"name": "nudge", "last": 0}])
    return NudgeId(connection.execute(_NEXT_NUDGE, {"more": count}).scalar_one() - count + 1)


def drop_ended(connection: Connection) -> int:
    """Waiting notices of duties that have ended become moot; how many."""
    return connection.execute(_ENDED).rowcount


def waiting(connection: Connection) -> list[Waiting]:
    """Who has notices waiting."""
    return [Waiting(*row) for row in connection.execute(_WHO_WAITS)]


def hold_joinable(connection: Connection) -> dict[PersonId, NudgeId]:
    """A queued plain nudge of each person with plain notices waiting, kept from being claimed meanwhile."""
    return {row.person: row.id for row in connection.execute(_JOINABLE)}


def add_nudges(connection: Connection, first: NudgeId, nudges: Sequence[NewNudge], now: datetime) -> None:
    """Write nudges, numbered from ``first`` on."""
    rows = [_nudge_row(number, nudge, stamp(now)) for number, nudge in enumerate(nudges, first)]
    if rows:
        connection.execute(_INSERT, rows)


def _nudge_row(number: int, nudge: NewNudge, now: str) -> dict[str, Any]:
    return {
        "id": number, "person": nudge.person, "channel": nudge.channel, "state": "queued", "urgent": nudge.urgent,
        "not_before": stamp(nudge.not_before), "planned_at": now, "tries": 0, "repeats": 0, "in_doubt": False,
        "replaces": nudge.replaces, "says": nudge.says, "values": nudge.values, "resent_by": nudge.resent_by,
    }  # fmt: skip


def hand_notices(connection: Connection, first: NudgeId, joined: Iterable[NudgeId]) -> int:
    """Put every waiting notice into its nudge: the new one (from ``first`` on), or the one it joins; how many."""
    values = {"first": first, "joined": numbers_for(connection, list(joined))}
    return connection.execute(_handing(sqlite=connection.dialect.name == "sqlite"), values).rowcount


@lru_cache
def _handing(*, sqlite: bool) -> Update:
    mine = (
        select(t.nudge.c.person, t.nudge.c.urgent, func.max(t.nudge.c.id).label("id"))
        .where(
            _QUEUED,
            t.nudge.c.says.is_(None),
            or_(t.nudge.c.id >= bindparam("first"), _one_of(t.nudge.c.id, "joined", sqlite=sqlite)),
        )
        .group_by(t.nudge.c.person, t.nudge.c.urgent)
        .subquery()
    )
    return (
        update(t.notice)
        .where(_WAITING, t.notice.c.person == mine.c.person, t.notice.c.urgent == mine.c.urgent)
        .values(state="planned", nudge=mine.c.id)
    )


def _one_of(column: ColumnElement[int], numbers: str, *, sqlite: bool) -> ColumnElement[bool]:
    """``column IN numbers`` as one short statement however many there are."""
    if sqlite:
        listed = func.json_each(bindparam(numbers)).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == func.any(bindparam(numbers, type_=ARRAY(Integer)))


# Claiming and reading


def claim(
    connection: Connection, worker: str, now: datetime, until: datetime, limit: int, channel: str | None = None
) -> list[Claimed]:
    """Take up to ``limit`` nudges, of one channel or of all, that may leave now.

    Urgent ones first, then those whose worker was lost, then those in doubt, then the others.
    """
    values = {"worker": worker, "now": stamp(now), "until": stamp(until)}
    if channel is not None:
        values["of_channel"] = channel
    found: list[Claimed] = []
    for taking in _TAKING if channel is None else _TAKING_OF_ONE:
        if len(found) < limit:
            rows = connection.execute(taking, {**values, "most": limit - len(found)})
            found += sorted(claimed_of(row) for row in rows)
    return found


def channels_waiting(connection: Connection, now: datetime) -> list[str]:
    """The channels of which something may leave now, those no longer set included."""
    return sorted(set(connection.scalars(_CHANNELS, {"now": stamp(now)})))


def something_to_tell(connection: Connection, now: datetime) -> bool:
    """Whether a delivery would find something to do at a moment."""
    ready = t.nudge.c.state.in_(("queued", "doubtful")) & t.nudge.c.settled_at.is_(None)
    waits = exists().where(_WAITING)
    leaves = exists().where(ready, t.nudge.c.not_before <= stamp(now))
    return bool(connection.scalar(select(or_(waits, leaves))))


def _taking(condition: ColumnElement[bool]) -> Any:
    picked = select(t.nudge.c.id).where(condition).order_by(t.nudge.c.not_before).limit(bindparam("most"))
    mine = picked.with_for_update(skip_locked=True).cte("picked")
    # A message that may have been taken keeps its date on every repeat; one that surely was not gets a new one.
    dated = case((t.nudge.c.in_doubt, t.nudge.c.dated), else_=bindparam("now"))
    return (
        update(t.nudge)
        .where(t.nudge.c.id == mine.c.id)
        .values(state="claimed", claimed_by=bindparam("worker"), claimed_until=bindparam("until"), dated=dated)
        .returning(t.nudge)
    )


_DUE: Final = and_(_QUEUED, t.nudge.c.not_before <= bindparam("now"))
_LOST: Final = and_(t.nudge.c.state == _fixed("claimed"), t.nudge.c.claimed_until <= bindparam("now"))
_DOUBTFUL: Final = and_(
    t.nudge.c.state == _fixed("doubtful"), t.nudge.c.settled_at.is_(None), t.nudge.c.not_before <= bindparam("now")
)
_CHANNELS: Final = select(t.nudge.c.channel).where(or_(_DUE, _LOST, _DOUBTFUL)).distinct()
_IN_ORDER: Final = (and_(_DUE, t.nudge.c.urgent), _LOST, _DOUBTFUL, and_(_DUE, ~t.nudge.c.urgent))
_OF_ONE: Final = t.nudge.c.channel == bindparam("of_channel")
_TAKING: Final = tuple(_taking(condition) for condition in _IN_ORDER)
_TAKING_OF_ONE: Final = tuple(_taking(and_(_OF_ONE, condition)) for condition in _IN_ORDER)


def claimed_of(row: Any) -> Claimed:
    """A row of the table as a worker sees it."""
    return Claimed(
        row.id, row.person, row.channel, row.urgent, row.tries, row.repeats, row.in_doubt,
        moment(row.dated or row.planned_at),
        row.provider_id, row.says, row.values,
    )  # fmt: skip


def told_lately(
    connection: Connection,
    people: Sequence[PersonId],
    since: datetime,
    channel: str | None = None,
    but: Sequence[NudgeId] = (),
) -> dict[PersonId, list[datetime]]:
    """When people were told something since a moment, the newest first; through one channel or any.

    Without a channel only what is counted against a week's budget: plain messages about duties. ``but``: not these.
    """
    taken = t.nudge.c.state.in_(("sent", "claimed", "doubtful"))
    counted = t.nudge.c.channel == channel if channel else and_(~t.nudge.c.urgent, t.nudge.c.says.is_(None))
    found: dict[PersonId, list[datetime]] = {}
    for row in connection.execute(
        select(t.nudge.c.person, t.nudge.c.dated)
        .where(
            among(connection, t.nudge.c.person, people),
            t.nudge.c.dated >= stamp(since),
            taken,
            counted,
            t.nudge.c.id.not_in(but),
        )
        .order_by(t.nudge.c.person, t.nudge.c.dated.desc())
    ):
        found.setdefault(row.person, []).append(moment(row.dated))
    return found


def drop_met(connection: Connection, worker: str, nudges: Sequence[NudgeId], now: datetime) -> int:
    """Notices of these nudges whose duty has ended become moot, and nudges with none left too; how many of these."""
    met, emptied = _dropping(sqlite=connection.dialect.name == "sqlite")
    values = {"these": numbers_for(connection, nudges), "of_worker": worker, "now": stamp(now)}
    connection.execute(met, values)
    return connection.execute(emptied, values).rowcount


@lru_cache
def _dropping(*, sqlite: bool) -> tuple[Update, Update]:
    of_these = _one_of(t.notice.c.nudge, "these", sqlite=sqlite)
    left = exists().where(t.notice.c.nudge == t.nudge.c.id, _PLANNED)
    return (
        update(t.notice).where(of_these, _PLANNED, ~_STILL_OWED).values(state="moot"),
        held_by_worker(sqlite=sqlite)
        .where(t.nudge.c.says.is_(None), ~left)
        .values(state="moot", settled_at=bindparam("now")),
    )


def held_by_worker(*, sqlite: bool) -> Update:
    """A change of several nudges (``these``) at once under the same guard (``of_worker``), for statements made once."""
    return update(t.nudge).where(_one_of(t.nudge.c.id, "these", sqlite=sqlite), *HELD_BY_WORKER)


def numbers_for(connection: Connection, numbers: Sequence[int]) -> str | list[int]:
    """Numbers for a parameter that stands for many."""
    return json.dumps(list(numbers)) if connection.dialect.name == "sqlite" else list(numbers)


def lines_of(connection: Connection, nudges: Sequence[NudgeId]) -> dict[NudgeId, list[Line]]:
    """What nudges are about, in one query: notices, who owes the duty, the fact behind each, the reader's language."""
    found: dict[NudgeId, list[Line]] = {}
    for row in connection.execute(_LINES.where(t.notice.c.nudge.in_(nudges))):
        found.setdefault(row.nudge, []).append(Line(*row))
    return found


_LINES: Final[Select[Any]] = (
    select(
        *(t.notice.c[name] for name in Line._fields[:10]),
        t.diary.c.owed_by, t.journal.c.version, t.journal.c.body, t.person.c.language,
    )
    .join(t.diary, and_(t.diary.c.case == t.notice.c.case, t.diary.c.number == t.notice.c.duty))
    .join(t.journal, and_(t.journal.c.case == t.notice.c.case, t.journal.c.position == t.notice.c.position))
    .join(t.person, t.person.c.id == t.notice.c.person)
    .where(_PLANNED)
    .order_by(t.notice.c.due_on, t.notice.c.case, t.notice.c.duty, t.notice.c.rung)
)  # fmt: skip


_MET: Final = exists().where(t.notice.c.nudge == t.nudge.c.id, _PLANNED, ~_STILL_OWED)
BEGIN: Final = (
    update(t.nudge)
    .where(t.nudge.c.id == bindparam("next_nudge"), *HELD_BY_WORKER, ~_MET)
    .values(in_doubt=True, claimed_until=bindparam("until"), repeats=t.nudge.c.repeats + bindparam("more"))
)
"""Write down that sending begins; nothing, when the claim was lost or a duty was met in the meantime."""


def release(connection: Connection, worker: str, later: Mapping[NudgeId, datetime]) -> int:
    """Give claimed nudges back, each to be taken up again at its moment; how many."""
    state = case((t.nudge.c.in_doubt, "doubtful"), else_="queued")
    given_back = 0
    for until, nudges in _by_moment(later):
        given_back += connection.execute(held_by(worker, nudges).values(state=state, not_before=until)).rowcount
    return given_back


def _by_moment(later: Mapping[NudgeId, datetime]) -> Iterator[tuple[str, list[NudgeId]]]:
    found: dict[str, list[NudgeId]] = {}
    for nudge, until in later.items():
        found.setdefault(stamp(until), []).append(nudge)
    yield from found.items()


def held_by(worker: str, nudges: Sequence[NudgeId]) -> Update:
    """A change of several nudges at once, under the same guard."""
    mine = (t.nudge.c.state == "claimed", t.nudge.c.claimed_by == worker)
    return update(t.nudge).where(t.nudge.c.id.in_(nudges), *mine)
