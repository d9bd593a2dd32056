"""Whether a day lies in a time of the year."""

from datetime import date, timedelta
from typing import Protocol

from domain.programme.schema import TimeOfYear


class Festivals(Protocol):
    """What a time of the year asks of the calendar."""

    def festival(self, name: str, year: int) -> date: ...


def lies_in(time: TimeOfYear, day: date, calendar: Festivals) -> bool:
    """Whether a day lies in a time of the year, first and last day included; it may run over the year's end."""
    if time.begins is None or time.ends is None:
        festivals = (calendar.festival(str(time.around), year) for year in (day.year - 1, day.year, day.year + 1))
        return any(_around(time, day, festival) for festival in festivals)
    month_day = f"{day:%m-%d}"
    if time.begins <= time.ends:
        return time.begins <= month_day <= time.ends
    return month_day >= time.begins or month_day <= time.ends


def _around(time: TimeOfYear, day: date, festival: date) -> bool:
    return festival - timedelta(days=time.days_before) <= day <= festival + timedelta(days=time.days_after)


def days_in(time: TimeOfYear) -> int:
    """How many days a time of the year has, in a common year."""
    if time.begins is None or time.ends is None:
        return time.days_before + 1 + time.days_after
    first, last = (date.fromisoformat(f"2001-{day}" if day != "02-29" else "2001-02-28")
                   for day in (time.begins, time.ends))  # fmt: skip
    return (last - first).days % 365 + 1
