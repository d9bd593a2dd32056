"""What goes into pairing and what comes out: children, volunteers, rules; proposals, those left over, why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.ids import CaseId, PersonId, UnitId

Value = int | str | tuple[str, ...]

LEVELS = ("province", "city", "county", "township", "village")
"""The tree from its root; the n-th unit of a place stands on the n-th level."""

NEARNESS = {"village": 100, "township": 75, "county": 40, "city": 10}
"""Percent of the weight ``nearness`` given when the deepest unit two places share is on this level."""


@dataclass(frozen=True, slots=True)
class ChildToPair:
    """A child without a helper. ``place`` runs from the root to the leaf; siblings share ``family``."""

    case: CaseId
    sex: str
    born: date
    kind: str
    risk: str
    place: tuple[UnitId, ...]
    family: str | None = None
    needs: frozenset[str] = frozenset()
    declined: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class VolunteerToPair:
    """Somebody on the roster.

    ``papers_valid_until``: nothing means for ever, an absent key never signed. ``cases_of_families``: children helped
    by family. ``load``: all children helped, where some have no family on record; the greater number counts.
    """

    person: PersonId
    sex: str
    born: date | None
    place: tuple[UnitId, ...]
    capacity_left: int
    kind: str = ""
    skills: frozenset[str] = frozenset()
    papers_valid_until: Mapping[str, date | None] = field(default_factory=dict)
    serving: bool = True
    cases_of_families: Mapping[str, int] = field(default_factory=dict)
    load: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points each soft wish can give; ``load`` is taken away for every child already helped."""

    nearness: int = 100
    siblings: int = 150
    skills: int = 20
    age: int = 10
    first: int = 15
    load: int = 6


@dataclass(frozen=True, slots=True)
class PairingRules:
    """Hard rules, then wishes, of one programme.

    ``papers_ahead_days``: a paper must still be valid this many days after the day of pairing.
    ``helper_sex_for``, ``helper_least_age_for``: by the child's sex. ``within``: the level of the tree a pair
    must share, nothing for no limit. ``skills_for``: by the child's kind. ``first``: kinds of helpers asked
    first. ``urgency``: points by risk level, so that the child in danger is not the one left over.
    ``age_gap``: fewest and most years by which the helper should be older. ``most_new_at_once``: how many
    children one helper may be proposed for in one go.
    """

    required_papers: tuple[str, ...] = ()
    papers_ahead_days: int = 0
    helper_sex_for: Mapping[str, str] = field(default_factory=dict)
    helper_least_age_for: Mapping[str, int] = field(default_factory=dict)
    within: str | None = "city"
    skills_for: Mapping[str, frozenset[str]] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    urgency: Mapping[str, int] = field(default_factory=dict)
    age_gap: tuple[int, int] = (20, 60)
    most_new_at_once: int = 5
    weights: Weights = Weights()
    nearness: Mapping[str, int] = field(default_factory=lambda: dict(NEARNESS))
    levels: tuple[str, ...] = LEVELS

    def depth_asked(self) -> int:
        """How many units from the root a pair must share."""
        return 0 if self.within is None else self.levels.index(self.within) + 1


@dataclass(frozen=True, slots=True)
class Reason:
    """A key of ``domain/words/pairing.*.yaml`` and its values: numbers, levels of the tree, ids and keys."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair. ``score`` is the sum of the points that the reasons give or take."""

    case: CaseId
    person: PersonId
    score: int
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A child without a proposal. The first reason counts the helpers there, the others what kept them."""

    case: CaseId
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Unused:
    """How many volunteers got no proposal; each reason carries its ``count``."""

    count: int
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """The best pairing, in the order of case numbers."""

    proposals: tuple[Proposed, ...]
    left_over: tuple[LeftOver, ...]
    unused: Unused
