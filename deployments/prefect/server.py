"""Prefect's own server, closed to foreign web pages: ``python -m deployments.prefect.server``."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from hmac import compare_digest
from typing import Any, Final

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

OPEN_TO_ALL: Final = ("/api/health", "/api/ready")
OWN_PAGES_ONLY: Final = (b"content-security-policy", b"connect-src 'self' {places}; frame-ancestors 'none'")
"""The dashboard's code can call only the server it came from, and stands in no other page's frame."""


def closed_to_others(app: App, origins: tuple[str, ...], auth: str) -> App:
    """``app`` answering nobody but its own pages and programs (which send no Origin), and its API those who sign in.

    CORS alone only hides the answers: the request itself would still be carried out, and it says nothing about
    web sockets. Prefect asks for credentials too, but looks into its database for a CSRF token before.
    """
    known = [origin.encode() for origin in origins]
    places = " ".join([*origins, *(origin.replace("http", "ws", 1) for origin in origins)]).encode()
    expected = b"Basic " + b64encode(auth.encode())
    header = (OWN_PAGES_ONLY[0], OWN_PAGES_ONLY[1].replace(b"{places}", places))

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        if header_of(scope, b"origin") not in (None, *known):
            await refuse(scope, send, 403, b"foreign origin")
        elif asks_for_credentials(scope) and not is_signed_in(scope, expected):
            await refuse(scope, send, 401, b"credentials needed")
        else:
            await app(scope, receive, send_with_policy)

    return guarded


def led_home(app: App, path: str) -> App:
    """``app``, whose bare address leads to the dashboard at ``path``."""

    async def led(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/":
            await send({"type": "http.response.start", "status": 307, "headers": [(b"location", path.encode())]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await app(scope, receive, send)

    return led


def asks_for_credentials(scope: Message) -> bool:
    """Whether a request is for the API; its web sockets ask by themselves, a browser's preflight brings none."""
    if scope["type"] != "http" or scope["method"] == "OPTIONS":
        return False
    return str(scope["path"]).startswith("/api/") and scope["path"] not in OPEN_TO_ALL


def is_signed_in(scope: Message, expected: bytes) -> bool:
    """Whether a request brings the right credentials; takes as long when it does not."""
    return compare_digest(header_of(scope, b"authorization") or b"", expected)


def header_of(scope: Message, wanted: bytes) -> bytes | None:
    """A header's value."""
    named: list[bytes] = [value for name, value in scope.get("headers", ()) if name == wanted]
    return named[0] if named else None


async def refuse(scope: Message, send: Send, status: int, reason: bytes) -> None:
    """A plain answer, or a web socket closed before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    plain = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": reason})


def main() -> None:
    """Serve until told to stop; everything comes from the environment."""
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server
    api = settings.api
    origins = tuple(api.cors_allowed_origins.split(","))
    auth = api.auth_string.get_secret_value() if api.auth_string else ""
    app = closed_to_others(led_home(create_app(final=True), f"{settings.ui.serve_base}/"), origins, auth)
    uvicorn.run(app, host=api.host, port=api.port, log_level="warning", access_log=False, timeout_keep_alive=30)


if __name__ == "__main__":
    main()
