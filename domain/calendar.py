"""Working days as the State Council publishes them, with shifted weekends, and where a local day begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import holidays

FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2100
"""The years the published calendar can be reckoned for; outside them only weekends are free."""

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)


class Shifted(NamedTuple):
    """How one year departs from Monday to Friday: weekdays that are free, weekend days that are worked."""

    free: frozenset[date]
    worked: frozenset[date]
    published: bool


@dataclass(frozen=True)
class LocalYear:
    """What an office wrote about one year.

    ``published`` says that the lists are the whole official arrangement, so nothing reckoned by rule stays
    beside them; otherwise they only change single days (a local holiday, a day worked because of a flood).
    """

    published: bool = False
    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def changed_by(self, over: "LocalYear") -> "LocalYear":
        """This with what was written on top of it; a whole arrangement takes its place."""
        if over.published:
            return over
        free, worked = (self.free | over.free) - over.worked, (self.worked | over.worked) - over.free
        return LocalYear(self.published, free, worked)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The official calendar of China with what an office added; answers are kept, so ask one object again."""

    local: Mapping[int, LocalYear] = field(default_factory=dict)
    _years: dict[int, Shifted] = field(default_factory=dict, repr=False)
    _answers: dict[tuple[date, int], date] = field(default_factory=dict, repr=False)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        year = self._year(day.year)
        if day.weekday() >= _SATURDAY:
            return day in year.worked
        return day not in year.free

    def working_days_after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; a negative count goes back, 0 is ``day`` itself."""
        key = (day, count)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._walk(day, count)
        return found

    def festival(self, name: str, year: int) -> date:
        """The day of a festival of the lunar year (``FESTIVALS``) in ``year``; reckoned, not published."""
        day = _festival(name, year)
        return day if day.year == year else day.replace(year=year)

    def arrangement(self, year: int) -> Shifted:
        """How a year departs from Monday to Friday."""
        return self._year(year)

    def with_year(self, year: int, local: LocalYear | None) -> "Calendar":
        """The same calendar with something else, or nothing, written about one year."""
        others = {other: said for other, said in self.local.items() if other != year}
        return Calendar(others | ({year: local} if local is not None else {}))

    def by_rule(self, year: int) -> "Calendar":
        """The same calendar as it was before anybody published a year: by rule, with an office's single days."""
        local = self.local.get(year)
        days = _with_local(_by_rule(year), None if local is None or local.published else local)
        return self.with_year(year, LocalYear(True, days.free, days.worked))

    def is_published(self, year: int) -> bool:
        """Whether the year's shifted days are known, or only reckoned by rule."""
        return self._year(year).published

    def warning_for(self, day: date) -> bool:
        """Whether an answer about ``day`` must be given with a loud warning, its year being unpublished."""
        return not self.is_published(day.year)

    @property
    def unpublished_years(self) -> tuple[int, ...]:
        """The years this calendar was asked about so far although nobody has published them."""
        return tuple(sorted(year for year, days in self._years.items() if not days.published))

    def _walk(self, day: date, count: int) -> date:
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def _year(self, year: int) -> Shifted:
        days = self._years.get(year)
        if days is None:
            days = self._years[year] = _with_local(_official(year), self.local.get(year))
        return days


@lru_cache
def _official(year: int) -> Shifted:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Shifted(frozenset(), frozenset(), published=False)
    # The New Year's shift of the year after may be worked in December of this one.
    known = holidays.country_holidays("CN", years=[year, min(year + 1, LAST_YEAR)])
    worked = {day for day in known.weekend_workdays if day.year == year}
    # Every arrangement published since 2001 shifts some weekend of its own year; a year by rule shifts none.
    published = any(day.year == year for day in holidays.country_holidays("CN", years=year).weekend_workdays)
    return Shifted(frozenset(day for day in known if day.year == year), frozenset(worked), published)


@lru_cache
def _by_rule(year: int) -> Shifted:
    """The year as the law names its days, without what a notice has shifted."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Shifted(frozenset(), frozenset(), published=False)
    known = holidays.country_holidays("CN")
    known.has_special_holidays = False
    known.get(date(year, 1, 1))  # asked about one of its days, it knows the year
    return Shifted(frozenset(day for day in known if day.year == year), frozenset(), published=False)


FESTIVALS: Final[Mapping[str, str]] = {
    "spring-festival": "Chinese New Year",
    "dragon-boat": "Dragon Boat Festival",
    "mid-autumn": "Mid-Autumn Festival",
}
"""The festivals of the lunar year a programme may name, and what the library that reckons them calls each."""

_FESTIVALS_FROM: Final = 2008
"""Dragon Boat and Mid-Autumn are in the official calendar since then."""


@lru_cache
def _festival(name: str, year: int) -> date:
    known = min(max(year, _FESTIVALS_FROM), LAST_YEAR)
    named = holidays.country_holidays("CN", years=known, language="en_US")
    return min(day for day, words in named.items() if any(_is_called(word, name) for word in words.split("; ")))


def _is_called(word: str, name: str) -> bool:
    return word.startswith(FESTIVALS[name]) and "Eve" not in word and "observed" not in word


def _with_local(official: Shifted, local: LocalYear | None) -> Shifted:
    if local is None:
        return official
    if local.published:
        return Shifted(local.free, local.worked, published=True)
    free = (official.free | local.free) - local.worked
    return Shifted(free, (official.worked | local.worked) - local.free, official.published)


@lru_cache(maxsize=65_536)
def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the local day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


@lru_cache(maxsize=65_536)
def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the wall calendar in ``zone`` at an aware moment."""
    return moment.astimezone(zone).date()
