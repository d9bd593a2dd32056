"""Telephone numbers as providers write them; 1 and ten digits are a mainland mobile."""

import re
from typing import Final

NUMBER: Final = re.compile(r"\+?\d{5,15}")
MAINLAND: Final = re.compile(r"1\d{10}")


def written(number: str, style: str) -> str | None:
    """The number as ``e164`` (+8613…), ``digits`` (8613…) or ``national`` (13…); None when it is none."""
    plain = re.sub(r"[\s().-]", "", number)
    if not NUMBER.fullmatch(plain):
        return None
    if MAINLAND.fullmatch(plain):
        plain = "+86" + plain
    match style:
        case "e164":
            return plain if plain.startswith("+") else "+" + plain
        case "digits":
            return plain.removeprefix("+")
        case _:
            return re.sub(r"\A\+?86(?=1\d{10}\Z)", "", plain)


def mainland(number: str) -> str | None:
    """The eleven digits of a mainland mobile, None for any other number."""
    national = written(re.sub(r"\A\s*00", "+", number), "national")
    return national if national and MAINLAND.fullmatch(national) else None
