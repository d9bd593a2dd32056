"""The lists people work from: overdue is the same on every one of them; what nobody asked about shows by itself."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, insert, update
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
    WU,
    ZHOU,
    answer,
    days,
    do,
    duty_of,
    open_case,
    open_office,
    pair,
    village,
)
from support.taken import tell_everybody

from domain.ids import CaseId, UnitId
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.lists import Sort, findings, open_duties, overdue, overdue_by_county
from domain.store.moments import stamp
from domain.store.rounds import run_round
from domain.store.store import Store
from domain.store.units import unseat
from domain.words import LANGUAGES


@pytest.fixture
def store(sqlite_url: str) -> Store:
    return open_office(sqlite_url)


@pytest.fixture
def each_store(database_url: str) -> Store:
    """On SQLite and on PostgreSQL: for what asks the database something another test does not."""
    return open_office(database_url)


def sorts(store: Store, now: datetime, unit: UnitId | None = None) -> Counter[Sort]:
    with reading(store.engine) as connection:
        return Counter(each.sort for each in findings(connection, now, unit))


# Overdue


def shown_as_overdue(connection: Connection, now: datetime, case: CaseId) -> tuple[int, int, int, int]:
    """How many overdue duties of the one case each list shows."""
    by_duty = [duty for duty in overdue(connection, now) if duty.case == case]
    below = [duty for duty in overdue(connection, now, CITY) if duty.case == case]
    marked = [duty for duty in open_duties(connection, now, case=case) if duty.overdue]
    lines = {line.county: line for line in overdue_by_county(connection, now)}
    return len(by_duty), len(below), len(marked), lines[COUNTY].overdue


def test_overdue_is_the_same_on_every_list_from_midnight_after_the_due_day(each_store: Store) -> None:
    store = each_store
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    midnight_in_linyi = datetime.fromisoformat("2026-09-15T16:00:00Z")
    with reading(store.engine) as connection:
        assert open_duties(connection, BEGIN, case=case)[0].due_on == date(2026, 9, 15)
        last_moment_of_the_due_day = midnight_in_linyi - timedelta(seconds=1)
        assert shown_as_overdue(connection, last_moment_of_the_due_day, case) == (0, 0, 0, 0)
        assert shown_as_overdue(connection, midnight_in_linyi, case) == (1, 1, 1, 1)


def test_what_is_late_shows_as_late_although_no_round_has_come(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    now = BEGIN + days(20)
    with reading(store.engine) as connection:
        before = [(duty.case, duty.kind, duty.days_late) for duty in overdue(connection, now)]
    run_round(store, now)
    with reading(store.engine) as connection:
        after = [(duty.case, duty.kind, duty.days_late) for duty in overdue(connection, now)]
    assert before == after == [(case, "first_visit", 6)]


def test_days_late_count_from_one_on_the_first_day_after_the_due_day(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    with reading(store.engine) as connection:
        late = [
            overdue(connection, datetime.fromisoformat(moment))[0].days_late
            for moment in ("2026-09-15T16:00:00Z", "2026-09-16T15:59:59Z", "2026-09-16T16:00:00Z")
        ]
    assert late == [1, 1, 2]


def test_the_longest_late_stands_first(store: Store) -> None:
    for number in (1, 2, 3):
        pair(store, open_case(store, number, now=BEGIN + days(number)), ZHOU, BEGIN + days(number))
    with reading(store.engine) as connection:
        rows = overdue(connection, BEGIN + days(40))
    assert [duty.days_late for duty in rows] == sorted((duty.days_late for duty in rows), reverse=True)
    assert rows[0].case == "371302-00001"


def test_a_list_of_a_unit_holds_what_lies_below_it_and_nothing_else(each_store: Store) -> None:
    store = each_store
    here, next_door = open_case(store, 1), open_case(store, 2, township=SECOND_TOWNSHIP)
    far = open_case(store, 3, township=OTHER_TOWNSHIP)
    now = BEGIN + days(40)
    shown = {}
    with reading(store.engine) as connection:
        for unit in (village(TOWNSHIP), TOWNSHIP, COUNTY, OTHER_COUNTY, CITY, None):
            shown[unit] = {duty.case for duty in overdue(connection, now, unit)}
    assert shown[village(TOWNSHIP)] == shown[TOWNSHIP] == {here}
    assert shown[COUNTY] == {here, next_door}
    assert shown[OTHER_COUNTY] == {far}
    assert shown[CITY] == shown[None] == {here, next_door, far}


def test_a_county_line_adds_up_its_cases(each_store: Store) -> None:
    store = each_store
    pair(store, open_case(store, 1), ZHOU, BEGIN)
    open_case(store, 2)
    open_case(store, 3, township=OTHER_TOWNSHIP)
    closed = open_case(store, 4)
    do(store, c.CloseCase(case=closed, by=COUNTY_DESK, reason="moved-away"), BEGIN)
    now = BEGIN + days(25)
    run_round(store, now)
    with reading(store.engine) as connection:
        first, second = overdue_by_county(connection, now)
        every = overdue(connection, now)
    assert (first.county, first.name, first.open_cases) == (COUNTY, "兰山区", 2)
    assert (second.county, second.name, second.open_cases) == (OTHER_COUNTY, "沂南县", 1)
    assert first.overdue == len([duty for duty in every if duty.county == COUNTY])
    assert first.climbed == 2
    assert first.oldest_days == max(duty.days_late for duty in every)


def test_what_is_due_today_is_counted_on_its_day_only(store: Store) -> None:
    pair(store, open_case(store), ZHOU, BEGIN)
    moments = ("2026-09-14T15:59:59Z", "2026-09-14T16:00:00Z", "2026-09-15T15:59:59Z", "2026-09-15T16:00:00Z")
    with reading(store.engine) as connection:
        counted = [overdue_by_county(connection, datetime.fromisoformat(moment))[0].due for moment in moments]
    assert counted == [0, 1, 1, 0]


def test_a_county_without_anything_late_has_a_line_too(store: Store) -> None:
    open_case(store)
    with reading(store.engine) as connection:
        line = overdue_by_county(connection, BEGIN)[0]
    assert (line.open_cases, line.due, line.overdue, line.climbed, line.oldest_days) == (1, 0, 0, 0, 0)


# What somebody owes


def test_a_volunteer_sees_what_is_owed_in_person_over_all_cases_the_first_due_first(each_store: Store) -> None:
    store = each_store
    for number in (1, 2):
        pair(store, open_case(store, number), ZHOU, BEGIN)
    pair(store, open_case(store, 3), LIU, BEGIN)
    with reading(store.engine) as connection:
        rows = open_duties(connection, BEGIN, person=ZHOU)
    assert {duty.case for duty in rows} == {"371302-00001", "371302-00002"}
    assert {duty.owed_by for duty in rows} == {ZHOU}
    assert [duty.due_on for duty in rows] == sorted(duty.due_on for duty in rows)


def test_the_next_part_of_life_is_owed_by_nobody_and_on_no_list(store: Store) -> None:
    case = open_case(store)
    with reading(store.engine) as connection:
        assert all(duty.number > 0 for duty in open_duties(connection, BEGIN, case=case))
        assert all(duty.number > 0 for duty in overdue(connection, BEGIN + days(4_000)))


def test_a_duty_on_a_list_is_named_as_people_name_it(store: Store) -> None:
    case = open_case(store)
    with reading(store.engine) as connection:
        assert open_duties(connection, BEGIN, case=case)[0].id == "371302-00001/1"


# Findings by themselves


def test_a_child_registered_but_never_paired_becomes_a_finding_by_itself(each_store: Store) -> None:
    store = each_store
    case = open_case(store)
    with reading(store.engine) as connection:
        assert findings(connection, BEGIN + days(5)) == []
        found = findings(connection, BEGIN + days(21))
    assert [(each.sort, each.case, each.count) for each in found] == [(Sort.NEVER_PAIRED, case, 21)]


def test_it_becomes_one_even_if_the_search_was_excused(store: Store) -> None:
    case = open_case(store)
    do(
        store,
        c.ExcuseDuty(case=case, duty=duty_of(store, case, "find_companion"), by=COUNTY_DESK, reason="other"),
        BEGIN,
    )
    answer(store, case, "unpaired_word", TOWNSHIP_DESK, BEGIN + days(20), needs_help=False)
    assert sorts(store, BEGIN + days(29)) == {}
    assert sorts(store, BEGIN + days(30)) == {Sort.NEVER_PAIRED: 1}


def test_a_child_not_yet_admitted_waits_unpaired_as_well(store: Store) -> None:
    open_case(store, admit=False)
    assert sorts(store, BEGIN + days(31)) == {Sort.NEVER_PAIRED: 1}


def test_a_child_who_had_a_companion_once_was_paired(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(1), needs_help=False)
    do(store, c.EndTie(case=case, role="companion", by=COUNTY_DESK, reason="ill"), BEGIN + days(2))
    assert sorts(store, BEGIN + days(40)) == {}


def test_a_closed_case_is_no_finding(store: Store) -> None:
    do(store, c.CloseCase(case=open_case(store), by=COUNTY_DESK, reason="moved-away"), BEGIN)
    assert sorts(store, BEGIN + days(400)) == {}


def test_a_child_paired_but_never_visited_becomes_a_finding_by_itself(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    with reading(store.engine) as connection:
        assert findings(connection, BEGIN + days(14)) == []
        found = findings(connection, BEGIN + days(15))
    assert [(each.sort, each.case, each.person) for each in found] == [(Sort.NEVER_VISITED, case, ZHOU)]


def test_one_visit_and_the_finding_is_gone(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(20), needs_help=False)
    assert sorts(store, BEGIN + days(60)) == {}


def test_a_visit_somebody_else_wrote_down_is_a_visit(store: Store) -> None:
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", TOWNSHIP_DESK, BEGIN + days(20), needs_help=False)
    assert sorts(store, BEGIN + days(60)) == {}


def test_a_successor_who_never_came_is_a_finding_although_the_one_before_did(each_store: Store) -> None:
    store = each_store
    case = open_case(store)
    pair(store, case, ZHOU, BEGIN)
    answer(store, case, "first_visit", ZHOU, BEGIN + days(1), needs_help=False)
    do(store, c.Reassign(case=case, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), BEGIN + days(2))
    with reading(store.engine) as connection:
        found = findings(connection, BEGIN + days(40))
    assert [(each.sort, each.person) for each in found] == [(Sort.NEVER_VISITED, LIU)]


def test_an_empty_desk_with_open_cases_below_it_is_a_finding(each_store: Store) -> None:
    store = each_store
    open_case(store, 1)
    open_case(store, 2, township=OTHER_TOWNSHIP)
    with writing(store.engine) as connection:
        unseat(connection, COUNTY, COUNTY_DESK)
    with reading(store.engine) as connection:
        found = {each.unit: each.count for each in findings(connection, BEGIN) if each.sort is Sort.EMPTY_DESK}
        here = open_duties(connection, BEGIN, unit=COUNTY)
    assert found.keys() == {COUNTY, OTHER_TOWNSHIP}
    assert found[COUNTY] == len({each.case for each in here}) == 1


def test_an_empty_desk_with_nothing_below_it_is_none(store: Store) -> None:
    open_case(store)
    assert sorts(store, BEGIN)[Sort.EMPTY_DESK] == 0


def test_a_case_set_aside_is_a_finding_while_it_rests(each_store: Store) -> None:
    store = each_store
    case = open_case(store)
    row = {
        "case": case,
        "until": stamp(BEGIN + timedelta(hours=1)),
        "since": stamp(BEGIN),
        "error": "KeyError",
        "times": 2,
    }
    with writing(store.engine) as connection:
        connection.execute(insert(t.set_aside).values(**row))
    assert sorts(store, BEGIN) == {Sort.SET_ASIDE: 1}
    assert sorts(store, BEGIN + timedelta(hours=1)) == {}


def test_somebody_no_channel_reached_is_a_finding_until_the_matter_ends(each_store: Store) -> None:
    store = each_store
    case = open_case(store, township=OTHER_TOWNSHIP)
    pair(store, case, WU, BEGIN)
    tell_everybody(store, BEGIN)
    with writing(store.engine) as connection:
        gone_wrong = {"state": "failed", "outcome": "permanent"}
        connection.execute(update(t.nudge).where(t.nudge.c.person == WU).values(**gone_wrong))
    with reading(store.engine) as connection:
        found = [each for each in findings(connection, BEGIN) if each.sort is Sort.NOT_REACHED]
    assert [(each.case, each.person, each.duty) for each in found] == [(case, WU, duty_of(store, case, "first_visit"))]
    answer(store, case, "first_visit", WU, BEGIN + days(1), needs_help=False)
    assert sorts(store, BEGIN + days(1))[Sort.NOT_REACHED] == 0


def test_findings_of_a_unit_are_those_below_it(store: Store) -> None:
    open_case(store, 1)
    open_case(store, 2, township=SECOND_TOWNSHIP)
    now = BEGIN + days(40)
    assert sorts(store, now, TOWNSHIP) == {Sort.NEVER_PAIRED: 1}
    assert sorts(store, now, COUNTY) == {Sort.NEVER_PAIRED: 2}
    assert sorts(store, now, OTHER_COUNTY) == {}


def test_every_sort_of_finding_has_a_sentence_without_a_name(store: Store) -> None:
    open_case(store, 1)
    pair(store, open_case(store, 2), ZHOU, BEGIN)
    open_case(store, 3, township=OTHER_TOWNSHIP)
    with reading(store.engine) as connection:
        for found in findings(connection, BEGIN + days(40)):
            for language in LANGUAGES:
                sentence = found.sentence(language)
                assert "None" not in sentence
                assert "某" not in sentence


def test_lists_cost_the_same_few_statements_however_many_cases_there_are(store: Store) -> None:
    now = BEGIN + days(40)
    asked = []
    for numbers in (range(1, 3), range(3, 15)):
        for number in numbers:
            open_case(store, number)
        asked.append(_statements(store, now))
    assert asked[0] == asked[1]


def _statements(store: Store, now: datetime) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with reading(store.engine) as connection:
        event.listen(connection, "before_cursor_execute", note)
        for read in (overdue, overdue_by_county, findings):
            read(connection, now, CITY)
    return len(asked)
