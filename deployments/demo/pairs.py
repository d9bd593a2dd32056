"""Made-up people as the rules of pairing want them, and how long a pairing of a whole city takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Final

from deployments.demo.people import Home, MadeUpChild, MadeUpVolunteer, People
from deployments.demo.population import people_of
from domain.ids import CaseId, PersonId, UnitId
from domain.rules.pairing import ChildToPair, Pairing, PairingRules, VolunteerToPair, propose

_A_YEAR: Final = timedelta(days=365)

RULES: Final = PairingRules(
    required_papers=("pledge", "confidentiality", "safety"),
    papers_ahead_days=30,
    helper_sex_for={"female": "female"},
    within="city",
    skills_for={
        "orphan": frozenset({"心理咨询"}),
        "parent_mentally_ill": frozenset({"心理咨询", "医护"}),
        "parent_in_prison": frozenset({"心理咨询", "法律"}),
        "parent_gravely_ill": frozenset({"医护", "心理咨询"}),
    },
    first=("elder",),
)
"""The shape of a city's rules, for measuring; what a city really asks stands in its programme."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One pairing of a whole city and the seconds it took."""

    children: int
    volunteers: int
    pairing: Pairing
    seconds: float
    target_seconds: float

    def lines(self) -> tuple[str, ...]:
        """What a benchmark prints: the rows, the seconds, the ratio with its target."""
        pairs, left = len(self.pairing.proposals), len(self.pairing.left_over)
        return (
            f"pairing: {self.children} children, {self.volunteers} volunteers, {pairs} pairs, {left} left over",
            f"seconds {self.seconds:.2f}",
            f"ratio pairing-seconds {self.seconds:.2f} target <= {self.target_seconds:g}",
        )


def bench(
    *, children: int = 5317, volunteers: int = 8000, seed: int = 1, on: date, target_seconds: float = 3.0
) -> Measured:
    """Pairs a made-up city once, the making up not counted."""
    people = people_of(children=children, volunteers=volunteers, seed=seed, area="3713", on=on)
    waiting, roster = to_pair(people)
    started = monotonic()
    pairing = propose(waiting, roster, RULES, on)
    return Measured(children, volunteers, pairing, monotonic() - started, target_seconds)


def to_pair(people: People) -> tuple[tuple[ChildToPair, ...], tuple[VolunteerToPair, ...]]:
    """All children without a helper, all volunteers with all their room."""
    waiting = tuple(_child(number, child) for number, child in enumerate(people.children, start=1))
    return waiting, tuple(_volunteer(number, one) for number, one in enumerate(people.volunteers, start=1))


def _child(number: int, child: MadeUpChild) -> ChildToPair:
    return ChildToPair(
        case=CaseId(f"{child.home.county.code}-{number:05d}"),
        sex=child.sex,
        born=child.born,
        kind=child.kind,
        risk="low",
        place=_way_to(child.home),
        family=str(child.family),
    )


def _volunteer(number: int, volunteer: MadeUpVolunteer) -> VolunteerToPair:
    return VolunteerToPair(
        person=PersonId(f"p{number:09d}"),
        sex=volunteer.sex,
        born=volunteer.born,
        place=_way_to(volunteer.home),
        capacity_left=volunteer.capacity,
        kind=volunteer.kind,
        skills=frozenset(volunteer.skills),
        papers_valid_until=_valid_until(volunteer.papers),
    )


def _valid_until(papers: Mapping[str, date | None]) -> dict[str, date | None]:
    return {paper: signed + _A_YEAR for paper, signed in papers.items() if signed is not None}


def _way_to(home: Home) -> tuple[UnitId, ...]:
    code = home.township.code
    above = tuple(UnitId(code[:digits]) for digits in (2, 4, 6, 9))
    return (*above, UnitId(f"{code}-{home.village}")) if home.village else above
