"""What stands before every page: foreign sites may not post, nothing is framed, cached or loaded from elsewhere."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_READING: Final = frozenset({"GET", "HEAD"})
_OWN: Final = frozenset({b"same-origin", b"none"})


class Guard:
    """Refuses posts from other sites (Fetch Metadata, else Origin) and adds the headers every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] not in _READING and _foreign(dict(scope["headers"])):
            await PlainTextResponse("cross-site request refused", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, _with_headers(send))


def _foreign(headers: dict[bytes, bytes]) -> bool:
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in _OWN
    origin = headers.get(b"origin")
    return origin is not None and origin.split(b"://")[-1] != headers.get(b"host", b"")


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
