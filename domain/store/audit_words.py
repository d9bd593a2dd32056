"""Whether words or numbers stand in the journal where only keys, ids, days and counts may."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote_plus

from domain.facts import PairingProposed, stored_name
from domain.programme.schema import Programme

SIGNS: Final = b'abcdefghijklmnopqrstuvwxyz0123456789{}[]":,_-@TZ'
"""Every sign of a fact's body as the engine writes it: keys in small letters, ids, days, moments (T and Z)."""

REASONS: Final = SIGNS + b"?=&%+ABCDEF"
"""The reasons of a pairing name skills as well, in the programme's own words, written as in an address."""

NAME, BODY = 2, -1
_PROPOSED: Final = stored_name(PairingProposed)
_VALUE: Final = re.compile(r'=([^&"]*)')
_DIGITS: Final = bytes(ord("0") if chr(sign).isdigit() and sign < 128 else 32 for sign in range(256))
_LONG: Final = b"0" * 11
"""Telephones have eleven digits and more, ID numbers eighteen; no id of ours has more than nine in a row."""


def words_of(programmes: Iterable[Programme]) -> frozenset[str]:
    """The words that the reasons of a pairing may name."""
    pairings = [each.pairing for each in programmes if each.pairing is not None]
    return frozenset(word for pairing in pairings for words in pairing.skills_for.values() for word in words)


def places_of_words(rows: Sequence[Any], words: Container[str] | None) -> Iterator[tuple[int, str]]:
    """Position and name of every fact whose body holds a sign or a number that no key, id or day has.

    It says nothing of what stands there, and needs nobody's record opened. A single small Latin word passes for a key.
    ``words``: those that reasons of a pairing may name; nothing where a programme is missing that knew them.
    """
    if _strange("".join([row[BODY] for row in rows if row[NAME] != _PROPOSED]), SIGNS):
        yield from ((row[1], row[NAME]) for row in rows if row[NAME] != _PROPOSED and _strange(row[BODY], SIGNS))
    for row in rows:
        if row[NAME] == _PROPOSED and (_strange(row[BODY], REASONS) or _strange_reason(row[BODY], words)):
            yield row[1], row[NAME]


def _strange(body: str, signs: bytes) -> bool:
    written = body.encode()
    return bool(written.translate(None, signs)) or _LONG in written.translate(_DIGITS)


def _strange_reason(body: str, words: Container[str] | None) -> bool:
    if words is None:
        return False
    values = (unquote_plus(value) for value in _VALUE.findall(body))
    return any(_strange(value, SIGNS) and value not in words for value in values)
