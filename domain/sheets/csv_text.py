"""A CSV file as offices export it: encoding, delimiter, rows."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from domain.sheets.grid import Grid
from domain.sheets.report import SheetError

_DELIMITERS: Final = (",", "\t", ";")
_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LOOKED_AT: Final = 60
_MOST_CELLS: Final = 2_000_000


def csv_grid(data: bytes) -> Grid:
    """The file as one sheet; SheetError when it is no table of text."""
    text = decoded(data)
    if "\0" in text:
        raise SheetError("not-a-table")
    if sum(text.count(sign) for sign in (*_DELIMITERS, "\n")) > _MOST_CELLS:
        raise SheetError("too-many-cells")
    delimiter = _delimiter(text)
    rows = tuple(tuple(cell or None for cell in row) for row in _records(text, delimiter))
    return Grid("", rows, delimiter=delimiter)


def decoded(data: bytes) -> str:
    """Byte order mark, else strict UTF-8, else strict GB18030: guessing takes short GBK for Korean."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise SheetError("encoding") from None


def _delimiter(text: str) -> str:
    lines = text.splitlines()[:_LOOKED_AT]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):  # noqa: B007
            yield record
    except csv.Error:
        raise SheetError("csv-quotes", row=number + 1) from None
