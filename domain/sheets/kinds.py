"""Which of the programme's kinds a cell means, also in other words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from domain.places.spelling import simplified
from domain.sheets.grid import solid

Kinds = Mapping[str, tuple[str, ...]]

_NOISE: Final = re.compile(r"[\W_]+")
_SEPARATORS: Final = re.compile(r"[、,;/|+。]")
_DENIED: Final = re.compile(r"(不是|并非|没有|非|未|无|否|不)$")
_DOUBTED: Final = re.compile(r"疑似|可能|待定|待核|待查|\?|？")


@dataclass(frozen=True, slots=True)
class KindFound:
    """One kind; ``reworded`` when the cell says it in other words than the programme."""

    kind: str
    reworded: bool


@dataclass(frozen=True, slots=True)
class KindsPossible:
    """More than one kind, or one that is doubted or denied."""

    kinds: tuple[str, ...]


def read_kind(text: str, kinds: Kinds) -> KindFound | KindsPossible | None:
    """The kind a text means: exactly one of the names, or else the longest names found inside it."""
    written = _tidied(text)
    names = _names(tuple(kinds.items()))
    if written in names:
        return KindFound(names[written], reworded=False)
    parts = [_tidied(part) for part in _SEPARATORS.split(solid(text))]
    spans = [(part, start, end) for part in parts for start, end in _outermost(part, names)]
    found = tuple(dict.fromkeys(names[part[start:end]] for part, start, end in spans))
    doubted = _DOUBTED.search(text) or any(_DENIED.search(part[:start]) for part, start, _ in spans)
    if not found:
        return None
    return KindsPossible(found) if doubted or len(found) > 1 else KindFound(found[0], reworded=True)


def kind_named(text: str, kinds: Kinds) -> str | None:
    """The kind whose name a text is, word for word."""
    return _names(tuple(kinds.items())).get(_tidied(text))


def _outermost(written: str, names: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, without those inside a longer one: 孤儿 in 事实孤儿 is not an orphan."""
    spans = [
        (start, start + len(name))
        for name in names
        if len(name) > 1  # 孤 may stand alone for an orphan, but stands in too many other words
        for start in range(len(written) - len(name) + 1)
        if written.startswith(name, start)
    ]
    for start, end in sorted(spans):
        if not any((left, right) != (start, end) and left <= start and end <= right for left, right in spans):
            yield start, end


def _tidied(text: str) -> str:
    return _NOISE.sub("", simplified(solid(text))).lower()


@lru_cache(maxsize=32)
def _names(kinds: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    return {_tidied(name): kind for kind, names in kinds for name in names}
