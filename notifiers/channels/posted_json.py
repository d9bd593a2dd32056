"""Reads posts that are JSON; whatever has not the expected shape is refused as unreadable, never half taken."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from notifiers.channels.incoming import MOST_BYTES, Posted, PostRefused
from notifiers.channels.provider_codes import document


def items_of(posted: Posted) -> list[Mapping[str, Any]]:
    """The objects a post holds, one or a list of them."""
    if posted.method != "POST":
        raise PostRefused("not-expected")
    said = document(posted.body) if len(posted.body) <= MOST_BYTES else None
    items: list[Any] = said if isinstance(said, list) else [said]
    if not all(isinstance(item, dict) for item in items):
        raise PostRefused("unreadable")
    return items


def text_in(item: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A member that is text or a whole number; without a default it must be there.

    What no database keeps, half a character or a NUL, is not let through: somebody may have written the rest.
    """
    value = item.get(name, default)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PostRefused("unreadable")
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def key_of(*said: str) -> str:
    """A name for what a post says, the same each time it is posted."""
    return sha256("\x1f".join(said).encode()).hexdigest()[:32]
