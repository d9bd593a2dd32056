"""Figures of a small office, counted by hand: every unit, the year before, what moved, what nobody did."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import delete, update
from support.office import (
    BEGIN,
    CITY,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    SECOND_TOWNSHIP,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    open_case,
    open_office,
    pair,
    village,
)

from domain.ids import UnitId
from domain.programme.schema import Level
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading, writing
from domain.store.figures import Asked, Line, Period, Table, figures
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.tallies import recount

SEPTEMBER: Final = Period(date(2026, 9, 1), date(2026, 9, 30))
A_YEAR_LATER: Final = Period(date(2027, 9, 1), date(2027, 9, 30))
OCTOBER: Final = datetime(2026, 10, 8, 1, tzinfo=UTC)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Four children's September. The first and second are paired on the second day, the third waits, the fourth is
    found not eligible; the second first visit comes a week late, and then somebody needs help at once."""
    store = open_office(database_url)
    first, second = open_case(store, 1), open_case(store, 2)
    open_case(store, 3, township=SECOND_TOWNSHIP)
    fourth = open_case(store, 4, township=OTHER_TOWNSHIP, admit=False, kind="parent_in_prison")
    for day in (2, 9, 23, 30):
        now = BEGIN + days(day)
        run_round(store, now)
        if day == 2:
            pair(store, first, ZHOU, now)
            pair(store, second, LIU, now)
            answer(store, fourth, "eligibility_review", TOWNSHIP_DESK, now, eligible=False)
        if day == 9:
            answer(store, first, "first_visit", ZHOU, now, needs_help=False)
        if day == 23:
            answer(store, second, "first_visit", LIU, now, needs_help=True)
            soon = now + timedelta(hours=5)
            answer(store, second, "urgent_help", TOWNSHIP_DESK, soon, done=("visited", "medical"), settled=True)
    yield store
    assert audit_report(store, BEGIN + days(30)).breaches == []
    store.engine.dispose()


def asked(
    store: Store, period: Period = SEPTEMBER, unit: UnitId | None = None, level: Level | None = None,
    now: datetime = OCTOBER,
) -> Table:  # fmt: skip
    """The figures, from one reading."""
    with reading(store.engine) as connection:
        return figures(connection, store, Asked(period, unit, level), now)


def values(table: Table, line: Line, *, before: bool = False) -> dict[str, object]:
    """One line's figures by their keys."""
    pairs = zip(table.columns, line.cells, strict=True)
    return {column.key: cell.before if before else cell.value for column, cell in pairs}


def of(table: Table, unit: str, key: str) -> object:
    """One figure of one listed unit."""
    line = next(each for each in table.lines if each.unit == unit)
    return values(table, line)[key]


def test_a_small_september_adds_up_as_counted_by_hand(store: Store) -> None:
    table = asked(store)
    assert (table.level, table.left_out) == ("county", 0)
    assert (table.total.unit, table.total.level) == (CITY, "city")
    told = values(table, table.total)
    counted = {
        "cases.open": 3, "cases.opened": 4, "cases.closed": 1, "cases.reopened": 0, "closures.not-eligible": 1,
        "stage.check-in": 2, "stage.escalation": 1, "stage.closed": 1, "stage.pairing": 0,
        "kinds.linyi-1204.orphan": 3,
        "pairing.paired": 2, "pairing.waiting": 1, "pairing.days": 2.0, "pairing.successions": 0,
        "helpers.with_case": 2, "helpers.served": 2, "helpers.serving": 4, "helpers.idle": 2,
        "duties.due": 11, "duties.on_time": 9, "duties.late": 1, "duties.overdue": 1, "duties.open": 0,
        "duties.excused": 0, "duties.superseded": 0, "duties.lapsed": 0,
        "climbs.township": 1, "climbs.county": 2, "climbs.all": 3,
        "urgent.raised": 1, "urgent.hours": 5.0, "urgent.waiting": 0,
        "linyi-1204.first_visit.done": 2, "linyi-1204.first_visit.late_share": 0.5,
        "linyi-1204.first_visit.needs_help.yes": 0.5,
        "linyi-1204.urgent_help.done.visited": 1, "linyi-1204.urgent_help.done.medical.share": 0.5,
    }  # fmt: skip
    assert {key: told[key] for key in counted} == counted
    assert told["pairing.waiting_share"] == pytest.approx(1 / 3, abs=1e-6)
    assert told["duties.on_time_share"] == pytest.approx(9 / 11, abs=1e-6)
    assert told["duties.late_share"] == pytest.approx(2 / 11, abs=1e-6)


def test_each_unit_has_its_own_figures_and_they_add_up_to_the_total(store: Store) -> None:
    table = asked(store, level=Level.TOWNSHIP)
    assert [line.unit for line in table.lines] == [TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP]
    assert [of(table, unit, "duties.due") for unit in (TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP)] == [9, 1, 1]
    assert [of(table, unit, "duties.late_share") for unit in (TOWNSHIP, SECOND_TOWNSHIP)] == [
        pytest.approx(1 / 9, abs=1e-6), 1.0,
    ]  # fmt: skip
    for key in ("cases.open", "cases.opened", "cases.closed", "duties.due", "climbs.all", "helpers.with_case"):
        whole = values(table, table.total)[key]
        assert sum(int(str(values(table, line)[key])) for line in table.lines) == whole, key


def test_the_best_of_its_neighbours_ranks_first(store: Store) -> None:
    table = asked(store, level=Level.TOWNSHIP)
    rank = {
        (line.unit, column.key): cell.rank
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
    }
    assert [rank[unit, "duties.on_time_share"] for unit in (TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP)] == [2, 3, 1]
    assert [rank[unit, "duties.late_share"] for unit in (TOWNSHIP, SECOND_TOWNSHIP, OTHER_TOWNSHIP)] == [2, 3, 1]
    assert rank[OTHER_TOWNSHIP, "pairing.waiting_share"] is None
    assert {cell.rank for cell in table.total.cells} == {None}


def test_a_unit_without_cases_is_listed_with_zeros(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(update(t.unit).where(t.unit.c.id == SECOND_TOWNSHIP).values(parent=OTHER_COUNTY))
    store.offices.clear()
    below = asked(store, unit=OTHER_COUNTY, level=Level.VILLAGE)
    empty = values(below, next(line for line in below.lines if line.unit == village(OTHER_TOWNSHIP)))
    assert (empty["cases.open"], empty["cases.opened"], empty["pairing.waiting"]) == (0, 1, 0)
    assert empty["pairing.waiting_share"] is None
    nobody = asked(store, unit=UnitId("371327"))
    assert (nobody.total.name, nobody.lines, values(nobody, nobody.total)["cases.open"]) == ("莒南县", (), 0)


def test_figures_follow_the_tree_when_a_township_goes_to_another_county(store: Store) -> None:
    assert of(asked(store), COUNTY, "cases.open") == 3
    with writing(store.engine) as connection:
        connection.execute(update(t.unit).where(t.unit.c.id == SECOND_TOWNSHIP).values(parent=OTHER_COUNTY))
    store.offices.clear()
    table = asked(store)
    assert [of(table, unit, "cases.open") for unit in (COUNTY, OTHER_COUNTY)] == [2, 1]


def test_last_years_september_is_told_as_it_stood_then_whatever_came_later(store: Store) -> None:
    then = values(asked(store), asked(store).total)
    do(store, c.CloseCase(case=open_case(store, 9, now=OCTOBER), by=COUNTY_DESK, reason="moved-away"), OCTOBER)
    run_round(store, OCTOBER)
    a_year_on = datetime(2027, 10, 8, 1, tzinfo=UTC)
    run_round(store, a_year_on)
    table = asked(store, A_YEAR_LATER, now=a_year_on)
    before = values(table, table.total, before=True)
    alike = {key for key in then if not key.startswith("helpers.")}
    assert {key: before[key] for key in alike} == {key: then[key] for key in alike}
    assert (before["helpers.with_case"], before["helpers.served"], before["helpers.serving"]) == (2, 2, None)


def test_a_month_that_still_runs_is_compared_with_the_same_days_of_the_year_before(store: Store) -> None:
    on_the_tenth = BEGIN + days(9) + timedelta(hours=1)
    told = values(asked(store, now=on_the_tenth), asked(store, now=on_the_tenth).total)
    assert (told["cases.opened"], told["linyi-1204.first_visit.done"], told["duties.on_time"]) == (4, 1, 8)
    assert (told["duties.open"], told["duties.overdue"], told["climbs.all"]) == (2, 0, 0)
    later = on_the_tenth.replace(year=2027)
    table = asked(store, A_YEAR_LATER, now=later)
    assert values(table, table.total, before=True)["linyi-1204.first_visit.done"] == 1
    an_hour_before = asked(store, A_YEAR_LATER, now=later - timedelta(hours=2))
    assert values(an_hour_before, an_hour_before.total, before=True)["cases.opened"] == 4
    assert values(an_hour_before, an_hour_before.total, before=True).get("linyi-1204.first_visit.done", 0) == 0


def test_what_was_late_stays_with_the_unit_the_case_has_left(store: Store) -> None:
    moving = open_case(store, 20, now=OCTOBER)
    run_round(store, OCTOBER + days(29))
    moved_at = OCTOBER + days(30)
    do(store, c.MoveCase(case=moving, unit=village(OTHER_TOWNSHIP), county=OTHER_COUNTY, by=COUNTY_DESK), moved_at)
    run_round(store, moved_at + days(60))
    period, now = Period(date(2026, 10, 8), date(2026, 12, 31)), datetime(2027, 1, 5, tzinfo=UTC)
    table = asked(store, period, level=Level.TOWNSHIP, now=now)
    kept = "linyi-1204.find_companion.late_share"
    assert of(table, TOWNSHIP, "cases.moved_out") == 1
    assert of(table, OTHER_TOWNSHIP, "cases.moved_in") == 1
    assert of(table, TOWNSHIP, kept) == 1.0
    assert of(table, OTHER_TOWNSHIP, kept) is None
    assert of(table, OTHER_TOWNSHIP, "linyi-1204.household_registration.late_share") is None
    assert of(table, OTHER_TOWNSHIP, "cases.open") == 1
    total = values(table, table.total)
    assert (total["cases.moved_in"], total["cases.moved_out"]) == (0, 0)
    county = asked(store, period, COUNTY, now=now)
    assert values(county, county.total)["cases.moved_out"] == 1
    assert values(county, county.total)[kept] == 1.0


def test_a_volunteer_who_takes_over_is_a_succession_and_not_a_new_pair(store: Store) -> None:
    case = open_case(store, 30, now=OCTOBER)
    pair(store, case, ZHOU, OCTOBER)
    do(store, c.Reassign(case=case, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), OCTOBER + days(3))
    do(store, c.EndTie(case=case, role="companion", by=COUNTY_DESK, reason="moved-away"), OCTOBER + days(4))
    pair(store, case, ZHOU, OCTOBER + days(5))
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    told = values(table := asked(store, period, now=OCTOBER + days(6)), table.total)
    assert (told["pairing.paired"], told["pairing.successions"], told["pairing.days"]) == (1, 2, 0.0)
    assert (told["helpers.serving"], told["helpers.idle"], told["helpers.with_case"]) == (4, 2, 2)


def test_a_case_reopened_waits_for_a_helper_again(store: Store) -> None:
    case = open_case(store, 31, now=OCTOBER)
    pair(store, case, ZHOU, OCTOBER)
    do(store, c.CloseCase(case=case, by=COUNTY_DESK, reason="moved-away"), OCTOBER + days(1))
    do(store, c.ReopenCase(case=case, by=COUNTY_DESK, reason="returned"), OCTOBER + days(10))
    pair(store, case, LIU, OCTOBER + days(14))
    table = asked(store, Period(date(2026, 10, 1), date(2026, 10, 31)), now=OCTOBER + days(15))
    told = values(table, table.total)
    assert (told["cases.reopened"], told["closures.moved-away"], told["pairing.paired"]) == (1, 1, 2)
    assert told["pairing.days"] == 2.0
    assert told["pairing.successions"] == 0


def test_a_journal_that_cannot_be_read_is_counted_to_there_and_told(store: Store) -> None:
    with writing(store.engine) as connection:
        connection.execute(delete(t.journal).where(t.journal.c.case == "371302-00003", t.journal.c.position == 1))
    table = asked(store)
    assert (table.left_out, values(table, table.total)["cases.opened"]) == (1, 3)
    with writing(store.engine) as connection:
        connection.execute(delete(t.snapshot).where(t.snapshot.c.case == "371302-00003"))
        connection.execute(delete(t.journal).where(t.journal.c.case == "371302-00003"))
        for table_of in (t.diary, t.notice):
            connection.execute(delete(table_of).where(table_of.c.case == "371302-00003"))
        recount(connection)


def test_a_programme_that_is_gone_leaves_the_duties_countable(store: Store) -> None:
    known = next(iter(store.programmes.values()))
    elsewhere = replace(store, programmes={"another@1": known.model_copy(update={"programme": "another"})})
    told = values(table := asked(elsewhere), table.total)
    assert (told["cases.open"], told["duties.due"], told["duties.late"]) == (3, 11, 1)
    assert not [key for key in told if key.startswith("linyi")]
