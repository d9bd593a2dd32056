"""Which line of a table of figures each unit of the tree belongs to."""

from collections.abc import Iterable
from typing import Final

from domain.ids import UnitId
from domain.programme.schema import CLIMB, Level
from domain.rules.office import Office, Unit

REST: Final = UnitId("")
"""The line of what lies under the unit asked about and under none of the units listed: counted in the total only."""


class Places:
    """The units listed below one unit, or below the whole tree, and where any unit counts."""

    def __init__(self, office: Office, top: UnitId | None, level: Level | None) -> None:
        self._office, self.top = office, top
        self.level = level or level_below(office, top)
        self.listed = tuple(sorted(self._listed(), key=lambda unit: unit.id))
        self._rows: dict[str, UnitId | None] = {}

    def row_of(self, unit: UnitId) -> UnitId | None:
        """The listed unit that this one is or lies in; ``REST`` when none is, nothing when it lies elsewhere."""
        try:
            return self._rows[unit]
        except KeyError:
            return self._rows.setdefault(unit, self._row_of(unit))

    def _row_of(self, unit: UnitId) -> UnitId | None:
        above = [each.id for each in self._office.upward(unit)] or [unit]
        if self.top is not None and self.top not in above:
            return None
        within = above if self.top is None else above[: above.index(self.top)]
        return next((each for each in within if self._is_listed(each)), REST)

    def _is_listed(self, unit: UnitId) -> bool:
        return unit in self._office.units and self._office.units[unit].level is self.level

    def _listed(self) -> Iterable[Unit]:
        units = (unit for unit in self._office.units.values() if unit.level is self.level and unit.id != self.top)
        return (unit for unit in units if self._is_below(unit.id))

    def _is_below(self, unit: UnitId) -> bool:
        return self.top is None or any(above.id == self.top for above in self._office.upward(unit))


def level_below(office: Office, top: UnitId | None) -> Level | None:
    """The level to list where none is named: the next one that the tree has below a unit, or below its stem."""
    stem = office.units.get(top) if top is not None else stem_of(office)
    if stem is None:
        levels = {unit.level for unit in office.units.values() if unit.parent not in office.units}
    else:
        levels = {unit.level for unit in office.units.values() if unit.parent == stem.id}
    return max(levels, key=CLIMB.index, default=None)


def stem_of(office: Office) -> Unit | None:
    """The lowest unit under which the whole tree lies; nothing where the tree has several beginnings."""
    below: dict[UnitId | None, list[Unit]] = {}
    for unit in office.units.values():
        below.setdefault(unit.parent if unit.parent in office.units else None, []).append(unit)
    found, step = None, below.get(None, [])
    while len(step) == 1:
        found, step = step[0], below.get(step[0].id, [])
    return found
