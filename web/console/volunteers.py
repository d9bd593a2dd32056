"""Volunteers: the list with its filters in the address, and finding one by name, number or telephone."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.rules.access import Right
from domain.store.console.unit_choices import chosen_unit, unit_choices
from domain.store.console.volunteers import FIGURES, Asked, Only
from domain.store.console.volunteers import volunteers as list_of
from web.console.asked import asked_page, asked_words, with_values
from web.console.desk import Desk, console
from web.posted import Given

HERE: Final = "/console/volunteers"


@console(Right.SEE_PEOPLE)
def volunteers(request: Request, desk: Desk, _given: Given) -> Response:
    """The list; only what was found where the page itself is there already."""
    only = asked_words(request, "only")
    with desk.look(Right.SEE_PEOPLE) as look:
        asked = Asked(
            unit=chosen_unit(look, asked_words(request, "unit")), kind=asked_words(request, "kind"),
            only=Only(only) if only in set(Only) else None, words=asked_words(request, "q"),
            page=asked_page(request),
        )  # fmt: skip
        found, choices = list_of(look, asked), unit_choices(look, asked.unit)
        scope = desk.say("and").join(look.unit_name(each) for each in look.tops)
    kept = {"unit": asked.unit, "kind": asked.kind, "only": asked.only, "q": asked.words}
    return desk.page(
        "console/volunteers-found.html" if desk.fragment else "console/volunteers.html",
        found=found, asked=asked, choices=choices, scope=scope, figures=FIGURES, onlys=list(Only),
        address=lambda **more: desk.root + with_values(HERE, **(kept | more)),
    )  # fmt: skip
