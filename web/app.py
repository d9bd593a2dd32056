"""The pages as one ASGI application; ``build`` is the factory a server calls (``uvicorn --factory web.app:build``)."""

import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.store.install import install_at
from web.answering import answer_page, answer_sent, code_page, code_sent
from web.guard import Guard
from web.lists import overdue_page


def build(data: str | None = None) -> Starlette:
    """The application over the install in a folder (or the one ``SHOUWANG_DATA`` names)."""
    store, settings = install_at(data or os.environ["SHOUWANG_DATA"])
    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/a", code_page, methods=["GET"]),
            Route("/a", code_sent, methods=["POST"]),
            Route("/a/{token}", answer_page, methods=["GET"]),
            Route("/a/{token}", answer_sent, methods=["POST"]),
            Route("/overdue/{county}", overdue_page, methods=["GET"]),
        ],
        middleware=[Middleware(Guard)],
    )
    app.state.store, app.state.settings = store, settings
    return app


async def health(_request: Request) -> Response:
    """Whether the pages are being served."""
    return PlainTextResponse("ok")
