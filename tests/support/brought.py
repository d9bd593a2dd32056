"""Small sheets of children as an office would bring them: one here, one of another county, one not filled in."""

import io
from datetime import date
from typing import Final

import xlsxwriter
from samples.sheets import an_id

BORN: Final = date(2015, 3, 10)
HEADINGS: Final = ("姓名", "性别", "身份证号码", "困境类别", "县区", "乡镇", "村", "监护人姓名", "监护人电话")
HERE: Final = ("李明月", "女", an_id(BORN, "女"), "孤儿", "兰山区", "兰山街道", "东村", "李大山", "13800000001")
ELSEWHERE: Final = ("王小溪", "女", an_id(BORN, "女", 2), "孤儿", "沂南县", "岸堤镇", "南村", "王大河", "13800000002")
BROKEN: Final = ("赵无类", "女", an_id(BORN, "女", 3), "", "兰山区", "兰山街道", "东村", "赵大海", "13800000003")


def sheet_of(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """A sheet as an office would save it."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate((headings, *rows)):
            sheet.write_row(number, 0, row)
    return content.getvalue()
