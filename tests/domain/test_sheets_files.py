"""Files that are broken, hostile or something else: one clear error each, and nothing comes to harm."""

import io
import random
import resource
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples.sheets import CHILD, KINDS, LINYI, ON, SAMPLES, a_child, csv_bytes, survey, workbook

from domain.sheets import SheetError, SurveyRules, read_survey
from domain.sheets.opening import LARGEST_FILE
from domain.words import LANGUAGES

RULES = SurveyRules(kinds=KINDS, below_age=18, within=LINYI, on=ON)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CLEAN = (SAMPLES / "survey-clean.xlsx").read_bytes()


def error_of(path: Path) -> str:
    """The key of the error, which can be said in every language."""
    with pytest.raises(SheetError) as error:
        read_survey(path, RULES, frozenset())
    assert all(error.value.say(language) for language in LANGUAGES)
    return error.value.reason.key


def error_in(tmp_path: Path, name: str, content: bytes) -> str:
    """The key of the error for a file of this name and content."""
    path = tmp_path / name
    path.write_bytes(content)
    return error_of(path)


def read_or_refuse(folder: Path, name: str, content: bytes) -> None:
    """Nothing but a report or a SheetError, and everything it says can be said."""
    path = folder / name
    path.write_bytes(content)
    try:
        report = read_survey(path, RULES, frozenset())
    except SheetError as refused:
        said = [refused.say(language) for language in LANGUAGES]
    else:
        said = [row.why(language) or row.verdict for row in report.rows for language in LANGUAGES]
    assert all(said)


def with_part(name: str, content: str | bytes) -> bytes:
    """The clean sample with one part of its archive changed."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(CLEAN)) as parts,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for entry in parts.namelist():
            copy.writestr(entry, content if entry == name else parts.read(entry))
    return changed.getvalue()


def sheet_xml(cells: str, before: str = "") -> str:
    """A worksheet with these cells."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{namespace}"><sheetData>{cells}</sheetData></worksheet>'


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    assert error_of(tmp_path / "none.xlsx") == "no-file"
    assert error_of(tmp_path) == "no-file"
    assert error_of(Path("/dev/zero")) == "no-file"


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("empty.xlsx", b"", "empty"),
        ("blank.csv", b"\r\n \r\n", "empty"),
        ("old.xls", OLE + b"\0" * 600, "old-xls"),
        ("renamed.xlsx", OLE + b"\0" * 600, "old-xls"),
        ("locked.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("letter.doc", OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "word"),
        ("page.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "html"),
        ("page.xls", b"\xef\xbb\xbf\r\n<!DOCTYPE html><html></html>", "html"),
        ("page.xls", b"\xff\xfe" + "<html><table>".encode("utf-16-le"), "html"),
        ("sheet2003.xls", b'<?xml version="1.0"?><Workbook></Workbook>', "html"),
        ("scan.csv", b"%PDF-1.7 ...", "not-a-table"),
        ("bytes.csv", b"a,b\0c,d\n", "not-a-table"),
        ("noise.xlsx", b"this is no archive", "damaged"),
        ("cut.xlsx", CLEAN[: len(CLEAN) // 2], "damaged"),
        ("cut.xlsx", CLEAN[:100], "damaged"),
        ("latin.csv", "姓名,乡镇\n".encode("gb18030") + b"\xff\xff\xff\n", "encoding"),
        ("quotes.csv", '姓名,乡镇,备注\n王,"没有结束\n李,x\n'.encode(), "csv-quotes"),
        ("words.csv", "今天,天气,很好\n".encode(), "no-headings"),
    ],
)
def test_what_is_no_sheet_says_what_it_is(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    assert error_in(tmp_path, name, content) == key


def test_a_file_above_the_size_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert error_of(path) == "too-large"


def test_another_kind_of_archive_is_no_workbook(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
    assert error_in(tmp_path, "letter.xlsx", archive.getvalue()) == "not-a-workbook"


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = with_part("xl/worksheets/sheet1.xml", b" " * (170 << 20))
    assert len(bomb) < 1 << 20
    assert error_in(tmp_path, "bomb.xlsx", bomb) == "too-heavy"


def test_an_archive_that_lies_about_its_sizes_kills_only_the_child(tmp_path: Path) -> None:
    bomb = bytearray(with_part("xl/worksheets/sheet1.xml", sheet_xml("<c/>" * (20 << 20))))
    with zipfile.ZipFile(io.BytesIO(bomb)) as parts:
        real = parts.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    small = (1000).to_bytes(4, "little")
    assert error_in(tmp_path, "liar.xlsx", bytes(bomb).replace(real, small)) in {"damaged", "too-heavy", "no-headings"}


def test_too_many_entries_are_not_looked_through(tmp_path: Path) -> None:
    archive = io.BytesIO(CLEAN)
    with zipfile.ZipFile(archive, "a") as parts:
        for number in range(2_100):
            parts.writestr(f"xl/media/{number}.png", b"")
    assert error_in(tmp_path, "many.xlsx", archive.getvalue()) == "too-heavy"


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE w [<!ENTITY l0 "ha">{levels}]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>'
    laughs = with_part("xl/worksheets/sheet1.xml", sheet_xml(cell, doctype))
    assert error_in(tmp_path, "laughs.xlsx", laughs) in {"damaged", "no-headings", "too-heavy"}
    book = with_part("xl/workbook.xml", f'<?xml version="1.0"?>{doctype}<workbook>&l11;</workbook>')
    assert error_in(tmp_path, "book.xlsx", book) in {"damaged", "no-headings", "too-heavy"}


def test_a_value_in_the_last_corner_does_not_lay_out_every_cell(tmp_path: Path) -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert (
        error_in(tmp_path, "corner.xlsx", with_part("xl/worksheets/sheet1.xml", sheet_xml(corners))) == "too-many-cells"
    )
    hidden = corners.replace(' r="XFD1048576"', "  r\n=\n'XFD1048576'").replace(' r="A1"', "\nr\t=\t'A1'")
    answer = error_in(tmp_path, "hidden.xlsx", with_part("xl/worksheets/sheet1.xml", sheet_xml(hidden)))
    assert answer in {"too-many-cells", "too-heavy"}


def test_formatted_but_empty_rows_to_the_end_are_no_burden(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(CLEAN)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    tail = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1" /></row></sheetData>'
    path = tmp_path / "tail.xlsx"
    path.write_bytes(with_part("xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", tail)))
    assert len(read_survey(path, RULES, frozenset()).rows) == 60


def test_a_declared_range_that_is_far_too_large_changes_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(CLEAN)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    path = tmp_path / "range.xlsx"
    path.write_bytes(with_part("xl/worksheets/sheet1.xml", sheet.replace('ref="A1:O64"', 'ref="A1:XFD1048576"')))
    assert len(read_survey(path, RULES, frozenset()).rows) == 60


def test_one_long_text_in_every_cell_is_too_much(tmp_path: Path) -> None:
    rows = [["很" * 30_000] * 20] * 120
    assert error_of(workbook(tmp_path / "shared.xlsx", rows)) == "too-heavy"


def test_a_csv_of_nothing_but_commas_is_too_much(tmp_path: Path) -> None:
    assert error_in(tmp_path, "commas.csv", b"," * (5 << 20)) == "too-many-cells"


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "请看下一页")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, list(CHILD))
        hidden.write_row(1, 0, ["王小雨"])
        hidden.hide()
    assert error_of(path) == "no-headings"


def test_a_workbook_named_csv_and_a_csv_named_xls_are_still_read(tmp_path: Path) -> None:
    (tmp_path / "clean.csv").write_bytes(CLEAN)
    (tmp_path / "text.xls").write_bytes(csv_bytes([list(CHILD), list(a_child().values())], "gb18030", "\t"))
    assert len(read_survey(tmp_path / "clean.csv", RULES, frozenset()).rows) == 60
    assert len(read_survey(tmp_path / "text.xls", RULES, frozenset()).rows) == 1


def test_signs_that_break_lines_elsewhere_break_none_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    children = [a_child(备注="一\u2028二\x0b三\x85四"), a_child()]
    path.write_bytes(csv_bytes([list(CHILD), *[list(child.values()) for child in children]]))
    assert [row.number for row in read_survey(path, RULES, frozenset()).rows] == [2, 3]


def test_reading_leaves_the_memory_of_this_process_alone(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r\n="ALL1048576"><v>1</v></c></row>'
    error_in(tmp_path, "corner.xlsx", with_part("xl/worksheets/sheet1.xml", sheet_xml(corner)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


@pytest.mark.parametrize("seed", range(10))
def test_a_workbook_with_flipped_bytes_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    broken = bytearray(CLEAN)
    for _ in range(dice.choice((1, 5, 50))):
        broken[dice.randrange(4, len(broken))] = dice.randrange(256)
    read_or_refuse(tmp_path, "broken.xlsx", bytes(broken))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=600), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a"]))
def test_no_bytes_at_all_raise_anything_but_a_sheet_error(tmp_path: Path, content: bytes, name: str) -> None:
    read_or_refuse(tmp_path, name, content)


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "合计",
            "同上",
            "=1+1",
            "'",
            '="1"',
            "37130220140402010X",
            "2014-4",
            "13805390001",
            "孤儿",
            "兰山区",
            "√",
            "无",
        ]
    ),
    st.text(alphabet="0123456789０１２.-/年月日十Xx ", max_size=20),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=len(CHILD), max_size=len(CHILD)), min_size=1, max_size=4))
def test_whatever_stands_in_the_cells_each_row_gets_a_verdict(tmp_path: Path, rows: list[list[str]]) -> None:
    read_or_refuse(tmp_path, "cells.csv", csv_bytes([list(CHILD), *rows], "utf-8"))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.one_of(CELLS, st.floats(), st.integers(), st.dates(), st.booleans()), min_size=14, max_size=14)
)
def test_whatever_kinds_of_cells_a_workbook_has_each_row_gets_a_verdict(tmp_path: Path, cells: list[object]) -> None:
    child = dict(
        zip(
            CHILD,
            (str(cell) if cell != cell or cell in (float("inf"), float("-inf")) else cell for cell in cells),
            strict=True,
        )
    )
    read_or_refuse(tmp_path, "cells.xlsx", survey(tmp_path / "made.xlsx", child).read_bytes())
