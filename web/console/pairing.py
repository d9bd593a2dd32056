"""Pairing: proposals side by side with why, children for whom nobody was found, successors; choosing by hand."""

from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId, PersonId, UnitId
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console.acts import told_about_case
from domain.store.console.candidates import choice
from domain.store.console.looking import NotFound
from domain.store.console.pairing import board
from domain.store.console.pairing_acts import TooMany, decide, propose_now, propose_this_one
from domain.store.console.unit_choices import chosen_unit, unit_choices
from domain.store.console.waiting import Part
from web.console.asked import asked_page, asked_words, one, with_values
from web.console.desk import Desk, console
from web.posted import Given

HERE: Final = "/console/pairing"
REASONS: Final = ("not-suitable", "better-match", "other")
"""Why a proposal is declined; keys, because the journal holds no free words."""


@console(Right.SEE_CASES)
def pairing(request: Request, desk: Desk, _given: Given) -> Response:
    """The board."""
    return _board(request, desk)


def _board(request: Request, desk: Desk, status: int = 200, problem: str = "") -> Response:
    asked = asked_words(request, "show")
    with desk.look(Right.SEE_CASES) as look:
        unit = chosen_unit(look, asked_words(request, "unit"))
        part = Part(asked) if asked in set(Part) else Part.DECIDE
        page = asked_page(request)
        found = board(look, part, unit, page)
        choices = unit_choices(look, unit)
        scope = desk.say("and").join(look.unit_name(each) for each in look.tops)
    return desk.page(
        "console/pairing.html", status, found=found, part=part, parts=list(Part), unit=unit, page=page,
        choices=choices, scope=scope, problem=problem, reasons=REASONS, proposed=_made(request),
        address=lambda below="", **more: desk.root + with_values(HERE + below, **({"show": part, "unit": unit} | more)),
    )  # fmt: skip


def _made(request: Request) -> tuple[int, int] | None:
    """What a search has just come to, from the address it leads back to."""
    made, left = (request.query_params.get(name, "") for name in ("made", "left"))
    return (int(made), int(left)) if made.isdecimal() and left.isdecimal() and len(made + left) < 12 else None


@console(Right.ACT)
def settle_proposal(request: Request, desk: Desk, given: Given) -> Response:
    """Agree to a proposal, decline it, or take it back."""
    do, reason = one(given, "do"), one(given, "reason")
    if do not in {"approve", "decline"}:
        raise NotFound(do)
    case = CaseId(one(given, "case"))
    outcome = decide(
        desk.site.store, desk.viewer, case, desk.now,
        accept=do == "approve", reason=reason if reason in REASONS else "declined",
    )  # fmt: skip
    if isinstance(outcome, Refusal):
        return _board(request, desk, HTTPStatus.CONFLICT, _said(desk, case, outcome))
    return desk.to(with_values(HERE, show=asked_words(request, "show"), unit=asked_words(request, "unit")), do)


@console(Right.ACT)
def propose(request: Request, desk: Desk, given: Given) -> Response:
    """Look for pairs in a unit now, and propose them."""
    unit = one(given, "unit")
    try:
        found = propose_now(desk.site.store, desk.viewer, UnitId(unit), desk.now)
    except TooMany as many:
        said = desk.say("console_pairing.too-many", most=many.most)
        return _board(request, desk, HTTPStatus.CONFLICT, said)
    show = Part.DECIDE if found.proposed else Part.WAITING
    return desk.to(f"{with_values(HERE, show=show, unit=unit)}&made={found.proposed}&left={found.left}")


@console(Right.SEE_PEOPLE, posting=Right.ACT)
def child_to_pair(request: Request, desk: Desk, given: Given) -> Response:
    """The helpers around one child; posted: the one who is chosen."""
    case = CaseId(request.path_params["case"])
    if request.method != "POST":
        return _choice(request, desk, case)
    outcome = propose_this_one(desk.site.store, desk.viewer, case, PersonId(one(given, "person")), desk.now)
    if isinstance(outcome, Refusal):
        return _choice(request, desk, case, HTTPStatus.CONFLICT, _said(desk, case, outcome))
    return desk.to(with_values(HERE, show=Part.DECIDE), "proposed")


def _choice(request: Request, desk: Desk, case: CaseId, status: int = 200, problem: str = "") -> Response:
    with desk.look(Right.SEE_CASES) as look:
        area, page = asked_words(request, "area"), asked_page(request)
        found = choice(look, case, UnitId(area) if area else None, page)
        names = {unit: look.unit_name(unit) for _, unit in found.areas}
    return desk.page(
        "console/pairing-child.html", status, found=found, names=names, page=page, problem=problem,
        address=lambda **more: desk.root + with_values(f"{HERE}/{case}", **({"area": found.area} | more)),
    )  # fmt: skip


def _said(desk: Desk, case: CaseId, refusal: Refusal) -> str:
    with desk.look(Right.SEE_CASES) as look:
        about = told_about_case(look, case, refusal.about)
    return desk.say(f"refusals.{refusal.reason.value}", about=about)
