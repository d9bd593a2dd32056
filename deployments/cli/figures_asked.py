"""What somebody asks figures of: a unit by its id or name, and the days."""

from collections.abc import Iterable
from datetime import UTC, date
from difflib import get_close_matches
from typing import Final

from deployments.cli.where import YEARS, BadInput, Where
from domain.calendar import local_day
from domain.ids import UnitId
from domain.rules.office import Unit
from domain.store.engine import reading
from domain.store.figures import Period
from domain.store.offices import office

_NEAREST: Final = 3
_LIKE_ENOUGH: Final = 0.3


def period_of(where: Where, year: int | None, first: date | None, last: date | None) -> Period:
    """The days asked about, this year where none are named; a period that still runs ends today."""
    if year is not None and (first is not None or last is not None):
        raise BadInput(where.say("figures.year-or-days"))
    today = _today(where)
    if year is not None and _may_be(year):
        first, last = date(year, 1, 1), date(year, 12, 31)
    last = last or today
    first = first or date(last.year, 1, 1)
    if not (_may_be(first.year) and _may_be(last.year) and (year is None or _may_be(year))):
        raise BadInput(where.say("figures.years-known"))
    if first > today:
        raise BadInput(where.say("figures.in-the-future", first=first))
    if first > last:
        raise BadInput(where.say("figures.days-backwards", first=first, last=last))
    return Period(first, min(last, today))


def _may_be(year: int) -> bool:
    return year in YEARS and year > YEARS.start


def _today(where: Where) -> date:
    zones = (programme.time_zone for programme in where.store.programmes.values())
    zone = next(zones, None)
    return local_day(where.moment, zone) if zone is not None else where.moment.astimezone(UTC).date()


def unit_of(where: Where, given: str | None) -> UnitId | None:
    """A unit by its id, or by its name where only one is called so; BadInput with the nearest one else."""
    if given is None or given in where.unit_names([UnitId(given)]):
        return UnitId(given) if given is not None else None
    with reading(where.store.engine) as connection:
        units = tuple(office(connection, where.store).units.values())
    named = [unit for unit in units if unit.name == given]
    if len(named) == 1:
        return named[0].id
    if named:
        raise BadInput(where.say("figures.several-units", unit=given, ids=_joined(where, named)))
    nearest = _nearest(given, units)
    key = "figures.no-such-unit" if nearest else "figures.no-such-unit-at-all"
    raise BadInput(where.say(key, unit=given, nearest=_joined(where, nearest)))


def _nearest(given: str, units: Iterable[Unit]) -> list[Unit]:
    known: dict[str, Unit] = {}
    for unit in units:
        known.setdefault(unit.id, unit)
        known.setdefault(unit.name, unit)
    close = get_close_matches(given, known, n=_NEAREST, cutoff=_LIKE_ENOUGH)
    return [known[name] for name in close[:1]]


def _joined(where: Where, units: Iterable[Unit]) -> str:
    return where.say("cli.list-sign").join(
        where.say("story.unit-named", name=unit.name, unit=unit.id) for unit in units
    )
