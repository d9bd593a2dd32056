"""One message to one recipient, as the worker hands it to a channel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# A nudge's id and a thread become part of a Message-ID, a file's name and a gateway's reference.
PLAIN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,99}")
LINK: Final = re.compile(r"[a-z]{1,20}:[!-;=?-~]{1,900}")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
CONTROL_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SHORTEST_TELLING: Final = 4
"""Characters from which a value of a template says something about somebody; a "3" stands everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Filled:
    """The same words as a filed template and what goes into its places, for providers that take no free text.

    ``key`` names the template (``one-answer``, ``many-late-open-urgent`` …); ``values`` are short and hold no link.
    """

    key: str
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Filled(key={self.key!r})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Message:
    """What is to be sent. ``nudge_id`` and ``at`` are the same on every attempt, so that a repeat is known.

    ``to`` is an e-mail address or a telephone number; ``at`` is the aware moment the nudge was planned for,
    not that of this attempt; ``thread`` (a duty's id) keeps the mails about one matter together;
    ``unsubscribe`` is a link for the mail program's own button; ``filled`` is a text message as a filed template.
    """

    nudge_id: str
    to: str
    subject: str
    text: str
    at: datetime
    html: str | None = None
    sender_name: str = ""
    thread: str | None = None
    unsubscribe: str | None = None
    filled: Filled | None = None

    def __repr__(self) -> str:
        return f"Message(nudge_id={self.nudge_id!r})"


def fault(message: Message) -> str | None:
    """Why no channel may send this message, as a code; None when it is sound.

    A line break in what becomes a header or a command would let a contact's entry write headers of its own.
    """
    if not PLAIN_ID.fullmatch(message.nudge_id):
        return "bad-nudge-id"
    if message.thread is not None and not PLAIN_ID.fullmatch(message.thread):
        return "bad-thread"
    if message.at.tzinfo is None:
        return "moment-without-zone"
    if message.unsubscribe is not None and not LINK.fullmatch(message.unsubscribe):
        return "bad-unsubscribe-link"
    if any(CONTROL.search(line) for line in _single_lines(message)):
        return "line-break-in-header"
    if not message.text.strip():
        return "empty-text"
    return "control-in-text" if CONTROL_IN_TEXT.search(message.text + (message.html or "")) else None


def filled_values(message: Message) -> tuple[str, ...]:
    """What stands in the places of a filed template and says something about somebody."""
    values = message.filled.values.values() if message.filled else ()
    return tuple(value for value in values if len(value) >= SHORTEST_TELLING)


def _single_lines(message: Message) -> tuple[str, ...]:
    return (message.to, message.subject, message.sender_name)
