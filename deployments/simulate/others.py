"""Cases that are not about children: made-up elders, schools, units and projects."""

from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Final, TypeVar

from deployments.demo import words
from deployments.demo.draws import born_at_age, given_name, shared_out, townships_of, villages_of
from deployments.demo.numbers import phone
from deployments.simulate.chances import WHOLE, Chances
from domain.places import Place, place
from domain.programme.schema import Programme, Subject
from domain.sheets.bodies import ListedBody
from domain.sheets.report import Row, SheetReport, Verdict
from domain.sheets.survey import SurveyedChild

Item = TypeVar("Item")
_BODIES: Final[tuple[Subject, ...]] = ("school", "unit", "project")
_OLDEST: Final = 88
_OLD: Final = 65


def kinds_about(programme: Programme, *subjects: Subject) -> tuple[str, ...]:
    """The kinds of cases about certain subjects; not those that are activities, which are planned later on."""
    return tuple(
        kind
        for kind in programme.eligible.kinds
        if programme.subject_of(kind) in subjects and f"invited:{kind}" not in programme.opened_by
    )


def activities_of(programme: Programme) -> tuple[str, ...]:
    """The kinds of cases that others are invited to."""
    return tuple(kind for kind in programme.eligible.kinds if f"invited:{kind}" in programme.opened_by)


class Others:
    """Made up from the seed. ``children``: how many cases of the main sort there are, ``share`` of a hundred others."""

    def __init__(self, programme: Programme, chances: Chances, children: int, share: float) -> None:
        self.programme, self.chances = programme, chances
        self.children, self.share = children, share
        self.area = place(programme.area)

    def elders(self, on: date) -> SheetReport[SurveyedChild]:
        """Elders, as a survey tells of them."""
        return _report([self._elder(kind, number, town, on) for kind, number, town in self._places("elder")])

    def bodies(self) -> SheetReport[ListedBody]:
        """Schools, units and projects, as a sheet tells of them."""
        return _report([self._body(kind, number, town) for kind, number, town in self._places(*_BODIES)])

    def _places(self, *subjects: Subject) -> Iterator[tuple[str, int, Place]]:
        """Each case to be made up: its kind, its number within the kind, its township."""
        towns = [town for _, town in townships_of(self.area)]
        kinds = kinds_about(self.programme, *subjects)
        for kind in kinds:
            shares = shared_out(self._count(kind), towns, self.chances.stream("others", kind))
            lived_in = (town for town, share in zip(towns, shares, strict=True) for _ in range(share))
            for number, town in enumerate(lived_in, start=1):
                yield kind, number, town

    def _count(self, kind: str) -> int:
        """Where a programme knows no children, its own sort of case stands for them."""
        own = kinds_about(self.programme, self.programme.subject)
        if not kinds_about(self.programme, "child") and kind in own:
            return ceil(self.children / len(own))
        return ceil(self.children * self.share / WHOLE)

    def _elder(self, kind: str, number: int, town: Place, on: date) -> SurveyedChild:
        draws = self.chances.stream("elder", kind, number)
        least = self.programme.eligible.kinds[kind].from_age or self.programme.eligible.from_age or _OLD
        sex, born = draws.choice(("female", "male")), born_at_age(draws.randint(least + 1, _OLDEST), on, draws)
        return SurveyedChild(
            name=draws.choice(words.SURNAMES) + given_name(sex, born, on, draws), id_number=None, born=born, kind=kind,
            sex="female" if sex == "female" else "male", township=town.code, village=draws.choice(villages_of(town)),
            guardian_name="", guardian_relation="", guardian_phone=phone("151", number), school="", grade="", note="",
            elder=True,
        )  # fmt: skip

    def _body(self, kind: str, number: int, town: Place) -> ListedBody:
        subject = self.programme.subject_of(kind)
        return ListedBody(
            name=f"{self.programme.eligible.kinds[kind].title.zh}{number}", kind=kind, place=town.code, village="",
            subject="school" if subject == "school" else "project" if subject == "project" else "unit",
            stands="school" if subject == "school" else None, phone=phone("152", number),
        )  # fmt: skip


def _report(items: list[Item]) -> SheetReport[Item]:
    rows = (Row(number, "", Verdict.ACCEPTED, (), (), item) for number, item in enumerate(items, start=1))
    return SheetReport(tuple(rows), (), (), ())
