"""A calendar that knows China: a year-end across the Spring Festival, before and after its notice is published."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select
from support.bodies_programme import BODIES, bodies_programme
from support.command_line import SURVEY, Shouwang
from support.office import COUNTY_DESK, LIU, TOWNSHIP_DESK, ZHOU, answer, do, open_case, open_office, pair

from domain import calendar as calendar_module
from domain import facts as f
from domain.calendar import Calendar, LocalYear, Shifted
from domain.case import Case, Duty
from domain.ids import CaseId
from domain.programme.office_calendar import keep_year
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.journal import journal_of, snapshot_of
from domain.store.reckoning import Reckoned, reckon_published, reckon_year_anew
from domain.store.rounds import run_round
from domain.store.store import Store

PAIRED: Final = datetime(2027, 2, 2, 1, tzinfo=UTC)
"""Tuesday 2 February 2027, four days before the lunar New Year; nothing about 2027 is published yet."""

PUBLISHED: Final = PAIRED + timedelta(days=1)
FESTIVAL: Final = frozenset(date(2027, 2, day) for day in range(5, 13))
NOTICE: Final = LocalYear(published=True, free=FESTIVAL, worked=frozenset({date(2027, 1, 30), date(2027, 2, 14)}))
BY_RULE, BY_NOTICE = date(2027, 2, 22), date(2027, 2, 23)
"""Ten working days after 2 February: by rule the 8th to the 10th are free, by the notice the 5th to the 12th."""


def published(store: Store) -> Store:
    """The same install once the notice is out."""
    return replace(store, days=store.calendar.with_year(2027, NOTICE))


def case_of(store: Store, case: CaseId) -> Case:
    """How a case stands."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def first_visit(store: Store, case: CaseId) -> Duty:
    """The open first visit."""
    return next(duty for duty in case_of(store, case).duties.values() if duty.kind == "first_visit")


def due_day(store: Store, case: CaseId, kind: str) -> date:
    """The day on which the open duty of a kind is due."""
    return next(duty.due_on for duty in case_of(store, case).duties.values() if duty.kind == kind)


def facts_of(store: Store, case: CaseId) -> list[f.Fact]:
    """All that happened."""
    with reading(store.engine) as connection:
        return [recorded.fact for recorded in journal_of(connection, case)]


def notices(store: Store) -> int:
    """How many things people were to hear."""
    with reading(store.engine) as connection:
        return connection.scalar(select(func.count()).select_from(t.notice)) or 0


def sound(store: Store, now: datetime) -> bool:
    """Whether the audit finds nothing, once the round has done what is due."""
    run_round(store, now)
    return audit_report(store, now).breaches == []


def test_a_first_visit_across_the_spring_festival_moves_once_the_notice_is_out(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    before = first_visit(store, case)
    assert before.due_on == BY_RULE
    assert store.calendar.unpublished_years == (2027,)
    after = published(store)
    assert not after.calendar.unpublished_years
    done = reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    now_owed = first_visit(after, case)
    assert done.moved >= 1
    assert (now_owed.due_on, now_owed.owed_by) == (BY_NOTICE, ZHOU)
    moved = f.DutySuperseded(duty=before.number, by_duty=now_owed.number, because="calendar")
    assert facts_of(after, case).count(moved) == 1
    assert sound(after, PUBLISHED)


def test_done_again_it_moves_nothing_and_tells_nobody(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    told, known = notices(after), facts_of(after, case)
    for before in (store.calendar, after.calendar):
        assert reckon_year_anew(after, before, 2027, PUBLISHED + timedelta(hours=1)).moved == 0
    assert notices(after) == told
    assert facts_of(after, case) == known
    assert sound(after, PUBLISHED + timedelta(days=1))


def test_a_promise_that_was_handed_over_is_counted_from_its_first_day(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    hour = PAIRED + timedelta(hours=1)
    do(store, c.Reassign(case=case, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"), hour)
    assert first_visit(store, case).due_on == BY_RULE
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    assert (first_visit(after, case).due_on, first_visit(after, case).owed_by) == (BY_NOTICE, LIU)
    assert sound(after, PUBLISHED)


def test_what_is_late_already_stays_late(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    late = datetime(2027, 2, 26, 1, tzinfo=UTC)
    run_round(store, late)
    duty = first_visit(store, case)
    assert duty.climbed_to is not None
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, late)
    assert first_visit(after, case) == duty
    assert sound(after, late)


def test_another_year_moves_nothing(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    after = replace(store, days=store.calendar.with_year(2029, NOTICE))
    assert reckon_year_anew(after, store.calendar, 2029, PUBLISHED) == Reckoned(0, 0)
    assert first_visit(after, case).due_on == BY_RULE


def test_a_notice_that_is_corrected_moves_the_day_once_more(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    longer = LocalYear(published=True, free=FESTIVAL | {date(2027, 2, 15)}, worked=NOTICE.worked)
    corrected = replace(after, days=after.calendar.with_year(2027, longer))
    reckon_year_anew(corrected, after.calendar, 2027, PUBLISHED + timedelta(days=1))
    assert first_visit(corrected, case).due_on == date(2027, 2, 24)
    assert sound(corrected, PUBLISHED + timedelta(days=1))


def test_the_search_for_a_companion_is_reckoned_anew_for_the_desk_that_owes_it(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    search = next(duty for duty in case_of(store, case).duties.values() if duty.kind == "find_companion")
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    duties = case_of(after, case).duties.values()
    assert next(duty.due_on for duty in duties if duty.kind == "find_companion") == search.due_on + timedelta(days=1)
    pair(after, case, ZHOU, PUBLISHED + timedelta(days=1))
    assert sound(after, PUBLISHED + timedelta(days=1))


def test_a_rhythm_in_working_days_and_a_day_that_was_answered_move_in_the_store_as_well(database_url: str) -> None:
    often = ("opens: {every: 1 month}\n    ladder: helper", "opens: {every: 10 working days}\n    ladder: helper")
    soon = ('{after: ["met:wish"], on: until}', '{after: ["met:wish"], on: until, within: 5 working days}')
    store = replace(open_office(database_url), programmes={BODIES: bodies_programme(often, soon)})
    wishing, silent = (open_case(store, number, now=PAIRED, programme=BODIES) for number in (1, 2))
    pair(store, wishing, ZHOU, PAIRED)
    pair(store, silent, LIU, PAIRED)
    answer(store, wishing, "talk", ZHOU, PAIRED, wish=True)
    answer(store, wishing, "wish", TOWNSHIP_DESK, PAIRED, taken=True, until="2027-02-05")
    after = published(store)
    assert reckon_year_anew(after, store.calendar, 2027, PUBLISHED) == Reckoned(2, 2)
    assert due_day(after, wishing, "fulfil") == date(2027, 2, 18)
    assert due_day(after, silent, "talk") == BY_NOTICE
    assert sound(after, PUBLISHED)


def test_the_round_notices_a_year_that_came_with_a_newer_official_calendar(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    assert 2027 not in reckon_published(store, PAIRED)
    newer_release(monkeypatch)
    after = replace(store, days=Calendar())
    noticed = reckon_published(after, PUBLISHED)
    assert noticed[2027].moved >= 1
    assert due_day(after, case, "first_visit") == BY_NOTICE
    known = facts_of(after, case)
    assert reckon_published(after, PUBLISHED + timedelta(hours=1)) == {}
    assert facts_of(after, case) == known
    assert sound(after, PUBLISHED)


def test_a_year_that_was_imported_is_not_reckoned_again_by_the_round(database_url: str) -> None:
    store = open_office(database_url)
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    after = published(store)
    reckon_year_anew(after, store.calendar, 2027, PUBLISHED)
    assert 2027 not in reckon_published(after, PUBLISHED)


def test_what_begins_after_a_year_is_published_stays_where_it_is(database_url: str) -> None:
    store = published(open_office(database_url))
    case = open_case(store, now=PAIRED)
    pair(store, case, ZHOU, PAIRED)
    assert due_day(store, case, "first_visit") == BY_NOTICE
    assert {each.moved for each in reckon_published(store, PAIRED).values()} == {0}
    assert due_day(store, case, "first_visit") == BY_NOTICE


def newer_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that knows the official calendar was renewed, and knows 2027 now."""
    before = calendar_module._official
    shifted = Shifted(NOTICE.free, NOTICE.worked, published=True)
    monkeypatch.setattr(calendar_module, "_official", lambda year: shifted if year == 2027 else before(year))


FILE: Final = """\
2027:
  published: true
  free: [2027-02-05 to 2027-02-12]
  worked: [2027-01-30, 2027-02-14]
"""


def test_an_open_install_knows_the_notice_as_soon_as_its_file_is_there(tmp_path: Path) -> None:
    store = open_install(tmp_path)
    assert not store.calendar.is_published(2027)
    kept = keep_year(tmp_path, 2027, NOTICE)
    assert store.calendar.is_published(2027)
    assert not store.calendar.is_working_day(date(2027, 2, 11))
    (tmp_path / "calendar.yaml").write_text("2027: {free: [2027-03-09]}\n", encoding="utf-8")
    assert not store.calendar.is_working_day(date(2027, 3, 9))
    assert not store.calendar.is_working_day(date(2027, 2, 11))
    kept.write_text("2027: [\n", encoding="utf-8")
    assert not store.calendar.is_working_day(date(2027, 2, 11))


def test_a_coordinator_imports_the_notice_and_is_told_what_moved(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office", now="2027-02-02T09:00:00+08:00")
    assert "not published yet" in shouwang("survey", "import", SURVEY).err
    file = tmp_path / "notice.yaml"
    file.write_text(FILE, encoding="utf-8")
    assert (
        "2027: the whole arrangement, 6 weekdays free, 2 weekend days worked."
        in shouwang("calendar", "check", file).out
    )
    said = shouwang("calendar", "import", file, "--json")
    assert said.code == 0
    (done,) = said.answer
    assert done["moved"] > 0
    assert (shouwang.data / "calendar" / "2027.yaml").exists()
    assert shouwang.ask("calendar", "import", file)[0]["moved"] == 0
    shown = shouwang.ask("calendar", "show", "2027")
    assert (shown["published"], shown["worked"]) == (True, ["2027-01-30", "2027-02-14"])
    assert shouwang("audit").code == 0


def test_the_round_by_hand_says_that_a_year_became_published(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office", now="2027-02-02T09:00:00+08:00")
    shouwang("survey", "import", SURVEY)
    assert "published by now" not in shouwang("round").out
    keep_year(shouwang.data, 2027, NOTICE)
    assert "The arrangement of 2027 is published by now." in shouwang("round").out
    assert "published by now" not in shouwang("round").out
    assert shouwang("audit").code == 0


def test_a_file_with_mistakes_changes_nothing_and_each_is_told(tmp_path: Path) -> None:
    shouwang = Shouwang(tmp_path / "office").fill()
    file = tmp_path / "notice.yaml"
    file.write_text("2027: {free: [2027-02-30]}\n", encoding="utf-8")
    said = shouwang("calendar", "import", file)
    assert said.code == 2
    assert "2027-02-30 is not a day of 2027" in said.err
    assert not (shouwang.data / "calendar").exists()
    file.write_text("# nothing\n", encoding="utf-8")
    assert shouwang("calendar", "check", file).code == 2
    assert shouwang("calendar", "show", "1700").code == 2


def test_the_next_year_is_reckoned_by_rule_until_it_is_published() -> None:
    calendar = Calendar()
    assert calendar.festival("spring-festival", 2027) == date(2027, 2, 6)
    assert calendar.working_days_after(date(2027, 2, 2), 10) == BY_RULE
    assert calendar.with_year(2027, NOTICE).working_days_after(date(2027, 2, 2), 10) == BY_NOTICE
