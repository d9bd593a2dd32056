"""The acts on a case: a form for each, and doing it; a refused one shows why, with what was typed."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console.act_choices import looked_under
from domain.store.console.act_fields import Trouble
from domain.store.console.act_forms import form_of
from domain.store.console.acts import ACTS, act_scene, do_act, told_about
from domain.store.console.looking import NotFound
from web.console.case import case_of
from web.console.desk import Desk, console
from web.posted import Given

_UNDER = "under"


@console(Right.ACT)
def act(request: Request, desk: Desk, given: Given) -> Response:
    """The form of an act; posted, the act itself. What settles a duty stands on that duty's own page."""
    case, key = case_of(request), request.path_params["act"]
    if key in ACTS and ACTS[key].settles:
        raise NotFound(case)
    if request.method != "POST":
        return _form(desk, case, key, request.query_params)
    typed = {name: "".join(texts[:1]) for name, texts in given.items()}
    done = do_act(desk.site.store, desk.viewer, case, key, typed, desk.now)
    if isinstance(done, Refusal):
        return _form(desk, case, key, typed, refusal=done)
    if isinstance(done, dict):
        return _form(desk, case, key, typed, troubles=done)
    return desk.to(f"/console/cases/{case}", "act")


def _form(
    desk: Desk, case: CaseId, key: str, typed: Mapping[str, str], *, refusal: Refusal | None = None,
    troubles: Mapping[str, Trouble] | None = None,
) -> Response:  # fmt: skip
    with desk.look(Right.ACT) as look:
        act, scene = act_scene(look, case, key, typed.get(_UNDER, ""))
        form, under, office = form_of(act, scene, typed, troubles), looked_under(scene), look.office
        above = office.units[under].parent if under in office.units else None
        below = [(each, look.unit_name(each)) for each in office.children.get(under, ()) if office.children.get(each)]
        why = ""
        if refusal is not None:
            why = desk.say(f"refusals.{refusal.reason.value}", about=told_about(scene, refusal.about))
        names = (look.unit_name(under), look.unit_name(above))
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK
    return desk.page(
        "console/act-form.html" if desk.fragment else "console/act.html", status, form=form, case_id=case, why=why,
        under=under, under_name=names[0], above=above, above_name=names[1], below=below, troubles=troubles or {},
    )  # fmt: skip
