"""One child, elder or volunteer by hand: judged as a row of a sheet is, and shown before it is taken in."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.rules.access import Right
from domain.store.console import sheets
from domain.store.console.looking import NotFound
from domain.store.console.one_row import BY_HAND, as_sheet, cells
from domain.store.console.sheets import Kept, NothingToRead, SheetError, SheetKind, Verdict
from web.console.desk import Desk, console
from web.console.sheets import judge_for, looked_through, told_of, usual_programme
from web.posted import Given

_LONGEST: Final = 500


@console(Right.IMPORT)
def by_hand(request: Request, desk: Desk, given: Given) -> Response:
    """The form; what was typed goes on to be looked at as a sheet of one row, or comes back with what is wrong."""
    kind = _kind(request)
    if request.method != "POST":
        return _form(desk, kind, request.query_params.get("programme", ""), {})
    typed = {key: "".join(values[:1])[:_LONGEST] for key, values in given.items()}
    programme = typed.pop("programme", "")
    with desk.look(Right.IMPORT) as look:
        method = sheets.programme_named(look, programme)
        content = as_sheet(look, kind, method, typed)
    kept = Kept(kind=kind, programme=programme, name=f"{kind}.csv", content=content)
    try:
        report = judge_for(desk, kept)
    except (SheetError, NothingToRead) as trouble:
        return _form(desk, kind, programme, typed, told_of(desk, trouble))
    if sheets.takes(kind, report):
        return looked_through(desk, kept, report)
    if not report.rows:
        return _form(desk, kind, programme, typed, desk.say("console_sheets.nothing-typed"))
    row = report.rows[0]
    said = "" if row.verdict is Verdict.REFUSED else row.verdict.say(desk.language) + desk.say("console_sheets.colon")
    between = "" if desk.language == "zh" else " "
    return _form(desk, kind, programme, typed, said + between.join(each.say(desk.language) for each in row.reasons))


def _kind(request: Request) -> SheetKind:
    kind = request.path_params["kind"]
    if kind not in BY_HAND:
        raise NotFound(kind)
    return SheetKind(kind)


def _form(desk: Desk, kind: SheetKind, programme: str, typed: Mapping[str, str], problem: str = "") -> Response:
    with desk.look(Right.IMPORT) as look:
        readable = {key for key, kinds in sheets.kinds_for(look).items() if kind in kinds}
        titles = {
            each.programme: each.title.say(desk.language)
            for each in sheets.programmes(look)
            if each.programme in readable
        }
        chosen = programme if programme in titles else usual_programme(desk, titles)
        asked = cells(look, kind, sheets.programme_named(look, chosen))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return desk.page(
        "console/by-hand.html", status, kind=kind.value, titles=titles, chosen=chosen, cells=asked, typed=typed,
        problem=problem,
    )  # fmt: skip
