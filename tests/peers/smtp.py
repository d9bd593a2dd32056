"""A real mail server on loopback that keeps what it was given and misbehaves when told to."""

import asyncio
import hmac
import logging
import ssl
import threading
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any, Final, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, auth_mechanism

Mode = Literal["starttls", "tls", "plain"]
HANG_UP: Final = "hang up"
"""As an answer: close the line instead of answering."""
SAY_NOTHING: Final = "say nothing"
"""As an answer: leave the client waiting until the peer is stopped."""
STEPS: Final = ("NOOP", "AUTH", "MAIL", "RCPT", "DATA")
CHALLENGE: Final = b"<1896.697170952@peer.invalid>"


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One letter as the server took it; ``user`` is who had signed in."""

    sender: str
    recipient: str
    content: bytes
    encrypted: bool
    user: str | None
    line: int

    @property
    def mail(self) -> EmailMessage:
        """The letter as a mail program reads it."""
        read = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read


@dataclass
class SmtpPeer:
    """The running server: what it received, and what it is to answer next."""

    port: int = 0
    pipelining: bool = False
    mails: list[ReceivedMail] = field(default_factory=list)
    lines: int = 0
    """Connections on which a client has said something."""
    said: list[str] = field(default_factory=list)
    """The steps clients have begun, in order."""
    ways: list[str] = field(default_factory=list)
    """The ways of signing in that were tried."""
    ahead: list[str] = field(default_factory=list)
    """The steps during which a client had already said the next."""
    _answers: dict[str, deque[str]] = field(default_factory=dict)
    _controller: "_Controller | None" = None

    def answer(self, step: str, *answers: str) -> None:
        """At the next calls of a step (CONNECT, AUTH, MAIL, RCPT, DATA, DOT, NOOP) say this."""
        self._answers.setdefault(step, deque()).extend(answers)

    def drop_lines(self) -> None:
        """Close every open connection, as a server does that has waited long enough."""
        assert self._controller is not None
        self._controller.drop_lines()

    def next_answer(self, step: str) -> str | None:
        """What was ordered for this step, once."""
        ordered = self._answers.get(step)
        return ordered.popleft() if ordered else None


@contextmanager
def smtp_peer(
    mode: Mode = "plain",
    context: ssl.SSLContext | None = None,
    logins: dict[str, str] | None = None,
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN", "CRAM-MD5"),
    *,
    pipelining: bool = False,
) -> Iterator[SmtpPeer]:
    """A server for the length of a test; with ``logins`` (user: password) nobody sends without signing in.

    ``pipelining``: it says that it hears several steps at once, as most servers do.
    """
    peer = SmtpPeer(pipelining=pipelining)
    controller = _Controller(peer, mode, context, logins, mechanisms)
    peer._controller = controller
    controller.start()
    peer.port = controller.port
    try:
        yield peer
    finally:
        controller.stop()


class _Line(SMTP):
    """One connection; orders are looked up before each step."""

    def __init__(self, peer: SmtpPeer, controller: "_Controller", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._peer = peer
        self._owner = controller
        self.number = 0
        # Set here, for aiosmtpd's own argument warns about passwords without TLS at every connection.
        self._auth_required = controller.wants_login
        usual = self._smtp_methods
        watched = {step: partial(self._ordered_or, step, usual[step]) for step in STEPS}
        self._smtp_methods = usual | watched | {"EHLO": partial(self._greeted, usual["EHLO"])}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._owner.open_lines.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner.open_lines.discard(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        ordered = self._peer.next_answer("CONNECT") if str(status).startswith("220 peer") else None
        if ordered is None:
            await super().push(status)
        else:
            await self.obey(ordered)
            await super().push(ordered)
            self.hang_up()

    async def _greeted(self, usual: Any, name: str) -> None:
        if not self.number:
            self._peer.lines += 1
            self.number = self._peer.lines
        await usual(name)

    async def _ordered_or(self, step: str, usual: Any, arg: str) -> None:
        self._peer.said.append(step)
        if self._reader._buffer:  # type: ignore[attr-defined]
            self._peer.ahead.append(step)
        if step == "AUTH":
            self._peer.ways.append(arg.split()[0])
        ordered = self._peer.next_answer(step)
        if ordered is None:
            await usual(arg)
        else:
            await self.obey(ordered)
            await self.push(ordered)
            if ordered.startswith("421"):
                self.hang_up()

    async def obey(self, ordered: str) -> None:
        """Carry out a silent order, and wait until the connection is gone; others are left to the caller."""
        if ordered == HANG_UP:
            self.hang_up()
        if ordered in (HANG_UP, SAY_NOTHING):
            await asyncio.Event().wait()

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS was there from the start or came with STARTTLS."""
        return self._owner.implicit or self._tls_protocol is not None

    def hang_up(self) -> None:
        """Close the connection without another word."""
        if self.transport is not None:
            self.transport.close()


class _Handler:
    """Keeps the letters; knows who may sign in."""

    def __init__(self, peer: SmtpPeer, logins: dict[str, str]) -> None:
        self._peer = peer
        self._logins = logins

    async def handle_EHLO(
        self, _server: _Line, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        return [answers[0], *(["250-PIPELINING"] if self._peer.pipelining else []), *answers[1:]]

    async def handle_DATA(self, server: _Line, session: Session, envelope: Envelope) -> str:
        ordered = self._peer.next_answer("DOT")
        if ordered is not None:
            await server.obey(ordered)
            if ordered[:1] in "45":
                return ordered
        content = envelope.original_content
        assert content is not None
        login: bytes | None = getattr(session, "auth_data", None)
        user = login.decode() if login else None
        encrypted = server.is_encrypted
        received = ReceivedMail(str(envelope.mail_from), envelope.rcpt_tos[0], content, encrypted, user, server.number)
        self._peer.mails.append(received)
        return ordered or f"250 2.0.0 OK: queued as Q{len(self._peer.mails):04d}"

    def authenticator(self, *call: Any) -> AuthResult:
        """Whether user and password, the last thing aiosmtpd calls this with, belong together."""
        given = call[-1]
        assert isinstance(given, LoginPassword)
        right = self._logins.get(given.login.decode()) == given.password.decode()
        return AuthResult(success=right, handled=False, auth_data=given.login)

    @auth_mechanism("CRAM-MD5")
    async def auth_challenge(self, server: SMTP, _: list[str]) -> AuthResult:
        """RFC 2195, which aiosmtpd has not."""
        await server.push("334 " + b64encode(CHALLENGE).decode())
        user, digest = b64decode(await server._reader.readline()).decode().split(" ")
        expected = hmac.new(self._logins.get(user, "").encode(), CHALLENGE, "md5").hexdigest()
        return AuthResult(success=user in self._logins and digest == expected, handled=False, auth_data=user.encode())


class _Controller(Controller):
    """Listens on a free port; makes a `_Line` for each connection."""

    def __init__(
        self,
        peer: SmtpPeer,
        mode: Mode,
        context: ssl.SSLContext | None,
        logins: dict[str, str] | None,
        mechanisms: tuple[str, ...],
    ) -> None:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        handler = _Handler(peer, logins or {})
        settings: dict[str, Any] = {}
        if mode == "starttls":
            settings |= {"tls_context": context, "require_starttls": True}
        if logins is not None:
            excluded = {"PLAIN", "LOGIN", "CRAM-MD5"} - set(mechanisms)
            settings |= {"authenticator": handler.authenticator, "auth_require_tls": False}
            settings |= {"auth_exclude_mechanism": excluded}
        else:
            settings |= {"auth_exclude_mechanism": {"PLAIN", "LOGIN", "CRAM-MD5"}}
        super().__init__(handler, hostname="127.0.0.1", port=0, ssl_context=context if mode == "tls" else None)
        self.SMTP_kwargs |= settings
        self.peer = peer
        self.implicit = mode == "tls"
        self.wants_login = logins is not None
        self.open_lines: set[_Line] = set()

    def factory(self) -> SMTP:
        return _Line(self.peer, self, self.handler, ident="ready", **{**self.SMTP_kwargs, "hostname": "peer"})

    def _trigger_server(self) -> None:
        """The stock start-up connects once; here the port is read, so that connections count from one."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        self._factory_invoked.set()
        self.smtpd = self.peer

    def drop_lines(self) -> None:
        done = threading.Event()
        self.loop.call_soon_threadsafe(self._drop, done)
        done.wait(5)

    def _drop(self, done: threading.Event) -> None:
        for line in tuple(self.open_lines):
            line.hang_up()
        done.set()
