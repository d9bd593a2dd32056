"""What ops may write as a schedule, and what they are told when it will not do."""

from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

from deployments.prefect.catalogue import HURRIED, entries
from deployments.prefect.recurrence import Answer, read_when, when_words
from deployments.prefect.register import SHIPPED, shipped_schedule
from deployments.prefect.schedules import NAMES
from domain.words import LANGUAGES, say

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def cron(text: str) -> object:
    """What comes of a cron line."""
    return read_when(text, None, None, ZONE, NOW)


def rule(text: str) -> object:
    """What comes of a recurrence rule."""
    return read_when(None, text, None, ZONE, NOW)


def every(text: str) -> object:
    """What comes of an interval."""
    return read_when(None, None, text, ZONE, NOW)


def key_of(found: object) -> str:
    """The mistake that was found."""
    assert isinstance(found, Answer), found
    return found.key


@pytest.mark.parametrize("text", ["0 8 * * 1-5", "*/10 * * * *", "15 8 1 * *", "0 0 29 2 *", "0 9 31 12 mon"])
def test_a_cron_line_that_comes_true_is_taken_in_the_offices_own_time(text: str) -> None:
    assert cron(text) == CronSchedule(cron=text, timezone=ZONE)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("0 8 * *", "cron-illegal"),
        ("0 8 * * * *", "cron-illegal"),
        ("0 25 * * *", "cron-illegal"),
        ("@daily", "cron-illegal"),
        ("R 8 * * *", "cron-illegal"),
        ("0 8 30 2 *", "cron-never"),
        ("0 8 31 4,6,9,11 *", "cron-never"),
        ("", "cron-illegal"),
    ],
)
def test_a_cron_line_that_cannot_be_is_told_apart(text: str, mistake: str) -> None:
    assert key_of(cron(text)) == mistake


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
        "freq=weekly;byday=mo,we,fr;byhour=8",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYMONTH=1,3,5;BYMONTHDAY=31",
        "FREQ=HOURLY;INTERVAL=2",
    ],
)
def test_a_recurrence_rule_that_comes_true_is_taken(text: str) -> None:
    taken = rule(text)
    assert isinstance(taken, RRuleSchedule)
    assert taken.timezone == ZONE


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("FREQ=DAILY;INTERVAL=0", "rrule-number"),
        ("FREQ=DAILY;BYHOUR=24", "rrule-number"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "rrule-number"),
        ("FREQ=MINUTELY", "rrule-many"),
        ("FREQ=SECONDLY", "rrule-many"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "rrule-never"),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "rrule-never"),
        ("FREQ=DAILY;BYSETPOS=5", "rrule-never"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", "rrule-never"),
        ("FREQ=DAILY;UNTIL=20250101", "rrule-never"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "rrule-short-months"),
        ("FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=30", "rrule-short-months"),
        ("FREQ=DAILY;COUNT=3", "rrule-part-unknown"),
        ("FREQ=DAILY;BYEASTER=0", "rrule-part-unknown"),
        ("FREQ=WEEKLY;BYDAY=MONDAY", "rrule-illegal"),
        ("every monday", "rrule-illegal"),
        ("FREQ=SOMETIMES", "rrule-illegal"),
        ("FREQ=DAILY;FREQ=WEEKLY", "rrule-illegal"),
        ("", "rrule-illegal"),
    ],
)
def test_a_recurrence_rule_that_would_search_for_ever_or_never_come_is_refused_at_once(text: str, mistake: str) -> None:
    assert key_of(rule(text)) == mistake


def test_intervals_carry_their_unit() -> None:
    taken = [every(text) for text in ("90s", "10m", "2h", "1d")]
    assert [one.interval.total_seconds() for one in taken if isinstance(one, IntervalSchedule)] == [
        90,
        600,
        7200,
        86_400,
    ]
    assert [key_of(every(text)) for text in ("90", "ten minutes", "-5m", "0s", "30s")] == [
        "interval-illegal", "interval-illegal", "interval-illegal", "interval-short", "interval-short",
    ]  # fmt: skip


def test_exactly_one_way_of_saying_when_is_asked_for() -> None:
    assert key_of(read_when(None, None, None, ZONE, NOW)) == "nothing-given"
    assert key_of(read_when("0 8 * * *", None, "10m", ZONE, NOW)) == "only-one"
    assert key_of(read_when("0 8 * * *", None, None, "Linyi/Lanshan", NOW)) == "zone-unknown"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_is_told_in_the_readers_words_with_what_was_written(language: str) -> None:
    for wrong in (cron("x y"), rule("FREQ=DAILY;INTERVAL=0"), rule("FREQ=MONTHLY;BYMONTHDAY=31"), every("soon")):
        assert isinstance(wrong, Answer)
        assert not wrong.done
        assert "{" not in wrong.say(language)
    assert "INTERVAL=0" in Answer("rrule-number", rule("FREQ=DAILY;INTERVAL=0").values).say(language)  # type: ignore[attr-defined]


def test_a_schedule_reads_back_as_it_was_written() -> None:
    taken = [cron("0 8 * * 1-5"), rule("FREQ=WEEKLY;BYDAY=MO"), every("90m"), every("2d")]
    assert [when_words(one, "en") for one in taken] == [  # type: ignore[arg-type]
        "0 8 * * 1-5 (Asia/Shanghai)", "FREQ=WEEKLY;BYDAY=MO (Asia/Shanghai)", "every 90 min", "every 2 d",
    ]  # fmt: skip


def test_every_deployment_has_words_and_every_hurried_one_is_there() -> None:
    catalogue = entries(10)
    assert tuple(entry.name for entry in catalogue) == NAMES
    assert set(HURRIED) <= set(NAMES)
    for entry in catalogue:
        assert all(say(language, f"schedule.about-{entry.name}") for language in LANGUAGES)


@pytest.mark.parametrize(("minutes", "expected"), [(10, "*/10 * * * *"), (60, "0 * * * *"), (1, "*/1 * * * *")])
def test_rounds_go_by_the_clock_where_the_hour_allows_it(minutes: int, expected: str) -> None:
    made = shipped_schedule(timedelta(minutes=minutes))
    assert made.slug == f"{SHIPPED}-{minutes}m"
    assert made.schedule == CronSchedule(cron=expected, timezone=ZONE)
    assert isinstance(shipped_schedule(timedelta(minutes=7)).schedule, IntervalSchedule)
