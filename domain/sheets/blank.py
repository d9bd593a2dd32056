"""Empty sheets with the headings that are understood: columns of digits keep every digit, kinds are a list."""

import io
from collections.abc import Sequence
from typing import Final, NamedTuple

from domain.sheets.headings import Form

SURVEY: Final = (
    "name", "sex", "id", "born", "kind", "county", "township", "village", "guardian_name", "guardian_relation",
    "guardian_phone", "account", "bank", "account_holder", "school", "grade", "note",
)  # fmt: skip
ROSTER: Final = ("name", "sex", "id", "kind", "phone", "email", "county", "township", "capacity", "skills")
COORDINATORS: Final = ("name", "unit", "county", "township", "phone", "email", "post")
BODIES: Final = ("name", "kind", "county", "township", "village", "contact", "phone", "email", "members", "note")

DIGITS: Final = frozenset({"id", "phone", "guardian_phone", "account", "unit"})
"""The columns that hold digits, of which none may be lost."""

_ROWS: Final = 2_000
_WIDTHS: Final = {"id": 22, "account": 22, "guardian_phone": 16, "phone": 16, "note": 30, "email": 22, "unit": 18}
_LONGEST_LIST: Final = 255
"""Signs a spreadsheet takes in a list of choices."""


class Blank(NamedTuple):
    """What an empty sheet asks for: the form it is read by, the fields in their order, and the kinds to choose from."""

    form: Form
    fields: Sequence[str]
    kinds: Sequence[str] = ()


def blank_sheet(blank: Blank, title: str, language: str) -> bytes:
    """A workbook with one empty sheet."""
    import xlsxwriter  # much to load, and only a workbook that is written needs it

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        heading = book.add_format({"bold": True, "bg_color": "#E4F0EA", "border": 1, "border_color": "#BFBFBF"})
        digits, plain = book.add_format({"num_format": "@"}), book.add_format()
        for column, field in enumerate(blank.fields):
            sheet.set_column(column, column, _WIDTHS.get(field, 13), digits if field in DIGITS else plain)
            sheet.write_string(0, column, heading_of(blank.form, field, language), heading)
            if field == "kind" and blank.kinds and len(",".join(blank.kinds)) <= _LONGEST_LIST:
                sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": list(blank.kinds)})
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def heading_of(form: Form, field: str, language: str) -> str:
    """What a column is headed by: the first of its names, for readers of English the first in Latin letters."""
    names = form.fields[field]
    latin = [name for name in names if name.isascii()]
    return latin[0] if latin and language != "zh" else names[0]
