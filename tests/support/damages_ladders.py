"""Damages of ladders and of what they tell people; each is one the audit must name exactly."""

from typing import Any

from sqlalchemy import Connection, delete, update
from support.damage import (
    Struck,
    a_fact,
    damage,
    forge,
    last_fact,
    refold,
    rewrite,
    rewrite_body,
    rows_of,
    said,
    struck,
)
from support.office import CITY
from support.past import Past

from domain import facts as f
from domain.store import tables as t
from domain.store.audit import Kind


@damage(Kind.RUNG_SKIPPED)
def a_rung_is_skipped(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "rung-reached")
    rewrite_body(connection, row, rung=said(row)["rung"] + 1)
    return struck(row)


@damage(Kind.RUNG_DOUBLED)
def a_rung_is_reached_twice(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "rung-reached", lambda body: body["rung"] > 0)
    rewrite_body(connection, row, rung=said(row)["rung"] - 1)
    return struck(row)


@damage(Kind.RUNG_AFTER_END)
def a_ladder_goes_on_after_the_end(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    forge(connection, row.case, f.RungReached(duty=said(row)["duty"], rung=1, told=()))
    return struck(row)


@damage(Kind.RUNG_BACKWARDS)
def a_rung_comes_before_the_one_below(connection: Connection, past: Past) -> Struck:
    row, moment = _a_later_rung_of_an_ended_duty(connection, past)
    rewrite(connection, row, at=moment)
    connection.execute(update(t.notice).where(_told_by(row)).values(at=moment))
    refold(connection, row.case)
    return struck(row)


def _a_later_rung_of_an_ended_duty(connection: Connection, past: Past) -> tuple[Any, str]:
    ended = {struck(row) for row in rows_of(connection, "duty-lapsed", past.unreached)}
    opened = {struck(row): row.at for row in rows_of(connection, "duty-opened", past.unreached)}
    rungs = rows_of(connection, "rung-reached", past.unreached)
    row = next(row for row in rungs if struck(row) in ended and said(row)["rung"] > 1)
    return row, opened[struck(row)]


@damage(Kind.LEVEL_SKIPPED)
def an_empty_desk_is_passed_over_in_silence(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "rung-reached", lambda body: bool(body.get("empty")) and "climbed_to" in body)
    rewrite_body(connection, row, empty=[])
    return struck(row)


@damage(Kind.LEVEL_SKIPPED)
def a_ladder_jumps_over_a_level_that_exists(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "rung-reached", lambda body: body.get("desk") == "371302")
    rewrite_body(connection, row, desk=CITY)
    return struck(row)


@damage(Kind.RUNG_UNTOLD)
def a_ladder_climbs_and_tells_nobody(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "rung-reached", lambda body: body.get("desk") == "371321", past.unpaired)
    rewrite_body(connection, row, told=[])
    connection.execute(delete(t.notice).where(_told_by(row)))
    return struck(row)


@damage(Kind.TOLD_DOUBLED)
def one_rung_names_somebody_twice(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "rung-reached")
    rewrite_body(connection, row, told=[*said(row)["told"], *said(row)["told"]])
    return struck(row)


def _told_by(row: Any) -> Any:
    return (t.notice.c.case == row.case) & (t.notice.c.position == row.position)
