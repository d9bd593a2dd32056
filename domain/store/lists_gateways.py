"""How the channels stand: what waits, what came of the rest, which one rests; counted in a statement or two."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from domain.store import tables as t
from domain.store.gateways import Gateway, gateways
from domain.store.moments import moment_or_none, stamp
from domain.store.outbox import DESK
from domain.store.receipts import UNDELIVERED

UNDER_WAY: Final = ("queued", "claimed", "doubtful")


class Waits(NamedTuple):
    """What of a channel has not come to anything yet. ``since``: from when on the oldest of it might have left."""

    queued: int = 0
    in_doubt: int = 0
    since: datetime | None = None


class Ended(NamedTuple):
    """A kind of end and how many messages of a channel came to it."""

    channel: str
    outcome: str
    messages: int


class GatewayLine(NamedTuple):
    """One channel as ops see it. ``undelivered`` are among ``sent``: taken by the provider, and never arrived."""

    channel: str
    queued: int
    in_doubt: int
    oldest_since: datetime | None
    sent: int
    failed: int
    undelivered: int
    rests_until: datetime | None
    in_a_row: int
    code: str
    code_at: datetime | None

    @property
    def bearing(self) -> str:
        """``well``; ``rests``; or ``tries``, when its rest is over and one message goes before all others."""
        if self.rests_until is not None:
            return "rests"
        return "tries" if self.in_a_row else "well"


def gateway_lines(connection: Connection, channels: Iterable[str], now: datetime, since: datetime) -> list[GatewayLine]:
    """A line for each of these channels, in their order, then for all others of which something waits or ended.

    ``since``: from when on what ended is counted.
    """
    waiting, known, ended = waits(connection, now), gateways(connection), {}
    for each in ended_between(connection, since):
        ended[each.channel, each.outcome] = each.messages
    others = {*waiting, *(channel for channel, _ in ended)} - {DESK}
    names = dict.fromkeys([*channels, *sorted(others)])
    return [_line(name, waiting.get(name, Waits()), ended, known.get(name), now) for name in names]


def bearing_lines(connection: Connection, channels: Iterable[str], now: datetime) -> list[GatewayLine]:
    """Only how these channels bear up, without any figures."""
    known = gateways(connection)
    return [_line(name, Waits(), {}, known.get(name), now) for name in channels]


def _line(
    name: str, waiting: Waits, ended: Mapping[tuple[str, str], int], known: Gateway | None, now: datetime
) -> GatewayLine:
    sent, failed, undelivered = (ended.get((name, outcome), 0) for outcome in ("sent", "failed", UNDELIVERED))
    rests = known.rests_until if known and known.rests_until and known.rests_until > now else None
    told = (known.in_a_row, known.code, known.at) if known else (0, "", None)
    return GatewayLine(name, waiting.queued, waiting.in_doubt, waiting.since, sent, failed, undelivered, rests, *told)


def waits(connection: Connection, now: datetime) -> dict[str, Waits]:
    """What waits, by channel. What sleeps until the quiet hours are over is counted, and no reason for worry."""
    doubtful = t.nudge.c.state == "doubtful"
    # What was tried in vain waits since it was planned; what never left, since it might have.
    tried = t.nudge.c.outcome.is_not(None)
    begun = case((tried, t.nudge.c.planned_at), else_=t.nudge.c.not_before)
    awake = or_(tried, t.nudge.c.not_before <= stamp(now))
    statement = (
        select(
            t.nudge.c.channel,
            _how_many(~doubtful).label("queued"),
            _how_many(doubtful).label("in_doubt"),
            func.min(case((awake, begun))).label("since"),
        )
        .where(t.nudge.c.state.in_(UNDER_WAY), t.nudge.c.settled_at.is_(None))
        .group_by(t.nudge.c.channel)
    )
    rows = connection.execute(statement)
    return {row.channel: Waits(row.queued, row.in_doubt, moment_or_none(row.since)) for row in rows}


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def ended_between(connection: Connection, since: datetime | None, until: datetime | None = None) -> list[Ended]:
    """What came of messages that ended in a span, by channel: sent, failed, doubtful (given up), moot, undelivered.

    No count ever becomes smaller: what was sent and proves to be undelivered is both.
    """
    span: list[ColumnElement[bool]] = [t.nudge.c.settled_at.is_not(None)]
    if since is not None:
        span.append(t.nudge.c.settled_at >= stamp(since))
    if until is not None:
        span.append(t.nudge.c.settled_at < stamp(until))
    columns = (t.nudge.c.channel, t.nudge.c.state, t.nudge.c.receipt)
    statement = select(*columns, func.count().label("messages")).where(and_(*span)).group_by(*columns)
    found: dict[tuple[str, str], int] = {}
    for row in connection.execute(statement):
        for outcome in _ends(row):
            found[row.channel, outcome] = found.get((row.channel, outcome), 0) + row.messages
    return [Ended(*end, count) for end, count in sorted(found.items())]


def _ends(row: Row[Any]) -> tuple[str, ...]:
    if row.receipt == UNDELIVERED:
        return ("sent", UNDELIVERED) if row.state == "failed" else (row.state, UNDELIVERED)
    return (row.state,)
