"""Mainland ID numbers as they stand in sheets: tidied, checked, read for birth date and sex."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from stdnum.cn import ric

from domain.places import place
from domain.sheets.grid import LARGEST_EXACT, Cell, solid, text_of
from domain.sheets.texts import Sex

_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_NOISE: Final = re.compile(r"[\s\-—_.·:,'\"]")
_LAST_SIGN_FOR_X: Final = re.compile(r"(?<=^\d{17})[×✕ХхXx*]$")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?E\+?1[4-9]", re.IGNORECASE)
_NONE: Final = re.compile(
    r"(无|暂无|没有|不详|未知|空|黑户|0|/+|\\+|(未上户|未落户|无户口|没户口|无身份证|没有身份证|未办|未登记|待补).*)?"
)
# Residents of Hong Kong, Macao and Taiwan; foreign permanent residents.
_BEYOND_PROVINCES: Final = frozenset({"71", "81", "82", "83", "91"})


class IdTrouble(StrEnum):
    """Why a cell holds no number one may use."""

    BLANK = "blank"
    CUT = "cut"
    SHAPE = "shape"
    CHECK_DIGIT = "check-digit"
    BIRTH = "birth"


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A number of 18 signs and what it says.

    ``short``: it was one of the old ones of 15 digits. ``maybe_cut``: it ends in the zeros a spreadsheet leaves,
    though its check digit fits. ``place_known``: its first two digits are a province; more is not asked, because
    genuine numbers carry codes of counties that are no more.
    """

    number: str
    born: date
    sex: Sex
    tidied: bool
    short: bool
    maybe_cut: bool
    place_known: bool


def read_id(cell: Cell) -> IdNumber | IdTrouble:
    """The ID number in a cell."""
    if isinstance(cell, (int, float)) and abs(cell) >= LARGEST_EXACT:
        return IdTrouble.CUT
    written = text_of(cell)
    number = _tidied(written)
    if _NONE.fullmatch(number):
        return IdTrouble.BLANK
    if _SCIENTIFIC.fullmatch(solid(written)):
        return IdTrouble.CUT
    if not _SHAPE.fullmatch(number):
        return IdTrouble.SHAPE
    return _checked(number, tidied=number != written)


def _tidied(written: str) -> str:
    return _LAST_SIGN_FOR_X.sub("X", _NOISE.sub("", solid(written))).upper()


def _checked(number: str, *, tidied: bool) -> IdNumber | IdTrouble:
    short = len(number) == 15
    full = _lengthened(number) if short else number
    ends_in_zeros = full.endswith("000")
    if ric.calc_check_digit(full) != full[-1]:
        return IdTrouble.CUT if ends_in_zeros else IdTrouble.CHECK_DIGIT
    born = _birth_date(full)
    if born is None:
        return IdTrouble.BIRTH
    return IdNumber(
        number=full,
        born=born,
        sex="male" if int(full[16]) % 2 else "female",
        tidied=tidied,
        short=short,
        maybe_cut=ends_in_zeros and not short,
        place_known=_known_province(full[:2]),
    )


def _lengthened(number: str) -> str:
    """GB 11643-1999: the century put in, the check digit put behind."""
    longer = number[:6] + "19" + number[6:]
    return longer + ric.calc_check_digit(longer + "0")


def _birth_date(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


@lru_cache(maxsize=100)
def _known_province(code: str) -> bool:
    try:
        place(code)
    except KeyError:
        return code in _BEYOND_PROVINCES
    return True
