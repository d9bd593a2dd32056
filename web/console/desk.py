"""Whoever has signed in, before a page: a console page looks and acts through this and through nothing else."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain.rules import commands as c
from domain.rules.access import NotAllowed, Right, Viewer
from domain.store.console import signing
from domain.store.console.acting import act
from domain.store.console.looking import Looking, NotFound, looking
from domain.store.console.signing import Session
from domain.store.writing import Outcome
from domain.words import say, sentences
from web.console.shown import console_page
from web.posted import Given, read_posted
from web.site import Site, site_of

COOKIE: Final = "shouwang"


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

    def act(self, *commands: c.Command) -> Sequence[Outcome]:
        """Change cases, in the viewer's name."""
        return act(self.site.store, self.viewer, commands, self.now)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the area ``console``, or of another one where the key names it (``web.yes``)."""
        return say(self.language, key if "." in key else f"console.{key}", **values)

    def page(self, name: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """A page of the console in the viewer's language."""
        return console_page(self, name, status, **values)

    def to(self, path: str, notice: str = "") -> Response:
        """Go to a page of the console after something was done; ``notice`` is a key of what to say there."""
        said = f"{'&' if '?' in path else '?'}done={quote(notice)}" if notice else ""
        return RedirectResponse(f"{self.root}{path}{said}", HTTPStatus.SEE_OTHER)


Handler = Callable[[Request, Desk, Given], Response]


def console(handler: Handler) -> Callable[[Request], Any]:
    """A page for those who have signed in; the page itself is an ordinary function. Others are asked to sign in."""

    @wraps(handler)
    async def shown(request: Request) -> Response:
        given = await read_posted(request) if request.method == "POST" else {}
        return await run_in_threadpool(_shown, handler, request, given)

    return shown


def _shown(handler: Handler, request: Request, given: Given) -> Response:
    desk = desk_of(request)
    if desk is None:
        return to_sign_in(request)
    try:
        return handler(request, desk, given)
    except NotAllowed:
        return desk.page("console/trouble.html", HTTPStatus.FORBIDDEN, code=403)
    except NotFound:
        return desk.page("console/trouble.html", HTTPStatus.NOT_FOUND, code=404)


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
    return key if f"done-{key}" in sentences("console", "zh") else ""


def to_sign_in(request: Request) -> Response:
    """Ask to sign in, and come back here afterwards."""
    site = site_of(request)
    back = request.url.path.removeprefix(site.root) + (f"?{request.url.query}" if request.url.query else "")
    address = f"{site.root}/sign-in" + (f"?next={quote(back, safe='')}" if request.method == "GET" else "")
    if request.headers.get("hx-request") == "true":
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
