"""How channels bear up, as all workers see it: failures in a row, rests, and who tries first after one."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select, update

from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.saving import write

CODE_LENGTH = 40


class Gateway(NamedTuple):
    """One channel: failures in a row, until when it is left alone, what it said last and when."""

    channel: str
    in_a_row: int
    rests_until: datetime | None
    code: str
    at: datetime


def gateways(connection: Connection) -> dict[str, Gateway]:
    """Every channel that has ever failed."""
    rows = connection.execute(select(t.gateway).order_by(t.gateway.c.channel))
    return {
        row.channel: Gateway(
            row.channel, row.in_a_row, moment(row.rests_until) if row.rests_until else None, row.code or "",
            moment(row.at),
        )
        for row in rows
    }  # fmt: skip


def note(connection: Connection, gateway: Gateway) -> None:
    """Write down how a channel stands now."""
    row = {
        "channel": gateway.channel, "in_a_row": gateway.in_a_row, "probed_by": None, "code": gateway.code[:CODE_LENGTH],
        "rests_until": stamp(gateway.rests_until) if gateway.rests_until else None, "at": stamp(gateway.at),
    }  # fmt: skip
    write(connection, t.gateway, [row], replacing=True)


def take_probe(connection: Connection, channel: str, worker: str, now: datetime, until: datetime) -> bool:
    """Be the one worker that tries a channel whose rest is over; all others let it rest until ``until``."""
    over = or_(t.gateway.c.rests_until.is_(None), t.gateway.c.rests_until <= stamp(now))
    mine = update(t.gateway).where(t.gateway.c.channel == channel, over)
    return connection.execute(mine.values(probed_by=worker, rests_until=stamp(until))).rowcount == 1


def resting(known: Mapping[str, Gateway], now: datetime) -> dict[str, datetime]:
    """The channels that are left alone at a moment, and until when."""
    return {name: each.rests_until for name, each in known.items() if each.rests_until and each.rests_until > now}
