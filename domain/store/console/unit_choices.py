"""Which units a page may be narrowed to: the viewer's own, those below, and the way down to the one chosen."""

from typing import NamedTuple

from domain.ids import UnitId
from domain.programme.schema import Level
from domain.store.console.looking import Looking


class UnitChoice(NamedTuple):
    """One unit to choose; ``depth`` says how far below the viewer's own it lies."""

    unit: UnitId
    name: str
    depth: int


def unit_choices(look: Looking, chosen: UnitId | None) -> list[UnitChoice]:
    """The tree down to one level below the viewer's own units, and one level below the chosen one."""
    way = {above.id for above in look.office.upward(chosen)} if chosen else set()
    found: list[UnitChoice] = []
    for top in look.tops:
        _grow(look, top, way | {top}, 0, found)
    return found


def _grow(look: Looking, unit: UnitId, opened: set[UnitId], depth: int, found: list[UnitChoice]) -> None:
    """A unit, and what lies below it where it is opened; villages are too many to choose from."""
    found.append(UnitChoice(unit, look.unit_name(unit), depth))
    below = look.office.children.get(unit, ()) if unit in opened else ()
    for each in sorted(below):
        if look.office.units[each].level is not Level.VILLAGE:
            _grow(look, each, opened, depth + 1, found)


def chosen_unit(look: Looking, asked: str) -> UnitId | None:
    """The unit named in an address; NotFound where it is not the viewer's to look into."""
    if not asked:
        return None
    look.must_see(UnitId(asked))
    return UnitId(asked)
