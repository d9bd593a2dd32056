"""What a posted form holds, read within limits: odd, huge and broken bodies are refused, never a fault."""

import asyncio
from collections import defaultdict
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

Given = dict[str, list[str]]
"""Texts by question, as they were typed."""

MOST_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 200
SECONDS: Final = 30.0
FORM: Final = "application/x-www-form-urlencoded"


async def read_posted(request: Request) -> Given:
    """The fields of a form; an HTTPException (400, 408, 413, 415) says what is wrong with it."""
    if kind_of(request) != FORM:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return fields_of(await read_whole(request, MOST_BYTES))


async def read_whole(request: Request, most: int) -> bytes:
    """A body of at most so many bytes, read within seconds; an HTTPException (400, 408, 413) where it is not."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _body(request, most)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def fields_of(body: bytes) -> Given:
    """The fields in a body; anything but UTF-8 is refused, because half-read words would be kept for ever."""
    given: Given = defaultdict(list)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    for key, value in pairs:
        given[key].append(value.replace("\0", ""))
    return dict(given)


def kind_of(request: Request) -> str:
    """The kind of body a request says it brings."""
    return request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
