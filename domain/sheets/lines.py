"""The rows of a table that speak of people, told from totals, signatures and headings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.sheets.grid import Cell, Grid, solid, text_of
from domain.sheets.headings import VERDICT, WHY, Form, Reader, Table
from domain.sheets.report import HeadingPlace, Reason, SheetError
from domain.sheets.texts import same_as_above

_NOT_ABOUT_PEOPLE: Final = frozenset({"number", VERDICT, WHY})
_TOTALS: Final = re.compile(r".{0,12}(合计|总计|小计|共计|累计|总人数).{0,15}|(sub)?total.{0,15}", re.IGNORECASE)
_AROUND_THE_TABLE: Final = re.compile(
    r"(填表|填报|审核|审批|制表|制单|负责人|主管|经办|单位[(:盖]|盖章|签字|签名|日期:|联系人:|备注:|注:|注意|说明|填写|以上|此表|本表|示例|例:|样例|"
    r"[一二三四五六七八九十]+[、,.]|\([一二三四五六七八九十]+\))"
)
_SOME_DIGITS: Final = re.compile(r"(?:\d\D?){4}")
_WIDE: Final = 3


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One row of people: its number as the spreadsheet shows it and the cells by field."""

    number: int
    cells: Mapping[str, Cell]
    ticked: tuple[str, ...]

    def cell(self, field: str) -> Cell:
        """The cell; ``None`` when it is blank or the sheet has no such column."""
        return self.cells.get(field)

    def text(self, field: str) -> str:
        """What the cell says."""
        return text_of(self.cells.get(field))


def tables_in(grids: Sequence[Grid], form: Form) -> tuple[Table, ...]:
    """The sheets that have this form's headings; SheetError when none has all it needs."""
    reader = Reader(form)
    found = [table for grid in grids if (table := reader.table(grid))]
    complete = tuple(table for table in found if not table.missing)
    if complete:
        return complete
    if not found:
        raise SheetError("no-headings" if form.called == "person" else "no-headings-body")
    nearest = min(found, key=lambda table: len(table.missing))
    names = tuple(Reason(_column(group[0], form)) for group in nearest.missing)
    raise SheetError("columns-missing", columns=names)


def _column(field: str, form: Form) -> str:
    return f"column-{field}" if form.called == "person" else f"column-body-{field}"


def heading_place(table: Table) -> HeadingPlace:
    """Where a table's headings stand, for the answer."""
    answers = (table.columns[VERDICT], table.columns[WHY]) if VERDICT in table.columns else None
    return HeadingPlace(table.grid.name, table.top, table.bottom, answers)


def lines(table: Table) -> Iterator[Line | int]:
    """Every row below the headings: a line, or the number of a row that has words but speaks of nobody."""
    owners = _cells_merged_downward(table)
    banners = _rows_merged_across(table)
    printed = _printed_headings(table)
    above: dict[str, Cell] = {}
    for row in range(table.bottom + 1, len(table.grid.rows)):
        if not any(text_of(cell) for cell in table.grid.rows[row]):
            continue
        line = _line(table, row, owners, above)
        if row in banners or _speaks_of_nobody(table, row, line, printed):
            yield row + 1
        else:
            above = dict(line.cells)
            yield line


def _line(table: Table, row: int, owners: Mapping[tuple[int, int], int], above: Mapping[str, Cell]) -> Line:
    cells = {}
    for field, column in table.columns.items():
        cell = table.grid.at(owners.get((row, column), row), column)
        cells[field] = above.get(field) if isinstance(cell, str) and same_as_above(cell) else cell
    ticked = tuple(kind for column, kind in table.ticks.items() if _is_tick(text_of(table.grid.at(row, column))))
    return Line(row + 1, cells, ticked)


def _is_tick(text: str) -> bool:
    return solid(text).lower() not in {"", "否", "无", "0", "×", "x", "-", "/", "n", "no", "不是"}


def _speaks_of_nobody(table: Table, row: int, line: Line, printed: Mapping[str, frozenset[str]]) -> bool:
    told = {field: text for field in line.cells if field not in _NOT_ABOUT_PEOPLE and (text := line.text(field))}
    if not told and not line.ticked:
        return True
    if sum(solid(text) in printed[field] for field, text in told.items()) >= _WIDE:
        return True
    if any(_SOME_DIGITS.search(told.get(field, "")) for field in ("id", "born")):
        return False
    first = next(text for cell in table.grid.rows[row] if (text := solid(text_of(cell))))
    telling = (first, solid(line.text("name") or line.text("head")))
    return any(_TOTALS.fullmatch(words) or _AROUND_THE_TABLE.match(words) for words in telling)


def _printed_headings(table: Table) -> dict[str, frozenset[str]]:
    """The heading texts over each field, to know a page that was printed again with its headings."""
    rows = range(table.top, table.bottom + 1)
    return {
        field: frozenset(text for row in rows if (text := solid(text_of(table.grid.at(row, column)))))
        for field, column in table.columns.items()
    }


def _cells_merged_downward(table: Table) -> dict[tuple[int, int], int]:
    """Below a merged cell each row has its value: offices merge a township over all of its children."""
    return {
        (row, span.left): span.top
        for span in table.grid.merged
        if span.left == span.right and span.top > table.bottom
        for row in range(span.top + 1, span.bottom + 1)
    }


def _rows_merged_across(table: Table) -> set[int]:
    name = table.columns["name"] if "name" in table.columns else table.columns["head"]
    return {
        span.top
        for span in table.grid.merged
        if span.right - span.left + 1 >= _WIDE and span.left <= name <= span.right and span.top > table.bottom
    }
