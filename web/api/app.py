"""The API as an application of its own, made when it is first asked for: most starts need none of it."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.rules.access import NotAllowed
from domain.rules.refusals import Refusal
from domain.store.console.looking import NotFound
from domain.store.writing import TooBusy
from web.posted import MOST_BYTES, read_whole
from web.site import Site, site_of

if TYPE_CHECKING:
    from fastapi import FastAPI

PATH: Final = "/api/v1"
VERSION: Final = "1"
ABOUT: Final = """\
What coordinators, ops and auditors see and do on the console, for programs of their office.

A token (`Authorization: Bearer swt_…`) is one of its owner's roles in one unit and all below it, and never may more
than its owner may at that moment. What is not the owner's to see is not there: 404. GET also takes the console's own
cookie. Children have numbers here; names only with `names=yes`, and each reading is recorded. Acts are done in the
owner's name. Every answer from 400 on is `{"error": {"code", "message", "about"}}` with a stable code. Lists come in
pages: ask again with `cursor` set to `next`. `GET /cases/{case}/acts` tells what may be done with a case, with the
fields of each act and what may be chosen. Every act may be asked again after a lost answer: it is done once, and the
second time it is refused. 422 is what is not as described here; 409 what the rules refuse, or does not fit the case.
"""


class Api:
    """Hands requests to the application, which it makes for the first of them."""

    def __init__(self, site: Site) -> None:
        self._site, self._turn = site, Lock()
        self._made: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        await self.made()(scope, receive, send)

    def made(self) -> "FastAPI":
        """The application."""
        with self._turn:
            if self._made is None:
                self._made = make(self._site)
            return self._made


def make(site: Site) -> "FastAPI":
    """The application over an install."""
    from fastapi import FastAPI

    from web.api import acts, cases, messages, people, programmes, volunteer_acts

    app = FastAPI(
        title="Shouwang 守望", version=VERSION, description=ABOUT, openapi_url="/openapi.json", docs_url=None,
        redoc_url=None, servers=[{"url": f"{site.root}{PATH}"}], root_path_in_servers=False,
        exception_handlers=_handlers(), separate_input_output_schemas=False, redirect_slashes=False,
    )  # fmt: skip
    routers = (cases.ROUTER, acts.routes(), people.ROUTER, volunteer_acts.routes(), messages.ROUTER, programmes.ROUTER)
    for router in routers:
        app.include_router(router)
    app.add_middleware(Measured)
    app.state.site = site
    return app


class Measured:
    """Bodies are read whole and within limits before anything looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await read_whole(request, MOST_BYTES)
        except HTTPException as trouble:
            await in_json(request, trouble)(scope, receive, send)
            return
        await self.app(scope, _already_read(body, receive), send)


def _already_read(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _handlers() -> dict[Any, Any]:
    from fastapi.exceptions import RequestValidationError

    from web.api.trouble import Trouble, Unfit, problem, refused, unfit

    def mistakes(request: Request, trouble: RequestValidationError) -> Response:
        return problem(422, _language(request), _named(trouble.errors()))

    return {
        Trouble: lambda request, met: problem(met.status, _language(request), met.about),
        Refusal: lambda request, met: refused(met, _language(request)),
        Unfit: lambda request, met: unfit(met, _language(request)),
        NotAllowed: lambda request, met: problem(403, _language(request), met.right.value),
        NotFound: lambda request, _met: problem(404, _language(request)),
        TooBusy: lambda request, _met: problem(503, _language(request)),
        RequestValidationError: mistakes,
        HTTPException: in_json,
        Exception: lambda request, _met: problem(500, _language(request)),
    }  # fmt: skip


def is_for_programs(request: Request) -> bool:
    """Whether an address lies below the API, even one so odd that it does not get there."""
    return request.url.path.startswith(f"{site_of(request).root}{PATH}/")


def in_json(request: Request, trouble: HTTPException) -> Response:
    """What cannot be had or taken, as programs are told."""
    from web.api.trouble import problem

    # What cannot be read as JSON at all is input that does not fit, like any other.
    status = 422 if trouble.status_code == 400 else trouble.status_code
    return problem(status, _language(request), headers=trouble.headers)


def _named(errors: Sequence[Any]) -> list[Any]:
    """Every mistake with its place. What was sent is not repeated: it may be a name."""
    from web.api.trouble import Mistake

    return [Mistake(where=".".join(map(str, each["loc"])), what=each["msg"]) for each in errors]


def _language(request: Request) -> str:
    return getattr(request.state, "language", None) or site_of(request).language
