"""What providers post to us: reports of delivery and text messages people send back. Reading it touches nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 262_144
"""The longest post that is read; providers send up to 500 short items at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request as it came in. ``path`` is what stands after the channel's own address; ``headers`` by lower-case
    name; ``peer`` is the address it came from."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    peer: str


class Delivered(StrEnum):
    """What a report says became of a message."""

    YES = "delivered"
    NO = "undelivered"
    NOT_YET = "on-its-way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A report about one message, known by our own name for it (``message``) or by the provider's (``provider_id``).

    ``permanent``: it will never reach this number (no such number, blocked), so that trying again cannot help.
    """

    message: str | None = None
    provider_id: str | None = None
    state: Delivered
    code: str = ""
    permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reply:
    """A text message somebody sent. ``key`` is the provider's name for it, or made of what it says, so that a post
    that is repeated is known; ``number`` as the provider writes it."""

    key: str
    number: str
    text: str
    at: datetime | None = None

    def __repr__(self) -> str:
        return f"Reply(key={self.key!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Everything one post says, and the answer with which the provider regards it as taken."""

    receipts: tuple[Receipt, ...] = ()
    replies: tuple[Reply, ...] = ()
    answer: bytes = b""
    answer_type: str = "text/plain; charset=utf-8"


class PostRefused(Exception):
    """A post that is not taken: ``code`` says why (bad-signature, not-allowed, unreadable, not-expected)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
