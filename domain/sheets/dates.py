"""The ways offices write a day: 2021年1月10日, 2019.4.2, 20190402, 二〇一九年四月二日, a spreadsheet's own numbers."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.sheets.grid import Cell, plain, text_of

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
# Day 0 of the spreadsheet's count of days, its error about 29 February 1900 included.
_DAY_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(5_000, 73_050)

_SEPARATOR: Final = r"\s?[年./\-、,。月·_ ]\s?"
_YEAR_MONTH_DAY: Final = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})\s?[日号]?\.?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_MONTH: Final = re.compile(r"(\d{4})\s?[年./\-、,。 ]\s?(\d{1,2})\s?月?\.?|(\d{4})(\d{2})")
_YEAR: Final = re.compile(r"(\d{4})\s?年?")
_SHORT: Final = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,4}})\s?[日号]?")
_SERIAL: Final = re.compile(r"(\d{4,5})(\.\d+)?")
_TIME_OF_DAY: Final = re.compile(r"(?<=[\d日号])[T ]\s*\d{1,2}[:时]\d{1,2}.*$")
_AROUND: Final = re.compile(r"\(?(公历|阳历|新历)\)?|(出生|生)$")
_LUNAR: Final = re.compile(r"农历|阴历|旧历|腊月|初[一二三四五六七八九十]")
_NUMERALS: Final = re.compile(r"[〇零○一二三四五六七八九十廿卅]+")
_DIGITS: Final = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))


class DateTrouble(StrEnum):
    """Why a cell gives no day."""

    BLANK = "blank"
    IMPOSSIBLE = "impossible"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Day:
    """A day; ``as_text`` when it was not a real date of the spreadsheet."""

    day: date
    as_text: bool


@dataclass(frozen=True, slots=True)
class PartOnly:
    """The day, or the month too, is left open."""

    year: int
    month: int | None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Written so that it may be any of these days; none at all for the lunar calendar."""

    options: tuple[date, ...]


DateReading = Day | PartOnly | Unclear | DateTrouble


def read_date(cell: Cell) -> DateReading:
    """The day a cell means."""
    if isinstance(cell, datetime):
        return Day(cell.date(), as_text=False)
    if isinstance(cell, date):
        return Day(cell, as_text=False)
    text = _bare(text_of(cell))
    if not text:
        return DateTrouble.BLANK
    if _LUNAR.search(text):
        return Unclear(())
    text = _NUMERALS.sub(lambda numeral: str(_number(numeral[0])), text.replace("元月", "1月").replace("正月", "1月"))
    if isinstance(cell, float) and not cell.is_integer() and _FIRST_YEAR < cell < _LAST_YEAR:
        return PartOnly(int(cell), None)  # 2019.10 loses its zero and reads 2019.1
    return _from_text(text)


def could_mean(reading: DateReading, day: date) -> bool:
    """Whether a day agrees with what was written, as far as it was written."""
    match reading:
        case Day(day=written):
            return written == day
        case PartOnly(year, month):
            return year == day.year and month in (None, day.month)
        case Unclear(options):
            return not options or day in options
        case _:
            return False


def _bare(text: str) -> str:
    return _AROUND.sub("", _TIME_OF_DAY.sub("", plain(text))).strip()


def _from_text(text: str) -> DateReading:
    if found := _YEAR_MONTH_DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if found := _YEAR_MONTH.fullmatch(text):
        year, month = (int(part) for part in found.groups() if part)
        if 1 <= month <= 12 and _FIRST_YEAR <= year <= _LAST_YEAR:
            return PartOnly(year, month)
    if (found := _YEAR.fullmatch(text)) and _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return PartOnly(int(found[1]), None)
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _SERIALS:
        return Day(_DAY_ZERO + timedelta(days=int(found[1])), as_text=True)
    if found := _SHORT.fullmatch(text):
        return _short(*(int(part) for part in found.groups()))
    return DateTrouble.UNREADABLE


def _day(year: int, month: int, day: int) -> DateReading:
    found = _possible(year, month, day)
    return DateTrouble.IMPOSSIBLE if found is None else Day(found, as_text=True)


def _short(first: int, second: int, third: int) -> DateReading:
    """Two digits for the year, or the year at the end: one day, if only one of the readings is a day at all."""
    if third >= _FIRST_YEAR:
        readings = [(third, first, second), (third, second, first)]
    else:
        readings = [(century + first, second, third) for century in (2000, 1900)]
    days = {day for parts in readings if (day := _possible(*parts)) is not None}
    if not days:
        return DateTrouble.IMPOSSIBLE
    return Day(days.pop(), as_text=True) if len(days) == 1 and third >= _FIRST_YEAR else Unclear(tuple(sorted(days)))


def _possible(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(numeral: str) -> int:
    """二〇一九 is 2019, 二十一 is 21, 廿一 too."""
    spelled = numeral.replace("廿", "二十").replace("卅", "三十")
    if "十" not in spelled:
        return int(_figures(spelled))
    tens, _, ones = spelled.partition("十")
    return int(_figures(tens) or 1) * 10 + int(_figures(ones) or 0)


def _figures(numeral: str) -> str:
    return "".join(_DIGITS.get(sign, "") for sign in numeral)
