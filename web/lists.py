"""The first page, which says what is where; and addresses of old, which lead to the console's pages of today."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.programme.schema import Level
from domain.store.engine import reading
from domain.store.units import all_desks
from web.showing import page
from web.site import site_of


def start(request: Request) -> Response:
    """What is where."""
    site = site_of(request)
    with reading(site.store.engine) as connection:
        empty = not any(line.level == Level.COUNTY.value for line in all_desks(connection))
    return page("start.html", site.language, site=site, empty=empty)


def counties(request: Request) -> Response:
    """How each county stands: one's own area, and what lies below it."""
    return _moved(request, "/console/area")


def late_in_unit(request: Request) -> Response:
    """The cases of a unit in which something is late."""
    return _moved(request, f"/console/cases?unit={quote(request.path_params['unit'], safe='')}&late=yes")


def spool(request: Request) -> Response:
    """The messages that were written to files."""
    return _moved(request, "/console/messages/spool")


def _moved(request: Request, path: str) -> Response:
    """Says nothing of what is there: who may see it is asked where it leads."""
    return RedirectResponse(f"{site_of(request).root}{path}", HTTPStatus.MOVED_PERMANENTLY)
