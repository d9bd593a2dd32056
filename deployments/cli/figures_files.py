"""Figures as files: a CSV with one figure a row, a workbook with one unit a row."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deployments.cli.where import Where
from domain.sheets.formulas import harmless
from domain.store.figures import Column, Line, Table
from domain.store.figures_columns import Form, Reckoned
from domain.store.figures_table import Cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Value = Reckoned | str
_CSV_HEADS: Final = (
    "unit", "name", "level", "group", "figure", "title", "value", "before", "change", "rank", "among",
)  # fmt: skip
OPTIONS: Final = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_NUMBERS: Final = {Form.COUNT: "#,##0", Form.SHARE: "0.0%", Form.SPREAD: "0.0%", Form.DAYS: "0.0", Form.HOURS: "0.0"}
_CHANGE: Final = "+0.0;-0.0;0.0"
_RANK: Final = "0"
_WIDE, _NARROW = 44, 14


def write_csv(file: Path, where: Where, table: Table) -> None:
    """One row for each figure of each unit; shares as parts of one, names of columns in plain English."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_CSV_HEADS)
        for line in (table.total, *table.lines):
            among = len(table.lines) if line is not table.total else ""
            for column, cell in zip(table.columns, line.cells, strict=True):
                writer.writerow(_csv_row(where, line, column, cell, among))


def _csv_row(where: Where, line: Line, column: Column, cell: Cell, among: object) -> tuple[object, ...]:
    title = column.title(where.spoken)
    return (
        line.unit, harmless(line.name), line.level, column.group.value, column.key, harmless(title), cell.value,
        cell.before, cell.change, cell.rank, among,
    )  # fmt: skip


def write_xlsx(file: Path, where: Where, table: Table) -> None:
    """A workbook: the unit's own figures, then sheets with a row for each unit: now, year before, change, rank."""
    import xlsxwriter  # much to load, and only a workbook needs it

    content = xlsxwriter.Workbook(str(file), OPTIONS)
    with content as book:
        looks = _Looks(book)
        _overview(book.add_worksheet(where.say("figures.sheet-all")), where, table, looks)
        for key, part, number in _PARTS:
            _matrix(book.add_worksheet(where.say(f"figures.sheet-{key}")), where, table, part, number, looks)


Number = Callable[[Form], str]
_PARTS: Final[tuple[tuple[str, Callable[[Cell], Reckoned], Number], ...]] = (
    ("now", lambda cell: cell.value, lambda form: _NUMBERS[form]),
    ("before", lambda cell: cell.before, lambda form: _NUMBERS[form]),
    ("change", lambda cell: cell.change, lambda _: _CHANGE),
    ("rank", lambda cell: cell.rank, lambda _: _RANK),
)


class _Looks:
    """The ways a cell may look, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"})

    def number(self, form: str) -> Any:
        """A number written in some form."""
        if form not in self._made:
            self._made[form] = self._book.add_format({"num_format": form})
        return self._made[form]


def _overview(sheet: "Worksheet", where: Where, table: Table, looks: _Looks) -> None:
    sheet.set_column(0, 1, _WIDE)
    sheet.set_column(2, 4, _NARROW)
    sheet.freeze_panes(1, 0)
    heads = [where.say(f"figures.{key}") for key in ("group", "figure", "now", "year-before", "change")]
    _write(sheet, 0, [(head, looks.head) for head in heads])
    for row, (column, cell) in enumerate(zip(table.columns, table.total.cells, strict=True), start=1):
        group, title = where.say(f"figures.group-{column.group.value}"), column.title(where.spoken)
        look = looks.number(_NUMBERS[column.form])
        changed = (cell.change, looks.number(_CHANGE))
        _write(sheet, row, [(group, None), (title, None), (cell.value, look), (cell.before, look), changed])


def _matrix(
    sheet: "Worksheet", where: Where, table: Table, part: Callable[[Cell], Reckoned], number: Number, looks: _Looks
) -> None:  # fmt: skip
    sheet.set_column(0, 1, _NARROW)
    sheet.set_column(2, 2 + len(table.columns), _NARROW)
    sheet.freeze_panes(1, 2)
    heads = [where.say("figures.unit"), where.say("figures.name")]
    heads += [column.title(where.spoken) for column in table.columns]
    _write(sheet, 0, [(head, looks.head) for head in heads])
    forms = [looks.number(number(column.form)) for column in table.columns]
    for row, line in enumerate((table.total, *table.lines), start=1):
        names: list[tuple[Value, Any]] = [(line.unit, None), (line.name, None)]
        _write(sheet, row, [*names, *_numbers(line, part, forms)])


def _numbers(
    line: Line, part: Callable[[Cell], Reckoned], forms: Sequence[Any]
) -> Iterator[tuple[Value, Any]]:  # fmt: skip
    for cell, form in zip(line.cells, forms, strict=True):
        yield part(cell), form


def _write(sheet: "Worksheet", row: int, cells: Iterable[tuple[Value, Any]]) -> None:
    for column, (value, look) in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(row, column, value, look)
        elif value is not None:
            sheet.write_number(row, column, value, look)
