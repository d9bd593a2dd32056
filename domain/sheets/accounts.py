"""Bank accounts as they stand in sheets: card numbers and the longer numbers of passbooks."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum import luhn

from domain.sheets.grid import LARGEST_EXACT, Cell, solid, text_of

LENGTHS: Final = range(12, 33)
"""Digits of an account: passbooks of rural banks begin at 12, the payment system takes no more than 32."""

_CARDS: Final = range(16, 20)
_NOISE: Final = re.compile(r"[\s\-—–_.·,'\"]")
_NONE: Final = re.compile(r"(无|暂无|没有|不详|未知|空|未办|未开户|待补|0|/+|\\+|-+|—+)?")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?E\+?\d\d", re.IGNORECASE)
_CUT: Final = re.compile(r"\d{15}0{1,4}")


class AccountTrouble(StrEnum):
    """Why a cell holds no account one may pay to."""

    BLANK = "blank"
    CUT = "cut"
    LENGTH = "length"
    NOT_DIGITS = "not-digits"


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """An account's digits. ``fits``: it has no check digit, or the one it has fits."""

    number: str
    tidied: bool
    fits: bool


def tidy_account(text: str) -> str:
    """A number as it is compared and looked up: no blanks, no hyphens, full-width signs made plain."""
    return _NOISE.sub("", solid(text))


def read_account(cell: Cell) -> Account | AccountTrouble:
    """The account in a cell; of a card (16 to 19 digits) the last digit checks the others."""
    written = text_of(cell)
    number = tidy_account(written)
    if _NONE.fullmatch(solid(written)) or not number:
        return AccountTrouble.BLANK
    if (isinstance(cell, (int, float)) and abs(cell) >= LARGEST_EXACT) or _SCIENTIFIC.fullmatch(solid(written)):
        return AccountTrouble.CUT
    if not (number.isascii() and number.isdecimal()):
        return AccountTrouble.NOT_DIGITS
    if len(number) not in LENGTHS:
        return AccountTrouble.LENGTH
    fits = len(number) not in _CARDS or luhn.is_valid(number)
    if not fits and _CUT.fullmatch(number):
        return AccountTrouble.CUT
    return Account(number, tidied=number != written, fits=fits)
