"""The audit: clean over a life the engine made; damaged in one way, it names exactly that."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from support.damage import (
    a_fact,
    a_notice,
    change_state,
    forge,
    last_fact,
    refold,
    rewrite,
    rewrite_body,
    rows_of,
    tear_out,
    undone,
)
from support.databases import postgres_database
from support.office import BEGIN, LIU, SUN, TOWNSHIP_DESK, ZHOU, days, open_office
from support.past import NOW, Past, live_through
from support.programmes import LINYI

from domain import facts as f
from domain.ids import CaseId
from domain.store import audit as auditing
from domain.store import tables as t
from domain.store.audit import Kind, Severity, Tally, audit, audit_report, steady
from domain.store.audit_findings import CONCERNS
from domain.store.moments import moment, stamp
from domain.store.offices import office_changed
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.words import LANGUAGES, sentences

Damage = Callable[[Connection, Past], None]

DAMAGES: dict[str, tuple[Damage, Kind]] = {}


def damage(kind: Kind) -> Callable[[Damage], Damage]:
    """A way to damage the database, and what the audit must call it."""

    def keep(function: Damage) -> Damage:
        DAMAGES[function.__name__] = (function, kind)
        return function

    return keep


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Past]]:
    """A hundred days of an office, made once: each test damages them in a transaction that is undone."""
    if request.param == "sqlite":
        store = open_office(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'lived.sqlite'}")
        yield store, live_through(store)
        return
    with postgres_database(request.getfixturevalue("postgres_port")) as url:
        store = open_office(url)
        yield store, live_through(store)
        store.engine.dispose()


def breaches(connection: Connection, store: Store) -> set[Kind]:
    return {found.kind for found in audit(connection, store, NOW) if found.severity is Severity.BREACH}


def concerns(connection: Connection, store: Store) -> set[Kind]:
    return {found.kind for found in audit(connection, store, NOW) if found.severity is Severity.CONCERN}


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
    rewrite(connection, row, name="moved-to-follow-up", body='{"fact":"moved-to-follow-up","by":null}')


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


# Notices and nudges


@damage(Kind.NOTICE_MISSING)
def a_notice_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.notice).where(t.notice.c.id == a_notice(connection, state="planned").id))


@damage(Kind.NOTICE_STRAY)
def a_notice_has_no_fact_behind_it(connection: Connection, past: Past) -> None:
    row = dict(a_notice(connection, state="planned")._mapping) | {
        "id": 9_999_999,
        "rung": 77,
        "state": "moot",
        "nudge": None,
    }
    connection.execute(insert(t.notice).values(**row))


@damage(Kind.NOTICE_DIFFERS)
def a_notice_names_another_fact(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(position=row.position + 1))


@damage(Kind.NOTICE_STATE)
def a_planned_notice_is_in_no_message(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=None))


@damage(Kind.NOTICE_STATE)
def a_notice_is_in_a_state_nobody_knows(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(state="asleep"))


@damage(Kind.NUDGE_MISSING)
def a_message_is_gone(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=9_999_999))


@damage(Kind.NUDGE_ELSEWHERE)
def a_message_goes_to_somebody_else(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned", person=ZHOU)
    connection.execute(update(t.nudge).where(t.nudge.c.id == row.nudge).values(person=SUN))


@damage(Kind.NUDGE_EMPTY)
def an_empty_message_was_sent(connection: Connection, past: Past) -> None:
    _another_nudge(connection, 9_999_999)


@damage(Kind.TOLD_TWICE)
def a_message_that_went_out_was_followed_by_another(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    _another_nudge(connection, 9_999_999, person=row.person, replaces=row.nudge)
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=9_999_999))


@damage(Kind.FAILURE_UNANSWERED)
def a_message_failed_and_nobody_was_told(connection: Connection, past: Past) -> None:
    still_open = select(t.notice.c.nudge).join(
        t.diary, (t.diary.c.case == t.notice.c.case) & (t.diary.c.number == t.notice.c.duty)
    )
    nudge = connection.scalar(
        select(t.nudge.c.id).where(t.nudge.c.id.in_(still_open), t.nudge.c.person == LIU).limit(1)
    )
    old = stamp(NOW - days(5))
    connection.execute(update(t.nudge).where(t.nudge.c.id == nudge).values(state="failed", settled_at=old))


def _another_nudge(connection: Connection, number: int, **columns: Any) -> None:
    row = connection.execute(select(t.nudge).where(t.nudge.c.state == "sent").limit(1)).one()
    connection.execute(insert(t.nudge).values(**dict(row._mapping) | {"id": number} | columns))


# Ties


@damage(Kind.TIE_MISSING)
def a_tie_of_the_past_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.tie).where(t.tie.c.case == past.replaced, t.tie.c.person == ZHOU))


@damage(Kind.TIE_MISSING)
def a_tie_ended_at_another_moment(connection: Connection, past: Past) -> None:
    ended = (t.tie.c.case == past.replaced) & (t.tie.c.person == ZHOU)
    connection.execute(update(t.tie).where(ended).values(until=stamp(NOW)))


@damage(Kind.TIE_STRAY)
def a_tie_is_written_that_never_was(connection: Connection, past: Past) -> None:
    never = {"case": past.unpaired, "role": "companion", "person": SUN, "since": stamp(BEGIN), "until": stamp(NOW)}
    connection.execute(insert(t.tie).values(**never))


@damage(Kind.LOAD_DIFFERS)
def a_helper_is_counted_with_too_many(connection: Connection, past: Past) -> None:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(load=2))


@damage(Kind.OVER_CAPACITY)
def a_helper_carries_more_than_he_can(connection: Connection, past: Past) -> None:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(capacity=0))


# The tests


def test_a_life_made_by_the_engine_is_clean(database_url: str) -> None:
    store = open_office(database_url)
    live_through(store)
    report = audit_report(store, NOW)
    assert [found.sentence("en") for found in report.breaches + report.concerns] == []
    assert report.clean
    assert report.tally.cases == 7
    assert report.tally.facts > 300
    assert report.tally.notices > 200
    assert set(report.tally.ended) == {"duty-met", "duty-excused", "duty-superseded", "duty-lapsed"}
    assert report.tally.open > 20


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_exactly(name: str, lived: tuple[Store, Past]) -> None:
    store, past = lived
    harm, kind = DAMAGES[name]
    with undone(store) as connection:
        harm(connection, past)
        assert breaches(connection, store) == {kind}


def test_damage_is_told_in_both_languages(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        a_rung_is_skipped(connection, past)
        found = next(found for found in audit(connection, store, NOW) if found.kind is Kind.RUNG_SKIPPED)
    assert "was skipped" in found.sentence("en")
    assert "跳过" in found.sentence("zh")
    assert found.as_data()["severity"] == "breach"


def test_every_kind_of_finding_has_words() -> None:
    for language in LANGUAGES:
        assert {kind.value for kind in Kind} == set(sentences("audit", language))


def test_every_kind_of_breach_is_damaged_on_purpose() -> None:
    elsewhere = {Kind.PROGRAMME_UNKNOWN, Kind.NO_NEXT_MOMENT, Kind.ROUND_BEHIND}
    assert {kind for _, kind in DAMAGES.values()} | elsewhere | CONCERNS == set(Kind)


def test_a_programme_file_that_is_gone_is_named(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        assert breaches(connection, replace(store, programmes={})) == {Kind.PROGRAMME_UNKNOWN}


def test_a_round_that_did_not_come_is_named_after_a_day(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        due = connection.scalar(select(func.min(t.diary.c.next_moment)))
        soon = moment(due) + timedelta(hours=23)
        assert [found for found in audit(connection, store, soon) if found.kind is Kind.ROUND_BEHIND] == []
        late = [
            found for found in audit(connection, store, soon + timedelta(hours=2)) if found.kind is Kind.ROUND_BEHIND
        ]
        assert {found.detail["since"] for found in late} == {due}


def test_a_case_that_is_set_aside_is_named_instead_of_the_round(lived: tuple[Store, Past]) -> None:
    store, past = lived
    late = NOW + days(40)
    row = {"case": past.unpaired, "until": stamp(late + days(1)), "since": stamp(NOW), "error": "KeyError", "times": 3}
    with undone(store) as connection:
        connection.execute(insert(t.set_aside).values(**row))
        found = {each.case: each for each in audit(connection, store, late) if each.kind is Kind.SET_ASIDE}
        behind = {each.case for each in audit(connection, store, late) if each.kind is Kind.ROUND_BEHIND}
    assert found.keys() == {past.unpaired}
    assert found[past.unpaired].severity is Severity.CONCERN
    assert past.unpaired not in behind
    assert past.replaced in behind


def test_a_place_where_nobody_sits_at_any_desk_is_a_concern_and_no_breach(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        connection.execute(delete(t.desk))
        office_changed(connection)
        alone = replace(store, offices={})
        assert breaches(connection, alone) == set()
        found = [each for each in audit(connection, alone, NOW) if each.kind is Kind.NOBODY_ANSWERS]
    assert past.unpaired in {each.case for each in found}
    assert {each.case for each in found}.isdisjoint({past.refused, past.closed})


def test_an_open_case_to_which_nobody_owes_anything_is_a_concern(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        _excuse_everything(connection, past.unpaired)
        connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired, t.diary.c.number > 0))
        connection.execute(update(t.diary).where(t.diary.c.case == past.unpaired).values(stage="pairing"))
        assert breaches(connection, store) == set()
        assert concerns(connection, store) == {Kind.NOTHING_OWED}


def test_an_open_case_without_a_next_moment_is_a_breach(lived: tuple[Store, Past]) -> None:
    store, past = lived
    grown = {LINYI: store.programmes[LINYI].model_copy(update={"life": {}})}
    grown[LINYI].__dict__.pop("seasons", None)
    with undone(store) as connection:
        _excuse_everything(connection, past.unpaired)
        connection.execute(delete(t.diary).where(t.diary.c.case == past.unpaired))
        connection.execute(delete(t.diary).where(t.diary.c.number == 0))
        assert breaches(connection, replace(store, programmes=grown)) == {Kind.NO_NEXT_MOMENT}


def _excuse_everything(connection: Connection, case: CaseId) -> None:
    open_duties = connection.scalars(select(t.diary.c.number).where(t.diary.c.case == case, t.diary.c.number > 0))
    for number in sorted(open_duties):
        forge(connection, case, f.DutyExcused(duty=number, by=TOWNSHIP_DESK, reason="other"))
    refold(connection, case)


def test_notices_nobody_planned_are_a_concern(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        row = a_notice(connection, state="planned", case=past.unpaired)
        connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(state="waiting", nudge=None))
        written = select(t.journal.c.recorded_at).where(
            t.journal.c.case == row.case, t.journal.c.position == row.position
        )
        day_after = moment(str(connection.scalar(written))) + days(1)
        assert Kind.NOTICES_WAIT not in {each.kind for each in audit(connection, store, day_after - timedelta(hours=1))}
        assert Kind.NOTICES_WAIT in {each.kind for each in audit(connection, store, day_after)}


def test_messages_that_did_not_leave_are_a_concern(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        connection.execute(update(t.nudge).where(t.nudge.c.person == SUN).values(state="queued", settled_at=None))
        assert breaches(connection, store) == set()
        assert concerns(connection, store) == {Kind.NUDGES_WAIT}


def test_a_failure_that_reached_a_desk_is_no_breach(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        a_message_failed_and_nobody_was_told(connection, past)
        for found in [each for each in audit(connection, store, NOW) if each.kind is Kind.FAILURE_UNANSWERED]:
            assert found.case is not None
            assert found.duty is not None
            forge(connection, found.case, f.TellingFailed(duty=found.duty, person=LIU))
            refold(connection, found.case)
        assert breaches(connection, store) == set()


def test_a_repeat_in_doubt_is_the_channels_own_and_no_breach(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        row = a_notice(connection, state="planned")
        everything = t.notice.c.nudge == row.nudge
        _another_nudge(connection, 9_999_999, person=row.person, replaces=row.nudge)
        connection.execute(update(t.notice).where(everything).values(nudge=9_999_999))
        doubtful = {"state": "doubtful", "in_doubt": True, "settled_at": stamp(NOW)}
        connection.execute(update(t.nudge).where(t.nudge.c.id == row.nudge).values(**doubtful))
        assert breaches(connection, store) == set()


def test_few_cases_at_a_time_find_the_same(lived: tuple[Store, Past], monkeypatch: pytest.MonkeyPatch) -> None:
    store, past = lived
    with undone(store) as connection:
        an_entry_belongs_to_no_case(connection, past)
        a_duty_met_is_met_again(connection, past)
        at_once, one_by_one = Tally(), Tally()
        together = list(audit(connection, store, NOW, tally=at_once))
        monkeypatch.setattr(auditing, "AT_A_TIME", 1)
        assert list(audit(connection, store, NOW, tally=one_by_one)) == together
        assert one_by_one == at_once


def test_an_audit_sees_one_state_of_a_database_that_goes_on(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with steady(store.engine) as connection:
        findings = audit(connection, store, NOW)
        run_round(store, NOW + days(3))
        assert list(findings) == []
