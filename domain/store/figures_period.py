"""The days figures are taken over, and the same days a year before."""

from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.calendar import local_day, start_of
from domain.programme.spans import months_later
from domain.store.moments import stamp, whole

_ONE_DAY: Final = timedelta(days=1)
_ONE_SECOND: Final = timedelta(seconds=1)
_A_YEAR: Final = 12


class Period(NamedTuple):
    """From one local day to another, both included."""

    first: date
    last: date

    def year_before(self) -> "Period":
        """The same days a year before: a whole month stays a whole month, February too."""
        after = months_later(self.last + _ONE_DAY, -_A_YEAR)
        return Period(months_later(self.first, -_A_YEAR), after - _ONE_DAY)


class Bounds(NamedTuple):
    """What is seen of a period, as moments of the journal: from ``begins`` on, before ``ends``."""

    begins: str
    ends: str


def bounds(period: Period, now: datetime, zone: ZoneInfo) -> Bounds:
    """A period's moments in a time zone. One that still runs is seen up to and with ``now``."""
    ends = min(start_of(period.last + _ONE_DAY, zone), whole(now) + _ONE_SECOND)
    return Bounds(stamp(start_of(period.first, zone)), stamp(ends))


def year_earlier(now: datetime, zone: ZoneInfo) -> datetime:
    """The same time of the same local day a year before."""
    today = local_day(now, zone)
    return start_of(months_later(today, -_A_YEAR), zone) + (now - start_of(today, zone))
