"""The search for marked names in whatever an install leaves behind, however they may be written there."""

import html
import json
import os
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


def ways_to_write(text: str) -> set[bytes]:
    """A text as it may lie in a file: in any usual encoding, escaped, or inside a longer base64."""
    utf8 = text.encode()
    escaped = json.dumps(text)[1:-1]
    found = {
        utf8, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030"),
        escaped.encode(), re.sub(r"\\u([0-9a-f]{4})", lambda one: "\\u" + one[1].upper(), escaped).encode(),
        escaped.replace("\\", "\\\\").encode(), quote(utf8, safe="").encode(), quote(utf8, safe="").lower().encode(),
        "".join(f"&#{ord(sign)};" for sign in text).encode(), html.escape(text).encode(), utf8.hex().encode(),
    }  # fmt: skip
    return found | {way for raw in (utf8, text.encode("utf-16-le")) for way in _inside_base64(raw)}


def _inside_base64(raw: bytes) -> Iterator[bytes]:
    """What all base64 texts have in common that hold these bytes at a place; one for each of three alignments."""
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            whole = encode(b"\0" * shift + raw)
            yield whole[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]


@dataclass
class Search:
    """Looks for marks; says what it has found and where, never twice."""

    marks: Iterable[str]
    looked_at: int = 0

    def __post_init__(self) -> None:
        self.ways = {mark: ways_to_write(mark) for mark in self.marks}

    def in_bytes(self, content: bytes) -> set[str]:
        """The marks in some bytes."""
        self.looked_at += len(content)
        return {mark for mark, ways in self.ways.items() if any(way in content for way in ways)}

    def in_files(self, folder: Path, but: Callable[[Path], bool] = lambda _: False) -> dict[str, set[str]]:
        """Files below a folder with marks in them, or in their own names."""
        found = {}
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not but(file):
                within = os.fsencode(file.relative_to(folder)) + b"\n" + file.read_bytes()
                found[str(file.relative_to(folder))] = self.in_bytes(within)
        return {file: marks for file, marks in found.items() if marks}
