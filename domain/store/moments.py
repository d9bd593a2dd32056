"""Moments as the database keeps them."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=65_536)
def stamp(moment: datetime) -> str:
    """A moment as UTC text to the second: ``2026-11-22T08:00:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def moment(text: str) -> datetime:
    """The moment a stored text says."""
    return datetime.fromisoformat(text)


def whole(moment: datetime) -> datetime:
    """A moment cut to the second, in UTC: what the journal can keep."""
    return moment.astimezone(UTC).replace(microsecond=0)


def moment_or_none(text: str | None) -> datetime | None:
    """The same where there may be none."""
    return moment(text) if text else None
