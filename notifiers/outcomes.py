"""What became of one attempt to tell somebody something."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class OutcomeKind(StrEnum):
    """The six things an attempt can come to; each calls for something else."""

    ACCEPTED = "accepted"
    """The provider has taken it over."""
    TEMPORARY = "temporary"
    """Not taken; the same attempt may succeed later."""
    THROTTLED = "throttled"
    """Not taken because we are too quick; slow this channel down."""
    PERMANENT = "permanent"
    """Not taken and never will be for this recipient or message; use another channel."""
    MISCONFIGURED = "misconfigured"
    """Not taken because our own side is set up wrongly; nothing gets through until ops act."""
    UNKNOWN = "unknown"
    """May have been taken or not; find out before anything is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt's result: one shape for all kinds, because every attempt is kept as a row of one table.

    ``code`` is what the provider said, or a word of ours for what happened on the line. ``detail`` is for ops
    and has passed through ``redact.redacted``: it holds no recipient, no text of a message and no credential.
    """

    kind: OutcomeKind
    code: str
    provider_id: str | None = None
    retry_after: timedelta | None = None
    detail: str = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the provider has taken the message over."""
        return self.kind is OutcomeKind.ACCEPTED


def accepted(code: str, provider_id: str | None = None) -> Outcome:
    """The provider has taken it; ``provider_id`` is the name it goes by there."""
    return Outcome(kind=OutcomeKind.ACCEPTED, code=code, provider_id=provider_id)


def temporary(code: str, detail: str = "", retry_after: timedelta | None = None) -> Outcome:
    """Not taken this time."""
    return Outcome(kind=OutcomeKind.TEMPORARY, code=code, detail=detail, retry_after=retry_after)


def throttled(code: str, detail: str = "", retry_after: timedelta | None = None) -> Outcome:
    """Not taken because too much was sent at once."""
    return Outcome(kind=OutcomeKind.THROTTLED, code=code, detail=detail, retry_after=retry_after)


def permanent(code: str, detail: str = "") -> Outcome:
    """Never to be taken."""
    return Outcome(kind=OutcomeKind.PERMANENT, code=code, detail=detail)


def misconfigured(code: str, detail: str = "") -> Outcome:
    """Not taken until our own side is put right."""
    return Outcome(kind=OutcomeKind.MISCONFIGURED, code=code, detail=detail)


def unknown(code: str, detail: str = "", provider_id: str | None = None) -> Outcome:
    """Nobody here can tell yet."""
    return Outcome(kind=OutcomeKind.UNKNOWN, code=code, detail=detail, provider_id=provider_id)
