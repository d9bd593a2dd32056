"""Damages of the journal and of the snapshot folded from it; each is one the audit must name exactly."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from support.damage import (
    Struck,
    a_fact,
    change_state,
    damage,
    folded,
    forge,
    last_fact,
    refold,
    rewrite,
    rewrite_body,
    rows_of,
    said,
    struck,
    tear_out,
    write_again,
)
from support.office import BEGIN, LIU, OTHER_COUNTY, SUN, ZHOU, days
from support.past import NOW, Past

from domain import facts as f
from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.moments import moment, stamp

# Facts that are gone


@damage(Kind.JOURNAL_GAP)
def a_fact_in_the_middle_is_gone(connection: Connection, past: Past) -> Struck:
    row = rows_of(connection, "rung-reached")[5]
    tear_out(connection, row)
    return Struck(row.case)


@damage(Kind.JOURNAL_GAP)
def the_first_fact_is_gone(connection: Connection, past: Past) -> Struck:
    tear_out(connection, a_fact(connection, "case-opened", case=past.grown))
    return Struck(past.grown)


@damage(Kind.JOURNAL_SHORT)
def the_last_fact_is_gone(connection: Connection, past: Past) -> Struck:
    tear_out(connection, a_fact(connection, "case-closed", case=past.closed))
    return Struck(past.closed)


@damage(Kind.JOURNAL_BEGINNING)
def the_first_fact_is_another(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "case-opened")
    rewrite(connection, row, name="case-admitted", body='{"fact":"case-admitted","by":null}')
    return Struck(row.case)


@damage(Kind.JOURNAL_BEGINNING)
def a_whole_journal_is_gone(connection: Connection, past: Past) -> Struck:
    connection.execute(delete(t.journal).where(t.journal.c.case == past.unpaired))
    return Struck(past.unpaired)


# Facts that cannot be read


@damage(Kind.FACT_UNREADABLE)
def a_fact_is_cut_short(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, body='{"fact":"duty-met","du')
    return Struck(row.case)


@damage(Kind.FACT_UNREADABLE)
def a_fact_is_filed_under_another_name(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, name="duty-excused")
    return Struck(row.case)


@damage(Kind.FACT_UNREADABLE)
def a_fact_has_a_version_that_never_was(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, version=0)
    return Struck(row.case)


@damage(Kind.FACT_UNREADABLE)
def an_old_fact_is_a_list(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "tie-begun")
    rewrite(connection, row, version=1, body="[1]")
    return Struck(row.case)


@damage(Kind.FACT_UNREADABLE)
def a_fact_bears_no_moment(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, at="2026-09-09")
    return Struck(row.case)


@damage(Kind.FACT_UNKNOWN)
def a_fact_comes_from_a_version_to_come(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, version=f.version_of("duty-met") + 1)
    return Struck(row.case)


@damage(Kind.FACT_UNKNOWN)
def a_fact_has_a_name_nobody_knows(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, name="duty-danced", body=row.body.replace("duty-met", "duty-danced"))
    return Struck(row.case)


# Facts that are others


@damage(Kind.SNAPSHOT_DIFFERS)
def a_fact_is_altered(connection: Connection, past: Past) -> Struck:
    rewrite_body(connection, a_fact(connection, "case-opened", case=past.uphill), born="2015-03-11")
    return Struck(past.uphill)


@damage(Kind.JOURNAL_BROKEN)
def a_case_grows_out_of_a_watch_that_had_not_begun(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "case-admitted")
    rewrite(connection, row, name="moved-to-follow-up", version=1, body='{"fact":"moved-to-follow-up","by":null}')
    return Struck(row.case)


@damage(Kind.BEFORE_DIFFERS)
def a_change_of_risk_is_written_twice(connection: Connection, past: Past) -> Struck:
    write_again(connection, last_fact(connection, "risk-changed", case=past.moved))
    return Struck(past.moved)


@damage(Kind.BEFORE_DIFFERS)
def a_move_begins_elsewhere(connection: Connection, past: Past) -> Struck:
    rewrite_body(connection, a_fact(connection, "case-moved"), before=OTHER_COUNTY)
    return Struck(past.moved)


@damage(Kind.BEFORE_DIFFERS)
def a_change_of_version_begins_at_another(connection: Connection, past: Past) -> Struck:
    rewrite_body(connection, a_fact(connection, "programme-changed"), before="linyi-1204@7")
    return Struck(past.renewed)


@damage(Kind.DUTY_MISNUMBERED)
def two_facts_change_places(connection: Connection, past: Past) -> Struck:
    first, second = rows_of(connection, "duty-opened", past.replaced)[3:5]
    for row, other in ((first, second), (second, first)):
        rewrite(connection, row, at=other.at, recorded_at=other.recorded_at, body=other.body)
    return Struck(past.replaced, said(second)["duty"])


@damage(Kind.PROGRAMME_CHANGED)
def a_fact_follows_another_version_of_the_programme(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, programme="linyi-1204@9")
    return Struck(row.case)


# Words


@damage(Kind.FREE_WORDS)
def a_name_stands_in_a_reason(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "tie-ended", case=past.replaced)
    rewrite_body(connection, row, reason="某101")
    return Struck(row.case)


@damage(Kind.FREE_WORDS)
def a_telephone_stands_in_an_answer(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite_body(connection, row, answers={"phone": "13905391234"})
    return Struck(row.case)


@damage(Kind.FREE_WORDS)
def a_name_stands_among_the_reasons_of_a_pairing(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "pairing-proposed")
    rewrite_body(connection, row, why=["near?who=%E5%91%A8%E5%85%B0"])
    return Struck(row.case)


# Moments


@damage(Kind.MOMENT_AHEAD)
def a_fact_was_written_before_it_was_true(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "duty-met")
    rewrite(connection, row, recorded_at=stamp(BEGIN - days(1)))
    return Struck(row.case)


@damage(Kind.MOMENT_EARLY)
def a_fact_is_older_than_its_case(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "risk-changed")
    rewrite(connection, row, at="2020-01-01T00:00:00Z")
    return Struck(row.case)


@damage(Kind.MOMENT_EARLY)
def a_duty_ended_before_it_began(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "duty-met", case=past.replaced)
    rewrite(connection, row, at=stamp(BEGIN))
    return struck(row)


@damage(Kind.MOMENT_EARLY)
def a_helper_left_before_coming(connection: Connection, past: Past) -> Struck:
    row = last_fact(connection, "tie-ended", case=past.excused)
    rewrite(connection, row, at=stamp(BEGIN))
    connection.execute(update(t.tie).where(t.tie.c.case == past.excused).values(until=stamp(BEGIN)))
    return Struck(past.excused)


@damage(Kind.MOMENT_OF_ACT)
def an_act_is_dated_back(connection: Connection, past: Past) -> Struck:
    row = a_fact(connection, "proposal-approved")
    rewrite(connection, row, at=stamp(moment(row.at) - days(1)))
    return Struck(row.case)


@damage(Kind.RECORDED_BACKWARDS)
def facts_run_backwards(connection: Connection, past: Past) -> Struck:
    row = rows_of(connection, "rung-reached", past.unpaired)[-2]
    rewrite(connection, row, recorded_at=stamp(NOW + days(1)))
    return Struck(row.case)


# The snapshot


@damage(Kind.SNAPSHOT_MISSING)
def a_snapshot_is_gone(connection: Connection, past: Past) -> Struck:
    connection.execute(delete(t.snapshot).where(t.snapshot.c.case == past.unpaired))
    return Struck(past.unpaired)


@damage(Kind.TALLY_DIFFERS)
def a_kept_sum_counts_a_case_too_many(connection: Connection, _past: Past) -> Struck:
    one = connection.execute(select(t.tally).where(t.tally.c.cases > 0)).first()
    assert one is not None
    here = (t.tally.c.unit == one.unit) & (t.tally.c.programme == one.programme) & (t.tally.c.stage == one.stage)
    connection.execute(update(t.tally).where(here).values(cases=t.tally.c.cases + 1))
    return Struck(None)


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_forgets_who_is_tied(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, tied=7)


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_forgets_when_its_case_was_opened(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, opened_at="2020-01-01T00:00:00Z")


@damage(Kind.TIE_MISSING)
def a_tie_of_which_nothing_was_ever_heard_says_so(connection: Connection, _past: Past) -> Struck:
    heard = connection.execute(select(t.tie).where(t.tie.c.heard_at.is_not(None))).first()
    assert heard is not None
    mine = (t.tie.c.case == heard.case) & (t.tie.c.person == heard.person) & (t.tie.c.since == heard.since)
    connection.execute(update(t.tie).where(mine).values(heard_at=None))
    return Struck(heard.case)


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_remembers_another_birthday(connection: Connection, past: Past) -> Struck:
    change_state(connection, past.unpaired, born="2015-03-11")
    return Struck(past.unpaired)


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_cannot_be_read(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, state="{")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_shows_another_risk(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, risk="high")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_shows_another_stage(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, stage="closed")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_stands_in_another_unit(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, unit="371321")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_stands_in_another_county(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, county="371302")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_follows_another_version(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, programme="linyi-1204@2")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_is_of_another_child(connection: Connection, past: Past) -> Struck:
    return _bent(connection, past, subject="p000000101")


@damage(Kind.SNAPSHOT_DIFFERS)
def a_snapshot_lags_behind_its_journal(connection: Connection, past: Past) -> Struck:
    position = connection.scalar(select(t.snapshot.c.position).where(t.snapshot.c.case == past.unpaired))
    return _bent(connection, past, position=(position or 0) - 1)


def _bent(connection: Connection, past: Past, **columns: Any) -> Struck:
    connection.execute(update(t.snapshot).where(t.snapshot.c.case == past.unpaired).values(**columns))
    return Struck(past.unpaired)


# Ties


@damage(Kind.TIE_MISSING)
def a_tie_of_the_past_is_gone(connection: Connection, past: Past) -> Struck:
    connection.execute(delete(t.tie).where(t.tie.c.case == past.replaced, t.tie.c.person == ZHOU))
    return Struck(past.replaced)


@damage(Kind.TIE_MISSING)
def a_tie_ended_at_another_moment(connection: Connection, past: Past) -> Struck:
    ended = (t.tie.c.case == past.replaced) & (t.tie.c.person == ZHOU)
    connection.execute(update(t.tie).where(ended).values(until=stamp(NOW)))
    return Struck(past.replaced)


@damage(Kind.TIE_STRAY)
def a_tie_is_written_that_never_was(connection: Connection, past: Past) -> Struck:
    never = {"case": past.unpaired, "role": "companion", "person": ZHOU, "since": stamp(BEGIN), "until": stamp(NOW)}
    connection.execute(insert(t.tie).values(**never))
    return Struck(past.unpaired)


@damage(Kind.TIE_STRAY)
def a_tie_belongs_to_no_case(connection: Connection, past: Past) -> Struck:
    never = {"case": "999999-00001", "role": "companion", "person": ZHOU, "since": stamp(BEGIN), "until": stamp(NOW)}
    connection.execute(insert(t.tie).values(**never))
    return Struck("999999-00001")


@damage(Kind.TIE_NEVER_BEGUN)
def somebody_leaves_who_was_not_there(connection: Connection, past: Past) -> Struck:
    rewrite_body(connection, a_fact(connection, "tie-ended", case=past.replaced), person=LIU)
    return Struck(past.replaced)


@damage(Kind.TIE_DOUBLED)
def somebody_comes_twice(connection: Connection, past: Past) -> Struck:
    write_again(connection, last_fact(connection, "tie-begun", case=past.uphill))
    return Struck(past.uphill)


@damage(Kind.OWNER_GONE)
def a_helper_leaves_and_nobody_takes_over(connection: Connection, past: Past) -> Struck:
    owed = next(duty.number for duty in folded(connection, past.grown).duties.values() if duty.owed_by is not None)
    rewrite_body(connection, a_fact(connection, "tie-begun", case=past.grown), person=LIU)
    refold(connection, past.grown)
    connection.execute(update(t.tie).where(t.tie.c.case == past.grown).values(person=LIU))
    for person, change in ((SUN, -1), (LIU, 1)):
        connection.execute(update(t.helper).where(t.helper.c.person == person).values(load=t.helper.c.load + change))
    return Struck(past.grown, owed)


@damage(Kind.TRANSFER_UNANSWERED)
def a_transfer_is_asked_of_nobody(connection: Connection, past: Past) -> Struck:
    asked = f.TransferAsked(unit=OTHER_COUNTY, county=OTHER_COUNTY, by=ZHOU, reason="moved-away")
    forge(connection, past.unpaired, asked)
    refold(connection, past.unpaired)
    return Struck(past.unpaired)
