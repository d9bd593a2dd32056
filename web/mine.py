"""A volunteer's own page: what he or she owes, the cases by number, names after a second factor, a calendar."""

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.case import Case
from domain.ids import PersonId
from domain.store.engine import reading, writing
from domain.store.feeds import feed_since, make_feed, revoke_feeds
from domain.store.offices import standings
from domain.store.second_factors import Tried
from domain.store.writing import bound_cases
from domain.words import say
from notifiers.links import LinkClaim, LinkRefusal
from notifiers.second_factor import CodeSent, send_code
from notifiers.settings import telling
from web.answering import claim_of, closed
from web.named import hide, let_see, may_see, names_of, try_it
from web.owed import Lines, asked_of, lines_of
from web.posted import Given, read_posted
from web.showing import page
from web.site import Site, site_of

_HERE: Final = "mine"


class Mine(NamedTuple):
    """What is known of one person, read at once; ``helper``: on the roster of volunteers."""

    person: PersonId
    language: str
    lines: Lines
    cases: list[Case]
    helper: bool
    feed_since: date | None


class Shown(NamedTuple):
    """What a page shows besides: a sentence about what went wrong, a field for the code, an address just made."""

    problem: str = ""
    typing: bool = False
    address: str = ""


async def mine(request: Request) -> Response:
    """Show it; take what its buttons ask for."""
    given = await read_posted(request) if request.method == "POST" else None
    return await run_in_threadpool(_mine, site_of(request), request, given)


def _mine(site: Site, request: Request, given: Given | None) -> Response:
    claim = claim_of(site, request.path_params["token"])
    if isinstance(claim, LinkRefusal):
        return closed(site, claim)
    if given is None:
        return _page(site, request, claim, Shown(typing="code" in request.query_params))
    act = _ACTS.get("".join(given.get("do", ())))
    return act(site, request, claim, given) if act else _page(site, request, claim, Shown())


def _page(site: Site, request: Request, claim: LinkClaim, shown: Shown, code: int = 200) -> Response:
    known = _read(site, claim)
    seen = bool(known.cases) and request.method != "HEAD" and may_see(request, site, claim.person)
    names = names_of(site, known.cases, claim.person, site.now()) if seen else {}
    return page(
        "mine.html", known.language, code, mine=known, lines=known.lines, names=names, seen=seen, shown=shown,
        root=site.root, webcal=shown.address.partition("://")[2],
    )  # fmt: skip


def _read(site: Site, claim: LinkClaim) -> Mine:
    now, person = site.now(), claim.person
    with reading(site.store.engine) as connection:
        language, asked = asked_of(connection, site, person, now)
        cases = list(bound_cases(connection, [person]).get(person, ()))
        since = feed_since(connection, person)
        helper = person in standings(connection, [person])
    lines = lines_of(site, asked, claim.expires, now)
    return Mine(person, language, lines, cases, helper, since.date() if since else None)


def _wants_code(site: Site, request: Request, claim: LinkClaim, _given: Given) -> Response:
    came = send_code(site.store, telling(site.settings), claim.person, site.now())
    if came is CodeSent.SENT:
        return RedirectResponse(f"{_HERE}?code#code", HTTPStatus.SEE_OTHER)
    return _problem(site, request, claim, f"names-{came.value}", HTTPStatus.CONFLICT)


def _types_code(site: Site, request: Request, claim: LinkClaim, given: Given) -> Response:
    came = try_it(site, claim.person, "".join(given.get("code", ()))[:20])
    if came is Tried.GOOD:
        return let_see(RedirectResponse(_HERE, HTTPStatus.SEE_OTHER), site, claim.person)
    typing = came is Tried.WRONG
    return _problem(site, request, claim, f"names-{came.value}", HTTPStatus.UNPROCESSABLE_ENTITY, typing=typing)


def _hides(site: Site, _request: Request, _claim: LinkClaim, _given: Given) -> Response:
    return hide(RedirectResponse(_HERE, HTTPStatus.SEE_OTHER), site)


def _makes_calendar(site: Site, request: Request, claim: LinkClaim, _given: Given) -> Response:
    with writing(site.store.engine) as connection:
        secret = make_feed(connection, site.store.seal, claim.person, site.now())
    return _page(site, request, claim, Shown(address=f"{site.settings.base_url.rstrip('/')}/cal/{secret}.ics"))


def _ends_calendar(site: Site, _request: Request, claim: LinkClaim, _given: Given) -> Response:
    with writing(site.store.engine) as connection:
        revoke_feeds(connection, claim.person, site.now())
    return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)


def _problem(
    site: Site, request: Request, claim: LinkClaim, key: str, code: int, *, typing: bool = False
) -> Response:  # fmt: skip
    said = say(_read(site, claim).language, f"web.{key}")
    return _page(site, request, claim, Shown(problem=said, typing=typing), code)


_Act = Callable[[Site, Request, LinkClaim, Given], Response]
_ACTS: Final[Mapping[str, _Act]] = {
    "send": _wants_code, "code": _types_code, "hide": _hides, "calendar": _makes_calendar,
    "no-calendar": _ends_calendar,
}  # fmt: skip
