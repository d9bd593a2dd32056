"""Cases: find one by number, name, place or volunteer, filters kept in the address, the list as a file."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.ids import PersonId
from domain.programme.schema import Stage
from domain.rules.access import Right
from domain.store.console import cases
from domain.store.console.cases import Line
from domain.store.console.cases_asked import AT_A_TIME, Asked, Order
from domain.store.console.looking import Looking
from domain.store.console.places import around
from web.console.cases_asked import address, asked_from, asked_in
from web.console.cases_files import KINDS, MOST, filed
from web.console.desk import Desk, console
from web.posted import Given

STAGES: Final = tuple(Stage)


@console(Right.SEE_CASES)
def found(request: Request, desk: Desk, given: Given) -> Response:
    """The list. What was typed comes as a form, so that no name ever stands in an address or a log."""
    if request.method != "POST":
        return _shown(desk, asked_in(desk, request.query_params))
    asked = asked_from(desk, given)
    if desk.fragment:
        answer = _shown(desk, asked)
        answer.headers["HX-Replace-Url"] = f"{desk.root}{address(desk, asked)}"
        return answer
    return RedirectResponse(f"{desk.root}{address(desk, asked)}", HTTPStatus.SEE_OTHER)


@console(Right.SEE_CASES)
def taken_along(request: Request, desk: Desk, _given: Given) -> Response:
    """The filtered list as a file: case numbers, and names where these are shown."""
    asked = asked_in(desk, request.query_params)
    with desk.look(Right.SEE_CASES) as look:
        lines = cases.all_found(look, asked, MOST)
        places = {line.unit: _place(look, line.unit) for line in lines}
    names = _names(desk, lines, look)
    return filed(desk, desk.path.rpartition(".")[2], lines, places, names)


def _shown(desk: Desk, asked: Asked) -> Response:
    with desk.look(Right.SEE_CASES) as look:
        result = cases.find(look, asked)
        places = {line.unit: _place(look, line.unit) for line in result.lines}
        choices = around(look, asked.unit)
        scope = desk.say("and").join(look.unit_name(unit) for unit in look.tops)
    page = "console/cases-list.html" if desk.fragment else "console/cases.html"
    last = max(result.total - 1, 0) // AT_A_TIME
    return desk.page(
        page, HTTPStatus.OK, asked=asked, found=result, names=_names(desk, result.lines, look),
        places=places, scope=scope, choices=choices, stages=STAGES, risks=_risks(desk), programmes=_programmes(desk),
        orders=list(Order), last=last,
        first=asked.page * AT_A_TIME, to=lambda **changes: address(desk, asked, **changes),
        files={kind: address(desk, asked, f"/console/cases.{kind}") for kind in KINDS}, most=MOST,
        searches_names=desk.may(Right.SEE_NAMES), filtered=_is_filtered(asked),
    )  # fmt: skip


def _names(desk: Desk, lines: Sequence[Line], look: Looking) -> dict[PersonId, str]:
    """Who the children are: only when the viewer asked to see names, and each reading is recorded."""
    if not (desk.may(Right.SEE_NAMES) and desk.session.shows_names):
        return {}
    return cases.names_of(
        desk.site.store, desk.viewer, {line.subject: line.unit for line in lines}, desk.now, look.office
    )


def _place(look: Looking, unit: str) -> str:
    """A village with its township."""
    known = look.office.units.get(unit)  # type: ignore[call-overload]
    above = look.office.units.get(known.parent) if known and known.parent else None
    return f"{above.name} {known.name}" if known and above and look.sees(above.id) else look.unit_name(unit)


def _risks(desk: Desk) -> dict[str, str]:
    """Every level of risk there is, the highest first, as the newest programme calls it."""
    programmes = sorted(desk.site.store.programmes.items())
    found = {key: title.say(desk.language) for _, each in programmes for key, title in each.risks.items()}
    return dict(reversed(found.items()))


def _programmes(desk: Desk) -> dict[str, str]:
    return {
        name: f"{each.title.say(desk.language)} {desk.say('console_cases.version', number=each.version)}"
        for name, each in sorted(desk.site.store.programmes.items())
    }


def _is_filtered(asked: Asked) -> bool:
    return asked != Asked(order=asked.order, page=asked.page)
