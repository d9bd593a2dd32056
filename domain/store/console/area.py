"""My area: how a unit stands and each unit below it, from grouped counts the indexes answer; nothing is remembered."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, case, func, select

from domain.calendar import local_day
from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.rules.office import Unit
from domain.store import tables as t
from domain.store.console.cases_asked import without_tie
from domain.store.console.looking import Looking
from domain.store.console.places import below, tops, way_to
from domain.store.lists_overdue import A_DUTY, ONE_DAY, is_overdue
from domain.store.moments import moment, stamp

WEEKS_AHEAD: Final = 8
DAYS: Final = 7


class Standing(NamedTuple):
    """How a unit stands now, all below it included.

    ``late_cases``: open cases with something late; ``alone``: without a tie; ``idle``: volunteers without a case.
    """

    open: int = 0
    late_duties: int = 0
    late_cases: int = 0
    climbed: int = 0
    alone: int = 0
    idle: int = 0

    @property
    def share(self) -> float:
        """The part of the open cases that have something late."""
        return self.late_cases / self.open if self.open else 0.0

    def plus(self, other: "Standing") -> "Standing":
        """Two as one."""
        return Standing(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Row(NamedTuple):
    """One unit below; ``own``: what stands in the unit looked at itself and in none below it."""

    unit: UnitId
    name: str
    standing: Standing
    own: bool = False


class Week(NamedTuple):
    """So much falls due from a day to the end of its week."""

    begins: date
    due: int


class Area(NamedTuple):
    """A unit and what there is to see of it. ``unit`` is none where the viewer looks into several."""

    unit: Unit | None
    way: Sequence[Unit]
    standing: Standing
    rows: Sequence[Row]


def area(look: Looking, unit: UnitId | None) -> Area:
    """How a unit stands, or all the viewer looks into; NotFound for a unit that is not his or hers."""
    if unit is None and len(found := tops(look)) == 1:
        unit = found[0]
    way = way_to(look, unit) if unit is not None else []
    by_unit = _standings(look, unit)
    listed = below(look, unit)
    rows = _rows(look, unit, listed, by_unit)
    whole = _sum([row.standing for row in rows])
    return Area(way[-1] if way else None, way, whole, rows)


def _rows(
    look: Looking, unit: UnitId | None, listed: Sequence[Unit], by_unit: Mapping[UnitId, Standing]
) -> list[Row]:  # fmt: skip
    """The worst first: where most children wait too long."""
    found = {each.id: Standing() for each in listed}
    own = Standing()
    for where, standing in by_unit.items():
        under = next((above.id for above in look.office.upward(where) if above.id in found), None)
        if under is None:
            own = own.plus(standing)
        else:
            found[under] = found[under].plus(standing)
    rows = [Row(each.id, each.name, found[each.id]) for each in listed]
    rows.sort(key=lambda row: (*_weight(row.standing), row.unit))
    return rows + ([Row(unit, look.unit_name(unit), own, own=True)] if unit is not None and any(own) else [])


def _weight(standing: Standing) -> tuple[int, ...]:
    return tuple(-number for number in (
        standing.late_cases, standing.late_duties, standing.climbed, standing.alone, standing.open,
    ))  # fmt: skip


def _sum(standings: Sequence[Standing]) -> Standing:
    return Standing(*map(sum, zip(*standings, strict=True))) if standings else Standing()


def _standings(look: Looking, unit: UnitId | None) -> dict[UnitId, Standing]:
    """Each unit by itself, by grouped counts."""
    counted: dict[str, Counter[UnitId]] = {name: Counter() for name in Standing._fields}
    for name, statement in _counts(look, unit):
        for row in look.connection.execute(statement):
            for key, number in zip(name, row[1:], strict=True):
                counted[key][row[0]] += number
    units = dict.fromkeys(where for each in counted.values() for where in each)
    return {where: Standing(*(counted[name][where] for name in Standing._fields)) for where in units}


def _counts(look: Looking, unit: UnitId | None) -> Iterator[tuple[tuple[str, ...], Select[Any]]]:
    snapshot, tally, diary, helper = t.snapshot.c, t.tally.c, t.diary.c, t.helper.c
    climbed = func.sum(case((tally.stage == Stage.ESCALATION.value, tally.cases), else_=0))
    yield (
        ("open", "climbed"),
        select(tally.unit, func.sum(tally.cases), climbed)
        .where(tally.stage != Stage.CLOSED.value, *look.within(tally.unit, unit))
        .group_by(tally.unit),
    )
    alone = (without_tie(look), *look.within(snapshot.unit, unit))
    yield ("alone",), select(snapshot.unit, func.count()).where(*alone).group_by(snapshot.unit)
    cases = func.count(diary.case.distinct())
    yield (
        ("late_duties", "late_cases"),
        select(diary.unit, func.count(), cases)
        .where(is_overdue(look.now), look.place_by_place(diary.unit, unit))
        .group_by(diary.unit),
    )
    yield (
        ("idle",),
        select(helper.unit, func.count())
        .where(helper.serving, helper.load == 0, *look.within(helper.unit, unit))
        .group_by(helper.unit),
    )


def ahead(look: Looking, unit: UnitId | None) -> list[Week]:
    """What falls due this week and in the next ones, counted by the moments at which it would become overdue."""
    monday = look.today - timedelta(days=look.today.weekday())
    until = look.now + timedelta(days=(WEEKS_AHEAD + 1) * DAYS)
    moments = t.diary.c.overdue_from
    statement = (
        select(moments, func.count())
        .where(A_DUTY, moments > stamp(look.now), moments <= stamp(until), look.place_by_place(t.diary.c.unit, unit))
        .group_by(moments)
    )
    found: Counter[int] = Counter()
    for at, number in look.connection.execute(statement):
        found[(_day(look, at) - monday).days // DAYS] += number
    return [Week(monday + timedelta(days=DAYS * week), found[week]) for week in range(WEEKS_AHEAD)]


def _day(look: Looking, overdue_from: str) -> date:
    zone = next((each.time_zone for each in look.store.programmes.values()), None)
    at = moment(overdue_from) - ONE_DAY
    return local_day(at, zone) if zone else at.date()
