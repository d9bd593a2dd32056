"""A sheet's cells as they were read, and the words in one cell."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

Cell = str | int | float | date | datetime | None

# Up to here a spreadsheet keeps every digit of a number; beyond it the last ones have become zeros.
LARGEST_EXACT: Final = 10**15
# Ways to keep a spreadsheet from turning digits into a number: '3713… and ="3713…".
_KEPT_AS_TEXT: Final = re.compile(r"=\"([^\"]*)\"")
_QUOTES: Final = "'`‘’＇"
_KEEPING: Final = (*_QUOTES, '="')


class Span(NamedTuple):
    """A merged range; rows and columns from 0, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, repr=False)
class Grid:
    """One sheet from its first row and column on; ``delimiter`` is empty for a workbook's sheet."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Span, ...] = ()
    delimiter: str = ""

    def at(self, row: int, column: int) -> Cell:
        """The cell, ``None`` when it is blank or outside."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return None
        return self.rows[row][column]

    @property
    def width(self) -> int:
        """Columns up to the last one used."""
        return max((len(row) for row in self.rows), default=0)


def text_of(cell: Cell) -> str:
    """What a cell says, blanks at the ends taken off; a whole number without its decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _unquoted(cell.strip())
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def plain(text: str) -> str:
    """Full-width signs made plain and every run of blanks one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def solid(text: str) -> str:
    """Full-width signs made plain and no blanks at all."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _unquoted(text: str) -> str:
    if not text.startswith(_KEEPING):
        return text
    bare = text.lstrip(_QUOTES)
    kept = _KEPT_AS_TEXT.fullmatch(bare)
    return (kept[1] if kept else bare).strip()
