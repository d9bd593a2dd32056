"""Makes sheets as offices would fill them in, for the tests of reading."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from domain.sheets.grid import Grid

SAMPLES: Final = Path(__file__).parent
ON: Final = date(2026, 9, 1)
LINYI: Final = "3713"

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "orphan": ("孤儿", "父母双亡"),
    "de_facto_orphan": ("事实孤儿", "事实无人抚养儿童", "事实无人抚养", "父母失联", "父母失踪"),
    "parent_mentally_ill": ("父母一方患精神病", "精神病", "精神残疾", "精神疾病"),
    "parent_in_prison": ("父母服刑", "服刑", "监狱", "坐牢"),
    "parent_gravely_ill": ("父母大病", "大病", "重病", "重残", "重度残疾"),
}
PAPERS: Final[Mapping[str, tuple[str, ...]]] = {
    "pledge": ("承诺书签订日期", "承诺书"),
    "confidentiality": ("保密协议签订日期", "保密协议"),
    "training": ("培训日期", "培训时间"),
}
VOLUNTEER_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "elder": ("五老", "老干部", "老党员", "老教师"),
    "cadre": ("机关干部", "公务员"),
    "village_cadre": ("村干部", "村居干部"),
    "teacher": ("教师", "老师"),
    "social_worker": ("社工", "社会工作者"),
    "other": ("其他", "社会爱心人士", "爱心人士", "企业家", "大学生"),
}
CHILD: Final[Mapping[str, object]] = {
    "姓名": "王小雨",
    "性别": "女",
    "身份证号码": "37130220140402010X",
    "出生日期": date(2014, 4, 2),
    "县区": "兰山区",
    "乡镇(街道)": "银雀山街道",
    "村(社区)": "三合屯社区",
    "困境类别": "孤儿",
    "监护人姓名": "王建国",
    "与儿童关系": "祖父",
    "监护人电话": "13805390001",
    "就读学校": "银雀山小学",
    "年级": "三年级",
    "备注": None,
}

Rows = Sequence[Sequence[object]]


def an_id(born: date, sex: str, number: int = 1, place: str = "371302") -> str:
    """A genuine ID number: 17 digits and the check digit of GB 11643."""
    body = f"{place}{born:%Y%m%d}{number % 100:02d}{(number // 100 % 5) * 2 + (1 if sex == '男' else 0)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def a_child(**changes: object) -> dict[str, object]:
    """A child whose row is accepted, but for the changes; a new birth date or sex gives a new ID number."""
    child = {**CHILD, **changes}
    born = child["出生日期"]
    if "身份证号码" not in changes and isinstance(born, date):
        child["身份证号码"] = an_id(born, str(child["性别"]))
    return child


def workbook(path: Path, *sheets: Rows, names: Sequence[str] = (), merged: Iterable[str] = ()) -> Path:
    """An XLSX with these sheets; ``merged`` ranges are in the first one, their values from the rows."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, rows in enumerate(sheets):
            sheet = book.add_worksheet(names[at] if at < len(names) else None)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, _moment(value), day)
                    elif value is not None:
                        sheet.write(number, column, value)
            for span in merged if at == 0 else ():
                sheet.merge_range(span, "")
            _write_again(sheet, rows, merged if at == 0 else ())
    return path


def survey(path: Path, *children: Mapping[str, object], headings: Sequence[str] = tuple(CHILD)) -> Path:
    """An XLSX with one row of headings and a row for each child."""
    return workbook(path, [list(headings), *[[child.get(heading) for heading in headings] for child in children]])


def grid(*people: Mapping[str, object]) -> Grid:
    """A sheet as it is read, with one row of headings and a row for each."""
    headings = tuple(people[0])
    return Grid("", (headings, *(tuple(person.get(heading) for heading in headings) for person in people)))  # type: ignore[arg-type]


def csv_bytes(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV file's content."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return file.getvalue().encode(encoding)


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001


def _write_again(sheet: "xlsxwriter.worksheet.Worksheet", rows: Rows, merged: Iterable[str]) -> None:
    """Merging empties the first cell."""
    for span in merged:
        row, column = xlsxwriter.utility.xl_cell_to_rowcol(span.split(":")[0])
        sheet.write(row, column, rows[row][column])
