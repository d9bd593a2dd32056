"""Recurrence rules (RFC 5545) that are safe to reckon with: they end nowhere, skip no month and come to a day."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

from dateutil.rrule import rrulestr

_DAYS_IN: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FROM: Final = datetime(2024, 1, 1, tzinfo=UTC)
_TO: Final = datetime(2032, 12, 31, tzinfo=UTC)

_FORMS: Final[Mapping[str, str]] = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d?",
    "BYDAY": r"(\+?[1-5]|-[1-5])?(MO|TU|WE|TH|FR|SA|SU)",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYSETPOS": r"-?([1-9]|[12]\d|3[01])",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}
_SINGLE: Final = {"FREQ", "INTERVAL", "WKST"}


class RuleProblem(NamedTuple):
    """What is wrong with a rule, and the part of it that is."""

    problem: str
    part: str


def rule_problem(rule: str) -> RuleProblem | None:
    """The first thing wrong with a rule; nothing when it is safe. Looked at before dateutil sees the rule."""
    parts: dict[str, list[str]] = {}
    for part in rule.upper().split(";"):
        name, _, text = part.partition("=")
        if name in {"COUNT", "UNTIL"}:
            return RuleProblem("rule-ends", part)
        if name not in _FORMS or name in parts:
            return RuleProblem("rule-part", part)
        parts[name] = text.split(",")
        if not all(re.fullmatch(_FORMS[name], value) for value in parts[name]):
            return RuleProblem("rule-value", part)
        if name in _SINGLE and len(parts[name]) > 1:
            return RuleProblem("rule-value", part)
    unsound = _unsound(parts)
    if unsound is None and shortest_gap(rule) is None:
        return RuleProblem("rule-never", rule)
    return unsound


def _unsound(parts: Mapping[str, list[str]]) -> RuleProblem | None:
    freq = parts.get("FREQ", [""])[0]
    if not freq:
        return RuleProblem("rule-part", "FREQ")
    if not _tells_the_day(freq, parts):
        return RuleProblem("rule-without-day", f"FREQ={freq}")
    if freq in {"DAILY", "WEEKLY"} and _counts_days(parts):
        return RuleProblem("rule-part", "BYSETPOS" if "BYSETPOS" in parts else "BYDAY")
    months = [int(month) for month in parts.get("BYMONTH", [])] or list(range(1, 13))
    days = [int(day) for day in parts.get("BYMONTHDAY", [])]
    if days and not any(abs(day) <= _DAYS_IN[month - 1] for day in days for month in months):
        return RuleProblem("rule-never", "BYMONTHDAY")
    shortest = min(28 if month == 2 else _DAYS_IN[month - 1] for month in months)
    if "BYSETPOS" not in parts and any(abs(day) > shortest for day in days):
        return RuleProblem("rule-skips-months", "BYMONTHDAY")
    return None


def _tells_the_day(freq: str, parts: Mapping[str, list[str]]) -> bool:
    named = {"BYDAY", "BYMONTHDAY"} & parts.keys()
    match freq:
        case "DAILY":
            return True
        case "WEEKLY":
            return "BYDAY" in parts
        case "MONTHLY":
            return bool(named)
        case _:
            return bool(named) and "BYMONTH" in parts


def _counts_days(parts: Mapping[str, list[str]]) -> bool:
    return "BYSETPOS" in parts or any(len(day) > 2 for day in parts.get("BYDAY", []))


@lru_cache
def shortest_gap(rule: str) -> int | None:
    """The fewest days between two occurrences of a safe rule; nothing where it hardly ever occurs."""
    days = list(takewhile(lambda day: day <= _TO, rrulestr(rule, dtstart=_FROM)))
    return min(((after - before).days for before, after in pairwise(days)), default=None)
