"""Lengths of time as offices write them, and what day they come to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.programme.spans import (
    DUE_DAY,
    Length,
    Offset,
    Unit,
    at_offset,
    earlier,
    later,
    read_length,
    read_offset,
    rough_days,
)

CALENDAR = Calendar()
LENGTHS = st.builds(Length, st.integers(0, 9999), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3 days", Length(3, Unit.DAY)),
        ("1 day", Length(1, Unit.DAY)),
        ("5 working days", Length(5, Unit.WORKING_DAY)),
        (" 2 weeks ", Length(2, Unit.WEEK)),
        ("1 month", Length(1, Unit.MONTH)),
        ("20 years", Length(20, Unit.YEAR)),
    ],
)
def test_a_length_is_a_number_with_its_unit(text: str, length: Length) -> None:
    assert read_length(text) == length


@pytest.mark.parametrize("text", ["3", "days", "-3 days", "3 hours", "3days", "1.5 days", "three days", "", None, 3])
def test_a_length_without_a_unit_is_refused_with_what_to_write(text: object) -> None:
    with pytest.raises(ValueError, match="a number and a unit: 3 days"):
        read_length(text)


@pytest.mark.parametrize("text", ["3 days", "before", "3 days later", "due", "after 3 days", 3])
def test_a_place_around_the_due_day_says_before_or_after(text: object) -> None:
    with pytest.raises(ValueError, match="due day, 3 days before"):
        read_offset(text)


@given(LENGTHS)
def test_what_is_written_is_read_again_the_same(length: Length) -> None:
    assert read_length(str(length)) == length
    for before in (True, False):
        offset = Offset(length, before=before)
        assert read_offset(str(offset)) == (offset if length.amount else DUE_DAY)


@pytest.mark.parametrize(
    ("day", "length", "comes_to"),
    [
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2028, 1, 31), "1 month", date(2028, 2, 29)),
        (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
        (date(2028, 2, 29), "1 year", date(2029, 2, 28)),
        (date(2026, 9, 30), "5 working days", date(2026, 10, 13)),
        (date(2026, 12, 30), "2 weeks", date(2027, 1, 13)),
        (date(2026, 11, 22), "20 years", date(2046, 11, 22)),
    ],
)
def test_a_month_too_short_ends_on_its_last_day_and_working_days_skip_holidays(
    day: date, length: str, comes_to: date
) -> None:
    assert later(day, read_length(length), CALENDAR) == comes_to


@pytest.mark.parametrize(
    ("offset", "comes_to"),
    [
        ("due day", date(2026, 3, 31)),
        ("3 days before", date(2026, 3, 28)),
        ("1 month before", date(2026, 2, 28)),
        ("1 month after", date(2026, 4, 30)),
        ("2 working days before", date(2026, 3, 27)),
        ("4 working days after", date(2026, 4, 7)),
    ],
)
def test_a_place_around_the_due_day_is_a_day(offset: str, comes_to: date) -> None:
    assert at_offset(date(2026, 3, 31), read_offset(offset), CALENDAR) == comes_to


def test_so_long_before_is_so_long_after_backwards() -> None:
    assert earlier(date(2026, 2, 24), read_length("1 working day"), CALENDAR) == date(2026, 2, 14)
    assert earlier(date(2026, 2, 24), read_length("2 weeks"), CALENDAR) == date(2026, 2, 10)


def test_lengths_can_be_compared_roughly() -> None:
    days = [rough_days(read_length(text)) for text in ("1 day", "5 working days", "2 weeks", "1 month", "1 year")]
    assert days == sorted(days)
