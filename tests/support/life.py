"""One case without a database: commands go in, facts come out, the journal is kept; given, when, then."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from support.office import (
    BEGIN,
    CITY,
    COUNTY,
    COUNTY_DESK,
    DESKS,
    LIU,
    PAPERS,
    SUN,
    TOWNSHIP,
    ZHOU,
)
from support.programmes import linyi

from domain import facts as f
from domain.calendar import Calendar
from domain.case import Case, Duty
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level, Programme
from domain.rules import commands as c
from domain.rules.decide import decide
from domain.rules.moments import Circumstances
from domain.rules.office import Office, Standing, Unit
from domain.rules.refusals import Reason, Refusal

CASE: Final = CaseId("371302-00001")
CHILD: Final = PersonId("p000000101")
VILLAGE: Final = UnitId("371302001-00000001")

TREE: Final = (
    Unit(UnitId("37"), None, Level.PROVINCE, "山东省"),
    Unit(CITY, UnitId("37"), Level.CITY, "临沂市"),
    Unit(COUNTY, CITY, Level.COUNTY, "兰山区"),
    Unit(TOWNSHIP, COUNTY, Level.TOWNSHIP, "兰山街道"),
    Unit(VILLAGE, TOWNSHIP, Level.VILLAGE, "东村"),
)
STANDINGS: Final = {
    ZHOU: Standing(ZHOU, "female", 3, 0, True, PAPERS),
    LIU: Standing(LIU, "female", 3, 0, True, PAPERS),
    SUN: Standing(SUN, "male", 3, 0, True, PAPERS),
}


def small_office(**changes: Any) -> Office:
    """A village, its township, county, city and province; somebody at each desk but the province's; three helpers."""
    desks = {unit: (person,) for unit, person in DESKS.items()}
    usual: dict[str, Any] = {"units": {unit.id: unit for unit in TREE}, "desks": desks, "helpers": STANDINGS}
    return Office(**(usual | changes))


def around(programme: Programme | None = None, office: Office | None = None) -> Circumstances:
    """The shipped programme, the official calendar and the small office, unless told otherwise."""
    return Circumstances(programme or linyi(), Calendar(), office or small_office())


@dataclass
class Life:
    """A case as it goes on. ``journal`` is everything that happened, ``case`` what it makes."""

    around: Circumstances = field(default_factory=around)
    case: Case | None = None
    journal: list[f.Recorded] = field(default_factory=list)

    def give(self, command: c.Command, now: datetime) -> list[f.Fact] | Reason:
        """Give a command: the facts it made true, or why it was refused."""
        decided = decide(self.case, command, self.around, now)
        if isinstance(decided, Refusal):
            return decided.reason
        self.case, facts = decided
        if self.case.programme != self.around.programme.name and self.case.programme in self.around.programmes:
            self.around = replace(self.around, programme=self.around.programmes[self.case.programme])
        for fact, at in facts:
            position = len(self.journal) + 1
            self.journal.append(f.Recorded(
                case=CASE, position=position, fact=fact, at=at, recorded_at=now, actor=None,
                programme=self.case.programme,
            ))  # fmt: skip
        return [fact for fact, _ in facts]

    def pass_until(self, now: datetime) -> list[f.Fact]:
        """Let time pass."""
        facts = self.give(c.LetTimePass(case=CASE), now)
        assert not isinstance(facts, Reason)
        return facts

    def answer(self, kind: str, by: PersonId, now: datetime, **answers: Any) -> list[f.Fact] | Reason:
        """Answer the open duty of a kind."""
        return self.give(c.AnswerDuty(case=CASE, duty=self.duty(kind).number, by=by, answers=answers), now)

    def duty(self, kind: str) -> Duty:
        """The open duty of a kind."""
        return next(duty for duty in self.duties.values() if duty.kind == kind)

    @property
    def duties(self) -> Mapping[int, Duty]:
        """What is open."""
        assert self.case is not None
        return self.case.duties

    def has(self, kind: str) -> bool:
        """Whether a duty of a kind is open."""
        return any(duty.kind == kind for duty in self.duties.values())

    def without_desks(self, *units: UnitId) -> None:
        """From now on nobody sits at these desks."""
        desks = {unit: people for unit, people in self.around.office.desks.items() if unit not in units}
        self.around = replace(self.around, office=replace(self.around.office, desks=desks))


def opened(
    now: datetime = BEGIN, programme: Programme | None = None, office: Office | None = None, **changes: Any
) -> Life:
    """A girl of eleven, admitted at low risk unless told otherwise."""
    life = Life(around(programme, office))
    asked: dict[str, Any] = {
        "programme": life.around.programme.name, "subject": CHILD, "unit": VILLAGE, "county": COUNTY, "kind": "orphan",
        "sex": "female", "born": date(2015, 3, 10), "admit": True,
    }  # fmt: skip
    facts = life.give(c.OpenCase(case=CASE, **(asked | changes)), now)
    assert not isinstance(facts, Reason), facts
    return life


def paired(now: datetime = BEGIN, volunteer: PersonId = ZHOU, **changes: Any) -> Life:
    """The same, bound to a volunteer at once."""
    life = opened(now, **changes)
    life.give(c.ProposeHelper(case=CASE, person=volunteer, score=10, why=("near",)), now)
    life.give(c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), now)
    facts = life.give(c.AnswerProposal(case=CASE, by=volunteer, accept=True), now)
    assert not isinstance(facts, Reason), facts
    return life


WELL: Final = {"needs_help": False} | dict.fromkeys(
    ("studies", "daily_life", "psychology", "thoughts", "health"), "well"
)
"""The answers of a talk in which all is well."""
