"""The robots of three providers on loopback, as strict as their documents: what all three have in common."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from domain import clock

HOUR: Final = timedelta(hours=1)
Document = dict[str, Any]
Peer = TypeVar("Peer", bound="RobotPeer")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server read it."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class RobotPeer:
    """One provider's server. ``taken``: what now stands in the group; ``asked``: every request that came.

    ``ahead``: how far its clock is before ours; ``keyword``: one that every text must hold; ``addresses``: those it
    listens to, any where there are none.
    """

    port: int = 0
    taken: list[Document] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    ahead: timedelta = timedelta()
    keyword: str = ""
    addresses: tuple[str, ...] = ()
    orders: deque[tuple[int, Any] | None] = field(default_factory=deque)
    moments: deque[datetime] = field(default_factory=deque)

    def judge(self, asked: Asked) -> Document:
        """The answer, which comes with HTTP 200 whatever it says."""
        raise NotImplementedError

    def answer(self, document: Any, status: int = 200) -> None:
        """Answer the next request so, whatever it is; a text as it stands, anything else as JSON."""
        self.orders.append((status, document))

    def drop_the_line(self) -> None:
        """Do with the next request what is right, then close the line without an answer."""
        self.orders.append(None)

    def now(self) -> datetime:
        """What this server's clock says."""
        return clock.now() + self.ahead

    def is_within_an_hour(self, moment: str, per_second: int) -> bool:
        """Whether a timestamp is near enough to this server's clock."""
        return moment.isdecimal() and abs(int(moment) / per_second - self.now().timestamp()) <= HOUR.total_seconds()

    def is_too_fast(self, most: int, span: timedelta) -> bool:
        """Whether one message more would be too many within a span."""
        return sum(moment > self.now() - span for moment in self.moments) >= most

    def take(self, document: Document) -> None:
        """It stands in the group."""
        self.moments.append(self.now())
        self.taken.append(document)

    def settle(self, asked: Asked) -> tuple[int, Any] | None:
        """Status and answer; None closes the line."""
        self.asked.append(asked)
        order = self.orders.popleft() if self.orders else (0, None)
        if order is None:
            self.judge(asked)
            return None
        return order if order[0] else (200, self.judge(asked))


def misfit(value: Any, form: Any, place: str = "") -> str:
    """Where a document is not of a form, empty where it is; names that end in ``?`` may be left out."""
    if isinstance(form, type):
        return "" if type(value) is form else place or "/"
    if isinstance(form, list):
        if type(value) is not list:
            return place
        return next(filter(None, (misfit(item, form[0], f"{place}/{at}") for at, item in enumerate(value))), "")
    if type(value) is not dict:
        return place or "/"
    known = {name.rstrip("?"): part for name, part in form.items()}
    strange = [name for name in value if name not in known]
    missing = [name for name in form if not name.endswith("?") and name not in value]
    if strange or missing:
        return f"{place}/{(strange + missing)[0]}"
    return next(filter(None, (misfit(value[name], known[name], f"{place}/{name}") for name in value)), "")


def parsed(body: bytes) -> Any:
    """The body as JSON in UTF-8, None where it is none."""
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError:
        return None


@contextmanager
def running(peer: Peer) -> Iterator[Peer]:
    """The peer, listening."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Counter", (_Counter,), {"peer": peer}))
    server.daemon_threads = True
    peer.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Counter(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    peer: RobotPeer

    def do_POST(self) -> None:
        split = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.peer.settle(Asked(split.path, dict(parse_qsl(split.query)), headers, body))
        if answer is None:
            self.close_connection = True
            return
        status, document = answer
        content = (document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing is written to the test's output."""
