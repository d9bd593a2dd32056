"""Makes a text short enough for a provider: whole lines are left out at the end, and the text says so."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

STOPS: Final = "。；！？，.;!?, "
"""Where a single line that is too long by itself may end."""


def shortened(text: str, fits: Callable[[str], bool], closing: str) -> str:
    """``text`` (not blank) where it fits; else as many of its lines as fit together with ``closing`` below them.

    Where not even the first line fits, it ends at its last stop, or after a whole character where it has none:
    a half link or a half character says less than nothing.
    """
    if fits(text):
        return text
    lines = text.split("\n")
    kept = _most(len(lines), lambda count: fits(_closed(lines[:count], closing)))
    if any(line.strip() for line in lines[:kept]):
        return _closed(lines[:kept], closing)
    begin = next(line for line in lines if line.strip())
    length = _most(len(begin), lambda count: fits(_closed([begin[:count]], closing)))
    stop = max(begin.rfind(sign, 0, length) for sign in STOPS)
    return _closed([begin[: stop + 1 or length].rstrip()], closing)


def _closed(lines: list[str], closing: str) -> str:
    return "\n".join((*lines, closing))


def _most(total: int, fits: Callable[[int], bool]) -> int:
    """The greatest count up to ``total`` that fits; what fits only grows with less."""
    return bisect_left(range(1, total + 1), True, key=lambda count: not fits(count))
