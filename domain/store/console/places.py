"""Places as somebody walks them on the pages: upward as far as he or she may look, and one step down."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.ids import UnitId
from domain.rules.office import Unit
from domain.store.console.looking import Looking


class Place(NamedTuple):
    """A unit on the way, how far down it is, and its name."""

    id: UnitId
    name: str
    depth: int


def way_to(look: Looking, unit: UnitId) -> list[Unit]:
    """From the uppermost unit the viewer may see down to this one; NotFound where it is not the viewer's."""
    look.must_see(unit)
    return [above for above in look.office.upward(unit) if look.sees(above.id)][::-1]


def below(look: Looking, unit: UnitId | None) -> list[Unit]:
    """The units one step down; without a unit the uppermost ones the viewer looks into."""
    ids: Sequence[UnitId] = tops(look) if unit is None else look.office.children.get(unit, ())
    return sorted((look.office.units[each] for each in ids), key=lambda each: each.id)


def tops(look: Looking) -> list[UnitId]:
    """The uppermost units the viewer looks into, none of them within another."""
    known = [each for each in dict.fromkeys(look.tops) if each in look.office.units]
    return [each for each in known if not any(above.id in known for above in _above(look, each))]


def _above(look: Looking, unit: UnitId) -> list[Unit]:
    return list(look.office.upward(unit))[1:]


def around(look: Looking, unit: UnitId | None) -> list[Place]:
    """What there is to choose from: the way down to a unit, and what lies one step below it."""
    if unit is None:
        first = tops(look)
        if len(first) != 1:
            return [Place(each.id, each.name, 0) for each in below(look, None)]
        unit = first[0]
    way = way_to(look, unit)
    found = [Place(each.id, each.name, depth) for depth, each in enumerate(way)]
    return found + [Place(each.id, each.name, len(way)) for each in below(look, unit)]
