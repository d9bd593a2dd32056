"""When people may be told things: a nudge moves out of the quiet hours, a deadline never does."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.programme.schema import Manners, Programme
from domain.store.moments import whole

_ONE_DAY: Final = timedelta(days=1)


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


def leave_at(moment: datetime, programmes: Iterable[Programme]) -> datetime:
    """The first moment from ``moment`` on that no programme's quiet hours forbid; ``moment`` where there is none."""
    rules = [(programme.manners, programme.time_zone) for programme in programmes]
    found = moment
    # Quiet hours of two programmes may touch; those that leave no hour of the day free must not silence anybody.
    for _ in range(len(rules) + 1):
        later = max((out_of_quiet_hours(found, *rule) for rule in rules), default=found)
        if later == found:
            return found
        found = later
    return moment


def known(programmes: Mapping[str, Programme], names: Iterable[str]) -> list[Programme]:
    """The programmes of these names; one that is no longer installed has no quiet hours."""
    return [programmes[name] for name in names if name in programmes]


def _at(local: datetime, ends: time) -> datetime:
    return whole(datetime.combine(local.date(), ends, local.tzinfo))
