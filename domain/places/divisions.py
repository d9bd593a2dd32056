"""The tree of divisions, unpacked from ``divisions.txt.gz`` the first time somebody asks."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final

# Rows of the statistical code that stand for "directly under the province"; nobody says them aloud.
_UNSPOKEN: Final = re.compile(r"市辖区|县|.*直辖县级行政区划")
_TOWNSHIP_DIGITS: Final = 3


class Level(StrEnum):
    """How high a division stands."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


_LEVELS: Final[Mapping[int, Level]] = {
    2: Level.PROVINCE,
    4: Level.PREFECTURE,
    6: Level.COUNTY,
    9: Level.TOWNSHIP,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One division; ``code`` has 2, 4, 6 or 9 digits by level and begins with its parent's."""

    code: str
    name: str
    level: Level
    parent: str | None


def place(code: str) -> Place:
    """The division with this code; KeyError when there is none."""
    return Place(code, name_of(code), _LEVELS[len(code)], _parent_code(code))


def ancestors(code: str) -> tuple[Place, ...]:
    """The divisions above this one, the province first; KeyError for an unknown code."""
    place(code)
    return tuple(place(code[:digits]) for digits in _LEVELS if digits < len(code))


def children(code: str) -> tuple[Place, ...]:
    """The divisions right below this one, by code; the provinces below ``""``; KeyError for an unknown code."""
    if code and place(code).level is Level.TOWNSHIP:
        return ()
    if len(code) == 6:
        return tuple(place(township) for township in townships_of(code))
    digits = len(code) + 2
    return tuple(place(below) for below in _lines() if len(below) == digits and below.startswith(code))


def full_name(code: str) -> str:
    """The name from the province down, as it is written on an envelope."""
    names = [above.name for above in ancestors(code) if not _UNSPOKEN.fullmatch(above.name)]
    names.append(name_of(code))
    return "".join(dict.fromkeys(names))


def counties_within(within: str) -> tuple[str, ...]:
    """Codes of the counties that an area (any leading digits of a code) holds or lies in."""
    return tuple(code for code in _lines() if len(code) == 6 and code.startswith(within[:6]))


def name_of(code: str) -> str:
    """The division's own name; KeyError for an unknown code."""
    if len(code) == 9:
        return townships_of(code[:6])[code]
    return _lines()[code].partition("\t")[0]


@lru_cache(maxsize=4096)
def townships_of(county: str) -> Mapping[str, str]:
    """Township names by code for one county; KeyError when it is no county."""
    _, *entries = _lines()[county].split("\t")
    return {county + entry[:_TOWNSHIP_DIGITS]: entry[_TOWNSHIP_DIGITS:] for entry in entries}


def _parent_code(code: str) -> str | None:
    above = [digits for digits in _LEVELS if digits < len(code)]
    return code[: above[-1]] if above else None


@lru_cache(maxsize=1)
def _lines() -> Mapping[str, str]:
    # One line a division down to the county, its townships behind it: 3,300 lines are cut now, 41,000 names never all.
    packed = files(__package__).joinpath("divisions.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return dict(_code_and_rest(line) for line in lines)


def _code_and_rest(line: str) -> tuple[str, str]:
    digits = next(at for at, sign in enumerate(line) if not sign.isdigit())
    return line[:digits], line[digits:]
