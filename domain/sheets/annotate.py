"""The answer to an office: its own sheet again, with a verdict and the reasons behind every row."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from domain.sheets.formulas import harmless
from domain.sheets.grid import Cell, Grid, text_of
from domain.sheets.opening import open_grids
from domain.sheets.report import SheetError, SheetReport, Verdict
from domain.words import say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_COLOURS: Final[Mapping[Verdict, str]] = {
    Verdict.REFUSED: "#F8CBAD",
    Verdict.DUPLICATE: "#D9D9D9",
    Verdict.NEEDS_REVIEW: "#FFF2CC",
}
# In memory, because the parts of a workbook would otherwise pass through files in the clear.
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_SHEET_NAME: Final = 31
_LONGEST_TEXT: Final = 32_000
_WIDTHS: Final = (12, 60)
_NARROWEST, _WIDEST = 6, 32
_ROWS_MEASURED: Final = 50
_COLUMNS_MEASURED: Final = 300
_BEFORE_SPREADSHEETS: Final = 1900


def annotate(report: SheetReport[Any], source: Path, target: Path, language: str) -> None:
    """Writes a copy of ``source`` with two columns more; XLSX for a workbook, CSV for a CSV.

    The copy can be put right and imported again: the two columns are then passed over, and filled anew in its answer.
    SheetError when ``source`` can no longer be read or ``target`` not be written.
    """
    grids = open_grids(source)
    content = annotated(report, grids, language, workbook=not grids[0].delimiter)
    try:
        target.write_bytes(content)
    except OSError:
        raise SheetError("not-writable") from None


def annotated(report: SheetReport[Any], grids: Sequence[Grid], language: str, *, workbook: bool = True) -> bytes:
    """The same copy of sheets that were opened already, as a workbook or as CSV."""
    answers = [_Answer(grid, report, language) for grid in grids]
    return _workbook(answers) if workbook else _csv(answers[0])


class _Answer:
    """One sheet of the source, with what is to be said in it."""

    def __init__(self, grid: Grid, report: SheetReport[Any], language: str) -> None:
        self.grid = grid
        self.heading = next((place for place in report.headings if place.sheet == grid.name), None)
        rows = [row for row in report.rows if row.sheet == grid.name] if self.heading else []
        self.verdicts: dict[int, Verdict] = {row.number - 1: row.verdict for row in rows}
        self.texts = {row.number - 1: (row.verdict.say(language), row.why(language)) for row in rows}
        if self.heading:
            self.texts[self.heading.top] = say(language, "sheets.column-verdict"), say(language, "sheets.column-why")
        self.width = grid.width
        earlier = self.heading.answers if self.heading else None
        self.columns = earlier or (self.width, self.width + 1)


@dataclass(frozen=True, slots=True)
class _Look:
    """How cells of one colour are shown."""

    words: "Format"
    day: "Format"
    moment: "Format"


def _csv(answer: _Answer) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=answer.grid.delimiter)
    for number, cells in enumerate(answer.grid.rows):
        row = [harmless(str(cell or "")) for cell in cells]
        for column, text in zip(answer.columns, answer.texts.get(number, ()), strict=False):
            row.extend([""] * (column + 1 - len(row)))
            row[column] = harmless(text)
        writer.writerow(row)
    return file.getvalue().encode("utf-8-sig")


def _workbook(answers: list[_Answer]) -> bytes:
    import xlsxwriter  # much to load, and only an answer in a workbook needs it

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        looks = {colour: _look(book, colour) for colour in ("", *_COLOURS.values())}
        used: set[str] = set()
        for answer in answers:
            _copy(answer, book.add_worksheet(_sheet_name(answer.grid.name, used)), looks)
    return content.getvalue()


def _copy(answer: _Answer, sheet: "Worksheet", looks: Mapping[str, _Look]) -> None:
    for span in answer.grid.merged:
        sheet.merge_range(*span, "", looks[""].words)
    for number, cells in enumerate(answer.grid.rows):
        look = looks[_COLOURS.get(answer.verdicts.get(number, Verdict.ACCEPTED), "")]
        for column, cell in enumerate(cells):
            _put(sheet, number, column, cell, look)
        for column, text in zip(answer.columns, answer.texts.get(number, ()), strict=False):
            sheet.write_string(number, column, text[:_LONGEST_TEXT], look.words)
    _arrange(answer, sheet, looks[""])


def _put(sheet: "Worksheet", row: int, column: int, cell: Cell, look: _Look) -> None:
    match cell:
        case None:
            sheet.write_blank(row, column, None, look.words)
        case datetime() if cell.year > _BEFORE_SPREADSHEETS:
            sheet.write_datetime(row, column, cell, look.moment)
        case date() if cell.year > _BEFORE_SPREADSHEETS:
            sheet.write_datetime(row, column, cell, look.day)
        case int() | float():
            sheet.write_number(row, column, cell, look.words)
        case _:
            sheet.write_string(row, column, str(cell)[:_LONGEST_TEXT], look.words)


def _arrange(answer: _Answer, sheet: "Worksheet", look: _Look) -> None:
    for column in range(min(answer.width, _COLUMNS_MEASURED)):
        texts = (text_of(answer.grid.at(row, column)) for row in range(_first_row(answer), _ROWS_MEASURED))
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, *(_width(text) for text in texts))))
    if answer.heading is None:
        return
    top, bottom = answer.heading.top, answer.heading.bottom
    for column, width, text in zip(answer.columns, _WIDTHS, answer.texts[top], strict=True):
        sheet.set_column(column, column, width)
        if bottom > top and not answer.heading.answers:
            sheet.merge_range(top, column, bottom, column, text, look.words)
    sheet.freeze_panes(bottom + 1, 0)


def _first_row(answer: _Answer) -> int:
    return min(answer.heading.top if answer.heading else 0, _ROWS_MEASURED - 1)


def _width(text: str) -> int:
    return 2 + sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text[:_WIDEST])


def _look(book: "Workbook", colour: str) -> _Look:
    filled = {"bg_color": colour} if colour else {}
    cell = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True} | filled
    return _Look(
        words=book.add_format(cell),
        day=book.add_format({**cell, "num_format": "yyyy-mm-dd"}),
        moment=book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm"}),
    )


def _sheet_name(name: str, used: set[str]) -> str:
    """A name spreadsheets allow and this book has not yet; case does not count."""
    wanted = _NOT_IN_SHEET_NAMES.sub(" ", name).strip("' ")[:_LONGEST_SHEET_NAME] or "Sheet"
    number = 1
    chosen = wanted
    while chosen.lower() in used:
        number += 1
        chosen = f"{wanted[: _LONGEST_SHEET_NAME - 4]} {number}"
    used.add(chosen.lower())
    return chosen
