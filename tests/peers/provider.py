"""What stand-ins for SMS services have in common: a server on loopback, orders, a clock that may be wrong."""

import json
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from domain import clock

LINKS: Final = ("://", "www.", ".com", ".cn", ".example")
JSON: Final = "application/json"
"""As both services write it; the SDK of one looks for errors only under exactly this type."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One request as it came in; ``headers`` by lower-case name, ``target`` as it stood in the first line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Ordered:
    """What to answer instead of the truth; without a status the line is closed, ``late`` after the work was done."""

    status: int | None
    body: str = ""
    headers: Mapping[str, str] | None = None
    late: bool = False


class Refused(Exception):
    """The service does not do what was asked."""

    def __init__(self, code: str, words: str = "", status: int = 400) -> None:
        super().__init__(code)
        self.code, self.words, self.status = code, words or code, status


class Provider(ABC):
    """A service on loopback. ``ahead``: how far its clock is from ours; ``quota``: messages a number may get."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.port = 0
        self.reset()

    def reset(self) -> None:
        """Forget what was ordered, counted and changed."""
        self.ahead = timedelta()
        self.quota = 1000
        self.taken: Counter[str] = Counter()
        self.requests = 0
        self._orders: deque[Ordered] = deque()

    @property
    def now(self) -> datetime:
        """This moment, by the service's clock."""
        return clock.now() + self.ahead

    def answer(self, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answer the next request so, and do nothing."""
        self._orders.append(Ordered(status, body if isinstance(body, str) else json.dumps(body), headers))

    def drop(self, *, late: bool = False) -> None:
        """Close the line at the next request, unread, or ``late``: after doing what it asks."""
        self._orders.append(Ordered(None, late=late))

    def count(self, number: str, code: str, words: str = "") -> None:
        """One more message to a number, where its quota has room."""
        if self.taken[number] >= self.quota:
            raise Refused(code, words)
        self.taken[number] += 1

    def handle(self, raw: Raw) -> tuple[int, str, Mapping[str, str]] | None:
        """The answer to one request, None to close the line."""
        with self.lock:
            self.requests += 1
            order = self._orders.popleft() if self._orders else None
            if order is None or order.late:
                status, said = self.serve(raw)
                return None if order else (status, json.dumps(said, ensure_ascii=False), {})
            return None if order.status is None else (order.status, order.body, order.headers or {})

    @abstractmethod
    def serve(self, raw: Raw) -> tuple[int, Any]:
        """Do what is asked, strictly as the real service; status and document."""


def holds_link(value: str) -> bool:
    """Whether the service would take a value for an address."""
    return any(sign in value.lower() for sign in LINKS)


@contextmanager
def serving(provider: Provider) -> Iterator[None]:
    """Serve until left; ``provider.port`` says where."""

    class Handler(_Connection):
        at = provider

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    at: Provider

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """Nothing is written to the test's output."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answered = self.at.handle(Raw(self.command, self.path, headers, body))
        if answered is None:
            self.close_connection = True
            return
        status, said, more = answered
        content = said.encode()
        self.send_response(status)
        for name, value in {"content-type": JSON, "content-length": str(len(content)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
