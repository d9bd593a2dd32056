"""A page that stands open on a desk learns of new urgent matters within seconds, without being loaded again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.ids import PersonId
from domain.rules.access import Right
from domain.store.console.live import Urgent
from domain.store.console.today import today
from web.console.desk import Desk, desk_of

LONGEST: Final = 240.0
"""Seconds after which a browser is let go; it comes back by itself, and is asked anew who it is."""

HEARTBEAT: Final = 20.0
"""Seconds after which something is sent all the same, so that proxies keep the line."""

_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def live(request: Request) -> Response:
    """Server-sent events: ``count`` says how much waits for the viewer, ``urgent`` is a sentence with a link."""
    desk = await run_in_threadpool(desk_of, request)
    if desk is None or desk.viewer.person is None or not desk.viewer.may(Right.SEE_CASES):
        # An answer without content tells the browser not to come back (HTML standard, server-sent events).
        return Response(status_code=204)
    return StreamingResponse(
        _events(request, desk, desk.viewer.person), media_type="text/event-stream", headers=_HEADERS
    )


async def _events(request: Request, desk: Desk, person: PersonId) -> AsyncIterator[str]:
    board = desk.site.switchboard
    line = board.join(desk.site.store, person)
    until = asyncio.get_running_loop().time() + LONGEST
    try:
        yield "retry: 3000\n" + event("count", await _count(desk))
        while asyncio.get_running_loop().time() < until and not await request.is_disconnected():
            try:
                found = await asyncio.wait_for(line.get(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield event("urgent", _sentence(desk, found)) + event("count", await _count(desk))
    finally:
        board.leave(person, line)


def event(name: str, data: str) -> str:
    """One event as it goes over the line."""
    return f"event: {name}\n" + "".join(f"data: {part}\n" for part in data.splitlines() or [""]) + "\n"


async def _count(desk: Desk) -> str:
    def count() -> int:
        with desk.look(Right.SEE_CASES) as look:
            return len(today(look).matters)

    return str(await run_in_threadpool(count))


def _sentence(desk: Desk, found: Urgent) -> str:
    title = desk.site.store.title(found.kind, desk.language, found.programme)
    said = desk.say("live-urgent", title=title)
    link = Markup('<a class="num" href="{}/console/cases/{}">{}</a>').format(desk.root, found.case, found.case)
    return Markup('<p class="live-note"><b>{}</b> {}</p>').format(said, link)
