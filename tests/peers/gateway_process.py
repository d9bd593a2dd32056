"""An SMS gateway as a process of its own: answers as Kannel, as a JSON gateway, or as ordered.

Started by ``peers.gateway``; prints its port. Orders come by POST to ``/-/order``; GET ``/-/seen`` tells what came.
"""

import json
import ssl
import sys
import threading
from base64 import b64decode
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

USER, PASSWORD = "shouwang", "p@ss:w/rd&"
TEXT, JSON = "text/html", "application/json"


class Desk:
    """What is shared between connections."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.go_on = threading.Event()
        self.reset()

    def reset(self) -> None:
        """Forget everything; let whoever waits go on."""
        self.go_on.set()
        self.go_on = threading.Event()
        self.seen: list[dict[str, Any]] = []
        self.orders: deque[dict[str, Any]] = deque()
        self.references: dict[str, str] = {}
        self.connections = 0
        self.closing: Any = None
        self.closed = threading.Event()


class Gateway(ThreadingHTTPServer):
    """Tells the desk when a connection has gone that was ordered to go."""

    daemon_threads = True
    desk: Desk

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        if request is self.desk.closing:
            self.desk.closed.set()


class Counter(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    desk: Desk

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """Nothing is written to the test's output."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        split = urlsplit(self.path)
        match split.path:
            case "/-/order":
                self._take_order(json.loads(body))
            case "/-/closed":
                self._answer(200 if self.desk.closed.wait(5) else 500, "{}", JSON)
            case "/-/seen":
                with self.desk.lock:
                    seen = {"seen": self.desk.seen, "connections": self.desk.connections}
                self._answer(200, json.dumps(seen), JSON)
            case _:
                self._serve_client(split.path, dict(parse_qsl(split.query)), body)

    def _take_order(self, order: dict[str, Any]) -> None:
        with self.desk.lock:
            if order.get("reset"):
                self.desk.reset()
            self.desk.orders.extend(order.get("answers", ()))
        self._answer(200, "{}", JSON)

    def _serve_client(self, path: str, query: dict[str, str], body: str) -> None:
        fields = query | self._fields(body)
        with self.desk.lock:
            if not getattr(self, "counted", False):
                self.counted = True
                self.desk.connections += 1
            headers = {name.lower(): value for name, value in self.headers.items()}
            noted = {"method": self.command, "path": path, "fields": fields, "headers": headers}
            self.desk.seen.append(noted)
            order = self.desk.orders.popleft() if self.desk.orders else None
            waiting = self.desk.go_on
        if order is None:
            self._answer(*(self._kannel(fields) if path.endswith("/sendsms") else self._json(fields)))
        else:
            self._obey(order, waiting)

    def _obey(self, order: dict[str, Any], waiting: threading.Event) -> None:
        if order.get("wait"):
            waiting.wait(30)
        if order.get("drop"):
            self.close_connection = True
            return
        if order.get("close_after"):
            self.desk.closing, self.close_connection = self.connection, True
        self._answer(order["status"], order.get("body", ""), order.get("type", TEXT), order.get("headers", {}))

    def _fields(self, body: str) -> dict[str, Any]:
        kind = self.headers.get("content-type", "")
        if kind.startswith(JSON):
            document: dict[str, Any] = json.loads(body)
            return document
        return dict(parse_qsl(body))

    def _kannel(self, fields: dict[str, Any]) -> tuple[int, str, str]:
        if (fields.get("username"), fields.get("password")) != (USER, PASSWORD):
            return 403, "Authorization failed for sendsms", TEXT
        if not fields.get("to"):
            return 400, "Missing receiver number, rejected", TEXT
        if not fields.get("from"):
            return 400, "Sender missing and no global set, rejected", TEXT
        return 202, "0: Accepted for delivery", TEXT

    def _json(self, fields: dict[str, Any]) -> tuple[int, str, str]:
        """Refuses a reference it has seen, as gateways with a client reference do."""
        scheme, _, login = self.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(login).decode() != f"{USER}:{PASSWORD}":
            return 401, '{"code": "unauthorized"}', JSON
        reference = str(fields.get("id"))
        with self.desk.lock:
            known = reference in self.desk.references
            name = self.desk.references.setdefault(reference, f"sms-{len(self.desk.references) + 1}")
        answer = {"code": "duplicate" if known else "ok", "data": {"id": name}}
        return (409 if known else 200), json.dumps(answer), JSON

    def _answer(self, status: int, body: str, kind: str, headers: dict[str, str] | None = None) -> None:
        content = body.encode()
        if headers and "date" in headers:
            self.send_response_only(status)
        else:
            self.send_response(status)
        for name, value in {
            "content-type": kind,
            "content-length": str(len(content)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def main(arguments: list[str]) -> None:
    """Serve until killed; with two arguments (certificate, key) over TLS."""
    Counter.desk = Gateway.desk = Desk()
    server = Gateway(("127.0.0.1", 0), Counter)
    if arguments:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*arguments)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
