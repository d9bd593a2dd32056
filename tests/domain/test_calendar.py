"""Working days with the State Council's shifted weekends, an office's own days, and where a local day begins."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Calendar, LocalYear, local_day, start_of
from domain.programme.office_calendar import keep_year, load_calendar, load_calendars, read_calendar
from domain.programme.schema import TimeOfYear
from domain.programme.times import days_in, lies_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPRING = date(2026, 2, 13)
OFFICIAL = Calendar()


def test_a_shifted_saturday_is_worked_and_the_spring_festival_is_free() -> None:
    assert OFFICIAL.is_working_day(date(2026, 2, 14))
    assert OFFICIAL.is_working_day(date(2026, 2, 28))
    assert not OFFICIAL.is_working_day(date(2026, 2, 15))
    assert not any(OFFICIAL.is_working_day(date(2026, 2, 15) + timedelta(days=n)) for n in range(9))
    assert OFFICIAL.is_working_day(date(2026, 2, 24))


@pytest.mark.parametrize(
    ("count", "day"),
    [(1, date(2026, 2, 14)), (2, date(2026, 2, 24)), (6, date(2026, 2, 28)), (7, date(2026, 3, 2)), (0, SPRING),
     (-1, date(2026, 2, 12)), (-5, date(2026, 2, 6))],
)  # fmt: skip
def test_working_days_around_the_spring_festival(count: int, day: date) -> None:
    assert OFFICIAL.working_days_after(SPRING, count) == day


def test_the_national_day_week_of_2026_follows_the_notice() -> None:
    free = [date(2026, 10, day) for day in range(1, 8)]
    assert not any(map(OFFICIAL.is_working_day, free))
    assert OFFICIAL.is_working_day(date(2026, 9, 20))
    assert OFFICIAL.is_working_day(date(2026, 10, 10))


def test_a_weekend_worked_for_the_new_year_belongs_to_the_year_before() -> None:
    assert Calendar().is_working_day(date(2005, 12, 31))
    assert not Calendar().is_working_day(date(2005, 12, 24))


def test_a_year_not_yet_published_is_said_loudly() -> None:
    calendar = Calendar()
    assert calendar.is_published(2026)
    assert not calendar.unpublished_years
    calendar.working_days_after(date(2026, 12, 28), 5)
    assert calendar.unpublished_years == (2027,)
    assert calendar.warning_for(date(2027, 2, 1))
    assert not calendar.warning_for(date(2026, 2, 1))


def test_years_far_away_have_weekends_only_and_a_warning() -> None:
    calendar = Calendar()
    assert calendar.working_days_after(date(2300, 1, 5), 1) == date(2300, 1, 8)
    assert calendar.warning_for(date(2300, 1, 5))
    assert calendar.warning_for(date(1940, 1, 5))


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2027, 12, 1)), st.integers(1, 40))
def test_so_many_working_days_on_and_back_again_is_the_same_working_day(day: date, count: int) -> None:
    later = OFFICIAL.working_days_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(map(OFFICIAL.is_working_day, between)) == count
    assert OFFICIAL.is_working_day(later)
    if OFFICIAL.is_working_day(day):
        assert OFFICIAL.working_days_after(later, -count) == day


def test_an_office_adds_a_free_day_and_a_worked_one() -> None:
    office = Calendar({2026: LocalYear(free=frozenset({date(2026, 3, 9)}), worked=frozenset({date(2026, 3, 14)}))})
    assert not office.is_working_day(date(2026, 3, 9))
    assert office.is_working_day(date(2026, 3, 14))
    assert not office.is_working_day(date(2026, 10, 1))
    assert office.is_published(2026)
    assert OFFICIAL.is_working_day(date(2026, 3, 9))


def test_a_published_arrangement_takes_the_place_of_what_was_reckoned_by_rule() -> None:
    text = "2027:\n  published: true\n  free: [2027-01-01, 2027-02-05 to 2027-02-11]\n  worked: [2027-02-14]\n"
    office = read_calendar(text)
    assert isinstance(office, Calendar)
    assert office.is_published(2027)
    assert not office.is_working_day(date(2027, 2, 11))
    assert office.is_working_day(date(2027, 2, 14))
    assert office.is_working_day(date(2027, 5, 3))
    assert not Calendar().is_working_day(date(2027, 5, 3))


def mistakes(text: str) -> list[tuple[int, str, str]]:
    """Line, key and problem of every mistake in an office's calendar."""
    read = read_calendar(text, "days.yaml")
    assert isinstance(read, tuple)
    assert all(each.sentence("zh") and each.sentence("en") for each in read)
    return [(each.line, each.key, each.problem) for each in read]


def test_every_mistake_in_an_offices_calendar_is_told() -> None:
    text = (
        "next year: [2027-01-01]\n2027:\n  fre: []\n  published: maybe\n"
        "  free: [2027-02-30, 2026-01-01, 2027-05-01 to 2027-04-01]\n  worked: 2027-02-14\n"
        "2028:\n  free: [2028-01-03]\n  worked: [2028-01-03]\n"
    )
    assert mistakes(text) == [
        (1, "next year", "calendar-year"),
        (3, "2027.fre", "unknown-key-near"),
        (4, "2027.published", "yes-or-no"),
        (5, "2027.free[0]", "calendar-day"),
        (5, "2027.free[1]", "calendar-day"),
        (5, "2027.free[2]", "calendar-day"),
        (6, "2027.worked", "list-wanted"),
        (9, "2028.worked", "calendar-both"),
    ]
    assert mistakes("2027: [\n") == [(1, "", "yaml-not-closed")]


def test_an_offices_calendar_with_nothing_in_it_changes_nothing() -> None:
    assert isinstance(read_calendar("# free and worked days of our office\n"), Calendar)


def test_without_a_file_the_official_calendar_holds(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("calendar")
    assert isinstance(load_calendar(folder / "calendar.yaml"), Calendar)
    (folder / "calendar.yaml").write_text("2026: {free: [2026-03-09]}\n", encoding="utf-8")
    office = load_calendar(folder / "calendar.yaml")
    assert isinstance(office, Calendar)
    assert not office.is_working_day(date(2026, 3, 9))
    (folder / "calendar.yaml").write_bytes("# 假日\n".encode("gb18030"))
    broken = load_calendar(folder / "calendar.yaml")
    assert isinstance(broken, tuple)
    assert [each.problem for each in broken] == ["not-utf-8"]


def test_a_local_day_in_china_begins_at_four_in_the_afternoon_utc() -> None:
    assert start_of(date(2026, 11, 22), SHANGHAI) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert local_day(datetime(2026, 11, 21, 15, 59, tzinfo=UTC), SHANGHAI) == date(2026, 11, 21)
    assert local_day(datetime(2026, 11, 21, 16, tzinfo=UTC), SHANGHAI) == date(2026, 11, 22)


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(1950, 1, 1), date(2060, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut"]),
)
def test_a_local_day_begins_with_its_first_moment_whatever_the_clocks_do(day: date, zone: str) -> None:
    begins = start_of(day, ZoneInfo(zone))
    assert local_day(begins, ZoneInfo(zone)) == day
    assert local_day(begins - timedelta(microseconds=1), ZoneInfo(zone)) == day - timedelta(days=1)


def test_where_clocks_jump_at_midnight_the_day_begins_at_one() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    assert start_of(date(2018, 11, 4), zone).astimezone(zone).hour == 1


def test_a_year_that_was_imported_lies_below_what_the_office_writes_by_hand(tmp_path: Path) -> None:
    notice = LocalYear(True, frozenset({date(2027, 2, 11), date(2027, 3, 1)}), frozenset({date(2027, 2, 14)}))
    kept = keep_year(tmp_path, 2027, notice)
    assert kept.name == "2027.yaml"
    read = load_calendars(tmp_path)
    assert isinstance(read, Calendar)
    assert read.local == {2027: notice}
    (tmp_path / "calendar.yaml").write_text("2027: {free: [2027-03-09], worked: [2027-03-01]}\n", encoding="utf-8")
    both = load_calendars(tmp_path)
    assert isinstance(both, Calendar)
    assert both.is_published(2027)
    assert [both.is_working_day(date(2027, 3, day)) for day in (1, 9)] == [True, False]
    assert not both.is_working_day(date(2027, 2, 11))
    (tmp_path / "calendar.yaml").write_text("2027: {fre: []}\n", encoding="utf-8")
    broken = load_calendars(tmp_path)
    assert isinstance(broken, tuple)
    assert [each.problem for each in broken] == ["unknown-key-near"]


def test_one_year_is_written_differently_and_the_others_stay() -> None:
    said = LocalYear(True, frozenset({date(2027, 2, 11)}), frozenset())
    office = OFFICIAL.with_year(2027, said)
    assert office.arrangement(2027).free == {date(2027, 2, 11)}
    assert office.arrangement(2026) == OFFICIAL.arrangement(2026)
    assert office.with_year(2027, None).arrangement(2027) == OFFICIAL.arrangement(2027)


SUMMER = TimeOfYear.model_validate({"title": {"zh": "暑", "en": "s"}, "begins": "06-15", "ends": "08-31"})
WINTER = TimeOfYear.model_validate({"title": {"zh": "冬", "en": "w"}, "begins": "12-15", "ends": "01-31"})
SPRINGTIME = TimeOfYear.model_validate(
    {"title": {"zh": "春", "en": "f"}, "around": "spring-festival", "days_before": 7, "days_after": 8}
)


@pytest.mark.parametrize(
    ("time", "inside", "outside"),
    [
        (SUMMER, ["2027-06-15", "2027-08-31"], ["2027-06-14", "2027-09-01"]),
        (WINTER, ["2026-12-15", "2027-01-31"], ["2026-12-14", "2027-02-01"]),
        (SPRINGTIME, ["2027-01-30", "2027-02-14", "2028-01-26"], ["2027-01-29", "2027-02-15", "2028-02-06"]),
    ],
)
def test_a_time_of_the_year_has_its_first_and_last_day(time: TimeOfYear, inside: list[str], outside: list[str]) -> None:
    assert all(lies_in(time, date.fromisoformat(day), OFFICIAL) for day in inside)
    assert not any(lies_in(time, date.fromisoformat(day), OFFICIAL) for day in outside)
    assert days_in(time) == {SUMMER.begins: 78, WINTER.begins: 48, None: 16}[time.begins]


def test_by_rule_a_year_is_as_it_was_before_its_notice() -> None:
    assert OFFICIAL.by_rule(2027).arrangement(2027)[:2] == OFFICIAL.arrangement(2027)[:2]
    before = OFFICIAL.by_rule(2026)
    assert before.arrangement(2026).worked == frozenset()
    assert before.is_working_day(date(2026, 2, 23))
    assert not before.is_working_day(date(2026, 2, 17))
    assert not before.is_working_day(date(2026, 2, 14))
    assert OFFICIAL.is_working_day(date(2026, 2, 14))


def test_by_rule_an_office_keeps_the_single_days_it_wrote() -> None:
    ours = Calendar({2026: LocalYear(free=frozenset({date(2026, 3, 9)}))})
    assert not ours.by_rule(2026).is_working_day(date(2026, 3, 9))
    whole = Calendar({2026: LocalYear(True, free=frozenset({date(2026, 3, 9)}))})
    assert whole.by_rule(2026).is_working_day(date(2026, 3, 9))
