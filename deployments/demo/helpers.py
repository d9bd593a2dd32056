"""Made-up volunteers and coordinators: nearly a quarter retired elders, enough women, papers mostly in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from deployments.demo import words
from deployments.demo.draws import born_at_age, given_name, one_of, shared_out, townships_of
from deployments.demo.numbers import IdNumbers, phone
from deployments.demo.people import Home, MadeUpCoordinator, MadeUpVolunteer
from domain.places import Place
from domain.places import children as places_below

ELDERS: Final = 0.233
"""The share of retired elders among the volunteers, as the city published it."""
WOMEN: Final = 0.58
EMPTY_DESKS: Final = 0.03
PAPERS: Final = ("pledge", "confidentiality", "safety")

_MISSING: Final = {"pledge": 0.01, "confidentiality": 0.02, "safety": 0.03}
_CAPACITIES: Final = {1: 0.85, 2: 0.12, 3: 0.03}
_SKILLED: Final = 0.85
_TWO_SKILLS: Final = 0.2
_WITH_MAIL: Final = 0.65
_VOLUNTEERS_PHONES: Final = "130"
_COORDINATORS_PHONES: Final = "180"


@dataclass
class Recruiting:
    """Makes volunteers up."""

    on: date
    draws: Random
    numbers: IdNumbers

    def volunteers(self, area: Place, count: int) -> list[MadeUpVolunteer]:
        """So many volunteers over all townships of the area, in the order in which they put their names down."""
        homes = self._homes(area, count)
        elders = round(count * ELDERS)
        kinds = [words.ELDER[0]] * elders + [one_of(words.HELPERS, self.draws) for _ in homes[elders:]]
        self.draws.shuffle(kinds)
        pairs = enumerate(zip(homes, kinds, strict=True), start=1)
        return [self._volunteer(number, home, kind) for number, (home, kind) in pairs]

    def _homes(self, area: Place, count: int) -> list[Home]:
        townships = townships_of(area)
        shares = shared_out(count, [township for _, township in townships], self.draws)
        homes = [
            Home(county, township)
            for (county, township), share in zip(townships, shares, strict=True)
            for _ in range(share)
        ]
        self.draws.shuffle(homes)
        return homes

    def _volunteer(self, number: int, home: Home, kind: str) -> MadeUpVolunteer:
        sex = "female" if self.draws.random() < WOMEN else "male"
        born = born_at_age(self._age(kind), self.on, self.draws)
        return MadeUpVolunteer(
            name=self.draws.choice(words.SURNAMES) + given_name(sex, born, self.on, self.draws),
            sex=sex,
            born=born,
            id_number=self.numbers.give(born, sex),
            kind=kind,
            phone=phone(_VOLUNTEERS_PHONES, number),
            email=f"v{number:05d}@example.org" if self.draws.random() < _WITH_MAIL else "",
            home=home,
            capacity=self.draws.choices(list(_CAPACITIES), list(_CAPACITIES.values()))[0],
            skills=self._skills(kind),
            papers=self._papers(),
        )

    def _age(self, kind: str) -> int:
        if kind == words.ELDER[0]:
            return self.draws.randint(60, 76)
        return self.draws.randint(20, 30) if kind == "youth" else self.draws.randint(26, 58)

    def _skills(self, kind: str) -> tuple[str, ...]:
        own = [words.SKILLS_OF[kind]] if kind in words.SKILLS_OF else []
        if self.draws.random() < _SKILLED:
            own += self.draws.sample(words.SKILLS, 2 if self.draws.random() < _TWO_SKILLS else 1)
        return tuple(dict.fromkeys(own))

    def _papers(self) -> dict[str, date | None]:
        """All signed at the recruitment, within the last year; a few still missing."""
        signed = self.on - timedelta(days=self.draws.randint(5, 330))
        return {paper: None if self.draws.random() < _MISSING[paper] else signed for paper in PAPERS}


def coordinators(area: Place, on: date, draws: Random) -> Iterator[MadeUpCoordinator]:
    """One for the city, each county and each township, except the few townships whose desk is empty."""
    townships = [township for _, township in townships_of(area)]
    empty = {township.code for township in draws.sample(townships, round(len(townships) * EMPTY_DESKS))}
    manned = [township for township in townships if township.code not in empty]
    desks = [(area, "市关爱团秘书长"), *((county, "县区分会秘书长") for county in places_below(area.code))]
    desks += [(township, "乡镇分会负责人") for township in manned]
    for number, (unit, post) in enumerate(desks, start=1):
        sex = draws.choice(("female", "male"))
        given = given_name(sex, born_at_age(draws.randint(32, 58), on, draws), on, draws)
        name = draws.choice(words.SURNAMES) + given
        contact = phone(_COORDINATORS_PHONES, number), f"c{number:03d}@example.org"
        yield MadeUpCoordinator(name, post, unit.code, *contact)
