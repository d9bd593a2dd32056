"""A workbook's sheets, read in a child process that may die without harm."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.sheets.grid import Cell, Grid, Span
from domain.sheets.report import SheetError

_CHILD: Final = Path(__file__).with_name("xlsx_child.py")
_SECONDS: Final = 60
_MOST_MERGED_CELLS: Final = 400_000


def workbook_grids(data: bytes) -> tuple[Grid, ...]:
    """The visible sheets; SheetError when they cannot be read within the child's limits."""
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SheetError("too-heavy") from None
    if child.returncode < 0:
        raise SheetError("too-heavy")
    if child.returncode > 0:
        raise SheetError("damaged")
    answer = msgspec.json.decode(child.stdout)
    if "refused" in answer:
        raise SheetError(answer["refused"])
    return tuple(_grid(sheet) for sheet in answer["sheets"])


def _grid(sheet: dict[str, Any]) -> Grid:
    rows = tuple(tuple(_cell(value) for value in row) for row in sheet["rows"])
    grid = Grid(sheet["name"], rows)
    return replace(grid, merged=tuple(_apart([Span(*merged) for merged in sheet["merged"]], grid)))


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        written: str = value["d"]
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    cell: Cell = value
    return cell


def _apart(spans: list[Span], grid: Grid) -> Iterator[Span]:
    """Merged ranges cut to the used cells and without overlaps: a broken workbook may claim others."""
    taken: set[tuple[int, int]] = set()
    bottom, right = len(grid.rows) - 1, grid.width - 1
    for span in sorted(spans):
        cut = span._replace(bottom=min(span.bottom, bottom), right=min(span.right, right))
        height, width = cut.bottom - cut.top + 1, cut.right - cut.left + 1
        if min(height, width) < 1 or height * width == 1 or len(taken) + height * width > _MOST_MERGED_CELLS:
            continue
        cells = set(product(range(cut.top, cut.bottom + 1), range(cut.left, cut.right + 1)))
        if taken.isdisjoint(cells):
            taken |= cells
            yield cut
