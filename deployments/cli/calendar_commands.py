"""``shouwang calendar …``: the arrangement of a year as it was published, and what it moves."""

from datetime import date
from pathlib import Path

from cyclopts import App

from deployments.cli.where import DONE, BadInput, Where
from domain.calendar import Calendar, LocalYear
from domain.programme.office_calendar import keep_year, load_calendars, read_calendar
from domain.store.reckoning import reckon_year_anew

calendar = App(name="calendar", help="working days and holidays")

YEARS = range(1950, 2101)


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(calendar)


@calendar.command
def check(file: Path, *, where: Where = Where()) -> int:
    """Print every mistake of a file of free and worked days, or the years it arranges."""
    years = _read(file, where)
    lines = [_line(year, said, where) for year, said in years.items()]
    where.show(
        [_answer(year, said.free, said.worked, said.published) for year, said in years.items()], "\n".join(lines)
    )
    return DONE


@calendar.command(name="import")
def import_(file: Path, *, where: Where = Where()) -> int:
    """Keep the years of a file in the install; what was reckoned in their working days is reckoned anew."""
    years = _read(file, where)
    store, lines, answer = where.store, [], []
    for year, said in years.items():
        before = store.calendar
        kept = keep_year(where.data, year, said)
        done = reckon_year_anew(store, before, year, where.moment)
        lines += [_line(year, said, where), where.say("calendar.kept", file=kept, cases=done.cases, moved=done.moved)]
        answer.append({"year": year, "file": str(kept), "cases": done.cases, "moved": done.moved})
    where.show(answer, "\n".join(lines))
    return DONE


@calendar.command
def show(year: int, *, where: Where = Where()) -> int:
    """Weekend days that are worked and weekdays that are free in a year, and whether they are published."""
    if year not in YEARS:
        raise BadInput(where.say("calendar.no-such-year", year=year))
    known = _known(where)
    days, festival = known.arrangement(year), known.festival("spring-festival", year)
    answer = {**_answer(year, days.free, days.worked, days.published), "spring_festival": festival}
    lines = [
        where.say("calendar.published" if days.published else "calendar.reckoned", year=year),
        where.say("calendar.free", days=_days(_weekdays(days.free), where)),
        where.say("calendar.worked", days=_days(sorted(days.worked), where)),
        where.say("calendar.spring-festival", day=festival),
    ]
    where.show(answer, "\n".join(lines))
    return DONE


def _known(where: Where) -> Calendar:
    """The calendar of the install; where there is none yet, the official one."""
    if where.installed:
        return where.store.calendar
    read = load_calendars(where.data)
    return read if isinstance(read, Calendar) else Calendar()


def _read(file: Path, where: Where) -> dict[int, LocalYear]:
    """The years of a file; BadInput with every mistake in it, or when it arranges none."""
    read = read_calendar(file.read_text(encoding="utf-8-sig", errors="replace"), str(file))
    if isinstance(read, tuple):
        raise BadInput("\n".join(mistake.sentence(where.spoken) for mistake in read))
    if not read.local:
        raise BadInput(where.say("calendar.nothing", file=file))
    return dict(sorted(read.local.items()))


def _line(year: int, said: LocalYear, where: Where) -> str:
    key = "calendar.whole" if said.published else "calendar.single"
    return where.say(key, year=year, free=len(_weekdays(said.free)), worked=len(said.worked))


def _answer(year: int, free: frozenset[date], worked: frozenset[date], published: bool) -> dict[str, object]:
    return {"year": year, "published": published, "free": _weekdays(free), "worked": sorted(worked)}


def _weekdays(days: frozenset[date]) -> list[date]:
    """The days from Monday to Friday."""
    return sorted(day for day in days if day.isoweekday() <= 5)


def _days(days: list[date], where: Where) -> str:
    told = [where.say("calendar.day", day=f"{day:%m-%d}", weekday=where.say(f"calendar.weekday-{day.isoweekday()}"))
            for day in days]  # fmt: skip
    return where.say("cli.list-sign").join(told) or where.say("calendar.none")
