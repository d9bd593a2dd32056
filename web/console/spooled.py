"""Messages that were written to files instead of being sent, as a demo does: whole, with the links they carry."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import NudgeId
from domain.rules.access import Right
from domain.store.console.looking import NotFound
from domain.store.console.spooled import wholly_in_sight
from notifiers.channels.spool import Spooled, listing
from notifiers.letters import nudge_of
from notifiers.settings import ANSWER_PATH
from web.console.desk import Desk, console
from web.posted import Given
from web.site import Site

MESSAGES_SHOWN: Final = 50

_LINK: Final = re.compile(r"https?://\S+")


class Shown(NamedTuple):
    """A message as it is shown: its recipient half hidden, its text in pieces, each with a link or without."""

    number: NudgeId
    file: Spooled
    to: str
    pieces: tuple[tuple[str, str], ...]


@console(Right.RUN)
def spooled(_request: Request, desk: Desk, _given: Given) -> Response:
    """The last ones, newest first; not there where messages are really sent.

    Whoever reads a message holds its links, and so could answer for its recipient: these are ops' to try them out.
    """
    folder = desk.site.spool
    if folder is None:
        raise NotFound("spool")
    files = [(each, _number(desk.site, each)) for each in listing(folder, MESSAGES_SHOWN)]
    with desk.look(Right.RUN) as look:
        known = wholly_in_sight(look, {number for _, number in files if number})
    lines = [_shown(desk.site, number, each) for each, number in files if number in known]
    return desk.page("console/spooled.html", lines=lines)


def _number(site: Site, file: Spooled) -> NudgeId | None:
    return nudge_of(site.store.seal, unquote(file.file.stem))


def _shown(site: Site, number: NudgeId, file: Spooled) -> Shown:
    return Shown(number, file, half_hidden(file.to), tuple(_pieces(file.text, site)))


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
