"""Made-up ID and telephone numbers that pass every check and belong to nobody."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS: Final = "10X98765432"
_MOST_SERIALS: Final = 999


@dataclass
class IdNumbers:
    """Gives each person a number of its own. ``area``: two or four digits of a division code.

    The numbers begin with the area and 99: no county has that code, so that no living person can have the
    number.
    """

    area: str
    _given: Counter[tuple[date, str]] = field(default_factory=Counter)

    def give(self, born: date, sex: str) -> str:
        """A number for somebody born on this day; ValueError when all numbers of the day are given."""
        serial = self._next_serial(born, sex)
        body = f"{self.area[:4]:9<6}{born:%Y%m%d}{serial:03d}"
        return body + check_sign(body)

    def _next_serial(self, born: date, sex: str) -> int:
        """Odd for men and boys; never ending in 00, which with a check sign of 0 looks cut by a spreadsheet."""
        self._given[born, sex] += 1
        tens, ones = divmod(self._given[born, sex] - 1, 49)
        serial = tens * 100 + ones * 2 + (1 if sex == "male" else 2)
        if serial > _MOST_SERIALS:
            raise ValueError("more people born on one day than there are numbers")
        return serial


def check_sign(body: str) -> str:
    """The last sign of an ID number, after ISO 7064 MOD 11-2 as GB 11643-1999 asks."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK_SIGNS[total % 11]


def phone(prefix: str, number: int) -> str:
    """A mobile number counted up from ``prefix``: nobody takes 130 0000 0001 for somebody's."""
    return f"{prefix}{number:08d}"
