"""What stands before every page: foreign sites may not post; nothing is framed, cached or loaded from elsewhere."""

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.showing import page, style
from web.site import Site, site_of

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = frozenset({"same-origin", "none"})


class Guard:
    """Refuses posts from other sites (Fetch Metadata, else Origin) and adds the headers every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, sending = Request(scope), _with_headers(send)
        site = site_of(request)
        if scope["method"] not in _READING and is_foreign(request.headers, site):
            await page("trouble.html", site.language, 403, status=403, root=site.root)(scope, receive, sending)
        else:
            await self.app(scope, receive, sending)


def is_foreign(headers: Mapping[str, str], site: Site) -> bool:
    """Whether a page of another site sent this. Old browsers send neither header, and no other site knows a link."""
    fetched_by = headers.get("sec-fetch-site")
    if fetched_by is not None:
        return fetched_by not in _OWN
    origin = headers.get("origin")
    if origin is None:
        return False
    own = urlsplit(site.settings.base_url)
    host = headers.get("host", "")
    return origin.lower() not in {f"{own.scheme}://{own.netloc}".lower(), f"http://{host}", f"https://{host}"}


@lru_cache
def security_headers() -> Mapping[str, str]:
    """What every answer carries. The style sheet inside a page is known by its digest, all else is a file of ours."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{digest}'; "
        "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        # With no-referrer a browser posts its own forms with "Origin: null", which is what foreign sites send too.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            cached = headers.get("cache-control")
            headers.update(security_headers())
            if cached:
                headers["cache-control"] = cached
        await send(message)

    return sending
