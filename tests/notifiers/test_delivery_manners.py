"""Quiet hours: when a message may leave."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.programmes import linyi

from domain.calendar import Calendar
from domain.programme.schema import Manners
from notifiers.manners import leave_at, out_of_quiet_hours

CALENDAR = Calendar()
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def local(hour: int, minute: int = 0, day: int = 22, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (local(19, 59), local(19, 59)),
        (local(20, 0), local(8, 0, day=23)),
        (local(23, 30), local(8, 0, day=23)),
        (local(0, 0), local(8, 0)),
        (local(7, 59), local(8, 0)),
        (local(8, 0), local(8, 0)),
    ],
)
def test_quiet_hours_run_from_eight_in_the_evening_to_eight_in_the_morning(moment: datetime, leaves: datetime) -> None:
    assert out_of_quiet_hours(moment, Manners(), SHANGHAI) == leaves


def test_quiet_hours_at_noon_end_on_the_same_day() -> None:
    siesta = Manners(quiet_from="12:00", quiet_until="14:30")
    assert out_of_quiet_hours(local(12, 5), siesta, SHANGHAI) == local(14, 30)
    assert out_of_quiet_hours(local(23, 0), siesta, SHANGHAI) == local(23, 0)


def test_equal_hours_mean_no_quiet_hours() -> None:
    always = Manners(quiet_from="08:00", quiet_until="08:00")
    assert out_of_quiet_hours(local(3), always, SHANGHAI) == local(3)


def test_a_night_with_a_shifted_clock_ends_at_eight_by_the_wall_clock() -> None:
    night = datetime(2026, 3, 28, 23, tzinfo=BERLIN)
    assert out_of_quiet_hours(night, Manners(), BERLIN) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_two_programmes_must_both_allow_the_hour() -> None:
    linyi_now = linyi()
    late = linyi_now.model_copy(update={"manners": Manners(quiet_from="07:00", quiet_until="09:30")})
    assert leave_at(local(5), [linyi_now, late], CALENDAR) == local(9, 30)


def test_quiet_hours_that_leave_no_hour_of_the_day_silence_nobody() -> None:
    linyi_now = linyi()
    day = linyi_now.model_copy(update={"manners": Manners(quiet_from="08:00", quiet_until="20:00")})
    assert leave_at(local(5), [linyi_now, day], CALENDAR) == local(5)


@given(minutes=st.integers(0, 60 * 24 * 400))
def test_no_plain_message_ever_leaves_at_night(minutes: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    leaves = leave_at(moment, [linyi()], CALENDAR)
    assert moment <= leaves <= moment + timedelta(hours=12)
    assert 8 <= leaves.astimezone(SHANGHAI).hour < 20
