"""A page that takes one file, from who has signed in and may; what is too big is said in words."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.rules.access import NotAllowed, Right
from web.console.desk import Desk, Needs, declaring, desk_of, in_words, to_sign_in
from web.posted_files import A_SHEET, Sent, has_files, read_with_files, size_of
from web.site import site_of

MOST_THROWN_AWAY: Final = 200 * 1024 * 1024
"""Bytes of a file that is too big that are still read: a browser shows an answer only once it has sent everything."""

Taker = Callable[[Request, Desk, Sent | None], Response]


def takes_a_sheet(right: Right) -> Callable[[Taker], Callable[[Request], Any]]:
    """A page that takes a form with one sheet, from those who have the right; ``None`` is a sheet that is too big."""

    def made(taker: Taker) -> Callable[[Request], Any]:
        @wraps(taker)
        async def shown(request: Request) -> Response:
            desk = await run_in_threadpool(desk_of, request)
            if desk is None:
                return to_sign_in(request)
            if not desk.may(right):
                return in_words(desk, lambda: _refused(right))
            return await _taken(request, desk, taker)

        return declaring(Needs(right, right))(shown)

    return made


def _refused(right: Right) -> Response:
    raise NotAllowed(right)


async def _taken(request: Request, desk: Desk, taker: Taker) -> Response:
    if not has_files(request):
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        size = size_of(request, A_SHEET)
        with site_of(request).room.taken(size):
            sent = await read_with_files(request, A_SHEET)
            return await run_in_threadpool(in_words, desk, lambda: taker(request, desk, sent))
    except HTTPException as trouble:
        if trouble.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
    await _throw_away(request)
    return await run_in_threadpool(in_words, desk, lambda: taker(request, desk, None))


async def _throw_away(request: Request) -> None:
    left = MOST_THROWN_AWAY
    try:
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                return
    except (ClientDisconnect, RuntimeError):
        return
