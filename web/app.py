"""The pages as one ASGI application; ``build`` is the factory a server calls (``uvicorn --factory web.app:build``)."""

import os
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from domain.store.console.kept_sheets import Shelf
from domain.store.install import install_at
from domain.store.writing import TooBusy
from web.answering import ANSWER, answer
from web.api.app import PATH, Api, in_json, is_for_programs
from web.away import away
from web.calendars import calendar
from web.codes import code
from web.console.routes import ROUTES
from web.door_key import console_password
from web.guard import Guard, security_headers
from web.incoming import incoming
from web.lists import counties, late_in_unit, spool, start
from web.metrics import metrics
from web.mine import mine
from web.prefect_api import prefect_of
from web.showing import page
from web.site import Site, site_of
from web.static import static, worker
from web.stopping import stopping

SHEETS: Final = Path("run") / "sheets"
PREFECT: Final = "SHOUWANG_PREFECT_UI"
_BOTH: Final = ("GET", "POST")
_IN_WORDS: Final = frozenset({400, 403, 404, 405, 408, 413, 415, 429, 500, 503})
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_SOON: Final = {"Retry-After": "10"}


def build(data: str | None = None) -> Starlette:
    """The application over the install in a folder (or the one ``SHOUWANG_DATA`` names)."""
    folder = data or os.environ["SHOUWANG_DATA"]
    store, settings = install_at(folder)
    password, shelf = console_password(Path(folder)), Shelf(Path(folder) / SHEETS)
    prefect = prefect_of(Path(folder), os.environ.get(PREFECT, ""))
    return application(Site(store, settings, password, shelf=shelf, prefect=prefect))


def application(site: Site) -> Starlette:
    """The application of one install."""
    app = Starlette(
        routes=[
            Route("/", start),
            Route("/health", health),
            Route("/static/{digest}/{name}", static),
            Route("/sw.js", worker),
            Route("/a", code, methods=_BOTH),
            Route("/a/{token}", answer, methods=_BOTH),
            Route("/a/{token}/mine", mine, methods=_BOTH),
            Route("/a/{token}/away", away, methods=_BOTH),
            Route("/cal/{secret}.ics", calendar),
            Route("/in/{channel}/{secret}/{rest:path}", incoming, methods=_BOTH),
            Route("/stop/{token}", stopping, methods=_BOTH),
            Route("/overdue", counties),
            Route("/overdue/{unit}", late_in_unit),
            Route("/spool", spool),
            Route("/metrics", metrics),
            Route("/static/{digest}/{name}", static),
            *ROUTES,
            Mount(PATH, app=Api(site)),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1024), Middleware(Guard)],
        exception_handlers={HTTPException: _in_words, TooBusy: _busy, Exception: _broken},
    )
    app.state.site = site
    return app


async def health(_request: Request) -> Response:
    """Whether the pages are being served."""
    return PlainTextResponse("ok")


def _in_words(request: Request, trouble: Exception) -> Response:
    """What cannot be had or taken, in words."""
    if isinstance(trouble, HTTPException) and is_for_programs(request):
        return in_json(request, trouble)
    code, headers = (trouble.status_code, trouble.headers) if isinstance(trouble, HTTPException) else (500, None)
    return _trouble(request, code, dict(headers or {}))


def _busy(request: Request, _trouble_met: Exception) -> Response:
    return _trouble(request, HTTPStatus.SERVICE_UNAVAILABLE, _SOON)


def _broken(request: Request, _trouble_met: Exception) -> Response:
    # Made outside of the guard, which therefore cannot add its headers.
    return _trouble(request, HTTPStatus.INTERNAL_SERVER_ERROR, dict(security_headers()))


def _trouble(request: Request, code: int, headers: dict[str, str]) -> Response:
    site = site_of(request)
    said = code if code in _IN_WORDS else HTTPStatus.BAD_REQUEST
    headers[ANSWER] = "later" if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _LATER else "refused"
    return page("trouble.html", site.language, code, headers, status=int(said), root=site.root)
