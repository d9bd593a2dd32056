"""A duty of a case: its form, a decision, an acknowledgement, or how it ended; asked as a volunteer's page asks."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId
from domain.programme.schema import DutyKind
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.rules.ways import Way
from domain.store.console.act_fields import NOTHING_FILLED, Filled
from domain.store.console.acting import acting
from domain.store.console.acts import do_act
from domain.store.console.case_record import photo_of
from domain.store.console.duties import DutyPage, duty_page
from domain.store.console.looking import Looking, NotFound
from web.console.case import case_of, reading, whole
from web.console.desk import Desk, console
from web.fields import Problems, fields, problems_of, read_answers
from web.posted import Given
from web.proposals import REASONS, reasons_in_words


@console(Right.SEE_CASES, posting=Right.ACT)
def duty(request: Request, desk: Desk, given: Given) -> Response:
    """The page of a duty; posted, what settles it."""
    case, number = case_of(request), whole(request.path_params["duty"])
    found = _read(desk, case, number)
    if request.method != "POST":
        return _shown(desk, found)
    return _settle(desk, found, given)


@console(Right.SEE_NAMES)
def photo(request: Request, desk: Desk, _given: Given) -> Response:
    """One picture of a visit, as long as names are shown; each look at one is recorded."""
    case, duty = case_of(request), whole(request.path_params["duty"])
    number = whole(request.path_params["photo"])
    if not desk.session.shows_names:
        raise NotFound(case)

    def opened(_connection: object, look: Looking) -> bytes:
        return photo_of(look, look.case(case), duty, number)

    picture = acting(desk.site.store, desk.viewer, Right.SEE_NAMES, desk.now, opened)
    return Response(picture, media_type="image/jpeg")


def _read(desk: Desk, case: CaseId, number: int) -> DutyPage:
    return reading(desk, lambda look, opened: duty_page(look, case, number, opened=opened))


def _settle(desk: Desk, found: DutyPage, given: Given) -> Response:
    do, answered = "".join(given.get("do", ())), {key: texts for key, texts in given.items() if key != "do"}
    if do == "answer" and found.kind is not None and found.duty is not None:
        problems = problems_of(found.kind, desk.language, answered)
        if problems:
            return _shown(desk, found, HTTPStatus.UNPROCESSABLE_ENTITY, answered, problems)
    try:
        filled = Filled(*read_answers(found.kind, answered)) if do == "answer" and found.kind else NOTHING_FILLED
    except Refusal as refusal:
        return _shown(desk, found, HTTPStatus.UNPROCESSABLE_ENTITY, answered, _refused(desk, found, refusal))
    key, typed = _act(found, do, answered)
    outcome = do_act(desk.site.store, desk.viewer, found.case.id, key, typed, desk.now, filled)
    if isinstance(outcome, dict):
        raise NotFound(found.case.id)
    if isinstance(outcome, Refusal):
        now_stands = _read(desk, found.case.id, found.number)
        return _shown(desk, now_stands, HTTPStatus.CONFLICT, answered, _refused(desk, found, outcome))
    return desk.to(f"/console/cases/{found.case.id}", "answer" if do == "answer" else do)


def _act(found: DutyPage, do: str, answered: Given) -> tuple[str, dict[str, str]]:
    """The act a button means, with its fields."""
    duty = {"duty": str(found.number)}
    match do:
        case "answer" | "acknowledge":
            return do, duty
        case "approve" | "decline":
            approve, why = "yes" if do == "approve" else "no", "".join(answered.get("reason", ()))
            return "decide-proposal", {**duty, "approve": approve, "reason": why}
        case _:
            raise NotFound(found.case.id)


def _refused(desk: Desk, found: DutyPage, refusal: Refusal) -> Problems:
    asked = found.kind.asks.get(refusal.about) if found.kind else None
    about = asked.title.say(desk.language) if asked else refusal.about[:40]
    return {"": desk.say(f"refusals.{refusal.reason.value}", about=about)}


def _shown(
    desk: Desk, found: DutyPage, status: int = 200, given: Given | None = None, problems: Problems | None = None
) -> Response:
    asked = fields(found.kind, desk.language, given or {}, problems or {}) if found.kind and found.duty else []
    return desk.page(
        "console/duty.html", status, found=found, case_id=found.case.id, fields=asked, problems=problems or {},
        given=given or {}, reasons=REASONS[Way.DECISION], answered=_answered(found, found.kind, desk.language),
        proposed_for=reasons_in_words(found.around.programme, desk.language, found.proposed_for),
        field_words=lambda key, **more: desk.say(f"web.{key}", **more),
    )  # fmt: skip


def _answered(found: DutyPage, kind: DutyKind | None, language: str) -> list[tuple[str, str]]:
    """The free words of an answer by question; all other answers stand in the sentence of the story."""
    asks = kind.asks if kind else {}
    return [(asks[key].title.say(language) if key in asks else key, words) for key, words in found.notes.items()]
