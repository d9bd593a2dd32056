"""My area: figures of a unit and of each below it, its last weeks and what is ahead; down to the village."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import UnitId
from domain.rules.access import Right
from domain.store.console.area import Area, Week, ahead
from domain.store.console.area import area as standing_of
from domain.store.console.looking import Looking
from domain.store.console.places import tops
from domain.store.console.weeks import Done, weeks
from web.console.chart import bars
from web.console.desk import Desk, console
from web.posted import Given
from web.trends import Counted

AT_ONCE: Final = 3_000
"""So many open cases, and the weeks are counted beside the page."""


@console(Right.SEE_CASES)
def area(request: Request, desk: Desk, _given: Given) -> Response:
    """A unit; without one the viewer's own."""
    unit = UnitId(request.path_params["unit"]) if "unit" in request.path_params else None
    with desk.look(Right.SEE_CASES) as look:
        found = standing_of(look, unit)
        trend = _trend(desk, look, found)
        scope = desk.say("and").join(look.unit_name(each) for each in look.tops)
    return desk.page(
        "console/area-weeks.html" if desk.fragment else "console/area.html", 200, area=found, trend=trend, scope=scope,
        chart=bars([(each.on_time, each.late) for each in trend.value[0]]) if trend else None,
        ahead=bars([(each.due,) for each in trend.value[1]]) if trend else None,
        leaf=not any(not row.own for row in found.rows),
        share=share,
    )  # fmt: skip


def _trend(desk: Desk, look: Looking, found: Area) -> Counted | None:
    unit = found.unit.id if found.unit else None
    if found.standing.open <= AT_ONCE:
        return Counted((weeks(look, unit), ahead(look, unit)), desk.now)
    key = ("weeks", unit or tuple(tops(look)), look.today)
    return desk.site.trends.get(key, desk.now, lambda: _counted(desk, unit))


def _counted(desk: Desk, unit: UnitId | None) -> tuple[list[Done], list[Week]]:
    with desk.look(Right.SEE_CASES) as look:
        return weeks(look, unit), ahead(look, unit)


def share(part: float) -> str:
    """A part of one as people read it."""
    return f"{part:.0%}" if part == 0 or part >= 0.1 else f"{part:.1%}"
