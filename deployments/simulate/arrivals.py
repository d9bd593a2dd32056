"""Who comes into a simulated office and when: desks first, then helpers, then the counties' surveys, one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeVar

from deployments.demo import words
from deployments.demo.childhood import Nursery
from deployments.demo.draws import born_at_age, given_name
from deployments.demo.helpers import Recruiting
from deployments.demo.numbers import IdNumbers, phone
from deployments.demo.people import MadeUpChild, MadeUpVolunteer
from deployments.simulate.behaviour import Behaviour
from deployments.simulate.chances import WHOLE, Chances, is_hit
from deployments.simulate.desks import seats
from deployments.simulate.others import kinds_about
from domain.places import place
from domain.programme.schema import Helper, Programme
from domain.sheets.coordinators import ListedCoordinator
from domain.sheets.report import Row, SheetReport, Verdict
from domain.sheets.survey import SurveyedChild
from domain.sheets.volunteers import RosteredVolunteer

A_YEAR: Final = timedelta(days=365)
_OLDEST: Final = 17
_ROOM: Final = 1.3
"""Room for so many times the ties there will be: nobody finds a helper where all are taken."""

Item = TypeVar("Item")
Survey = SheetReport[SurveyedChild]
Roster = SheetReport[RosteredVolunteer]
Coordinators = SheetReport[ListedCoordinator]


class Size(NamedTuple):
    """How many children and volunteers there are at the beginning."""

    children: int
    volunteers: int


class Arrivals:
    """Everybody who ever comes in, made up from the seed; the same on every machine and after every stop."""

    def __init__(self, programme: Programme, behaviour: Behaviour, chances: Chances, size: Size, begin: date) -> None:
        self.programme, self.behaviour, self.chances = programme, behaviour, chances
        self.size, self.begin = size, begin
        self.area = place(programme.area)

    def coordinators(self) -> Coordinators:
        """One for each desk the programme knows, but for a few that are empty."""
        people = []
        for number, unit in enumerate(seats(self.programme), start=1):
            if unit.may_be_empty and is_hit(self.chances.one("empty-desk", unit.code), self.behaviour.office.empty):
                continue
            draws = self.chances.stream("coordinator", unit.code)
            sex = draws.choice(("female", "male"))
            born = born_at_age(draws.randint(32, 58), self.begin, draws)
            name = draws.choice(words.SURNAMES) + given_name(sex, born, self.begin, draws)
            people.append(ListedCoordinator(
                name=name, unit=unit.code, phone=phone("180", number), email=f"c{number}@example.org", post="",
            ))  # fmt: skip
        return _report(people)

    def helpers(self, year: int) -> Roster:
        """The roster of the beginning (year 0), or those who come new in a later year."""
        count = self.size.volunteers if year == 0 else self._newcomers(self.size.volunteers, "helpers", year)
        on = self.begin + year * A_YEAR
        numbers = IdNumbers(self.programme.area)
        made = Recruiting(on, self.chances.stream("helpers", year), numbers).volunteers(self.area, count)
        return _report([self._rostered(one, year, number, on) for number, one in enumerate(made)])

    def surveys(self, day: date) -> Survey | None:
        """The surveys that come in on a day, as one."""
        found = self._surveys.get(day)
        if found is None:
            found = tuple(self._found_later(day))
        return _report(found, self._doubtful) if found else None

    @property
    def last_survey(self) -> date:
        """The day on which the last of the surveys of the beginning has come in."""
        return self.begin + timedelta(days=self.behaviour.families.survey_days)

    @cached_property
    def _child_kinds(self) -> tuple[str, ...]:
        return kinds_about(self.programme, "child")

    def next_day(self, since: int) -> int:
        """The first day (its ordinal) from ``since`` on on which anybody comes."""
        return next(day for day in range(since, since + A_YEAR.days + 1) if not self.is_quiet(day))

    def is_quiet(self, day: int) -> bool:
        """Whether nobody comes on a day."""
        return (
            day != self.last_survey.toordinal() and date.fromordinal(day) not in self._surveys and not self.year_of(day)
        )

    def year_of(self, day: int) -> int:
        """The year whose newcomers come on a day; 0 where none do."""
        year, left = divmod(day - self.begin.toordinal(), A_YEAR.days)
        return 0 if left else max(0, year)

    @cached_property
    def _surveys(self) -> dict[date, tuple[SurveyedChild, ...]]:
        by_county: dict[str, list[MadeUpChild]] = defaultdict(list)
        last = self.last_survey
        nursery = Nursery(last, self.chances.stream("children"), IdNumbers(self.programme.area))
        for child in nursery.children(self.area, self.size.children if self._child_kinds else 0):
            by_county[child.home.county.code].append(child)
        found: dict[date, tuple[SurveyedChild, ...]] = {}
        for place_of, (_, children) in enumerate(sorted(by_county.items())):
            day = self.begin + (last - self.begin) * place_of // max(1, len(by_county) - 1)
            found[day] = (*found.get(day, ()), *(self._surveyed(child, last) for child in children))
        return found

    def _found_later(self, day: date) -> Iterator[SurveyedChild]:
        """Children found in later years, once a year."""
        year = self.year_of(day.toordinal())
        count = self._newcomers(self.size.children, "families", year) if year and self._child_kinds else 0
        if count:
            nursery = Nursery(day, self.chances.stream("children", year), IdNumbers(self.programme.area))
            for child in nursery.children(self.area, count):
                yield replace(self._surveyed(child, day), id_number=None)

    def _newcomers(self, of: int, who: str, year: int) -> int:
        rates = {"helpers": self.behaviour.helpers.newcomers, "families": self.behaviour.families.newcomers}
        wanted = of * rates[who] / WHOLE
        return int(wanted) + (self.chances.one("newcomers", who, year) < wanted % 1)

    def _surveyed(self, child: MadeUpChild, on: date) -> SurveyedChild:
        kind = self._kind(child)
        return SurveyedChild(
            name=child.name, sex=_sex(child.sex), id_number=child.id_number, born=self._young(child, kind, on),
            kind=kind, township=child.home.township.code, village=child.home.village,
            guardian_name=child.guardian.name, guardian_relation=child.guardian.relation,
            guardian_phone=child.guardian.phone, school=child.school, grade=child.grade, note="",
        )  # fmt: skip

    def _kind(self, child: MadeUpChild) -> str:
        """The kind made up where the programme has it, else one of its own."""
        kinds = self._child_kinds
        draws = self.chances.one("kind", child.id_number)
        return child.kind if child.kind in kinds else kinds[int(draws * len(kinds))]

    def _young(self, child: MadeUpChild, kind: str, on: date) -> date:
        """The day of birth, moved where the programme is for younger children only."""
        eligible = self.programme.eligible
        below = eligible.kinds[kind].below_age or eligible.below_age or _OLDEST + 1
        least = eligible.kinds[kind].from_age or eligible.from_age or 0
        if least < on.year - child.born.year < below:
            return child.born
        draws = self.chances.stream("born", child.id_number)
        return born_at_age(draws.randint(least + 1, max(least + 1, below - 1)), on, draws)

    def _doubtful(self, child: SurveyedChild) -> bool:
        return is_hit(self.chances.one("doubtful", child.name, child.born), self.behaviour.families.doubtful)

    def _rostered(self, one: MadeUpVolunteer, year: int, number: int, on: date) -> RosteredVolunteer:
        signed = next((day for day in one.papers.values() if day is not None), on)
        kinds = list(self.programme.helpers)
        kind = one.kind if one.kind in kinds or not kinds else kinds[number % len(kinds)]
        return RosteredVolunteer(
            name=one.name, sex=_sex(one.sex), id_number=None if year else one.id_number, born=one.born, kind=kind,
            phone=phone("13", year * 1_000_000 + number + 1)[-11:], email=one.email, township=one.home.township.code,
            capacity=max(one.capacity, self._least_room), skills=self._skills(one, number),
            papers=dict.fromkeys(self.programme.papers, signed),
        )  # fmt: skip

    @cached_property
    def _least_room(self) -> int:
        roles = (role for role in self.programme.roles.values() if isinstance(role, Helper))
        ties = self.size.children * sum(role.least if role.tie == "several" else 1 for role in roles)
        return -int(-ties * _ROOM // max(1, self.size.volunteers)) if ties > self.size.volunteers else 1

    def _skills(self, one: MadeUpVolunteer, number: int) -> tuple[str, ...]:
        asked = self.programme.pairing.skills_for.values() if self.programme.pairing else ()
        known = sorted({skill for skills in asked for skill in skills})
        return one.skills or (known[number % len(known)],) if known else one.skills


def _report(items: Sequence[Item], doubtful: Callable[[Item], bool] = lambda _: False) -> SheetReport[Item]:
    rows = (
        Row(number, "", Verdict.NEEDS_REVIEW if doubtful(item) else Verdict.ACCEPTED, (), (), item)
        for number, item in enumerate(items, start=1)
    )
    return SheetReport(tuple(rows), (), (), ())


def _sex(word: str) -> Literal["female", "male"]:
    return "female" if word == "female" else "male"
