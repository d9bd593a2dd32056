"""The fixed address of text messages: the short code opens what its owner is asked."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.ids import DutyId
from domain.store.doors import Door, open_door
from domain.store.engine import reading
from domain.store.lists_messages import Message, message
from domain.words import say
from notifiers.links import link_token
from web.attempts import WITHIN
from web.owed import asked_of, lines_of
from web.posted import Given, read_posted
from web.showing import page
from web.site import Site, site_of

LINKS_LIVE: Final = timedelta(days=1)
"""So long the links made of a code are good; the code itself may be entered again."""

_WAIT: Final = {"Retry-After": str(int(WITHIN.total_seconds()))}


async def code(request: Request) -> Response:
    """The field for the code; with a good code, its duties: straight to the one, or a list of them."""
    given = await read_posted(request) if request.method == "POST" else None
    if given is None:
        return _field(site_of(request))
    address = request.client.host if request.client else ""
    return await run_in_threadpool(_entered, site_of(request), given, address)


def _entered(site: Site, given: Given, address: str) -> Response:
    now = site.now()
    if site.attempts.too_many(address, now):
        return _field(site, HTTPStatus.TOO_MANY_REQUESTS, "code-too-many", _WAIT)
    with reading(site.store.engine) as connection:
        door = open_door(connection, site.store.seal, "".join(given.get("code", ()))[:40])
    if door is None:
        site.attempts.note(address, now)
        return _field(site, HTTPStatus.NOT_FOUND, "code-unknown")
    if door.expires <= now:
        return _field(site, HTTPStatus.GONE, "code-expired")
    return _opened(site, door, now)


def _field(site: Site, status: int = 200, problem: str = "", headers: dict[str, str] | None = None) -> Response:
    said = say(site.language, f"web.{problem}") if problem else ""
    return page("code.html", site.language, status, headers, problem=said, root=site.root)


def _opened(site: Site, door: Door, now: datetime) -> Response:
    with reading(site.store.engine) as connection:
        told = _told_in(message(connection, door.nudge))
        language, asked = asked_of(connection, site, door.person, now, told)
    until = min(door.expires, now + LINKS_LIVE)
    lines = lines_of(site, asked, until, now)
    if len(lines.ready) == 1:
        return RedirectResponse(lines.ready[0].link, HTTPStatus.SEE_OTHER)
    any_duty = next((each.case.duty_id(each.number) for each in asked), told[0] if told else None)
    mine = link_token(site.store.seal.signing_key, door.person, any_duty, until) if any_duty else ""
    return page("duties.html", language, lines=lines, mine=mine, root=site.root)


def _told_in(of_code: Message | None) -> list[DutyId]:
    """What the message of a code was about: a desk owes nothing in person, and is asked all the same."""
    return [cause.duty for cause in of_code.causes] if of_code else []
