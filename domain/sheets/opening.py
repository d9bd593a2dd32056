"""What a file really is, whatever it is called, and its sheets."""

import re
from pathlib import Path, PurePath
from typing import Final

from domain.sheets.csv_text import csv_grid
from domain.sheets.grid import Grid
from domain.sheets.report import SheetError
from domain.sheets.xlsx import workbook_grids

LARGEST_FILE: Final = 20 << 20

_ARCHIVE: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD: Final = "WordDocument".encode("utf-16-le")
_MARKUP: Final = re.compile(
    rb"[\s\xef\xbb\xbf\xff\xfe]*<\s*(!doctype|html|head|body|table|meta|\?xml|div|script)", re.IGNORECASE
)
_OTHER_KINDS: Final = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"PK\x05\x06")
_WORKBOOK_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xltx"})


def open_grids(path: Path) -> tuple[Grid, ...]:
    """The file's visible sheets; SheetError for everything that is no sheet this house can read."""
    return grids_in(_bytes_of(path), path.name)


def grids_in(data: bytes, name: str) -> tuple[Grid, ...]:
    """The same for what a file of this name holds, without a file."""
    if len(data) > LARGEST_FILE:
        raise SheetError("too-large", megabytes=LARGEST_FILE >> 20)
    if not data.strip(b"\0 \t\r\n"):
        raise SheetError("empty")
    if data.startswith(_ARCHIVE):
        return workbook_grids(data)
    if data.startswith(_OLD_OFFICE):
        raise SheetError(_old_office(data))
    if _MARKUP.match(data.replace(b"\0", b"")[:200]):
        raise SheetError("html")
    if data.startswith(_OTHER_KINDS):
        raise SheetError("not-a-table")
    if PurePath(name).suffix.lower() in _WORKBOOK_ENDINGS:
        raise SheetError("damaged")
    return (csv_grid(data),)


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise SheetError("no-file")
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError:
        raise SheetError("no-file") from None
    if size > LARGEST_FILE:
        raise SheetError("too-large", megabytes=LARGEST_FILE >> 20)
    return data


def _old_office(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "password"
    return "word" if _OLD_WORD in data else "old-xls"
