"""A provider on loopback for the benchmarks, in a process of its own: takes mails by SMTP and text messages by HTTP.

``python provider_process.py {"lost": 0.03, "temporary": 0.05, "seed": 1, "hangs": false}`` says its ports in one line
and serves until its standard input is closed. ``lost`` of the messages are taken and the line dropped, ``temporary``
are refused for now; one that ``hangs`` reads and never answers.
"""

import asyncio
import json
import logging
import os
import sys
import threading
import time
from collections import defaultdict
from importlib.util import find_spec
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

REPEAT: Final = "重发"
"""The word by which a text message says that it is a repeat."""

OF_NUDGE: Final = "?shouwang?nudge="


class Book:
    """What was taken, and how the provider behaves."""

    def __init__(self, lost: float = 0.0, temporary: float = 0.0, seed: int = 1, *, hangs: bool = False) -> None:
        self.taken: dict[str, list[tuple[float, bool]]] = defaultdict(list)
        self.mails = 0
        self.lost, self.temporary, self.hangs = lost, temporary, hangs
        self._draws = Random(seed)

    def answer(self, name: str, text: str) -> bytes | None:
        """What a text message is answered with; nothing where the line is dropped."""
        drawn = self._draws.random()
        if drawn < self.temporary:
            return _answer(503, "Temporal failure, try again later.")
        self.taken[name].append((time.monotonic(), REPEAT in text))
        return None if drawn < self.temporary + self.lost else _answer(202, "0: Accepted for delivery")

    def told(self, fields: dict[str, str], path: str) -> bytes:
        """What is asked about the record: of one message, or all of it."""
        if path == "/-/record":
            return _answer(200 if fields.get("id") in self.taken else 404, "")
        return _answer(200, json.dumps({"mails": self.mails, "taken": self.taken}))


class Gateway(asyncio.Protocol):
    """One HTTP connection, kept open; requests without a body."""

    def __init__(self, book: Book) -> None:
        self._book, self._read = book, b""

    def connection_made(self, transport: Any) -> None:
        """Keep the way back."""
        self._transport: asyncio.Transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            request, _, self._read = self._read.partition(b"\r\n\r\n")
            self._answer(request.split(b" ", 2)[1].decode("ascii"))

    def _answer(self, target: str) -> None:
        parts = urlsplit(target)
        fields = dict(parse_qsl(parts.query))
        if parts.path.startswith("/-/"):
            self._transport.write(self._book.told(fields, parts.path))
        elif not self._book.hangs:
            name = fields.get("meta-data", "").removeprefix(OF_NUDGE)
            answer = self._book.answer(name, fields.get("text", ""))
            if answer is None:
                self._transport.close()
            else:
                self._transport.write(answer)


class MailSink(asyncio.Protocol):
    """One SMTP connection, for where aiosmtpd is not installed."""

    def __init__(self, book: Book) -> None:
        self._book, self._read, self._in_letter = book, b"", False

    def connection_made(self, transport: Any) -> None:
        """Greet."""
        self._transport: asyncio.Transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Take letters whole and commands line by line."""
        self._read += data
        while (end := b"\r\n.\r\n" if self._in_letter else b"\r\n") in self._read:
            said, _, self._read = self._read.partition(end)
            self._transport.write(self._letter() if self._in_letter else self._command(said[:4].upper()))

    def _letter(self) -> bytes:
        self._book.mails += 1
        self._in_letter = False
        return b"250 2.0.0 taken\r\n"

    def _command(self, word: bytes) -> bytes:
        self._in_letter = word == b"DATA"
        return b"354 go on\r\n" if self._in_letter else b"221 bye\r\n" if word == b"QUIT" else b"250 sink\r\n"


def _answer(status: int, body: str) -> bytes:
    return f"HTTP/1.1 {status} -\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


def _aiosmtpd(book: Book) -> asyncio.Protocol:
    from aiosmtpd.smtp import SMTP, Envelope, Session  # here: only tests and benchmarks have it

    class Keeping:
        async def handle_EHLO(
            self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
        ) -> list[str]:
            session.host_name = hostname
            return [answers[0], "250-PIPELINING", *answers[1:]]

        async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
            book.mails += 1
            return "250 2.0.0 taken"

    return SMTP(Keeping(), hostname="sink", auth_exclude_mechanism={"PLAIN", "LOGIN"})


async def serve(book: Book, *, own_sink: bool) -> None:
    """Listen, say where, and serve; ``own_sink``: mails are taken by the server of this file."""
    loop = asyncio.get_running_loop()
    mail = MailSink if own_sink else _aiosmtpd
    servers = {
        "smtp": await loop.create_server(lambda: mail(book), "127.0.0.1", 0),
        "http": await loop.create_server(lambda: Gateway(book), "127.0.0.1", 0),
    }
    ports = {name: server.sockets[0].getsockname()[1] for name, server in servers.items()}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    how = json.loads(sys.argv[1])
    own_sink = how.pop("own_sink", find_spec("aiosmtpd") is None)
    asyncio.run(serve(Book(**how), own_sink=own_sink))
