"""How the units below one stand: cases, what is due, late and climbed, children without a helper; one line each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, exists, func, select

from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import A_DUTY, is_due_today, is_overdue


class Standing(NamedTuple):
    """How a unit and all below it stand. ``untied``: open cases to which no helper is bound."""

    unit: UnitId
    name: str
    level: str
    open_cases: int
    untied: int
    due_today: int
    overdue: int
    climbed: int


def standing(look: Looking, unit: UnitId | None = None) -> list[Standing]:
    """The unit itself first, then each directly below it; without one, the uppermost the viewer looks into."""
    if unit is not None:
        look.must_see(unit)
    shown = list(look.tops) if unit is None else [unit, *look.office.children.get(unit, ())]
    counted = _counted(look, unit)
    return [_line(look, each, counted) for each in shown]


Counted = Mapping[str, Counter[str]]


def _counted(look: Looking, unit: UnitId | None) -> Counted:
    """Counts by the unit in which something stands itself, then handed up to all above it."""
    totals: dict[str, Counter[str]] = {}
    for row in [*_cases(look, unit), *_duties(look, unit)]:
        numbers = Counter({name: int(count or 0) for name, count in row._mapping.items() if name != "unit"})
        for above in look.office.upward(row.unit):
            totals.setdefault(above.id, Counter()).update(numbers)
    return totals


def _cases(look: Looking, unit: UnitId | None) -> Sequence[Any]:
    bound = exists().where(t.tie.c.case == t.snapshot.c.case, t.tie.c.until.is_(None))
    statement = (
        select(t.snapshot.c.unit, func.count().label("open_cases"), _how_many(~bound).label("untied"))
        .where(t.snapshot.c.stage != Stage.CLOSED.value, *look.within(t.snapshot.c.unit, unit))
        .group_by(t.snapshot.c.unit)
    )
    return look.connection.execute(statement).all()


def _duties(look: Looking, unit: UnitId | None) -> Sequence[Any]:
    statement = (
        select(
            t.diary.c.unit,
            _how_many(is_due_today(look.now)).label("due_today"),
            _how_many(is_overdue(look.now)).label("overdue"),
            _how_many(t.diary.c.climbed_to.is_not(None)).label("climbed"),
        )
        .where(A_DUTY, *look.within(t.diary.c.unit, unit))
        .group_by(t.diary.c.unit)
    )
    return look.connection.execute(statement).all()


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _line(look: Looking, unit: UnitId, counted: Counted) -> Standing:
    found, known = counted.get(unit, Counter()), look.office.units.get(unit)
    return Standing(
        unit, look.unit_name(unit), known.level.value if known else "", found["open_cases"], found["untied"],
        found["due_today"], found["overdue"], found["climbed"],
    )  # fmt: skip
