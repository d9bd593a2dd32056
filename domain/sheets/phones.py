"""Telephone numbers as they stand in sheets: mainland mobiles and landlines."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.sheets.grid import Cell, plain, solid, text_of

_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE: Final = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}", re.ASCII)
_AREA: Final = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d+)", re.ASCII)
_WITHOUT_AREA: Final = re.compile(r"[2-9]\d{6,7}", re.ASCII)
_COUNTRY: Final = re.compile(r"^(?:\+|00)86|^86(?=1[3-9]\d{9}$)")
_NOISE: Final = re.compile(r"[\s\-—–_.·()'\"]")
_SEVERAL: Final = re.compile(r"[/、,;|]|或|(?<=\d{5})\s+(?=1[3-9]\d{9})")
_EXTENSION: Final = re.compile(r"(转|分机|ext\.?)\d{1,6}$", re.IGNORECASE)
_NONE: Final = re.compile(r"(无|暂无|没有|无电话|不详|未知|空|0|/+|-+)?")


class PhoneTrouble(StrEnum):
    """Why a cell holds no number one can call."""

    BLANK = "blank"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    NO_AREA = "no-area"
    NOT_A_NUMBER = "not-a-number"


@dataclass(frozen=True, slots=True, repr=False)
class Phone:
    """Digits only for a mobile, area-number for a landline; ``others`` were written in the same cell."""

    number: str
    tidied: bool
    others: bool

    @property
    def mobile(self) -> bool:
        """Whether it can receive an SMS."""
        return _MOBILE.fullmatch(self.number) is not None


def read_phone(cell: Cell) -> Phone | PhoneTrouble:
    """The first usable number in a cell."""
    written = text_of(cell)
    if _NONE.fullmatch(solid(written)):
        return PhoneTrouble.BLANK
    parts = [part for part in _SEVERAL.split(plain(written)) if part]
    readings = [_number(part, cell) for part in parts]
    found = next((number for number in readings if not isinstance(number, PhoneTrouble)), None)
    if found is None:
        return next((trouble for trouble in readings if isinstance(trouble, PhoneTrouble)), PhoneTrouble.NOT_A_NUMBER)
    return Phone(found, tidied=found != written, others=len(parts) > 1)


def _number(written: str, cell: Cell) -> str | PhoneTrouble:
    digits = _COUNTRY.sub("", _NOISE.sub("", _EXTENSION.sub("", solid(written))))
    if _MOBILE.fullmatch(digits):
        return digits
    if _MOBILE.fullmatch(digits[1:]) and digits[0] == "0":
        return digits[1:]
    for landline in (digits, "0" + digits) if isinstance(cell, (int, float)) else (digits,):
        if _LANDLINE.fullmatch(landline):
            return _AREA.sub(r"\1-\2", landline)
    return _trouble(digits)


def _trouble(digits: str) -> PhoneTrouble:
    if not digits.isdecimal():
        return PhoneTrouble.NOT_A_NUMBER
    if _WITHOUT_AREA.fullmatch(digits):
        return PhoneTrouble.NO_AREA
    if digits[0] in "01" and len(digits) < 11:
        return PhoneTrouble.TOO_SHORT
    return PhoneTrouble.TOO_LONG if len(digits) > 11 else PhoneTrouble.NOT_A_NUMBER


def tidy_phone(written: str) -> str | None:
    """The number one can call in what was written; empty where there is none, nothing where it cannot be one."""
    found = read_phone(written)
    return found.number if isinstance(found, Phone) else "" if found is PhoneTrouble.BLANK else None
