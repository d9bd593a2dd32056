"""Places in sentences: which a message may have, so that none can ever say whose case it is about."""

import re
from string import Formatter
from typing import Final

IN_MESSAGES: Final = frozenset({
    "address", "case", "cases", "code", "count", "date", "day", "days", "digit", "digits", "example", "how", "late",
    "level", "link", "listed", "month", "nudge", "signature", "state", "subject", "text", "title", "units", "what",
    "year",
})  # fmt: skip
"""Numbers, days, titles of duties, names of units and our own addresses. A name, a telephone, a home has no place."""

# Both SMS services refuse addresses in values, short ones without a scheme too.
LINK: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://|[a-z0-9-]+\.[a-z]{2,}(?![a-z])|(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])", re.IGNORECASE
)


def places(sentence: str) -> tuple[str, ...]:
    """The names of the values a sentence takes, in order, each once; ValueError where its braces do not close.

    Whatever else stands between the braces (``{case:>9}``) is part of the name: no sentence needs it.
    """
    named = (
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in Formatter().parse(sentence)
        if name is not None
    )
    return tuple(dict.fromkeys(named))


def units(text: str) -> int:
    """How many UTF-16 units a text has: what a text message counts."""
    return len(text.encode("utf-16-le")) // 2
