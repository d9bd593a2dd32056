"""Damages of duties and of the diary; each is one the audit must name exactly."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
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
    write_again,
)
from support.office import BEGIN, ZHOU
from support.past import Past

from domain import facts as f
from domain.store import tables as t
from domain.store.audit import Kind

# What duties come to


@damage(Kind.DUTY_MISNUMBERED)
def a_duty_has_a_number_out_of_turn(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "duty-opened")
    rewrite_body(connection, row, duty=77)
    return Struck(row.case, 77)


@damage(Kind.DUTY_NEVER_OPENED)
def a_fact_speaks_of_a_duty_nobody_opened(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "telling-failed")
    rewrite_body(connection, row, duty=77)
    return Struck(row.case, 77)


@damage(Kind.DUTY_NEVER_OPENED)
def a_duty_is_met_that_was_never_open(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "duty-met")
    rewrite_body(connection, row, duty=77)
    return Struck(row.case, 77)


@damage(Kind.DUTY_ENDED_TWICE)
def a_duty_met_is_met_again(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    forge(connection, row.case, f.DutyMet(duty=said(row)["duty"], by=None, on=BEGIN.date()))
    return struck(row)


@damage(Kind.DUTY_ENDED_TWICE)
def an_excuse_is_written_twice(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-excused")
    write_again(connection, row)
    return struck(row)


@damage(Kind.EXCUSE_UNNAMED)
def a_duty_is_excused_without_a_reason(connection: Connection, past: Past) -> Struck:
    return _excused(connection, reason="")


@damage(Kind.EXCUSE_UNNAMED)
def a_duty_is_excused_by_nobody(connection: Connection, past: Past) -> Struck:
    return _excused(connection, by="")


@damage(Kind.EXCUSE_UNNAMED)
def a_duty_is_excused_by_nobody_known(connection: Connection, past: Past) -> Struck:
    return _excused(connection, by="p999999999")


def _excused(connection: Connection, **fields: str) -> Struck:
    row = a_fact(connection, "duty-excused")
    rewrite_body(connection, row, **fields)
    return struck(row)


@damage(Kind.SUCCESSOR_MISSING)
def a_duty_gives_way_to_none(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-superseded")
    rewrite_body(connection, row, by_duty=77)
    return struck(row)


@damage(Kind.SUCCESSOR_MISSING)
def a_duty_gives_way_to_one_that_has_ended(connection: Connection, past: Past) -> Struck:
    met = a_fact(connection, "duty-met", case=past.replaced)
    given = last_fact(connection, "duty-superseded", case=past.replaced)
    rewrite_body(connection, given, by_duty=said(met)["duty"])
    return struck(given)


@damage(Kind.LAPSED_INTO_NOTHING)
def a_duty_lapses_into_none(connection: Connection, past: Past) -> Struck:
    return _lapsed(connection, into=77)


@damage(Kind.LAPSED_ONTO_NO_DESK)
def a_duty_lapses_onto_a_desk_it_never_reached(connection: Connection, past: Past) -> Struck:
    return _lapsed(connection, onto="371321")


@damage(Kind.LAPSED_ONTO_NO_DESK)
def a_duty_lapses_onto_no_desk(connection: Connection, past: Past) -> Struck:
    return _lapsed(connection, onto=None)


def _lapsed(connection: Connection, **fields: object) -> Struck:
    row = a_fact(connection, "duty-lapsed")
    rewrite_body(connection, row, **fields)
    return struck(row)


@damage(Kind.LEFT_OPEN)
def a_closed_case_leaves_a_duty_open(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-excused", lambda body: body["reason"] == "case-closed", past.closed)
    failed = f.TellingFailed(duty=said(row)["duty"], person=ZHOU)
    rewrite(connection, row, name="telling-failed", version=f.version_of("telling-failed"), body=f.write_fact(failed))
    refold(connection, row.case)
    return struck(row)


@damage(Kind.RULE_MISSING)
def a_duty_is_of_a_kind_the_programme_does_not_have(connection: Connection, past: Past) -> Struck:
    reached = {struck(row) for row in rows_of(connection, "rung-reached")}
    ended = {struck(row) for row in rows_of(connection, "duty-excused")} - reached
    row = next(row for row in rows_of(connection, "duty-opened") if struck(row) in ended)
    rewrite_body(connection, row, kind="dance")
    return struck(row)


@damage(Kind.RULE_MISSING)
def somebody_is_bound_in_a_role_the_programme_does_not_have(connection: Connection, past: Past) -> Struck:
    rewrite_body(connection, a_fact(connection, "tie-begun", case=past.closed), role="dancer")
    connection.execute(update(t.tie).where(t.tie.c.case == past.closed).values(role="dancer"))
    return Struck(past.closed)


# The diary


@damage(Kind.DIARY_MISSING)
def an_open_duty_has_no_entry(connection: Connection, past: Past) -> Struck:
    duty = _entry(connection, past).number
    connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired, t.diary.c.number == duty))
    return Struck(past.unpaired, duty)


@damage(Kind.DIARY_MISSING)
def the_next_stage_of_life_has_no_entry(connection: Connection, past: Past) -> Struck:
    connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired, t.diary.c.number == 0))
    return Struck(past.unpaired, 0)


@damage(Kind.DIARY_DIFFERS)
def an_entry_looks_a_year_too_late(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, next_moment="2036-09-01T00:00:00Z")


@damage(Kind.DIARY_DIFFERS)
def an_entry_is_overdue_on_another_day(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, overdue_from="2036-09-01T00:00:00Z")


@damage(Kind.DIARY_DIFFERS)
def an_entry_is_due_on_another_day(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, due_on="2036-09-01")


@damage(Kind.DIARY_DIFFERS)
def an_entry_has_another_owner(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, owed_by=ZHOU)


@damage(Kind.DIARY_DIFFERS)
def an_entry_stands_in_another_county(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, county="371302")


@damage(Kind.DIARY_DIFFERS)
def an_entry_stands_in_another_unit(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, unit="371302001")


@damage(Kind.DIARY_DIFFERS)
def an_entry_stands_in_another_stage(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, stage="follow-up")


@damage(Kind.DIARY_DIFFERS)
def an_entry_has_climbed_elsewhere(connection: Connection, past: Past) -> Struck:
    return _differing(connection, past, climbed_to="province")


@damage(Kind.DIARY_STRAY)
def an_entry_belongs_to_no_open_duty(connection: Connection, past: Past) -> Struck:
    entry = dict(_entry(connection, past)._mapping)
    connection.execute(insert(t.diary).values(**entry | {"number": 77}))
    return Struck(past.unpaired, 77)


@damage(Kind.DIARY_STRAY)
def an_entry_belongs_to_no_case(connection: Connection, past: Past) -> Struck:
    entry = dict(_entry(connection, past)._mapping)
    connection.execute(insert(t.diary).values(**entry | {"case": "999999-00001"}))
    return Struck("999999-00001", entry["number"])


def _entry(connection: Connection, past: Past) -> Any:
    mine = t.diary.c.case == past.unpaired, t.diary.c.kind == "find_companion"
    return connection.execute(select(t.diary).where(*mine)).one()


def _differing(connection: Connection, past: Past, **columns: str) -> Struck:
    number = _entry(connection, past).number
    mine = (t.diary.c.case == past.unpaired) & (t.diary.c.number == number)
    connection.execute(update(t.diary).where(mine).values(**columns))
    return Struck(past.unpaired, number)
