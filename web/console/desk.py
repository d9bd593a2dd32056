"""Whoever has signed in, before a page: a console page looks and acts through this and through nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeVar, overload
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.rules.access import NotAllowed, Right, Viewer
from domain.store.console import signing
from domain.store.console.looking import Looking, NotFound, looking
from domain.store.console.signing import Session
from domain.words import areas, say, sentences
from web.console.shown import console_page, entries_for
from web.posted import Given, read_posted
from web.site import Site, site_of

COOKIE: Final = "shouwang"
FIRST_PAGE: Final = "/console"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Somebody who has signed in, at the moment of one request."""

    site: Site
    session: Session
    now: datetime
    path: str
    query: str
    fragment: bool
    """Whether only a part of the page is asked for (htmx)."""
    done: str = ""
    """What has just been done, as a key of what to say about it."""

    @property
    def viewer(self) -> Viewer:
        """Who it is, and what he or she may."""
        return self.session.viewer

    @property
    def language(self) -> str:
        """The language the pages are in."""
        return self.viewer.language

    @property
    def root(self) -> str:
        """The path in front of every page."""
        return self.site.root

    @property
    def here(self) -> str:
        """The address of this page within the site, filters included."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def may(self, right: str | Right) -> bool:
        """Whether the viewer may do this anywhere; for menus and buttons, not for protection."""
        return self.viewer.may(Right(right))

    def look(self, right: Right) -> AbstractContextManager[Looking]:
        """Look at what is kept, by one right."""
        return looking(self.site.store, self.viewer, right, self.now)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the area ``console``, or of another one where the key names it (``web.yes``)."""
        return say(self.language, key if "." in key else f"console.{key}", **values)

    def page(self, name: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """A page of the console in the viewer's language."""
        return console_page(self, name, status, **values)

    def to(self, path: str, notice: str = "") -> Response:
        """Go to a page of the console after something was done; ``notice`` is a key of what to say there.

        ``acknowledge`` is said as ``console.done-acknowledge``, ``console_me.off`` as ``console_me.done-off``.
        """
        said = f"{'&' if '?' in path else '?'}done={quote(notice)}" if notice else ""
        return RedirectResponse(f"{self.root}{path}{said}", HTTPStatus.SEE_OTHER)


Handler = Callable[[Request, Desk, Given], Response]


Shown = Callable[[Request], Any]


class Needs(NamedTuple):
    """What a page asks of whoever opens it, and of whoever posts to it; nothing: that they have signed in."""

    opening: Right | None
    posting: Right | None

    def for_method(self, method: str) -> Right | None:
        """The right one request takes."""
        return self.posting if method == "POST" else self.opening


@overload
def console(handler: Handler, /) -> Shown: ...
@overload
def console(opening: Right | None, /, posting: Right | None = None) -> Callable[[Handler], Shown]: ...
def console(asked: Handler | Right | None, /, posting: Right | None = None) -> Any:
    """A page for those who have signed in and have a right; the page itself is an ordinary function.

    ``@console(Right.SEE_CASES, posting=Right.ACT)``; posting asks for the same right where none is named, and
    ``@console(None)`` for none at all; a page that says nothing about rights is found by the tests. Others are asked
    to sign in. This is the outer lock: ``Looking`` and ``acting`` are the inner one.
    """
    if asked is None or isinstance(asked, Right):
        needs = Needs(asked, posting or asked)
        return lambda handler: _page(handler, needs)
    return _page(asked, None)


def needs_of(endpoint: object) -> Needs | None:
    """What a page asks for, as it declares it; nothing where it declares nothing."""
    found = getattr(endpoint, "needs", None)
    return found if isinstance(found, Needs) else None


def _page(handler: Handler, needs: Needs | None) -> Shown:
    @wraps(handler)
    async def shown(request: Request) -> Response:
        given = await read_posted(request) if request.method == "POST" else {}
        return await run_in_threadpool(_shown, handler, needs, request, given)

    return declaring(needs)(shown)


Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def declaring(needs: Needs | None) -> Callable[[Endpoint], Endpoint]:
    """Let a page say what it asks for; by itself for one that looks after its own locks."""

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.needs = needs  # type: ignore[attr-defined]
        return endpoint

    return marked


def _shown(handler: Handler, needs: Needs | None, request: Request, given: Given) -> Response:
    desk = desk_of(request)
    if desk is None:
        return to_sign_in(request)

    def page() -> Response:
        check(desk, needs, request.method)
        return handler(request, desk, given)

    return in_words(desk, page)


def in_words(desk: Desk, shown: Callable[[], Response]) -> Response:
    """A page, or what is said where the viewer may not see it or there is none."""
    try:
        return shown()
    except NotAllowed:
        return _refused(desk)
    except NotFound:
        return desk.page("console/trouble.html", HTTPStatus.NOT_FOUND, code=404)


def _refused(desk: Desk) -> Response:
    # Whoever signs in comes to the first page; who has nothing to look for there is led to where they have.
    entries = sorted(entries_for(desk.viewer), key=lambda entry: entry.right is not Right.MANAGE_LOGINS)
    first = next(iter(entries), None)
    if desk.path == FIRST_PAGE and first is not None and first.path != FIRST_PAGE:
        return desk.to(first.path)
    return desk.page("console/trouble.html", HTTPStatus.FORBIDDEN, code=403)


def check(desk: Desk, needs: Needs | None, method: str) -> None:
    """NotAllowed where the viewer has not the right a page asks for."""
    right = needs.for_method(method) if needs else None
    if right is not None and not desk.viewer.may(right):
        raise NotAllowed(right)


def desk_of(request: Request) -> Desk | None:
    """Who sends this request, when the cookie says so and the session has not ended."""
    site, secret = site_of(request), request.cookies.get(COOKIE, "")
    now = site.now()
    session = signing.session_of(site.store, secret, now) if secret else None
    if session is None:
        return None
    url = request.url
    path = url.path.removeprefix(site.root) if site.root else url.path
    return Desk(
        site=site, session=session, now=now, path=path, query=url.query,
        fragment=_wants_a_part(request), done=_known_done(request.query_params.get("done", "")),
    )  # fmt: skip


def _wants_a_part(request: Request) -> bool:
    """Whether a script asks for a part; going back to a page it asks for the whole of it."""
    asked = request.headers.get("hx-request") == "true"
    return asked and request.headers.get("hx-history-restore-request") != "true"


def _known_done(key: str) -> str:
    """The sentence about what was done: of the area ``console``, or of another one that the key names."""
    area, _, name = key.rpartition(".")
    area = area or "console"
    known = area in areas() and f"done-{name}" in sentences(area, "zh")
    return f"{area}.done-{name}" if known else ""


def to_sign_in(request: Request) -> Response:
    """Ask to sign in, and come back here afterwards."""
    site = site_of(request)
    back = request.url.path.removeprefix(site.root) + (f"?{request.url.query}" if request.url.query else "")
    address = f"{site.root}/sign-in" + (f"?next={quote(back, safe='')}" if request.method == "GET" else "")
    if request.headers.get("hx-request") == "true":
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
