"""Settling an attempt: what became of a nudge, written only by the worker that still holds it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, assert_never

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.sql import Update

from domain.facts import TellingFailed, read_fact, stored_name
from domain.ids import CaseId, NudgeId, PersonId
from domain.store import tables as t
from domain.store.moments import stamp
from domain.store.outbox import (
    HELD_BY_WORKER,
    Claimed,
    NewNudge,
    add_nudges,
    held_by,
    held_by_worker,
    next_nudge,
    numbers_for,
)
from domain.store.saving import change
from domain.store.store import among

CODE_LENGTH: Final = 40
PROVIDER_ID_LENGTH: Final = 120


class Said(NamedTuple):
    """What the channel said of an attempt: the outcome's kind and code, and the provider's name for the message."""

    outcome: str
    code: str
    provider_id: str | None = None


class Sent(NamedTuple):
    """The provider has taken it."""


class TryAgain(NamedTuple):
    """Surely not taken this time; to be tried again. ``counts``: whether this was one of the tries a recipient gets."""

    not_before: datetime
    counts: bool = True


class InDoubt(NamedTuple):
    """Taken or not; to be found out, or repeated once."""

    not_before: datetime


class Elsewhere(NamedTuple):
    """Given up; another channel takes over, at last the desk. ``in_doubt``: given up without knowing."""

    channel: str
    not_before: datetime
    in_doubt: bool = False


class Dropped(NamedTuple):
    """Given up, and nobody need hear of it: an answer to a reply that could not be delivered."""


Settlement = Sent | TryAgain | InDoubt | Elsewhere | Dropped


class Unreached(NamedTuple):
    """A duty about which a person was to be told; ``since`` is the journal's position of the newest cause."""

    case: CaseId
    duty: int
    person: PersonId
    since: int


def settle(
    connection: Connection, worker: str, nudge: Claimed, settlement: Settlement, said: Said, now: datetime
) -> bool:
    """Write what became of a nudge; no, when another worker holds it by now."""
    if change(connection, SETTLE, settled_as(worker, nudge, settlement, said, now)) != 1:
        return False
    if isinstance(settlement, Elsewhere):
        hand_over(connection, nudge, settlement, now)
    return True


def settled_as(worker: str, nudge: Claimed, settlement: Settlement, said: Said, now: datetime) -> dict[str, Any]:
    """What ``SETTLE`` needs to write down what became of a nudge."""
    provider_id = said.provider_id[:PROVIDER_ID_LENGTH] if said.provider_id else None
    told = {"outcome": said.outcome, "code": said.code[:CODE_LENGTH], "provider_id": provider_id}
    guard = {"of_worker": worker, "of_nudge": nudge.id}
    return guard | told | _UNCHANGED | _changes(nudge, settlement, stamp(now))


_UNCHANGED: Final = {"settled_at": None, "not_before": None, "repeats": None}
SETTLE: Final = (
    update(t.nudge)
    .where(t.nudge.c.id == bindparam("of_nudge"), *HELD_BY_WORKER)
    .values(
        {name: bindparam(name) for name in ("state", "in_doubt", "tries", "settled_at", "outcome", "code")}
        | {
            name: func.coalesce(bindparam(name, type_=t.nudge.c[name].type), t.nudge.c[name])
            for name in ("not_before", "repeats", "provider_id")
        }
    )
)


def _changes(nudge: Claimed, settlement: Settlement, now: str) -> dict[str, Any]:
    match settlement:
        case Sent():
            return {"state": "sent", "settled_at": now, "in_doubt": False, "tries": nudge.tries + 1}
        case TryAgain():
            # What was in doubt before this attempt still is: this one was not taken, an earlier one may have been.
            before = {"in_doubt": nudge.in_doubt, "repeats": nudge.repeats, "tries": nudge.tries + settlement.counts}
            state = "doubtful" if nudge.in_doubt else "queued"
            return {"state": state, "not_before": stamp(settlement.not_before), **before}
        case InDoubt():
            waits = {"not_before": stamp(settlement.not_before)}
            return {"state": "doubtful", "in_doubt": True, "tries": nudge.tries + 1, **waits}
        case Elsewhere():
            state = "doubtful" if settlement.in_doubt else "failed"
            return {"state": state, "settled_at": now, "in_doubt": settlement.in_doubt, "tries": nudge.tries + 1}
        case Dropped():
            return {"state": "failed", "settled_at": now, "in_doubt": False, "tries": nudge.tries + 1}
        case _:
            assert_never(settlement)


def hand_over(
    connection: Connection, nudge: Claimed, to: Elsewhere, now: datetime, by: PersonId | None = None
) -> NudgeId:
    """Put what a nudge was about into a new one through another channel, or ``by`` hand; the new one's number."""
    successor = next_nudge(connection, 1)
    new = NewNudge(nudge.person, to.channel, nudge.urgent, to.not_before, replaces=nudge.id, resent_by=by)
    add_nudges(connection, successor, [new], now)
    moved = update(t.notice).where(t.notice.c.nudge == nudge.id, t.notice.c.state == "planned")
    connection.execute(moved.values(nudge=successor))
    return successor


def not_yet_reported(connection: Connection, unreached: Sequence[Unreached]) -> list[Unreached]:
    """Those of which the journal holds no TellingFailed newer than the newest cause."""
    name = stored_name(TellingFailed)
    cases = sorted({each.case for each in unreached})
    query = select(t.journal).where(among(connection, t.journal.c.case, cases), t.journal.c.name == name)
    newest: dict[tuple[str, int, str], int] = {}
    for row in connection.execute(query):
        fact = read_fact(row.name, row.version, row.body)
        if isinstance(fact, TellingFailed):
            key = (row.case, fact.duty, fact.person)
            newest[key] = max(row.position, newest.get(key, 0))
    return [each for each in unreached if newest.get((each.case, each.duty, each.person), 0) <= each.since]


def all_taken(connection: Connection, worker: str, nudges: Sequence[NudgeId], said: Said, now: datetime) -> int:
    """Settle nudges that a provider took all together; how many were still this worker's."""
    values = {"these": numbers_for(connection, nudges), "of_worker": worker, "now": stamp(now)}
    told = {"said": said.outcome, "as": said.code}
    return connection.execute(_taken(sqlite=connection.dialect.name == "sqlite"), values | told).rowcount


@lru_cache
def _taken(*, sqlite: bool) -> Update:
    said: dict[str, Any] = {"settled_at": bindparam("now"), "outcome": bindparam("said"), "code": bindparam("as")}
    return held_by_worker(sqlite=sqlite).values(state="sent", in_doubt=False, tries=t.nudge.c.tries + 1, **said)


def put_on_desk(connection: Connection, worker: str, nudges: Sequence[NudgeId], now: datetime) -> int:
    """Settle nudges whose people nobody could reach, once the coordinators' desks know it; how many."""
    told = {"state": "failed", "outcome": "permanent", "code": "told-the-desk", "settled_at": stamp(now)}
    return connection.execute(held_by(worker, nudges).values(**told)).rowcount
