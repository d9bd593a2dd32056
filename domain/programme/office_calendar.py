"""An office's own file of free and worked days, laid over the official calendar."""

import re
from contextlib import suppress
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


def load_calendars(folder: Path) -> Calendar | tuple[Mistake, ...]:
    """The years that were imported, and on top of them the days an office writes by hand; or every mistake in them."""
    years: dict[int, LocalYear] = {}
    mistakes: list[Mistake] = []
    for path in _files(folder):
        read = load_calendar(path)
        if isinstance(read, tuple):
            mistakes += read
            continue
        for year, said in read.local.items():
            years[year] = years[year].changed_by(said) if year in years else said
    return tuple(mistakes) if mistakes else Calendar(years)


def keep_year(folder: Path, year: int, said: LocalYear) -> Path:
    """Write what is said about a year into its own file, whole or not at all; the file."""
    path = folder / YEARS / f"{year}.yaml"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(as_text(year, said), encoding="utf-8")
    fresh.replace(path)
    return path


def as_text(year: int, said: LocalYear) -> str:
    """What is said about a year, as its file holds it."""
    free, worked = (", ".join(day.isoformat() for day in sorted(days)) for days in (said.free, said.worked))
    published = str(said.published).lower()
    return f"{year}:\n  published: {published}\n  free: [{free}]\n  worked: [{worked}]\n"


class CalendarFiles:
    """An office's files of days. Asked for the calendar again, it reads them again once they have changed.

    What cannot be read any more leaves the calendar as it was: whoever changed the file is told by the next command.
    """

    def __init__(self, folder: Path, calendar: Calendar) -> None:
        self._folder = folder
        self._calendar = calendar
        self._stamp = _stamp(folder)

    def __call__(self) -> Calendar:
        """The calendar as the files say it now."""
        stamp = _stamp(self._folder)
        if stamp != self._stamp:
            read = load_calendars(self._folder)
            if isinstance(read, Calendar):
                self._calendar = read
            self._stamp = stamp
        return self._calendar


def _files(folder: Path) -> list[Path]:
    return [*sorted((folder / YEARS).glob("*.yaml")), folder / BY_HAND]


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    found = []
    for path in _files(folder):
        with suppress(OSError):
            seen = path.stat()
            found.append((path.name, seen.st_mtime_ns, seen.st_size))
    return tuple(found)


BY_HAND: Final = "calendar.yaml"
YEARS: Final = "calendar"
"""In a data folder: the days an office writes itself, and the folder of the years that were imported."""

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
