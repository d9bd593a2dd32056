"""Seeded draws: names, birth dates, how many live where."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from deployments.demo import words
from domain.places import Level, Place, children, place

_VILLAGES: Final = (8, 16)
COUNTY_DIGITS: Final = 6


def shared_out(count: int, places: Sequence[Place], draws: Random) -> list[int]:
    """``count`` people over the places: unevenly, but nobody's place is empty while there are enough of them."""
    sure = min(1, count // len(places))
    weights = [draws.uniform(0.4, 1.6) for _ in places]
    rest = count - sure * len(places)
    edges = [round(rest * edge / sum(weights)) for edge in accumulate(weights)]
    return [sure + edge - before for edge, before in zip(edges, [0, *edges], strict=False)]


def townships_of(area: Place) -> list[tuple[Place, Place]]:
    """Every township of an area, whatever its level, with its county."""
    if area.level is Level.TOWNSHIP:
        return [(place(area.parent or ""), area)]
    return [(county, township) for county in counties_of(area) for township in children(county.code)]


def counties_of(area: Place) -> list[Place]:
    """Every county of an area, or the one it lies in."""
    if area.level in {Level.COUNTY, Level.TOWNSHIP}:
        return [place(area.code[:COUNTY_DIGITS])]
    below = children(area.code)
    return [county for each in below for county in counties_of(each)] if area.level is Level.PROVINCE else list(below)


def villages_of(township: Place) -> list[str]:
    """Made-up villages of a township, the same for every seed; in a subdistrict they are communities."""
    draws = Random(f"villages/{township.code}")
    names = [
        f"{start}{draws.choice(words.SURNAMES)}{end}"
        for start, end in zip(
            draws.sample(words.VILLAGE_STARTS.split(), draws.randint(*_VILLAGES)),
            draws.choices(words.VILLAGE_ENDS.split(), k=_VILLAGES[1]),
            strict=False,
        )
    ]
    ending = "社区居民委员会" if township.name.endswith("街道") else "村村民委员会"
    return [name.removesuffix("村") + ending for name in names]


def born_at_age(age: int, on: date, draws: Random) -> date:
    """A birth date of somebody who is ``age`` years old on a day."""
    day = min(on.day, 28) if on.month == 2 else on.day
    return on.replace(year=on.year - age, day=day) - timedelta(days=draws.randrange(364))


def one_of(shares: Mapping[str, tuple[str, float]], draws: Random) -> str:
    """A key by its share."""
    return draws.choices(list(shares), [share for _, share in shares.values()])[0]


def given_name(sex: str, born: date, on: date, draws: Random) -> str:
    """A given name of the generation."""
    age = on.year - born.year
    if age >= 55:
        return draws.choice((words.OLD_WOMEN if sex == "female" else words.OLD_MEN).split())
    firsts, lasts = _YOUNG_NAMES[sex] if age < 20 else _GROWN_NAMES[sex]
    first, last = draws.choice(firsts), draws.choice(lasts)
    return last if first == last or draws.random() < _ONE_SIGN else first + last


_ONE_SIGN: Final = 0.12
_YOUNG_NAMES: Final = {
    "female": (words.GIRLS_FIRST.split(), words.GIRLS_LAST.split()),
    "male": (words.BOYS_FIRST.split(), words.BOYS_LAST.split()),
}
_GROWN_NAMES: Final = {
    "female": (words.WOMEN_FIRST.split(), words.WOMEN_LAST.split()),
    "male": (words.MEN_FIRST.split(), words.MEN_LAST.split()),
}
