"""What is said before a letter: from whom, to whom, that it comes. In one go to a server that allows it."""

import smtplib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from notifiers.channels.smtp_answers import Step

STEPS: Final = (Step.SENDER, Step.RECIPIENT, Step.DATA)
GO_ON: Final = 354

Reply = tuple[int, bytes]
"""Code and text, as smtplib reads them."""


def envelope(sender: str, recipient: str) -> Sequence[str]:
    """What is said at each of the steps. Both addresses are fit for the wire.

    They are written as they stand: smtplib would take each apart again, which costs as much as writing the mail.
    """
    return f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"


def replies(smtp: smtplib.SMTP, said: Sequence[str]) -> Iterator[Reply]:
    """The server's answer to each step, read when it is asked for; what is not asked for is not said either.

    A server that allows it (PIPELINING, RFC 2920) hears all of it with the first step: one round trip, not three.
    """
    if _hears_all(smtp):
        smtp.send("".join(f"{words}\r\n" for words in said))
    for words in said:
        yield smtp.getreply() if _hears_all(smtp) else smtp.docmd(words)


def take_back(smtp: smtplib.SMTP, rest: Iterable[Reply]) -> None:
    """After a refusal: what the server says to the rest it has heard. If it asks for the letter, it gets an empty one.

    Nobody does: it knows of no recipient, and answers that with a refusal (RFC 2920 §3.1).
    """
    if _hears_all(smtp) and GO_ON in [code for code, _ in rest]:
        smtp.send(".\r\n")
        smtp.getreply()


def goes_on(step: Step, code: int) -> bool:
    """Whether the server is content with a step."""
    return code == GO_ON if step is Step.DATA else 200 <= code < 300


def _hears_all(smtp: smtplib.SMTP) -> bool:
    return smtp.has_extn("pipelining")
