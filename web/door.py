"""The door of the pages for those who work here: HTTP Basic with the user ``ops`` and the console's password.

What is made for programs takes the password as a bearer token too.
"""

import base64
import binascii
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from web.door_key import FILE, USER
from web.showing import page
from web.site import Site, site_of

_ASKING: Final = {"WWW-Authenticate": 'Basic realm="Shouwang", charset="UTF-8"'}

Handler = Callable[[Request, Site], Response]


def behind_door(handler: Handler) -> Callable[[Request], object]:
    """A page shown only to who knows the password; the page itself is an ordinary function."""
    return _guarded(handler, _signs_in)


def behind_door_for_programs(handler: Handler) -> Callable[[Request], object]:
    """The same for what a program reads, which may bring the password as a token."""
    return _guarded(handler, lambda header, password: _signs_in(header, password) or _brings(header, password))


def _guarded(handler: Handler, knows: Callable[[str, str], bool]) -> Callable[[Request], object]:
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        site = site_of(request)
        if not knows(request.headers.get("authorization", ""), site.password):
            return page("door.html", site.language, 401, _ASKING, user=USER, file=FILE.as_posix())
        return await run_in_threadpool(handler, request, site)

    return guarded


def _brings(header: str, password: str) -> bool:
    scheme, _, given = header.partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), password.encode())


def _signs_in(header: str, password: str) -> bool:
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        decoded = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secrets.compare_digest(decoded, f"{USER}:{password}".encode())
