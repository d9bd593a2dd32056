"""The made-up people as offices' sheets: title rows, headings on two levels, real dates, a list of coordinators."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from deployments.demo import words
from deployments.demo.helpers import PAPERS
from deployments.demo.people import MadeUpChild, MadeUpVolunteer, People
from domain.places import Place

Cell = str | int | date | None

_SEX: Final = {"female": "女", "male": "男"}
Headings = Sequence[str | tuple[str, tuple[str, ...]]]
"""Headings of one row, or of two: one above several."""

_PERSON: Final = ("序号", "姓名", "性别", "身份证号码")
_PLACE: Final = ("县区", "乡镇(街道)")
_SURVEY: Final[Headings] = (
    *(*_PERSON, "出生日期", *_PLACE, "村(社区)", "困境类别"),
    ("监护人", ("姓名", "与儿童关系", "联系电话")),
    *("就读学校", "年级", "备注"),
)
_ROSTER: Final = (
    *(*_PERSON, "类别", "联系电话", "电子邮箱", *_PLACE, "可帮扶人数", "特长"),
    *("承诺书签订日期", "保密协议签订日期", "培训日期"),
)
_COORDINATORS: Final = ("姓名", "职务", "单位(区划代码)", "联系电话", "电子邮箱")


def write_survey(folder: Path, people: People, county: Place) -> Path:
    """The survey sheet of one county."""
    path = folder / f"survey-{county.code}.xlsx"
    with _sheet(path, "摸底表", people.on) as (sheet, style):
        title = f"{people.area.name}孤困儿童摸底调查表({people.on.year}年)"
        _write_titles(sheet, style, (title, f"填报单位:{county.name}  填报日期:{_spoken(people.on)}"), 15)
        _write_two_level_heading(sheet, style, 2, _SURVEY)
        here = [child for child in people.children if child.home.county.code == county.code]
        _write_rows(sheet, style, 4, (_survey_row(number, child) for number, child in enumerate(here, start=1)))
    return path


def write_roster(folder: Path, people: People) -> Path:
    """The roster of all volunteers."""
    path = folder / "volunteers.xlsx"
    with _sheet(path, "花名册", people.on) as (sheet, style):
        titles = (
            f"{people.area.name}手牵手志愿者花名册",
            f"填报单位:{people.area.name}  日期:{_spoken(people.on)}",
        )
        _write_titles(sheet, style, titles, len(_ROSTER))
        sheet.write_row(2, 0, _ROSTER, style["heading"])
        rows = (_roster_row(number, one) for number, one in enumerate(people.volunteers, start=1))
        _write_rows(sheet, style, 3, rows)
    return path


def write_coordinators(folder: Path, people: People) -> Path:
    """The list of coordinators as CSV in UTF-8 with the mark by which Excel knows it."""
    path = folder / "coordinators.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(_COORDINATORS)
        lines.writerows((one.name, one.post, one.unit, one.phone, one.email) for one in people.coordinators)
    return path


def _survey_row(number: int, child: MadeUpChild) -> Sequence[Cell]:
    home, guardian = child.home, child.guardian
    return (
        number,
        child.name,
        _SEX[child.sex],
        child.id_number,
        child.born,
        home.county.name,
        home.township.name,
        home.village,
        words.KINDS[child.kind][0],
        guardian.name,
        guardian.relation,
        guardian.phone,
        child.school,
        child.grade,
        None,
    )


def _roster_row(number: int, volunteer: MadeUpVolunteer) -> Sequence[Cell]:
    kinds = {words.ELDER[0]: words.ELDER[1], **{kind: spoken for kind, (spoken, _) in words.HELPERS.items()}}
    return (
        number,
        volunteer.name,
        _SEX[volunteer.sex],
        volunteer.id_number,
        kinds[volunteer.kind],
        volunteer.phone,
        volunteer.email,
        volunteer.home.county.name,
        volunteer.home.township.name,
        volunteer.capacity,
        "、".join(volunteer.skills),
        *(volunteer.papers[paper] for paper in PAPERS),
    )


@contextmanager
def _sheet(path: Path, name: str, on: date) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A workbook with one sheet; its day of creation is the day it is filled in, so that it never differs."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(on.year, on.month, on.day)})  # noqa: DTZ001
        centred = {"align": "center", "valign": "vcenter", "bold": True}
        style = {
            "title": book.add_format({**centred, "font_size": 16}),
            "heading": book.add_format({**centred, "border": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        yield book.add_worksheet(name), style


def _write_titles(sheet: Any, style: dict[str, Any], titles: tuple[str, str], width: int) -> None:
    sheet.merge_range(0, 0, 0, width - 1, titles[0], style["title"])
    sheet.write(1, 0, titles[1])


def _write_two_level_heading(sheet: Any, style: dict[str, Any], row: int, headings: Headings) -> None:
    column = 0
    for heading in headings:
        if isinstance(heading, str):
            sheet.merge_range(row, column, row + 1, column, heading, style["heading"])
            column += 1
        else:
            group, parts = heading
            sheet.merge_range(row, column, row, column + len(parts) - 1, group, style["heading"])
            sheet.write_row(row + 1, column, parts, style["heading"])
            column += len(parts)


def _write_rows(sheet: Any, style: dict[str, Any], first: int, rows: Iterable[Sequence[Cell]]) -> None:
    for row, cells in enumerate(rows, start=first):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, style["day"])
            elif isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, cell)


def _spoken(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
