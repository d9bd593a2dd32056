"""Today: what needs somebody now, in order, each with the one button that settles it."""

from functools import partial
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId
from domain.rules import commands as c
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console.acting import acting_person
from domain.store.console.looking import NotFound
from domain.store.console.today import MOST_NOTICED, Press
from domain.store.console.today import today as what_waits
from web.console.desk import Desk, console
from web.console.shown import moment_at
from web.console.signing import safe_path
from web.posted import Given

SETTLES: Final = ("acknowledge", "approve", "decline")
REASONS: Final = ("unsuitable", "too-far", "other")


@console(Right.SEE_CASES)
def today(_request: Request, desk: Desk, _given: Given) -> Response:
    """The first page."""
    return shown(desk)


def shown(desk: Desk, status: int = 200, problem: str = "") -> Response:
    """The page as it stands, with why something was refused."""
    with desk.look(Right.SEE_CASES) as look:
        found = what_waits(look)
        units = {each.unit for each in found.matters} | {each.unit for each in found.noticed}
        names = {unit: look.unit_name(unit) for unit in units}
        scope = desk.say("and").join(look.unit_name(unit) for unit in look.tops)
    spoken = partial(moment_at, desk)
    return desk.page(
        "console/today.html", status, found=found, names=names, scope=scope, problem=problem, presses=list(Press),
        sentences=[each.sentence(desk.language, names, found.people, spoken) for each in found.noticed[:MOST_NOTICED]],
    )  # fmt: skip


@console(Right.SEE_CASES, posting=Right.ACT)
def settle(_request: Request, desk: Desk, given: Given) -> Response:
    """Settle one matter with one button; the page says why where that is refused."""
    command = _command(desk, given)
    outcome = desk.act(command)[0]
    if isinstance(outcome, Refusal):
        said = desk.say(f"refusals.{outcome.reason.value}", about=outcome.about)
        return shown(desk, HTTPStatus.CONFLICT, said)
    return desk.to(safe_path("".join(given.get("back", ()))), "".join(given["do"]))


def _command(desk: Desk, given: Given) -> c.Command:
    by, case = acting_person(desk.viewer), CaseId("".join(given.get("case", ())))
    number, do = "".join(given.get("duty", ())), "".join(given.get("do", ()))
    if do == "acknowledge" and number.isdecimal() and len(number) < 9:
        return c.AcknowledgeDuty(case=case, duty=int(number), by=by)
    if do in {"approve", "decline"}:
        return c.DecideProposal(case=case, by=by, accept=do == "approve", reason="declined")
    raise NotFound(case)
