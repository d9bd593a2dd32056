"""Forms that carry pictures or sheets, read into memory within limits: nothing of them is laid on a disk in clear."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Final, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from web.posted import MOST_BYTES, MOST_FIELDS, Given, kind_of

WITH_FILES: Final = "multipart/form-data"
MOST_FILES: Final = 3
MOST_BYTES_OF_A_FILE: Final = 12 * 1024 * 1024
SECONDS: Final = 60.0
MOST_BYTES_OF_HEADERS: Final = 4 * 1024
_HEADERS_OF_PARTS: Final = 64 * 1024

MOST_BYTES_AT_ONCE: Final = 256 * 1024 * 1024
"""What all forms with files that are being read may hold in memory together."""


class Limits(NamedTuple):
    """How many files a form may bring, and of how many bytes each."""

    files: int = MOST_FILES
    bytes_each: int = MOST_BYTES_OF_A_FILE

    @property
    def whole(self) -> int:
        """How many bytes such a form has at most."""
        return self.files * self.bytes_each + MOST_BYTES + _HEADERS_OF_PARTS


PICTURES: Final = Limits()
A_SHEET: Final = Limits(files=1, bytes_each=20 * 1024 * 1024)


class Sent(NamedTuple):
    """A form: its texts by question, and its files in their order with their names, empty ones left out."""

    given: Given
    files: tuple[bytes, ...] = ()
    names: tuple[str, ...] = ()


class Room:
    """The memory that is left for files under way; a form that finds none is asked to come again."""

    def __init__(self, most: int = MOST_BYTES_AT_ONCE) -> None:
        self._left = most
        self._turn = Lock()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """So much of it while a form is read and dealt with; an HTTPException (503) where it is not there."""
        with self._turn:
            if size > self._left:
                raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "20"})
            self._left -= size
        try:
            yield
        finally:
            with self._turn:
                self._left += size


def has_files(request: Request) -> bool:
    """Whether a form comes in the shape that can carry files."""
    return kind_of(request) == WITH_FILES


def size_of(request: Request, limits: Limits = PICTURES) -> int:
    """How many bytes a form with files may bring: what it says itself, else the most; HTTPException (413) for more."""
    most = limits.whole
    said = request.headers.get("content-length", "")
    size = int(said) if said.isdecimal() and len(said) < 16 else most
    if size > most:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return size


async def read_with_files(request: Request, limits: Limits = PICTURES) -> Sent:
    """A form that may carry files; an HTTPException (400, 408, 413) says what is wrong with it."""
    boundary = parse_options_header(request.headers.get("content-type", ""))[1].get(b"boundary", b"")
    if not boundary:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    reading, most = _Parts(limits), size_of(request, limits)
    try:
        parser = MultipartParser(boundary, reading.callbacks(), max_header_size=MOST_BYTES_OF_HEADERS)  # type: ignore[arg-type]
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                most -= len(chunk)
                if most < 0:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                parser.write(chunk)
        parser.finalize()
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    except (ClientDisconnect, FormParserError, UnicodeDecodeError):
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return reading.sent()


@dataclass
class _Parts:
    """The parts of a form with files as they come in; each limit is looked at before more is kept."""

    limits: Limits = PICTURES
    given: Given = field(default_factory=lambda: defaultdict(list))
    files: list[bytes] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _name: bytes = b""
    _value: bytes = b""
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _options: dict[bytes, bytes] = field(default_factory=dict)
    _part: bytearray = field(default_factory=bytearray)
    _words: int = 0
    _fields: int = 0
    _ended: bool = False

    def callbacks(self) -> dict[str, object]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin, "on_header_field": self._named, "on_header_value": self._valued,
            "on_header_end": self._header, "on_headers_finished": self._understand, "on_part_data": self._more,
            "on_part_end": self._end, "on_end": self._all,
        }  # fmt: skip

    def sent(self) -> Sent:
        """The whole form; an HTTPException (400) where it broke off."""
        if not self._ended:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        return Sent(dict(self.given), tuple(self.files), tuple(self.names))

    def _begin(self) -> None:
        self._headers, self._part, self._fields = {}, bytearray(), self._fields + 1
        if self._fields > MOST_FIELDS:
            raise HTTPException(HTTPStatus.BAD_REQUEST)

    def _named(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _valued(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _understand(self) -> None:
        self._options = parse_options_header(self._headers.get(b"content-disposition", b""))[1]

    @property
    def _is_file(self) -> bool:
        return b"filename" in self._options

    def _more(self, data: bytes, start: int, end: int) -> None:
        self._part += data[start:end]
        self._words += 0 if self._is_file else end - start
        if self._words > MOST_BYTES or len(self._part) > self.limits.bytes_each:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def _end(self) -> None:
        if not self._is_file:
            name = self._options.get(b"name", b"").decode()
            self.given[name].append(self._part.decode().replace("\0", ""))
        elif self._part:
            self.files.append(bytes(self._part))
            self.names.append(self._options.get(b"filename", b"").decode().replace("\0", ""))
        if len(self.files) > self.limits.files:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def _all(self) -> None:
        self._ended = True
