"""Made-up children of a survey: households with guardians, siblings, schools and kinds in likely shares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from deployments.demo import words
from deployments.demo.draws import born_at_age, given_name, one_of, shared_out, townships_of, villages_of
from deployments.demo.numbers import IdNumbers, phone
from deployments.demo.people import Guardian, Home, MadeUpChild
from domain.places import Place

GIRLS: Final = 0.48
SIBLINGS: Final = 0.12
_CHANCE_OF_SIBLINGS: Final = 0.3
_THREE_CHILDREN: Final = 0.15
_PARENT_AT_HOME: Final = 0.6
_AGES: Final = (2, 2, 3, 3, 4, 5, 6, 7, 7, 8, 8, 8, 8, 8, 7, 7, 6)
_LEAST_DAYS_BETWEEN: Final = 300
_PHONES: Final = "150"
_WITHOUT_PARENTS: Final = ("orphan", "de_facto_orphan")
_GRADES: Final = (
    *("幼儿园小班", "幼儿园中班", "幼儿园大班"),
    *("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    *("七年级", "八年级", "九年级", "高一", "高二", "高三"),
)


@dataclass
class Nursery:
    """Makes households up, one after another."""

    on: date
    draws: Random
    numbers: IdNumbers
    families: int = 0
    born_so_far: int = 0
    siblings_so_far: int = 0
    _known: set[tuple[str, object]] = field(default_factory=set)

    def children(self, area: Place, count: int) -> Iterator[MadeUpChild]:
        """So many children over all townships of the area, township by township."""
        townships = townships_of(area)
        shares = shared_out(count, [township for _, township in townships], self.draws)
        for (county, township), share in zip(townships, shares, strict=True):
            villages = villages_of(township)
            while share:
                household = self._household(county, township, self.draws.choice(villages), share)
                share -= len(household)
                yield from household

    def _household(self, county: Place, township: Place, village: str, at_most: int) -> list[MadeUpChild]:
        self.families += 1
        surname = self.draws.choice(words.SURNAMES)
        kind = one_of(words.KINDS, self.draws)
        guardian = self._guardian(surname, kind)
        home = Home(county, township, village)
        births = self._births(self._size(at_most))
        return [self._child(surname, kind, guardian, home, born) for born in births]

    def _size(self, at_most: int) -> int:
        """How many children live here: several now and then while siblings are behind their share."""
        behind = self.siblings_so_far < SIBLINGS * (self.born_so_far + 1)
        several = behind and at_most > 1 and self.draws.random() < _CHANCE_OF_SIBLINGS
        size = min(at_most, 3 if self.draws.random() < _THREE_CHILDREN else 2) if several else 1
        self.born_so_far += size
        self.siblings_so_far += size if several else 0
        return size

    def _births(self, count: int) -> list[date]:
        """Birth dates of siblings, the eldest first, none two closer than nature allows."""
        births: list[date] = []
        while len(births) < count:
            born = born_at_age(self.draws.choices(range(1, 18), _AGES)[0], self.on, self.draws)
            if all(abs((born - other).days) >= _LEAST_DAYS_BETWEEN for other in births):
                births.append(born)
        return sorted(births)

    def _child(self, surname: str, kind: str, guardian: Guardian, home: Home, born: date) -> MadeUpChild:
        sex = "female" if self.draws.random() < GIRLS else "male"
        name = self._name(surname, sex, born)
        grade = grade_on(born, self.on)
        return MadeUpChild(
            name=name,
            sex=sex,
            born=born,
            id_number=self.numbers.give(born, sex),
            kind=kind,
            home=home,
            family=self.families,
            guardian=guardian,
            school=school_for(grade, home),
            grade=grade,
        )

    def _name(self, surname: str, sex: str, born: date) -> str:
        """A name no brother or sister has, nor anybody born that day: an office would take them for one child."""
        name = surname + given_name(sex, born, self.on, self.draws)
        while {(name, born), (name, self.families)} & self._known:
            name = surname + given_name(sex, born, self.on, self.draws)
        self._known |= {(name, born), (name, self.families)}
        return name

    def _guardian(self, surname: str, kind: str) -> Guardian:
        parent = kind not in _WITHOUT_PARENTS and self.draws.random() < _PARENT_AT_HOME
        relation, sex, same_name = self.draws.choice(words.PARENTS if parent else words.RELATIVES)
        age = self.draws.randint(28, 48) if parent or relation in ("叔父", "姑母") else self.draws.randint(56, 76)
        given = given_name(sex, born_at_age(age, self.on, self.draws), self.on, self.draws)
        name = (surname if same_name else self._other_surname(surname)) + given
        return Guardian(name, relation, phone(_PHONES, self.families))

    def _other_surname(self, surname: str) -> str:
        return self.draws.choice([other for other in words.SURNAMES if other != surname])


def grade_on(born: date, on: date) -> str:
    """The grade of a child who began school at six; empty before kindergarten."""
    school_year = on.year if on.month >= 9 else on.year - 1
    age = school_year - born.year - ((born.month, born.day) >= (9, 1))
    return _GRADES[min(age - 3, len(_GRADES) - 1)] if age >= 3 else ""


def school_for(grade: str, home: Home) -> str:
    """The school in reach that has the grade."""
    township = home.township.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    if not grade:
        return ""
    if grade.startswith("幼儿园"):
        return f"{township}中心幼儿园"
    if grade.startswith("高"):
        return f"{home.county.name}第一中学"
    return f"{township}中学" if grade in _GRADES[9:12] else f"{township}中心小学"
