"""A version tried on the cases of a unit, for who may see these: reckoned in memory, nothing is written."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from domain.ids import UnitId
from domain.programme.schema import Programme, Stage
from domain.rules.access import EVERYWHERE, Right, Viewer
from domain.rules.made_up import as_a_rule
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound, looking
from domain.store.store import Store
from domain.store.trial import Trial, try_version


def units_to_try(look: Looking) -> list[tuple[UnitId, str]]:
    """The units a version may be tried on: the viewer's own, and those right below, with their names."""
    tops = look.tops
    below = [unit.id for unit in look.office.units.values() if unit.parent in tops]
    return [(each, look.unit_name(each)) for each in dict.fromkeys((*tops, *below))]


def cases_to_try(look: Looking, programme: Programme, unit: UnitId) -> int:
    """How many open cases of the programme, in any version, a unit has; NotFound for one that is not the viewer's."""
    look.must_see(unit)
    counting = select(func.count()).select_from(t.snapshot).where(
        t.snapshot.c.programme.like(f"{programme.programme}@%"), t.snapshot.c.stage != Stage.CLOSED.value,
        *look.within(t.snapshot.c.unit, unit),
    )  # fmt: skip
    return look.connection.execute(counting).scalar_one()


def tried(
    store: Store, viewer: Viewer, programme: Programme, unit: UnitId, now: datetime, until: datetime,
    say: Callable[[int, int], None],
) -> Trial:  # fmt: skip
    """Live the unit's open cases forward twice, and compare; it takes a while. NotFound, NotAllowed."""
    with looking(store, viewer, Right.SEE_CASES, now) as look:
        if unit == EVERYWHERE:
            raise NotFound(unit)
        look.must_see(unit)
        form = as_a_rule({**store.programmes, programme.name: programme})
        return try_version(look.connection, store, programme, unit, form, now, until, say)
