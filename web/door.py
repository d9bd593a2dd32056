"""The door of what a monitor reads: HTTP Basic with the user ``ops`` and the install's password, or that as a token."""

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
    """A page read only by who knows the password; the page itself is an ordinary function."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        site = site_of(request)
        header = request.headers.get("authorization", "")
        if not (_signs_in(header, site.password) or _brings(header, site.password)):
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
