"""Today: what needs somebody now, in order, each with the one button that settles it."""

from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console.acting import acting_person
from domain.store.console.duties import Settling
from domain.store.console.duties import settle as settled
from domain.store.console.looking import NotFound
from domain.store.console.today import Press, people_in
from domain.store.console.today import noticed as what_was_noticed
from domain.store.console.today import today as what_waits
from domain.store.console.who_is_away import who_is_away
from web.console.case import whole
from web.console.desk import Desk, console
from web.console.shown import moment_at
from web.console.signing import safe_path
from web.posted import Given


@console(Right.SEE_CASES)
def today(_request: Request, desk: Desk, _given: Given) -> Response:
    """The first page."""
    return shown(desk)


def shown(desk: Desk, status: int = 200, problem: str = "") -> Response:
    """The page as it stands, with why something was refused."""
    with desk.look(Right.SEE_CASES) as look:
        found = what_waits(look)
        names = {unit: look.unit_name(unit) for unit in {each.unit for each in found.matters}}
        scope = desk.say("and").join(look.unit_name(unit) for unit in look.tops)
    return desk.page(
        "console/today.html", status, found=found, names=names, scope=scope, problem=problem, presses=list(Press)
    )


@console(Right.SEE_CASES)
def noticed(_request: Request, desk: Desk, _given: Given) -> Response:
    """What was noticed: a part of the first page that may take longer, and a page of its own."""
    with desk.look(Right.SEE_CASES) as look:
        sorts = what_was_noticed(look)
        found = [each for some in sorts for each in some.found]
        names = {unit: look.unit_name(unit) for unit in {each.unit for each in found}}
        people, away = people_in(look, found), who_is_away(look)
    spoken = partial(moment_at, desk)
    name = "console/noticed-part.html" if desk.fragment else "console/noticed.html"
    return desk.page(
        name, sorts=sorts, count=sum(some.all for some in sorts), away=away, names=names,
        sentence=lambda each: each.sentence(desk.language, names, people, spoken),
    )  # fmt: skip


@console(Right.SEE_CASES, posting=Right.ACT)
def settle(_request: Request, desk: Desk, given: Given) -> Response:
    """Settle one matter with one button; the page says why where that is refused."""
    number = whole("".join(given.get("duty", ())))
    outcome = settled(desk.site.store, desk.viewer, number, _command(desk, given, number), desk.now)
    if isinstance(outcome, Refusal):
        said = desk.say(f"refusals.{outcome.reason.value}", about=outcome.about)
        return shown(desk, HTTPStatus.CONFLICT, said)
    return desk.to(safe_path("".join(given.get("back", ()))), "".join(given["do"]))


def _command(desk: Desk, given: Given, number: int) -> Settling:
    by, case = acting_person(desk.viewer), CaseId("".join(given.get("case", ())))
    match "".join(given.get("do", ())):
        case "acknowledge":
            return c.AcknowledgeDuty(case=case, duty=number, by=by)
        case "approve":
            return c.DecideProposal(case=case, by=by, accept=True)
        case _:
            raise NotFound(case)
