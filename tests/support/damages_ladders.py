"""Damages of the diary and of ladders; each is one the audit must name exactly."""

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from support.damage import (
    a_fact,
    damage,
    forge,
    last_fact,
    refold,
    rewrite,
    rewrite_body,
    rows_of,
)
from support.past import Past

from domain import facts as f
from domain.store import tables as t
from domain.store.audit import Kind

# The diary


@damage(Kind.DIARY_MISSING)
def an_open_duty_has_no_entry(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired, t.diary.c.kind == "find_companion"))


@damage(Kind.DIARY_MISSING)
def the_next_stage_of_life_has_no_entry(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired, t.diary.c.number == 0))


@damage(Kind.DIARY_DIFFERS)
def an_entry_looks_a_year_too_late(connection: Connection, past: Past) -> None:
    entry = (t.diary.c.case == past.unpaired) & (t.diary.c.kind == "find_companion")
    connection.execute(update(t.diary).where(entry).values(next_moment="2036-09-01T00:00:00Z"))


@damage(Kind.DIARY_DIFFERS)
def an_entry_is_overdue_on_another_day(connection: Connection, past: Past) -> None:
    entry = (t.diary.c.case == past.unpaired) & (t.diary.c.kind == "find_companion")
    connection.execute(update(t.diary).where(entry).values(overdue_from="2036-09-01T00:00:00Z"))


@damage(Kind.DIARY_STRAY)
def an_entry_belongs_to_no_open_duty(connection: Connection, past: Past) -> None:
    row = connection.execute(select(t.diary).where(t.diary.c.case == past.unpaired).limit(1)).one()
    connection.execute(insert(t.diary).values(**dict(row._mapping) | {"number": 77}))


@damage(Kind.DIARY_STRAY)
def an_entry_belongs_to_no_case(connection: Connection, past: Past) -> None:
    row = connection.execute(select(t.diary).where(t.diary.c.case == past.unpaired).limit(1)).one()
    connection.execute(insert(t.diary).values(**dict(row._mapping) | {"case": "999999-00001"}))


# Ladders and their rules


@damage(Kind.RULE_MISSING)
def a_duty_is_of_a_kind_the_programme_does_not_have(connection: Connection, past: Past) -> None:
    reached = {(row.case, json.loads(row.body)["duty"]) for row in rows_of(connection, "rung-reached")}
    ended = {(row.case, json.loads(row.body)["duty"]) for row in rows_of(connection, "duty-excused")}
    row = next(
        row for row in rows_of(connection, "duty-opened")
        if (row.case, json.loads(row.body)["duty"]) in ended - reached
    )  # fmt: skip
    rewrite_body(connection, row, kind="dance")


@damage(Kind.RUNG_SKIPPED)
def a_rung_is_skipped(connection: Connection, past: Past) -> None:
    row = last_fact(connection, "rung-reached")
    rewrite_body(connection, row, rung=json.loads(row.body)["rung"] + 1)


@damage(Kind.RUNG_DOUBLED)
def a_rung_is_reached_twice(connection: Connection, past: Past) -> None:
    row = last_fact(connection, "rung-reached", lambda body: body["rung"] > 0)
    rewrite_body(connection, row, rung=json.loads(row.body)["rung"] - 1)


@damage(Kind.RUNG_AFTER_END)
def a_ladder_goes_on_after_the_end(connection: Connection, past: Past) -> None:
    row = a_fact(connection, "duty-met")
    forge(connection, row.case, f.RungReached(duty=json.loads(row.body)["duty"], rung=1, told=()))


@damage(Kind.RUNG_BACKWARDS)
def a_rung_comes_before_the_one_below(connection: Connection, past: Past) -> None:
    row, moment = _a_later_rung_of_an_ended_duty(connection, past)
    rewrite(connection, row, at=moment)
    mine = (t.notice.c.case == row.case) & (t.notice.c.position == row.position)
    connection.execute(update(t.notice).where(mine).values(at=moment))
    refold(connection, row.case)


def _a_later_rung_of_an_ended_duty(connection: Connection, past: Past) -> tuple[Any, str]:
    ended = {json.loads(row.body)["duty"] for row in rows_of(connection, "duty-lapsed") if row.case == past.unreached}
    opened = {
        json.loads(row.body)["duty"]: row.at for row in rows_of(connection, "duty-opened") if row.case == past.unreached
    }
    for row in rows_of(connection, "rung-reached"):
        body = json.loads(row.body)
        if row.case == past.unreached and body["duty"] in ended and body["rung"] > 1:
            return row, opened[body["duty"]]
    raise AssertionError("no ladder was climbed")


@damage(Kind.LEVEL_SKIPPED)
def an_empty_desk_is_passed_over_in_silence(connection: Connection, past: Past) -> None:
    climbed_past = a_fact(connection, "rung-reached", lambda body: bool(body.get("empty")) and "desk" in body)
    rewrite_body(connection, climbed_past, empty=[])


@damage(Kind.LEVEL_SKIPPED)
def a_ladder_jumps_to_the_top(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "rung-reached", lambda body: body.get("desk") == "371302"), desk="3713")
