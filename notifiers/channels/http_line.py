"""Kept connections to an HTTP server; it knows whether a request had left whole when the line breaks."""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from notifiers.channels.connection_troubles import connection_trouble
from notifiers.outcomes import Outcome, misconfigured, temporary, unknown

MOST_READ: Final = 65_536
# Servers close idle connections after five seconds or more; ours are given up sooner, for a request that
# meets a closing connection is lost without an answer.
KEPT_SECONDS: Final = 4.0
MOST_CONNECTIONS: Final = 16
LONGEST_WAIT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; ``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def retry_after(self) -> timedelta | None:
        """How long the server wants us to wait, at most a day; a date counts from its own ``Date``."""
        given = self.headers.get("retry-after", "").strip()
        if given.isdigit():
            return min(timedelta(seconds=int(given[:9])), LONGEST_WAIT)
        try:
            wait = parsedate_to_datetime(given) - parsedate_to_datetime(self.headers.get("date", ""))
        except (TypeError, ValueError):
            return None
        return min(max(wait, timedelta()), LONGEST_WAIT)


class HttpLine:
    """Sends one request at a time and thread; never again by itself, never on to another address."""

    def __init__(self, trust: ssl.SSLContext, connect_seconds: float, read_seconds: float) -> None:
        connecting = {"connect": connect_seconds, "pool": connect_seconds}
        self._seconds = connecting | {"read": read_seconds, "write": read_seconds}
        limits = httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_SECONDS)
        # The transport is used without httpx's client, which logs every URL, recipient and password included.
        self._transport = httpx.HTTPTransport(verify=trust, trust_env=False, limits=limits, retries=0)

    def exchange(self, request: httpx.Request) -> Answer | Outcome:
        """The server's answer, or what it means that there is none."""
        left_whole = False

        def watch(event: str, _: dict[str, Any]) -> None:
            nonlocal left_whole
            left_whole = left_whole or event == "http11.send_request_body.complete"

        request.extensions = {**request.extensions, "timeout": self._seconds, "trace": watch}
        try:
            return self._answer(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return connection_trouble(error)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol):
            return misconfigured("not-a-request")
        except httpx.TransportError as error:
            code = "timed-out" if isinstance(error, httpx.TimeoutException) else "dropped"
            return unknown(f"{code}-after-request") if left_whole else temporary(f"{code}-before-request")

    def close(self) -> None:
        """Close the kept connections; a later request opens new ones."""
        self._transport.close()

    def _answer(self, request: httpx.Request) -> Answer:
        response = self._transport.handle_request(request)
        try:
            body = _read(response.iter_raw(), time.monotonic() + self._seconds["read"])
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, as_text(body))


def _read(chunks: Iterable[bytes], until: float) -> bytes:
    """The beginning of the body; a server that drips it out byte by byte is cut off."""
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) > MOST_READ or time.monotonic() > until:
            break
    return body[:MOST_READ]


def as_text(body: bytes) -> str:
    """UTF-8 where it is; else GB18030, in which older mainland gateways answer."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")
