"""When people may be told things: a nudge moves out of quiet hours and days, a deadline never does."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.programme.schema import Manners, Programme
from domain.programme.times import Festivals, lies_in
from domain.store.moments import whole

_ONE_DAY: Final = timedelta(days=1)

LONGEST_SILENCE: Final = 40
"""So many days ahead an hour is looked for at which nothing forbids to tell."""


def out_of_quiet_hours(moment: datetime, manners: Manners, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into."""
    begins, ends = time.fromisoformat(manners.quiet_from), time.fromisoformat(manners.quiet_until)
    local = moment.astimezone(zone)
    clock = local.time()
    if begins <= ends:
        return _at(local, ends) if begins <= clock < ends else moment
    if clock >= begins:
        return _at(local + _ONE_DAY, ends)
    return _at(local, ends) if clock < ends else moment


def out_of_quiet_days(moment: datetime, programme: Programme, calendar: Festivals) -> datetime:
    """The moment itself, or the end of the quiet hours of the day after, on a day on which nothing is sent."""
    local = moment.astimezone(programme.time_zone)
    times = [programme.times_of_year[name] for name in programme.manners.quiet_during]
    if not any(lies_in(each, local.date(), calendar) for each in times):
        return moment
    return _at(local + _ONE_DAY, time.fromisoformat(programme.manners.quiet_until))


def leave_at(moment: datetime, programmes: Iterable[Programme], calendar: Festivals) -> datetime:
    """The first moment from ``moment`` on that no programme's quiet hours and days forbid; ``moment`` where none is."""
    rules = list(programmes)
    found = moment
    # Quiet hours of two programmes may touch; those that leave no hour of the day free must not silence anybody.
    for _ in range(len(rules) + 1 + LONGEST_SILENCE):
        later = max((_out(found, programme, calendar) for programme in rules), default=found)
        if later == found:
            return found
        found = later
    return moment


def digest_at(moment: datetime, programmes: Iterable[Programme]) -> datetime:
    """When a coordinator hears next of what is not urgent: the latest of the programmes' times of the day."""
    return max((_next_digest(moment, each) for each in programmes), default=moment)


def most_in_a_week(programmes: Iterable[Programme]) -> int | None:
    """How many messages a helper of several programmes may get: the most patient programme decides."""
    return max((each.manners.most_in_a_week for each in programmes if each.manners.most_in_a_week), default=None)


def known(programmes: Mapping[str, Programme], names: Iterable[str]) -> list[Programme]:
    """The programmes of these names; one that is no longer installed has no quiet hours."""
    return [programmes[name] for name in names if name in programmes]


def _out(moment: datetime, programme: Programme, calendar: Festivals) -> datetime:
    awake = out_of_quiet_hours(moment, programme.manners, programme.time_zone)
    return out_of_quiet_days(awake, programme, calendar)


def _next_digest(moment: datetime, programme: Programme) -> datetime:
    if programme.manners.digest_at is None:
        return moment
    clock, local = time.fromisoformat(programme.manners.digest_at), moment.astimezone(programme.time_zone)
    return _at(local if local.time() <= clock else local + _ONE_DAY, clock)


def _at(local: datetime, ends: time) -> datetime:
    return whole(datetime.combine(local.date(), ends, local.tzinfo))
