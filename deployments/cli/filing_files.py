"""Templates to be filed as files: a workbook for whoever files them, a CSV for whoever compares."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deployments.cli.figures_files import OPTIONS
from domain.sheets.formulas import harmless
from domain.words import say
from notifiers.filing import Filing
from notifiers.lint import LONGEST_VALUE
from notifiers.settings import Telling

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_COLUMNS: Final = {
    "key": 24, "kind": 8, "aliyun": 48, "tencent": 48, "values": 60, "sample": 48, "signs": 10, "parts": 10,
    "field": 48,
}  # fmt: skip
"""Columns of both files, and how wide each is in the workbook."""

_NOTES: Final = ("signature", "address", "kind", "values", "tencent", "field")


def write_xlsx(file: Path, language: str, settings: Telling, found: Sequence[Filing]) -> None:
    """A workbook: a row for each template, and a sheet that says how they are filed."""
    import xlsxwriter  # much to load, and only a workbook needs it

    with xlsxwriter.Workbook(str(file), OPTIONS) as book:
        _templates(book, language, found)
        notes = book.add_worksheet(say(language, "preview.sheet-notes"))
        notes.set_column(0, 0, 110)
        values = {"signature": settings.signature, "address": settings.answer_address, "longest": LONGEST_VALUE}
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for row, note in enumerate(_NOTES):
            notes.write_string(row, 0, say(language, f"preview.note-{note}", **values), wrapped)


def write_csv(file: Path, language: str, found: Sequence[Filing]) -> None:
    """The same rows; names of columns in plain English."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        for each in found:
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in _row(each, language)])


def _templates(book: "Workbook", language: str, found: Sequence[Filing]) -> None:
    sheet = book.add_worksheet(say(language, "preview.sheet-templates"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDEBF7"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 1)
    for column, (key, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, say(language, f"preview.column-{key}"), head)
    for row, each in enumerate(found, 1):
        for column, cell in enumerate(_row(each, language)):
            sheet.write(row, column, cell, wrapped)


def _row(each: Filing, language: str) -> tuple[str | int, ...]:
    kind, values = say(language, "preview.kind"), "\n".join(_values(each, language))
    return (each.key, kind, each.aliyun, each.tencent, values, each.sample, each.signs, each.parts, each.field)


def _values(each: Filing, language: str) -> list[str]:
    return [
        say(language, "preview.value", place=f"{{{number}}}", **place._asdict())
        for number, place in enumerate(each.places, 1)
    ]
