"""Meeting mode: one screen for the monthly meeting, for the wall and for two sheets of paper."""

from datetime import date
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import UnitId
from domain.programme.spans import months_later
from domain.rules.access import Right
from domain.store.console.looking import Looking
from domain.store.console.meeting import Meeting, done_in, kinds_of, meeting, plan_after, usual_month
from domain.store.console.meeting_plan import Plan
from web.console.desk import Desk, console
from web.posted import Given

_FIRST: Final = date(2001, 1, 1)


@console(Right.SEE_CASES)
def choose_meeting(_request: Request, desk: Desk, _given: Given) -> Response:
    """Which unit meets; who looks after one unit only goes straight to its meeting."""
    with desk.look(Right.SEE_CASES) as look:
        tops = list(look.tops)
        below = [unit for top in tops for unit in look.office.children.get(top, ()) if unit.isdecimal()]
        offered = {unit: look.unit_name(unit) for unit in (*tops, *below)}
    if len(tops) == 1:
        return desk.to(f"/console/meeting/{tops[0]}")
    return desk.page("console/meeting-choose.html", units=offered)


@console(Right.SEE_CASES)
def meeting_page(request: Request, desk: Desk, _given: Given) -> Response:
    """The meeting of a unit."""
    unit = UnitId(request.path_params["unit"])
    with desk.look(Right.SEE_CASES) as look:
        first = _month(request.query_params.get("month", ""), look.today)
        found = meeting(look, unit, first)
        names = _names(look, found)
        below = {each: look.unit_name(each) for each in look.office.children.get(unit, ()) if each.isdecimal()}
        above = look.office.units[unit].parent
        above = above if above and look.sees(above) else None
        today = look.today
    after = months_later(first, 1)
    return desk.page(
        "console/meeting.html", found=found, names=names, unit=unit, below=below, above=above,
        above_name=names.get(above, "") if above else "", before=f"{months_later(first, -1):%Y-%m}",
        after=f"{after:%Y-%m}" if after <= today else "", this=f"{today:%Y-%m}", chosen=f"{first:%Y-%m}",
        sentences=[each.sentence(desk.language, names) for each in found.noticed],
        spoken_month=lambda on: _spoken_month(desk, on), short=lambda on: _short(desk, on),
    )  # fmt: skip


@console(Right.SEE_CASES)
def meeting_done(request: Request, desk: Desk, _given: Given) -> Response:
    """What was done, where it was much: comes after its meeting's page."""
    with desk.look(Right.SEE_CASES) as look:
        unit, first = _asked(request, look)
        done = done_in(look, unit, first)
        name = look.unit_name(unit)
    return _part(desk, "done", unit, name, first, sums=done)


@console(Right.SEE_CASES)
def meeting_kinds(request: Request, desk: Desk, _given: Given) -> Response:
    """What was met by kind: comes after the numbers of a month too full to tell it apart at once."""
    with desk.look(Right.SEE_CASES) as look:
        unit, first = _asked(request, look)
        kinds, by_helpers = kinds_of(look, unit, first) or (None, 0)
        name = look.unit_name(unit)
    return _part(desk, "kinds", unit, name, first, kinds=kinds, by_helpers=by_helpers)


@console(Right.SEE_CASES)
def meeting_plan(request: Request, desk: Desk, _given: Given) -> Response:
    """What the next month brings, where much was done in this one: comes after its meeting's page."""
    with desk.look(Right.SEE_CASES) as look:
        unit, first = _asked(request, look)
        plan = plan_after(look, unit, first)
        name, names = look.unit_name(unit), {each: look.unit_name(each) for each in _planned_in(plan)}
    return _part(desk, "plan", unit, name, first, plan=plan, names=names, short=lambda on: _short(desk, on))


def _part(desk: Desk, part: str, unit: UnitId, name: str, first: date, **values: Any) -> Response:
    """A part of a meeting by itself: to be put into its page, or as a page of its own."""
    page = f"console/meeting-{part}.html" if desk.fragment else "console/meeting-part-page.html"
    spoken, chosen = _spoken_month(desk, first), f"{first:%Y-%m}"
    return desk.page(page, part=part, unit=unit, name=name, spoken=spoken, chosen=chosen, **values)


def _asked(request: Request, look: Looking) -> tuple[UnitId, date]:
    return UnitId(request.path_params["unit"]), _month(request.query_params.get("month", ""), look.today)


def _names(look: Looking, found: Meeting) -> dict[UnitId, str]:
    units = {each.unit for each in found.late.duties} | {each.unit for each in found.noticed} | _planned_in(found.plan)
    above = look.office.units[found.unit].parent
    return {unit: look.unit_name(unit) for unit in (*units, found.unit, *([above] if above else []))}


def _planned_in(plan: Plan | None) -> set[UnitId]:
    return {each.unit for each in plan.activities} if plan else set()


def _month(text: str, today: date) -> date:
    """The first day of a month written as ``2026-11``; the usual one where it is none, or still to come."""
    try:
        asked = date.fromisoformat(f"{text}-01") if len(text) == len("2026-11") else usual_month(today)
    except ValueError:
        return usual_month(today)
    return asked if _FIRST <= asked <= today else usual_month(today)


def _short(desk: Desk, on: date) -> str:
    return desk.say("console_meeting.short-day", month=on.month, day=on.day)


def _spoken_month(desk: Desk, on: date) -> str:
    months = desk.say("web.months").split()
    return desk.say("console_meeting.month", year=on.year, month=months[on.month - 1])
