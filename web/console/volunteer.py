"""One volunteer: what there is to see, and what a coordinator does about him or her."""

from collections import defaultdict
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import PersonId
from domain.rules.access import Right
from domain.rules.pairing_points import years_between
from domain.rules.refusals import Refusal
from domain.store.console.looking import NotFound
from domain.store.console.volunteer import Page
from domain.store.console.volunteer import volunteer as page_of
from domain.store.console.volunteer_acts import Doing
from domain.words import sentences
from web.console.asked import one
from web.console.desk import Desk, console
from web.console.volunteer_acts import ACTS, GONE_BECAUSE, LEAVES_BECAUSE, mistakes_in
from web.posted import Given

HERE: Final = "/console/volunteers"


@console(Right.SEE_PEOPLE, posting=Right.ACT)
def volunteer(request: Request, desk: Desk, given: Given) -> Response:
    """The page; posted: one act, named by ``do``."""
    person = PersonId(request.path_params["person"])
    if request.method != "POST":
        return _shown(desk, person)
    do = one(given, "do")
    if do not in ACTS:
        raise NotFound(do)
    mistakes = [desk.say(f"console_volunteers.{key}") for _, key in mistakes_in(do, given)]
    if mistakes:
        return _shown(desk, person, HTTPStatus.UNPROCESSABLE_ENTITY, mistakes, given)
    doing = Doing(store=desk.site.store, viewer=desk.viewer, person=person, now=desk.now)
    try:
        ACTS[do](doing, given)
    except Refusal as refusal:
        said = desk.say(f"refusals.{refusal.reason.value}", about=refusal.about)
        return _shown(desk, person, HTTPStatus.CONFLICT, [said], given)
    return desk.to(f"{HERE}/{person}", do)


def _shown(
    desk: Desk, person: PersonId, status: int = 200, problems: list[str] | None = None, given: Given | None = None
) -> Response:  # fmt: skip
    with desk.look(Right.SEE_PEOPLE) as look:
        found = page_of(look, person)
    typed = defaultdict(str, {name: values[0] for name, values in (given or {}).items() if values})
    return desk.page(
        "console/volunteer.html", status, found=found, problems=problems or [], typed=typed,
        leaves_because=LEAVES_BECAUSE, gone_because=GONE_BECAUSE, most=_most(found),
        answered=any(each.on_time + each.late for each in found.months), known=_known(desk),
        years=years_between(found.who.born, look.today) if found.who.born else None,
    )  # fmt: skip


def _known(desk: Desk) -> Callable[[str, str], str]:
    """What a channel or an end is called; an office names channels as it likes, and those keep their names."""
    words = sentences("console_volunteers", desk.language)
    return lambda what, value: words.get(f"{what}-{value}", value)


def _most(found: Page) -> int:
    """The tallest bar of the months, so that bars are drawn to one measure."""
    return max((each.on_time + each.late for each in found.months), default=0) or 1
