"""The values in a provider's post, wherever they stand: in its address, in a form, or in a JSON document."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from notifiers.channels.http_line import as_text
from notifiers.channels.incoming import MOST_BYTES, Posted, PostRefused

CHARSETS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "utf-16be": "utf-16-be",
    "ucs-2": "utf-16-be",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "windows-1252": "cp1252",
    "iso-8859-1": "cp1252",
}
"""Charsets by the names providers use for them; mainland gateways say GBK or GB2312 and send GB18030."""

FORM: Final = "application/x-www-form-urlencoded"
LOST: Final = "\ufffd"
"""What stands where somebody before us could not read a character."""


@dataclass(frozen=True, slots=True)
class PostFields:
    """The fields of one post, or of one item in its list.

    A place that begins with ``/`` is one in the JSON document, any other the name of a field.
    """

    fields: Mapping[str, bytes]
    document: Any

    def raw(self, place: str) -> bytes | None:
        """The value as its bytes; None when it is not there or empty."""
        if not place.startswith("/"):
            return self.fields.get(place) or None
        value = pointed(self.document, place)
        return value.encode("utf-8", "surrogatepass") if value else None

    def text(self, place: str) -> str:
        """The value as text, empty when it is not there: ids, numbers, states are plain everywhere."""
        return (self.raw(place) or b"").decode("utf-8", "replace").strip()

    def words(self, place: str, charset: str) -> str | None:
        """A sentence in the charset it was written in; PostRefused when it is not."""
        value = self.raw(place)
        if value is None or place.startswith("/"):
            return None if value is None else decoded(value, "utf-8")
        if charset != "utf-8" and LOST.encode() in value:
            raise PostRefused("unreadable")
        return decoded(value, charset)

    def items(self, place: str) -> Iterator["PostFields"]:
        """One for each item of the list at ``place``, or only this one where no list is declared."""
        if not place:
            yield self
            return
        listed = node_at(self.document, place)
        if not isinstance(listed, list):
            raise PostRefused("unreadable")
        yield from (PostFields(self.fields, item) for item in listed)


def fields_of(posted: Posted) -> PostFields:
    """Take a post apart; PostRefused for one too long or not what it says it is."""
    if len(posted.body) > MOST_BYTES:
        raise PostRefused("unreadable")
    # Whoever took the address apart may have kept bytes that are no UTF-8 as lone surrogates.
    fields = {name: value.encode("utf-8", "surrogateescape") for name, value in posted.query.items()}
    kind = posted.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        return PostFields(fields | _form(posted.body), None)
    return PostFields(fields, _document(posted.body) if kind.endswith("json") else None)


def decoded(value: bytes, charset: str) -> str:
    """The text behind some bytes; PostRefused where they are in another charset."""
    try:
        return value.decode(CHARSETS[charset.lower()])
    except (KeyError, UnicodeDecodeError):
        raise PostRefused("unreadable") from None


def pointed(document: Any, place: str) -> str | None:
    """The plain value at a place in a JSON document, as text; None when there is none."""
    node = node_at(document, place)
    if isinstance(node, bool):
        return "true" if node else "false"
    return str(node) if isinstance(node, str | int) else None


def node_at(document: Any, place: str) -> Any:
    """Whatever stands at a place such as ``/data/0/id``; None when nothing does."""
    node = document
    for step in place.strip("/").split("/"):
        try:
            node = node[int(step)] if isinstance(node, list) else node[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return node


def _form(body: bytes) -> dict[str, bytes]:
    # The standard library's reader would decode the values, whose charset only the channel's settings tell.
    pairs = (pair.partition(b"=") for pair in body.replace(b"+", b" ").split(b"&") if pair)
    return {unquote_to_bytes(name).decode("utf-8", "replace"): unquote_to_bytes(value) for name, _, value in pairs}


def _document(body: bytes) -> Any:
    try:
        return json.loads(as_text(body.removeprefix(BOM_UTF8)))
    except (ValueError, RecursionError):
        raise PostRefused("unreadable") from None
