"""The audit: clean over a life the engine made; damaged in one way, it names exactly that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from support import damages_duties, damages_ladders, damages_telling
from support.damage import a_notice, forge, refold, undone
from support.databases import postgres_database
from support.office import SUN, TOWNSHIP_DESK, days
from support.past import NOW, Past, live_through, open_lived_office

from domain import facts as f
from domain.ids import CaseId, PersonId
from domain.store import ranges
from domain.store import tables as t
from domain.store.audit import Kind, Severity, Tally, audit, audit_report, steady
from domain.store.moments import moment, stamp
from domain.store.offices import office_changed
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.words import LANGUAGES, sentences


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Past]]:
    """A hundred days of an office, made once: each test damages them in a transaction that is undone."""
    if request.param == "sqlite":
        store = open_lived_office(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'lived.sqlite'}")
        yield store, live_through(store)
        return
    with postgres_database(request.getfixturevalue("postgres_port")) as url:
        store = open_lived_office(url)
        yield store, live_through(store)
        store.engine.dispose()


def breaches(connection: Connection, store: Store) -> set[Kind]:
    return {found.kind for found in audit(connection, store, NOW) if found.severity is Severity.BREACH}


def concerns(connection: Connection, store: Store) -> set[Kind]:
    return {found.kind for found in audit(connection, store, NOW) if found.severity is Severity.CONCERN}


def test_a_life_made_by_the_engine_is_clean(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    report = audit_report(store, NOW)
    assert [found.sentence("en") for found in report.breaches + report.concerns] == []
    assert report.clean
    assert report.tally.cases == 12
    assert report.tally.facts > 900
    assert report.tally.notices > 600
    assert set(report.tally.ended) == {"duty-met", "duty-excused", "duty-superseded", "duty-lapsed"}
    assert report.tally.open > 60


def test_damage_is_told_in_both_languages(lived: tuple[Store, Past]) -> None:
    store, past = lived
    with undone(store) as connection:
        damages_ladders.a_rung_is_skipped(connection, past)
        found = next(found for found in audit(connection, store, NOW) if found.kind is Kind.RUNG_SKIPPED)
    assert "was skipped" in found.sentence("en")
    assert "跳过" in found.sentence("zh")
    assert found.as_data()["severity"] == "breach"


def test_every_kind_of_finding_has_words() -> None:
    for language in LANGUAGES:
        assert {kind.value for kind in Kind} == set(sentences("audit", language))


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
    grown = {name: each.model_copy(update={"life": {}}) for name, each in store.programmes.items()}
    for each in grown.values():
        each.__dict__.pop("seasons", None)
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
        damages_telling.a_message_failed_and_nobody_was_told(connection, past)
        for found in [each for each in audit(connection, store, NOW) if each.kind is Kind.FAILURE_UNANSWERED]:
            assert found.case is not None
            assert found.duty is not None
            told = PersonId(str(found.detail["person"]))
            forge(connection, found.case, f.TellingFailed(duty=found.duty, person=told))
            refold(connection, found.case)
        assert breaches(connection, store) == set()


def test_a_repeat_in_doubt_is_the_channels_own_and_no_breach(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        row = a_notice(connection, state="planned")
        everything = t.notice.c.nudge == row.nudge
        damages_telling.another_nudge(connection, 9_999_999, person=row.person, replaces=row.nudge)
        connection.execute(update(t.notice).where(everything).values(nudge=9_999_999))
        doubtful = {"state": "doubtful", "in_doubt": True, "settled_at": stamp(NOW)}
        connection.execute(update(t.nudge).where(t.nudge.c.id == row.nudge).values(**doubtful))
        assert breaches(connection, store) == set()


def test_few_cases_at_a_time_find_the_same(lived: tuple[Store, Past], monkeypatch: pytest.MonkeyPatch) -> None:
    store, past = lived
    with undone(store) as connection:
        damages_duties.an_entry_belongs_to_no_case(connection, past)
        damages_duties.a_duty_met_is_met_again(connection, past)
        at_once, one_by_one = Tally(), Tally()
        together = list(audit(connection, store, NOW, tally=at_once))
        monkeypatch.setattr(ranges, "CASES_AT_A_TIME", 1)
        assert list(audit(connection, store, NOW, tally=one_by_one)) == together
        assert one_by_one == at_once


def test_an_audit_sees_one_state_of_a_database_that_goes_on(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with steady(store.engine) as connection:
        findings = audit(connection, store, NOW)
        run_round(store, NOW + days(3))
        assert list(findings) == []
