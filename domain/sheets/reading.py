"""Reads all sheets row by row and puts the report together."""

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import TypeVar

from domain.sheets.grid import Grid
from domain.sheets.headings import Form
from domain.sheets.lines import Line, heading_place, lines, tables_in
from domain.sheets.opening import open_grids
from domain.sheets.report import Findings, Reason, Row, SheetError, SheetReport
from domain.sheets.twice import Identified, Register

Somebody = TypeVar("Somebody", bound=Identified)


def read_sheets(
    path: Path, form: Form, somebody: Callable[[Line, Findings], Somebody | None], seen: Container[str]
) -> SheetReport[Somebody]:
    """One report over the sheets of a file; ``somebody`` reads a line and says what it finds."""
    return judge_sheets(open_grids(path), form, somebody, seen)


def judge_sheets(
    grids: Sequence[Grid], form: Form, somebody: Callable[[Line, Findings], Somebody | None], seen: Container[str]
) -> SheetReport[Somebody]:
    """The same for sheets that were opened already."""
    tables = tables_in(grids, form)
    register = Register(seen, form.called)
    rows: list[Row[Somebody]] = []
    skipped: list[tuple[str, int]] = []
    for table in tables:
        for line in lines(table):
            if isinstance(line, int):
                skipped.append((table.grid.name, line))
            else:
                where = _where(line, table.grid.name if len(tables) > 1 else "")
                rows.append(_row(line, table.grid.name, where, somebody, register))
    if not rows:
        raise SheetError("no-rows")
    ignored = dict.fromkeys(heading for table in tables for heading in table.ignored)
    read = [heading_place(table) for table in tables]
    others = {grid.name for grid in grids} - {place.sheet for place in read}
    passed_over = tuple(grid.name for grid in grids if grid.name in others)
    return SheetReport(tuple(rows), tuple(ignored), tuple(skipped), tuple(read), passed_over)


def _row(
    line: Line,
    sheet: str,
    where: Reason,
    somebody: Callable[[Line, Findings], Somebody | None],
    register: Register,
) -> Row[Somebody]:
    findings = Findings()
    person = somebody(line, findings)
    if person is not None:
        register.compare(person, where, findings)
    return findings.row(line.number, sheet, person, line.text("name") or line.text("head"))


def _where(line: Line, sheet: str) -> Reason:
    if sheet:
        return Reason("row-of-sheet", {"sheet": sheet, "row": line.number})
    return Reason("row", {"row": line.number})
