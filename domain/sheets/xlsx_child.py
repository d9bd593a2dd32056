"""Reads one workbook from standard input in a process of its own, under limits; answers JSON on standard output.

Run as a file, away from the rest of the house: a workbook of 1.4 KB can abort the process that parses it, and one of
2 MB can take 2 GB. Whatever happens here, the parent sees an answer, a refusal or a dead child.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from xml.etree import ElementTree

MEMORY_BYTES: Final = 1 << 30
CPU_SECONDS: Final = 30
MOST_ENTRIES: Final = 2_000
MOST_UNPACKED_BYTES: Final = 160 << 20
MOST_SHEETS: Final = 100
MOST_CELLS: Final = 2_000_000
MOST_TEXT: Final = 64 << 20
MOST_MERGES: Final = 20_000

_CELL: Final = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>""")
_FORMULA: Final = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>\s*<(?:\w+:)?f\b[^>]*>([^<]+)</"""
)
_ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_SHEETS: Final = "xl/worksheets/"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Refused(Exception):
    """The workbook is not read; the argument is the reason's key."""


def main() -> None:
    """One workbook in, one JSON answer out."""
    hold_back()
    try:
        answer = workbook(sys.stdin.buffer.read())
    except Refused as refusal:
        answer = {"refused": refusal.args[0]}
    except MemoryError:
        answer = {"refused": "too-heavy"}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def hold_back() -> None:
    """No more memory and time than this; no files, no core dump. Where a system knows no such limits, time remains."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue


def workbook(data: bytes) -> dict[str, Any]:
    """Every visible sheet with its cells and merged ranges."""
    with archive(data) as parts:
        check_ranges(parts)
        formulas = formulas_by_sheet(parts)
    return {"sheets": [*sheets(data, formulas)]}


def archive(data: bytes) -> zipfile.ZipFile:
    """The workbook's archive, when its directory promises nothing outrageous."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError):
        raise Refused("damaged") from None
    entries = parts.infolist()
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise Refused("not-a-workbook")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
        raise Refused("too-heavy")
    return parts


def check_ranges(parts: zipfile.ZipFile) -> None:
    """The parser lays out every cell between the first and the last one that holds something."""
    for name in parts.namelist():
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            height = width = 0
            for cell in _CELL.finditer(parts.read(name)):
                if not cell[0].endswith(b"/>"):
                    height = max(height, int(cell[2]))
                    width = max(width, column_number(cell[1]))
            if height * width > MOST_CELLS:
                raise Refused("too-many-cells")


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def formulas_by_sheet(parts: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """The text of formulas by sheet name; a formula that nobody has calculated is read as its own text."""
    found = {}
    for name, part in sheet_parts(parts):
        text = parts.read(part)
        if b"<f" in text or b":f" in text:
            found[name] = {
                (int(cell[2]) - 1, column_number(cell[1]) - 1): "=" + unescaped(cell[3])
                for cell in _FORMULA.finditer(text)
            }
    return found


def sheet_parts(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Sheet names with the archive entries they stand in."""
    names = set(parts.namelist())
    if "xl/_rels/workbook.xml.rels" not in names:
        return
    relations = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            part = "xl/" + targets.get(element.get(_RELATION), "").removeprefix("/xl/")
            if part in names:
                yield element.get("name", ""), part


def unescaped(text: bytes) -> str:
    """XML's five entities put back."""
    plain = text.decode("utf-8", "replace")
    for entity, sign in _ENTITIES.items():
        plain = plain.replace(entity, sign)
    return plain


def sheets(data: bytes, formulas: dict[str, dict[tuple[int, int], str]]) -> Iterator[dict[str, Any]]:
    """The visible sheets one by one, as long as they stay within the limits together."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise Refused("password") from None
    visible = [
        about.name
        for about in book.sheets_metadata
        if about.visible == calamine.SheetVisibleEnum.Visible and about.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if len(visible) > MOST_SHEETS:
        raise Refused("too-heavy")
    cells = 0
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        cells += sheet.total_height * sheet.total_width
        if cells > MOST_CELLS:
            raise Refused("too-many-cells")
        merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])[:MOST_MERGES]]
        rows = sheet.to_python(skip_empty_area=False)
        yield {"name": name, "rows": rows_out(rows, formulas.get(name, {})), "merged": merged}


def rows_out(rows: list[list[Any]], formulas: dict[tuple[int, int], str]) -> list[list[Any]]:
    """The rows as JSON can carry them."""
    told = [[value_out(value) for value in row] for row in rows]
    for (row, column), formula in formulas.items():
        if row < len(told) and column < len(told[row]) and told[row][column] is None:
            told[row][column] = formula
    if sum(len(value) for row in told for value in row if isinstance(value, str)) > MOST_TEXT:
        raise Refused("too-heavy")
    return told


def value_out(value: Any) -> Any:
    """A cell: text, number, nothing, or a date as {"d": …}."""
    if value == "":
        return None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if abs(value) < 1e300 else str(value)
    if isinstance(value, datetime):
        return {"d": (value.date() if value.time() == datetime.min.time() else value).isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main()
