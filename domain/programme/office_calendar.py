"""An office's own file of free and worked days, laid over the official calendar."""

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from domain.calendar import Calendar, LocalYear
from domain.programme.mistakes import Mistake, found
from domain.programme.source import Source, read_source
from domain.programme.spelling import nearest


def read_calendar(text: str, file: str = "calendar.yaml") -> Calendar | tuple[Mistake, ...]:
    """The official calendar with what an office wrote about single years, or every mistake in it.

    Years are keys; under each ``free`` and ``worked`` list days (``2027-10-01``) or stretches of days
    (``2027-10-01 to 2027-10-07``), and ``published: true`` says that they are the whole arrangement of that year.
    """
    source = read_source(text, file)
    if not source.readable:
        only_comments = [each.problem for each in source.mistakes] == ["empty-file"]
        return Calendar() if only_comments else tuple(sorted(source.mistakes))
    years: dict[int, LocalYear] = {}
    for name, said in source.data.items():
        if not re.fullmatch(r"(19|20)\d\d", name) or not isinstance(said, dict):
            source.add((name,), "calendar-year", name=name)
        else:
            years[int(name)] = _local_year(source, name, said)
    return tuple(sorted(source.mistakes)) if source.mistakes else Calendar(years)


def load_calendar(path: Path) -> Calendar | tuple[Mistake, ...]:
    """The calendar of an office's file; the official one alone where there is no such file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Calendar()
    except UnicodeDecodeError:
        return (Source(str(path)).mistake(found((), "not-utf-8")),)
    return read_calendar(text, str(path))


_KEYS: Final = ("published", "free", "worked")


def _local_year(source: Source, year: str, said: dict[str, Any]) -> LocalYear:
    for key in said:
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            problem = "unknown-key-near" if near else "unknown-key"
            source.add((year, key), problem, name=key, near=near, known=", ".join(_KEYS))
    published = str(said.get("published", "false")).lower()
    if published not in {"true", "yes", "false", "no"}:
        source.add((year, "published"), "yes-or-no", name="published", value=published)
    free = _days(source, (year, "free"), said.get("free", []))
    worked = _days(source, (year, "worked"), said.get("worked", []))
    for day in sorted(free & worked):
        source.add((year, "worked"), "calendar-both", value=day.isoformat())
    return LocalYear(published in {"true", "yes"}, frozenset(free), frozenset(worked))


def _days(source: Source, path: tuple[str, str], written: Any) -> set[date]:
    if not isinstance(written, list):
        source.add(path, "list-wanted", name=path[1], value=str(written))
        return set()
    days: set[date] = set()
    for place, text in enumerate(written):
        stretch = _stretch(text, int(path[0]))
        if not stretch:
            source.add((*path, place), "calendar-day", value=str(text), year=path[0])
        days |= stretch
    return days


def _stretch(text: Any, year: int) -> set[date]:
    """The days of ``2027-10-01`` or ``2027-10-01 to 2027-10-07``; none where the text is neither."""
    first, _, last = str(text).partition(" to ")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        return set()
    if start.year != year or end.year != year:
        return set()
    return {date.fromordinal(day) for day in range(start.toordinal(), end.toordinal() + 1)}
