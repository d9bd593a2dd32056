"""Every chance of a simulation, drawn from its seed and from what it is about: never from an order or a clock."""

from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from random import Random
from struct import Struct
from typing import Final, NamedTuple, TypeVar

Key = TypeVar("Key")
_FOUR: Final = Struct("<4I")
_WHOLE: Final = 2**32
WHOLE: Final = 100
A_YEAR: Final = 365.25
NEVER: Final = date.max.toordinal()


class Four(NamedTuple):
    """Four numbers from 0 to below 1 that know nothing of each other."""

    a: float
    b: float
    c: float
    d: float


class Chances:
    """The draws of one seed. The same question has the same answer, asked in whatever order and however often."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._key = f"{seed}".encode()[-64:]

    def four(self, *what: object) -> Four:
        """Four draws about something."""
        text = "/".join(map(str, what)).encode()
        first, second, third, fourth = _FOUR.unpack(blake2b(text, digest_size=16, key=self._key).digest())
        return Four(first / _WHOLE, second / _WHOLE, third / _WHOLE, fourth / _WHOLE)

    def one(self, *what: object) -> float:
        """One draw about something."""
        return self.four(*what).a

    def stream(self, *what: object) -> Random:
        """Many draws about something."""
        return Random("/".join(map(str, (self.seed, *what))))

    def falls_on(self, since: int, chance: float, *what: object) -> int:
        """The first day (its ordinal) from ``since`` on at which something with this daily chance happens.

        A chance that has no memory: whoever asks on a later day before it happened is told the same day.
        """
        if chance <= 0:
            return NEVER
        day = since
        while self.one(*what, day) >= chance:
            day += 1
        return day


def is_hit(draw: float, share: float) -> bool:
    """Whether a draw falls into a share of a hundred."""
    return draw * WHOLE < share


def pick(shares: Mapping[Key, float], draw: float) -> Key | None:
    """Which of several shares of a hundred a draw falls into; nothing where it falls beyond them all."""
    left = draw * WHOLE
    for key, share in shares.items():
        if left < share:
            return key
        left -= share
    return None


def how_many(a_year: float, of: int, draw: float) -> int:
    """How many of so many are hit on one day, at a yearly rate of a hundred; right on average."""
    wanted = a_year / WHOLE * of / A_YEAR
    return int(wanted) + (draw < wanted % 1)
