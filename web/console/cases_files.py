"""The list of cases as a file: CSV, or a workbook."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from starlette.responses import Response

from domain.ids import PersonId, UnitId
from domain.sheets.formulas import harmless
from domain.store.console.cases import Line
from web.console.desk import Desk

KINDS: Final = ("csv", "xlsx")
MOST: Final = 10_000
"""Rows of one file: whoever needs more takes it county by county."""

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_WIDTH: Final = 16

Value = str | int
Rows = list[list[Value]]


def filed(
    desk: Desk, kind: str, lines: Sequence[Line], places: Mapping[UnitId, str], names: Mapping[PersonId, str]
) -> Response:
    """A file to be kept; the column of names is there only where names are shown."""
    rows = [_heads(desk, bool(names)), *_rows(desk, lines, places, names)]
    content = _csv(rows) if kind == "csv" else _workbook(rows, desk.say("menu-cases"))
    name = f"cases-{desk.now:%Y%m%d}.{kind}"
    return Response(content, media_type=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _heads(desk: Desk, named: bool) -> list[Value]:
    keys = ["number", *(["name"] if named else []), "place", "unit-code", "stage", "risk", "programme", "helpers",
            "duties", "late-duties", "days-late", "next-day"]  # fmt: skip
    return [desk.say(f"console_cases.{key}") for key in keys]


def _rows(
    desk: Desk, lines: Sequence[Line], places: Mapping[UnitId, str], names: Mapping[PersonId, str]
) -> Iterator[list[Value]]:
    for line in lines:
        own = [harmless(names.get(line.subject, ""))] if names else []
        yield [
            line.case, *own, harmless(places[line.unit]), line.unit, desk.say(f"story.stage-{line.stage.value}"),
            harmless(line.risk_title), line.programme, harmless(desk.say("and").join(line.helpers)), line.duties,
            line.late, line.days_late, line.next_day.isoformat() if line.next_day else "",
        ]  # fmt: skip


def _csv(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _workbook(rows: Rows, title: str) -> bytes:
    import xlsxwriter  # much to load, and only a workbook needs it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        sheet = book.add_worksheet(title)
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        sheet.set_column(0, len(rows[0]) - 1, _WIDTH)
        sheet.freeze_panes(1, 1)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row, head if number == 0 else None)
    return out.getvalue()
