"""Keeps people and secrets out of what a provider's answer leaves behind in our tables and logs."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final
from urllib.parse import unquote

LONGEST_READ: Final = 400
LONGEST_KEPT: Final = 200
SHORTEST_ECHO: Final = 6
"""Characters in a row shared with the message that are taken for an echo of it."""

HIDDEN: Final = "[…]"
LINK: Final = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]*://\S+")
ADDRESS: Final = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")
LONG_NUMBER: Final = re.compile(r"\+?\d(?:[\d ()-]{4,})\d")
WORD_WITH_DIGIT: Final = re.compile(r"(?=\w*\d)\w{4,}")


def redacted(text: str, secrets: Iterable[str]) -> str:
    """``text`` without links, addresses, long numbers and anything it has in common with ``secrets``."""
    shown = " ".join(unquote(text[:LONGEST_READ]).split())
    for secret in secrets:
        shown = _without(secret, shown)
    for pattern in (LINK, ADDRESS, LONG_NUMBER):
        shown = pattern.sub(HIDDEN, shown)
    return shown[:LONGEST_KEPT]


def _without(secret: str, shown: str) -> str:
    if not secret:
        return shown
    shown = shown.replace(secret, HIDDEN)
    for word in WORD_WITH_DIGIT.findall(secret):
        shown = shown.replace(word, HIDDEN)
    return _without_echo(secret, shown)


def _without_echo(secret: str, shown: str) -> str:
    while True:
        echo = SequenceMatcher(None, shown, secret, autojunk=False).find_longest_match()
        if echo.size < SHORTEST_ECHO:
            return shown
        shown = shown[: echo.a] + HIDDEN + shown[echo.a + echo.size :]
