"""What ops may write as a schedule: cron, RRULE or an interval, checked before Prefect's parsers see it.

Both parsers can be made to search for ever (``INTERVAL=0``, 30 February every hour), in the server as well as here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, assert_never
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, NoSchedule, RRuleSchedule
from pydantic import ValidationError

from domain.words import say

When = CronSchedule | RRuleSchedule | IntervalSchedule

LEAST_SECONDS: Final = 60
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SHORTEST_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAYS: Final = re.compile(r"([+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*")
FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "INTERVAL": (1, 1000),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSETPOS": (-366, 366),
}
OTHERS: Final = ("FREQ", "BYDAY", "UNTIL", "WKST")


@dataclass(frozen=True)
class Answer:
    """What came of a request: a sentence by its key, and whether it was done."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    done: bool = False

    def say(self, language: str) -> str:
        """The sentence."""
        return say(language, f"schedule.{self.key}", **self.values)


def mistake(key: str, **values: Any) -> Answer:
    """Something its author can put right."""
    return Answer(key, values)


def read_when(cron: str | None, rrule: str | None, interval: str | None, zone: str, now: datetime) -> When | Answer:
    """The one schedule that was given, or what is wrong with it; one that is over at ``now`` is wrong."""
    given = [text for text in (cron, rrule, interval) if text is not None]
    if len(given) != 1:
        return mistake("only-one" if given else "nothing-given")
    if zone not in available_timezones():
        return mistake("zone-unknown", given=zone)
    if cron is not None:
        return read_cron(cron.strip(), zone)
    if rrule is not None:
        return read_rrule(rrule.strip().upper().removeprefix("RRULE:"), zone, now)
    return read_interval(given[0].strip(), zone)


def read_cron(text: str, zone: str) -> CronSchedule | Answer:
    """Five fields that come true some day."""
    if len(text.split()) != 5:
        return mistake("cron-illegal", given=text)
    try:
        schedule = CronSchedule(cron=text, timezone=zone)
    except ValidationError:
        return mistake("cron-illegal", given=text)
    _, _, day, month, weekday = text.split()
    if weekday == "*" and not any_such_day(numbers(day), numbers(month)):
        return mistake("cron-never", given=text)
    return schedule


def numbers(text: str) -> list[int] | None:
    """The numbers of a list; nothing when it says more than numbers."""
    return [int(part) for part in text.split(",")] if re.fullmatch(r"-?\d+(,-?\d+)*", text) else None


def any_such_day(days: list[int] | None, months: list[int] | None) -> bool:
    """Whether one of the months ever has one of the days; nothing given: any."""
    longest = max(LONGEST_MONTHS[month - 1] for month in months or range(1, 13))
    return days is None or min(abs(day) for day in days) <= longest


def read_interval(text: str, zone: str) -> IntervalSchedule | Answer:
    """``90s``, ``10m``, ``2h``, ``1d``."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", text.lower())
    if found is None:
        return mistake("interval-illegal", given=text)
    span = timedelta(**{UNITS[found[2]]: int(found[1])})
    if span < timedelta(seconds=LEAST_SECONDS):
        return mistake("interval-short", least=LEAST_SECONDS)
    return IntervalSchedule(interval=span, timezone=zone)


def read_rrule(text: str, zone: str, now: datetime) -> RRuleSchedule | Answer:
    """One rule whose parts are known and within their bounds, and which comes true some day."""
    parts = rule_parts(text)
    if parts is None:
        return mistake("rrule-illegal", given=text)
    wrong = wrong_part(parts) or wrong_together(parts, text)
    if wrong:
        return wrong
    try:
        rule = rrulestr(text, dtstart=datetime(2020, 1, 1))  # noqa: DTZ001 - where Prefect counts from
        coming = rule.after(now.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    except ValueError:
        return mistake("rrule-illegal", given=text)
    if coming is None:
        return mistake("rrule-never", given=text)
    return RRuleSchedule(rrule=text, timezone=zone)


def rule_parts(text: str) -> dict[str, str] | None:
    """``NAME=VALUE`` by name; nothing when it is not written so."""
    pairs = [part.partition("=") for part in text.split(";") if part]
    written = all(sign and value for _, sign, value in pairs)
    found = {name: value for name, _, value in pairs}
    return found if pairs and written and len(found) == len(pairs) else None


def wrong_part(parts: Mapping[str, str]) -> Answer | None:
    """The first part that says something impossible by itself."""
    for name, value in parts.items():
        if name in NUMBERS:
            least, most = NUMBERS[name]
            found = numbers(value)
            if found is None or any(not least <= number <= most or (number == 0 and least) for number in found):
                return mistake("rrule-number", part=name, given=value, least=least, most=most)
        elif name not in OTHERS:
            return mistake("rrule-part-unknown", part=name, choices=", ".join([*OTHERS, *NUMBERS]))
        elif name == "BYDAY" and not WEEKDAYS.fullmatch(value):
            return mistake("rrule-illegal", given=f"{name}={value}")
    if parts.get("FREQ") in ("SECONDLY", "MINUTELY"):
        return mistake("rrule-many")
    return None if parts.get("FREQ") in FREQUENCIES else mistake("rrule-illegal", given=f"FREQ={parts.get('FREQ', '')}")


def wrong_together(parts: Mapping[str, str], text: str) -> Answer | None:
    """Parts that never come true together, or only in some months."""
    days, months = (numbers(parts[name]) if name in parts else None for name in ("BYMONTHDAY", "BYMONTH"))
    often = parts["FREQ"] in ("DAILY", "HOURLY")
    if not any_such_day(days, months) or (often and "BYSETPOS" in parts):
        return mistake("rrule-never", given=text)
    if days is not None and "BYSETPOS" not in parts and months_skipped(days, months):
        return mistake("rrule-short-months", given=text)
    return None


def months_skipped(days: list[int], months: list[int] | None) -> bool:
    """Whether every day named is missing in some of the months; 29 February alone may well be meant."""
    if months == [2] and days == [29]:
        return False
    shortest = min(SHORTEST_MONTHS[month - 1] for month in months or range(1, 13))
    return all(abs(day) > shortest for day in days)


def when_words(schedule: When | NoSchedule, language: str) -> str:
    """A schedule as ops wrote it, with its time zone."""
    match schedule:
        case IntervalSchedule():
            return say(language, "schedule.every", span=span_words(schedule.interval, language))
        case CronSchedule():
            return f"{schedule.cron} ({schedule.timezone or 'UTC'})"
        case RRuleSchedule():
            return f"{schedule.rrule} ({schedule.timezone or 'UTC'})"
        case NoSchedule():
            return ""
        case _:
            assert_never(schedule)


def span_words(span: timedelta, language: str) -> str:
    """In the largest unit that fits without a rest."""
    seconds = int(span.total_seconds())
    for key, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds % length == 0:
            return say(language, f"schedule.{key}", count=seconds // length)
    return say(language, "schedule.seconds", count=seconds)
