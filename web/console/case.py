"""A case: its way, who stands around it, what is owed, its story, and every act from there."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId
from domain.rules.access import Right
from domain.store.console.acting import acting
from domain.store.console.case import case_page, older_story
from domain.store.console.case_story import because
from domain.store.console.looking import Looking, NotFound
from web.console.desk import Desk, console
from web.posted import Given

T = TypeVar("T")
_CASE: Final = re.compile(r"[0-9A-Za-z-]{1,20}")
_LONGEST_NUMBER: Final = 9


@console(Right.SEE_CASES)
def case(request: Request, desk: Desk, _given: Given) -> Response:
    """The page of a case."""
    number = case_of(request)
    found = reading(desk, lambda look, opened: case_page(look, number, opened=opened))
    return desk.page("console/case.html", found=found, case=found.case)


@console(Right.SEE_CASES)
def story(request: Request, desk: Desk, _given: Given) -> Response:
    """What came before a line of the story: a part to put below it, or a page of its own."""
    number, position = case_of(request), whole(request.query_params.get("before", ""))
    with desk.look(Right.SEE_CASES) as look:
        part = older_story(look, number, position)
    name = "console/story-part.html" if desk.fragment else "console/story.html"
    return desk.page(name, story=part, case_id=number)


@console(Right.SEE_CASES)
def why(request: Request, desk: Desk, _given: Given) -> Response:
    """What led to one line of the story."""
    number, position = case_of(request), whole(request.path_params["position"])
    with desk.look(Right.SEE_CASES) as look:
        found = because(look, number, position)
    return desk.page("console/why.html", found=found)


def case_of(request: Request) -> CaseId:
    """The case an address names; NotFound where it cannot be a number of a case."""
    named = request.path_params["case"]
    if _CASE.fullmatch(named) is None:
        raise NotFound(CaseId(named))
    return CaseId(named)


def whole(written: str) -> int:
    """A number in an address; NotFound where it is none."""
    if not (written.isascii() and written.isdecimal() and len(written) <= _LONGEST_NUMBER):
        raise NotFound(written)
    return int(written)


def reading(desk: Desk, read: Callable[[Looking, bool], T]) -> T:
    """Read for a page; while names are shown within a transaction that may write, so that the reading is recorded."""
    if desk.session.shows_names and desk.may(Right.SEE_NAMES):
        store, viewer = desk.site.store, desk.viewer
        return acting(store, viewer, Right.SEE_CASES, desk.now, lambda _connection, look: read(look, True))
    with desk.look(Right.SEE_CASES) as look:
        return read(look, False)
