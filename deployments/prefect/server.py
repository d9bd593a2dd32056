"""Prefect's own server, closed to foreign web pages: ``python -m deployments.prefect.server``."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

OWN_PAGES_ONLY: Final = (b"content-security-policy", b"connect-src 'self' {places}; frame-ancestors 'none'")
"""The dashboard's code can call only the server it came from, and stands in no other page's frame."""


def closed_to_others(app: App, origins: tuple[str, ...]) -> App:
    """``app`` answering nobody but its own pages and programs (which send no Origin).

    CORS alone only hides the answers: the request itself would still be carried out, and it says nothing about
    web sockets.
    """
    places = " ".join([*origins, *(origin.replace("http", "ws", 1) for origin in origins)]).encode()
    header = (OWN_PAGES_ONLY[0], OWN_PAGES_ONLY[1].replace(b"{places}", places))

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        if origin_of(scope) in (None, *origins):
            await app(scope, receive, send_with_policy)
        else:
            await refuse(scope, send)

    return guarded


def origin_of(scope: Message) -> str | None:
    """The page a request came from, as the browser says it."""
    named = [value for name, value in scope.get("headers", ()) if name == b"origin"]
    return named[0].decode("latin-1") if named else None


async def refuse(scope: Message, send: Send) -> None:
    """403, or a web socket closed before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    plain = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 403, "headers": plain})
    await send({"type": "http.response.body", "body": b"foreign origin"})


def main() -> None:
    """Serve until told to stop; everything comes from the environment."""
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    api = get_current_settings().server.api
    origins = tuple(api.cors_allowed_origins.split(","))
    app = closed_to_others(create_app(final=True), origins)
    uvicorn.run(app, host=api.host, port=api.port, log_level="warning", access_log=False, timeout_keep_alive=30)


if __name__ == "__main__":
    main()
