"""Damages of the journal, the snapshot and what duties come to; each is one the audit must name exactly."""

import json

from sqlalchemy import Connection, delete, update
from support.damage import (
    a_fact,
    change_state,
    damage,
    forge,
    last_fact,
    refold,
    rewrite,
    rewrite_body,
    rows_of,
    tear_out,
)
from support.office import BEGIN, ZHOU, days
from support.past import Past

from domain import facts as f
from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.moments import stamp

# The journal


@damage(Kind.JOURNAL_GAP)
def a_fact_in_the_middle_is_gone(connection: Connection, past: Past) -> None:
    tear_out(connection, rows_of(connection, "rung-reached")[5])


@damage(Kind.JOURNAL_GAP)
def the_first_fact_is_gone(connection: Connection, past: Past) -> None:
    tear_out(connection, a_fact(connection, "case-opened"))


@damage(Kind.SNAPSHOT_DIFFERS)
def the_last_fact_is_gone(connection: Connection, past: Past) -> None:
    tear_out(connection, a_fact(connection, "case-closed"))


@damage(Kind.JOURNAL_BEGINNING)
def the_first_fact_is_another(connection: Connection, past: Past) -> None:
    rewrite(
        connection, a_fact(connection, "case-opened"), name="case-admitted", body='{"fact":"case-admitted","by":null}'
    )


@damage(Kind.JOURNAL_BEGINNING)
def a_whole_journal_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.journal).where(t.journal.c.case == past.unpaired))


@damage(Kind.FACT_UNREADABLE)
def a_fact_is_cut_short(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "duty-met"), body='{"fact":"duty-met","du')


@damage(Kind.FACT_UNREADABLE)
def a_fact_comes_from_a_version_nobody_knows(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "duty-met"), version=0)


@damage(Kind.FACT_UNREADABLE)
def a_fact_is_filed_under_another_name(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "duty-met"), name="duty-excused")


@damage(Kind.JOURNAL_BROKEN)
def a_case_grows_out_of_a_watch_that_had_not_begun(connection: Connection, past: Past) -> None:
    row = a_fact(connection, "case-admitted")
    rewrite(connection, row, name="moved-to-follow-up", version=1, body='{"fact":"moved-to-follow-up","by":null}')


@damage(Kind.MOMENT_AHEAD)
def a_fact_was_written_before_it_was_true(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "duty-met"), recorded_at=stamp(BEGIN - days(1)))


@damage(Kind.MOMENT_EARLY)
def a_fact_is_older_than_its_case(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "telling-failed"), at="2020-01-01T00:00:00Z")


@damage(Kind.PROGRAMME_CHANGED)
def a_fact_follows_another_version_of_the_programme(connection: Connection, past: Past) -> None:
    rewrite(connection, a_fact(connection, "duty-met"), programme="linyi-1204@9")


# The snapshot


@damage(Kind.SNAPSHOT_MISSING)
def a_snapshot_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.snapshot).where(t.snapshot.c.case == past.unpaired))


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_remembers_another_birthday(connection: Connection, past: Past) -> None:
    change_state(connection, past.unpaired, born="2015-03-11")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_cannot_be_read(connection: Connection, past: Past) -> None:
    connection.execute(update(t.snapshot).where(t.snapshot.c.case == past.unpaired).values(state="{"))


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_shows_another_risk(connection: Connection, past: Past) -> None:
    connection.execute(update(t.snapshot).where(t.snapshot.c.case == past.unpaired).values(risk="high"))


# Duties


@damage(Kind.DUTY_MISNUMBERED)
def a_duty_has_a_number_out_of_turn(connection: Connection, past: Past) -> None:
    rewrite_body(connection, last_fact(connection, "duty-opened"), duty=77)


@damage(Kind.DUTY_NEVER_OPENED)
def a_fact_speaks_of_a_duty_nobody_opened(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "telling-failed"), duty=77)


@damage(Kind.DUTY_ENDED_TWICE)
def a_duty_met_is_met_again(connection: Connection, past: Past) -> None:
    row = a_fact(connection, "duty-met")
    forge(connection, row.case, f.DutyMet(duty=json.loads(row.body)["duty"], by=None, on=BEGIN.date()))


@damage(Kind.EXCUSE_UNNAMED)
def a_duty_is_excused_without_a_reason(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-excused"), reason="")


@damage(Kind.EXCUSE_UNNAMED)
def a_duty_is_excused_by_nobody_known(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-excused"), by="p999999999")


@damage(Kind.SUCCESSOR_MISSING)
def a_duty_gives_way_to_none(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-superseded"), by_duty=77)


@damage(Kind.SUCCESSOR_MISSING)
def a_duty_gives_way_to_one_that_has_ended(connection: Connection, past: Past) -> None:
    met = next(row for row in rows_of(connection, "duty-met") if row.case == past.replaced)
    given = [row for row in rows_of(connection, "duty-superseded") if row.case == past.replaced][-1]
    rewrite_body(connection, given, by_duty=json.loads(met.body)["duty"])


@damage(Kind.LAPSED_INTO_NOTHING)
def a_duty_lapses_into_none(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-lapsed"), into=77)


@damage(Kind.LAPSED_ONTO_NO_DESK)
def a_duty_lapses_onto_a_desk_it_never_reached(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-lapsed"), onto="371321")


@damage(Kind.LAPSED_ONTO_NO_DESK)
def a_duty_lapses_onto_no_desk(connection: Connection, past: Past) -> None:
    rewrite_body(connection, a_fact(connection, "duty-lapsed"), onto=None)


@damage(Kind.LEFT_OPEN)
def a_closed_case_leaves_a_duty_open(connection: Connection, past: Past) -> None:
    row = a_fact(connection, "duty-excused", lambda body: body["reason"] == "case-closed")
    failed = f.TellingFailed(duty=json.loads(row.body)["duty"], person=ZHOU)
    rewrite(connection, row, name="telling-failed", body=f.write_fact(failed))
    refold(connection, row.case)
