"""Which division an office meant by what it wrote into a county cell and a township cell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import Final

from domain.places import spelling
from domain.places.divisions import Place, ancestors, counties_within, name_of, place, townships_of

_LONGEST_NAME: Final = 18
_CANDIDATES: Final = 3


class PlaceTrouble(StrEnum):
    """Why no single division could be named."""

    NO_SUCH_COUNTY = "no-such-county"
    NO_SUCH_TOWNSHIP = "no-such-township"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class PlaceProblem:
    """What stood in the way, and the divisions that may have been meant, the likeliest first."""

    reason: PlaceTrouble
    candidates: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A township and what was written behind it: a village, a street, a house."""

    place: Place
    rest: str


@dataclass(frozen=True, slots=True)
class _Area:
    """Spellings of everything in an area: counties by any name above or of them, townships by name and by stem."""

    counties: frozenset[str]
    above: Mapping[str, frozenset[str]]
    named: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[str, ...]]


def match_township(*, county: str, township: str, within: str) -> Place | PlaceProblem:
    """The township meant in the area ``within`` (leading digits of a code, ``""`` for the whole country).

    ``county`` may be empty, or either cell may hold both names. A development zone that has no townships in
    the tables is passed over when the township's name is the only one of its kind in the area.
    """
    found = _matched(county, township, within)
    return found.place if isinstance(found, Address) else found


def match_address(text: str, *, within: str, county: str = "") -> Address | PlaceProblem:
    """The township an address begins with, and the rest of the address; the county may stand apart."""
    return _matched(county, text, within)


def match_county(text: str, *, within: str) -> Place | PlaceProblem:
    """The county meant in the area ``within``."""
    area = _area(within)
    for spelled in _spellings(spelling.tidy(text)):
        counties, rest = _narrowed(spelled, area, area.counties)
        if not rest and len(counties) == 1:
            return place(next(iter(counties)))
        if not rest:
            return PlaceProblem(PlaceTrouble.AMBIGUOUS, _places(sorted(counties)))
    return _no_such_county(spelling.tidy(text), area)


@lru_cache(maxsize=8192)
def _matched(county: str, township: str, within: str) -> Address | PlaceProblem:
    area = _area(within)
    county, township = spelling.tidy(county), spelling.tidy(township)
    found = _located(county, township, area)
    if isinstance(found, PlaceProblem):
        plain = spelling.simplified(county), spelling.simplified(township)
        return found if plain == (county, township) else _located(*plain, area)
    return found


def _located(county: str, township: str, area: _Area) -> Address | PlaceProblem:
    counties, rest = _narrowed(county, area, area.counties)
    if not township:
        return _searched(rest, counties, area)
    if not rest or _named(rest, counties, area):
        found = _searched(township, counties, area)
    elif spelling.sounds_like_zone(county):
        return _searched(township, counties, area)
    else:
        return _no_such_county(county, area)
    if isinstance(found, PlaceProblem) and spelling.sounds_like_zone(county):
        return _searched(township, area.counties, area)
    return found


def _searched(text: str, counties: frozenset[str], area: _Area) -> Address | PlaceProblem:
    """The township a text names, by itself or behind the names of the divisions above it."""
    narrowed, rest = counties, text
    while rest:
        if found := _named(rest, narrowed, area):
            return _only(found, "")
        narrower, shorter = _step(rest, area, narrowed)
        if shorter == rest:
            break
        narrowed, rest = narrower, shorter
    return _leading(rest, narrowed, area) or _no_such_township(rest, narrowed, area)


def _leading(text: str, counties: frozenset[str], area: _Area) -> Address | PlaceProblem | None:
    for length in range(min(len(text) - 1, _LONGEST_NAME), 2, -1):
        spelled = text[:length]
        if found := _in(area.named.get(spelling.township_spelling(spelled), ()), counties):
            return _only(found, text[length:])
    return None


def _only(found: tuple[str, ...], rest: str) -> Address | PlaceProblem:
    if len(found) == 1:
        return Address(place(found[0]), rest)
    return PlaceProblem(PlaceTrouble.AMBIGUOUS, _places(found))


def _named(text: str, counties: frozenset[str], area: _Area) -> tuple[str, ...]:
    """Townships of this very name, or else of this stem: a township may have become a town or a street since."""
    exact = _in(area.named.get(spelling.township_spelling(text), ()), counties)
    return exact or _in(area.stems.get(spelling.township_stem(text), ()), counties)


def _in(codes: Iterable[str], counties: frozenset[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code[:6] in counties)


def _narrowed(text: str, area: _Area, counties: frozenset[str]) -> tuple[frozenset[str], str]:
    """The counties left after taking the names of divisions off the front of a text, and what remains of it."""
    while text:
        counties, shorter = _step(text, area, counties)
        if shorter == text:
            break
        text = shorter
    return counties, text


def _step(text: str, area: _Area, counties: frozenset[str]) -> tuple[frozenset[str], str]:
    for spelled in (text, spelling.zone_spelling(text)):
        if both := counties & area.above.get(spelled, frozenset()):
            return both, ""
    for length in range(min(len(text), _LONGEST_NAME), 1, -1):
        both = counties & area.above.get(text[:length], frozenset())
        if both and text[length:] not in spelling.BARE_ENDINGS:
            return both, text[length:]
    return counties, text


def _spellings(text: str) -> tuple[str, ...]:
    plain = spelling.simplified(text)
    return (text,) if plain == text else (text, plain)


def _no_such_county(text: str, area: _Area) -> PlaceProblem:
    names = {spelling.tidy(name_of(code)): code for code in sorted(area.counties)}
    close = get_close_matches(text, names, n=_CANDIDATES, cutoff=0.5)
    return PlaceProblem(PlaceTrouble.NO_SUCH_COUNTY, _places(names[name] for name in close))


def _no_such_township(text: str, counties: frozenset[str], area: _Area) -> PlaceProblem:
    spelled = spelling.township_spelling(text)
    names = {name: code for name, codes in area.named.items() for code in _in(codes, counties)}
    elsewhere = _named(text, area.counties, area) if text else ()
    close = (names[name] for name in get_close_matches(spelled, names, n=_CANDIDATES, cutoff=0.6))
    likely = dict.fromkeys([*elsewhere, *close])
    return PlaceProblem(PlaceTrouble.NO_SUCH_TOWNSHIP, _places(likely))


def _places(codes: Iterable[str]) -> tuple[Place, ...]:
    return tuple(place(code) for code in codes)[:_CANDIDATES]


@lru_cache(maxsize=64)
def _area(within: str) -> _Area:
    named: dict[str, list[str]] = defaultdict(list)
    stems: dict[str, list[str]] = defaultdict(list)
    above: dict[str, set[str]] = defaultdict(set)
    counties = counties_within(within)
    for county in counties:
        for name in _names_over(county):
            above[name].add(county)
        for code, name in townships_of(county).items():
            if code.startswith(within):
                named[spelling.township_spelling(spelling.tidy(name))].append(code)
                stems[spelling.township_stem(spelling.tidy(name))].append(code)
    return _Area(
        counties=frozenset(counties),
        above={name: frozenset(codes) for name, codes in above.items()},
        named={name: tuple(codes) for name, codes in named.items()},
        stems={stem: tuple(codes) for stem, codes in stems.items()},
    )


def _names_over(county: str) -> set[str]:
    chain = [*ancestors(county), place(county)]
    names = {spelling.tidy(division.name) for division in chain}
    names |= {short for name in names for short in spelling.division_short_names(name)}
    zone = spelling.zone_spelling(spelling.tidy(chain[-1].name))
    cities = (spelling.division_stem(division.name) for division in chain[:-1])
    return names | {zone} | {zone.removeprefix(city) for city in cities if zone.startswith(city) and zone != city}
