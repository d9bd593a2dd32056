"""Lists for those who work here: what is overdue, by county and in one unit; what was written instead of sent."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.ids import UnitId
from domain.programme.schema import Level
from domain.store import lists
from domain.store.engine import reading
from domain.store.lists_urgent import urgent_first
from domain.store.units import all_desks, names_of
from notifiers.channels.spool import Spooled, listing
from notifiers.settings import ANSWER_PATH
from web.door import behind_door
from web.showing import page
from web.site import Site, site_of

ROWS_OF_A_PAGE: Final = 200
MESSAGES_SHOWN: Final = 50

_LINK: Final = re.compile(r"https?://\S+")


class Shown(NamedTuple):
    """A spooled message as it is shown: its recipient half hidden, its text in pieces, each with a link or without."""

    at: str
    to: str
    subject: str
    pieces: tuple[tuple[str, str], ...]


def start(request: Request) -> Response:
    """What is where."""
    site = site_of(request)
    with reading(site.store.engine) as connection:
        desks = all_desks(connection)
    counties = {line.unit: line.name for line in desks if line.level == Level.COUNTY.value}
    return page("start.html", site.language, site=site, counties=counties)


@behind_door
def counties_page(_request: Request, site: Site) -> Response:
    """How each county stands, the most overdue first."""
    with reading(site.store.engine) as connection:
        found = lists.overdue_by_county(connection, site.now())
    return page("counties.html", site.language, rows=found)


@behind_door
def overdue_page(request: Request, site: Site) -> Response:
    """What is overdue in a unit and below it, urgent first, then the longest: case numbers and kinds of duties."""
    unit = UnitId(request.path_params["unit"])
    with reading(site.store.engine) as connection:
        name = names_of(connection, [unit]).get(unit)
        if name is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        found = urgent_first(connection, site.store, lists.overdue(connection, site.now(), unit))
    number = _page_number(request, len(found))
    shown = found[(number - 1) * ROWS_OF_A_PAGE : number * ROWS_OF_A_PAGE]
    rows = [
        (
            each.id,
            site.store.title(each.kind, site.language, each.programme),
            each.due_on,
            each.days_late,
            each.climbed_to,
        )
        for each in shown
    ]
    climbed = sum(each.climbed_to is not None for each in found)
    return page(
        "overdue.html", site.language, name=name, rows=rows, count=len(found), climbed=climbed, number=number,
        last=_last_page(len(found)),
    )  # fmt: skip


def _page_number(request: Request, count: int) -> int:
    written = request.query_params.get("page", "1")
    return min(max(int(written), 1), _last_page(count)) if written.isdecimal() and len(written) < 6 else 1


def _last_page(count: int) -> int:
    return max(-(-count // ROWS_OF_A_PAGE), 1)


@behind_door
def spool_page(_request: Request, site: Site) -> Response:
    """The last messages that would have been sent, newest first; not there where messages are really sent."""
    if site.spool is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    messages = [_shown(message, site) for message in listing(site.spool, MESSAGES_SHOWN)]
    return page("spool.html", site.language, messages=messages)


def _shown(message: Spooled, site: Site) -> Shown:
    at = f"{message.at:%Y-%m-%d %H:%M}"
    return Shown(at, half_hidden(message.to), message.subject, tuple(_pieces(message.text, site)))


def half_hidden(address: str) -> str:
    """An address or number by which its owner knows it again and nobody else does."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{name[:3]}****{name[-2:]}" if len(name) > 7 else "****"


def _pieces(text: str, site: Site) -> Iterator[tuple[str, str]]:
    """The text cut at its links; only those to answer pages of this install can be followed."""
    end = 0
    for found in _LINK.finditer(text):
        yield text[end : found.start()], ""
        own = found[0].startswith(site.answer_address)
        yield found[0], f"{site.root}{ANSWER_PATH}/{found[0][len(site.answer_address) :]}" if own else ""
        end = found.end()
    yield text[end:], ""
