"""One kept connection to a mail server; it knows how far a letter got when the line breaks."""

import smtplib
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal, NoReturn

from notifiers.channels.connection_troubles import connection_trouble
from notifiers.channels.smtp_answers import Step, judged
from notifiers.channels.smtp_envelope import STEPS, Reply, envelope, goes_on, replies, take_back
from notifiers.outcomes import Outcome, misconfigured, temporary, unknown

Mode = Literal["starttls", "tls", "plain"]
CLOSING: Final = 421


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDoor:
    """Where and how to reach a mail server."""

    host: str
    port: int
    mode: Mode
    user: str
    password: str
    greeting_name: str
    connect_seconds: float
    read_seconds: float
    idle_seconds: float
    """A line unused for longer is asked whether it still stands before a letter is begun on it."""


class NotTaken(Exception):
    """The server has not taken the letter; ``outcome`` says why."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


class SmtpLine:
    """Hands over one letter at a time, for one thread at a time."""

    def __init__(self, door: MailDoor, trust: ssl.SSLContext) -> None:
        self._door = door
        self._trust = trust
        self._smtp: smtplib.SMTP | None = None
        self._used_at = 0.0

    def hand_over(self, sender: str, recipient: str, letter: bytes) -> Outcome:
        """Try once; the line stays open for the next letter unless it broke. Both addresses are fit for the wire."""
        try:
            smtp, answers = self._begun(envelope(sender, recipient))
            for step, (code, text) in zip(STEPS, answers, strict=False):
                if not goes_on(step, code):
                    self._clear(code, answers)
                    return judged(step, code, _words(text))
            smtp.send(_stuffed(letter))
        except NotTaken as refusal:
            return refusal.outcome
        except OSError:
            # smtplib's errors among them. Without the final dot the server cannot have taken the letter.
            self._hang_up()
            return temporary("dropped")
        except BaseException:
            # Stopped half-way: the next letter must not be written into this one.
            self._hang_up()
            raise
        return self._after_the_dot(smtp)

    def close(self) -> None:
        """Say goodbye, if there still is somebody to say it to."""
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
            self._hang_up()

    def _begun(self, said: Sequence[str]) -> tuple[smtplib.SMTP, Iterator[Reply]]:
        """A line, and the answers to what is said before a letter; a kept line that went dead is opened anew."""
        if self._smtp is not None and self._still_there(self._smtp):
            with suppress(OSError):
                answers = replies(self._smtp, said)
                first = next(answers)
                if first[0] != CLOSING:
                    return self._smtp, chain([first], answers)
        self._hang_up()
        smtp = self._smtp = self._opened()
        self._used_at = time.monotonic()
        return smtp, replies(smtp, said)

    def _after_the_dot(self, smtp: smtplib.SMTP) -> Outcome:
        try:
            code, text = smtp.getreply()
        except OSError:
            self._hang_up()
            return unknown("dropped-after-letter")
        except BaseException:
            self._hang_up()
            raise
        self._used_at = time.monotonic()
        outcome = judged(Step.LETTER, code, _words(text))
        if not outcome.is_accepted:
            self._clear(code)
        return outcome

    def _still_there(self, smtp: smtplib.SMTP) -> bool:
        if time.monotonic() - self._used_at <= self._door.idle_seconds:
            return True
        try:
            return smtp.noop()[0] == 250
        except OSError:
            return False

    def _clear(self, code: int, rest: Iterable[Reply] = ()) -> None:
        """After a refusal the line is made ready for the next letter, or given up."""
        smtp, usable = self._smtp, False
        if smtp is not None and 400 <= code < 600 and code != CLOSING:
            with suppress(OSError):
                take_back(smtp, rest)
                usable = smtp.rset()[0] == 250
        if not usable:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _opened(self) -> smtplib.SMTP:
        try:
            smtp = self._connected()
        except smtplib.SMTPConnectError as refusal:
            _refuse(Step.GREETING, refusal)
        except smtplib.SMTPServerDisconnected:
            raise NotTaken(temporary("dropped-at-greeting")) from None
        except OSError as error:
            raise NotTaken(connection_trouble(error)) from error
        try:
            self._secured_and_known(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _connected(self) -> smtplib.SMTP:
        door, name, seconds = self._door, self._door.greeting_name, self._door.connect_seconds
        if door.mode == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(door.host, door.port, name, timeout=seconds, context=self._trust)
        else:
            smtp = smtplib.SMTP(door.host, door.port, name, timeout=seconds)
        if smtp.sock is not None:
            smtp.sock.settimeout(door.read_seconds)
        return smtp

    def _secured_and_known(self, smtp: smtplib.SMTP) -> None:
        step = Step.GREETING
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._door.mode == "starttls":
                step = Step.TLS
                if not smtp.has_extn("starttls"):
                    raise NotTaken(misconfigured("starttls-not-offered"))
                smtp.starttls(context=self._trust)
                step = Step.GREETING
                # What was said in clear text is forgotten on both sides (RFC 3207, 4.2).
                smtp.ehlo_or_helo_if_needed()
            if self._door.user:
                step = Step.LOGIN
                _log_in(smtp, self._door)
        except smtplib.SMTPResponseException as refusal:
            _refuse(step, refusal)
        except smtplib.SMTPServerDisconnected:
            raise NotTaken(temporary(f"dropped-at-{step}")) from None
        except OSError as error:
            if isinstance(error, smtplib.SMTPException):
                raise NotTaken(misconfigured("login-not-offered")) from None
            raise NotTaken(connection_trouble(error)) from error
        except UnicodeEncodeError:
            raise NotTaken(misconfigured("login-not-ascii")) from None


def _log_in(smtp: smtplib.SMTP, door: MailDoor) -> None:
    """As smtplib's own, but hanging up after a wrong password is not taken for a breakdown."""
    smtp.ehlo_or_helo_if_needed()
    smtp.user, smtp.password = door.user, door.password
    ways: dict[str, Callable[..., Any]] = {
        "PLAIN": smtp.auth_plain,
        "LOGIN": smtp.auth_login,
        "CRAM-MD5": smtp.auth_cram_md5,
    }
    # On an open line the way that does not show the password comes first.
    order = reversed(ways) if door.mode == "plain" else iter(ways)
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    refusal: smtplib.SMTPException = smtplib.SMTPNotSupportedError()
    for way in (way for way in order if way in offered):
        try:
            smtp.auth(way, ways[way])
            return
        except smtplib.SMTPAuthenticationError as error:
            refusal = error
        except smtplib.SMTPServerDisconnected as dropped:
            raise (refusal if isinstance(refusal, smtplib.SMTPAuthenticationError) else dropped) from None
    raise refusal


def _refuse(step: Step, refusal: smtplib.SMTPResponseException) -> NoReturn:
    error = refusal.smtp_error
    text = error.encode() if isinstance(error, str) else error
    raise NotTaken(judged(step, refusal.smtp_code, _words(text))) from None


def _stuffed(letter: bytes) -> bytes:
    """The letter as DATA takes it: a line that begins with a dot gets another (RFC 5321 §4.5.2)."""
    body = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
    stuffed = b"." + body if body.startswith(b".") else body
    return stuffed.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _words(text: bytes) -> str:
    return " ".join(text.decode("utf-8", "replace").split())
