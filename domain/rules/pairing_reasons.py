"""Why a pair, why nobody, why unused: the reasons of a pairing, counted so that they add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import pairing_points as points
from domain.rules.pairing_forms import (
    ChildToPair,
    LeftOver,
    PairingRules,
    Proposed,
    Reason,
    Unused,
    VolunteerToPair,
)

Place = tuple[UnitId, ...]
Obstacles = Sequence[tuple[VolunteerToPair, Reason | None]]
"""Each volunteer with what keeps him or her from any new child."""


@dataclass(frozen=True)
class Pair:
    """A child and a volunteer; how many children this volunteer gets before, how many siblings as well."""

    child: ChildToPair
    helper: VolunteerToPair
    before: int
    siblings: int

    def proposed(self, rules: PairingRules, on: date) -> Proposed:
        """The proposal with every reason that gives or takes points, and the hard rules worth naming."""
        why = tuple(reason for reason in self._reasons(rules, on) if reason)
        score = sum(value for reason in why if isinstance(value := reason.values.get("points", 0), int))
        return Proposed(case=self.child.case, person=self.helper.person, score=score, why=why)

    def _reasons(self, rules: PairingRules, on: date) -> Iterable[Reason | None]:
        child, helper = self.child, self.helper
        depth = points.shared_depth(child.place, helper.place)
        where = {"level": rules.levels[depth - 1]} if depth else {}
        yield Reason("near" if depth else "far", {**where, "points": points.nearness_points(depth, rules)})
        yield Reason("right-sex", {"who": helper.sex}) if child.sex in rules.helper_sex_for else None
        yield _worth("siblings", rules.weights.siblings if self.siblings else 0, count=self.siblings)
        yield self._skills(rules)
        yield self._age(rules, on)
        yield _worth("asked-first", points.first_points(helper.kind, rules), kind=helper.kind)
        yield _worth("urgent", rules.urgency.get(child.risk, 0), risk=child.risk)
        load = points.children_held(helper) + self.before
        yield _worth("load", -rules.weights.load * load, count=load)

    def _skills(self, rules: PairingRules) -> Reason | None:
        needed = points.skills_needed(self.child, rules)
        met = tuple(sorted(needed & self.helper.skills))
        return _worth("skills", points.skill_points(needed, self.helper.skills, rules), skills=met)

    def _age(self, rules: PairingRules, on: date) -> Reason | None:
        if self.helper.born is None:
            return None
        child, helper = (points.years_between(born, on) for born in (self.child.born, self.helper.born))
        return _worth("age", points.age_points(child, helper, rules), years=helper - child)


def _worth(key: str, given: int, **values: int | str | tuple[str, ...]) -> Reason | None:
    return Reason(key, {**values, "points": given}) if given else None


@dataclass(frozen=True)
class _Group:
    """The helpers of one area whom the sex rule allows: obstacles counted, and those free of any."""

    count: int
    obstacles: tuple[Reason, ...]
    free: frozenset[PersonId]


@dataclass(frozen=True)
class Explainer:
    """Tells for each child left over where the helpers of its area went."""

    everyone: Obstacles
    rules: PairingRules
    on: date

    def left_over(self, child: ChildToPair) -> LeftOver:
        """The helpers in the area, then each of them counted once, under the first rule that kept them."""
        area = child.place[: self.rules.depth_asked()]
        group = self._group(area, child.sex)
        values = {"level": self.rules.within or "everywhere", "unit": area[-1] if area else ""}
        who = self.rules.helper_sex_for.get(child.sex, "anyone")
        first = Reason("in-area" if group.count else "nobody-in-area", {**values, "who": who, "count": group.count})
        declined = len(group.free & child.declined)
        rest = (_counted("declined", declined), _counted("taken", len(group.free) - declined))
        return LeftOver(child.case, (first, *group.obstacles, *(reason for reason in rest if reason)))

    def _group(self, area: Place, sex: str) -> _Group:
        if (area, sex) not in self._groups:
            self._groups[area, sex] = self._made_group(area, sex)
        return self._groups[area, sex]

    def _made_group(self, area: Place, sex: str) -> _Group:
        all_here = self._by_area.get(area, ())
        here = [pair for pair in all_here if points.right_sex(sex, pair[0].sex, self.rules)]
        kept = [(helper, found or self._too_young(helper, sex)) for helper, found in here]
        free = frozenset(helper.person for helper, found in kept if not found)
        return _Group(len(here), counted(found for _, found in kept if found), free)

    def _too_young(self, helper: VolunteerToPair, sex: str) -> Reason | None:
        years = points.years_between(helper.born, self.on) if helper.born else None
        if points.old_enough(sex, years, self.rules):
            return None
        return Reason("too-young", {"years": self.rules.helper_least_age_for[sex]})

    @cached_property
    def _groups(self) -> dict[tuple[Place, str], _Group]:
        return {}

    @cached_property
    def _by_area(self) -> Mapping[Place, list[tuple[VolunteerToPair, Reason | None]]]:
        areas: dict[Place, list[tuple[VolunteerToPair, Reason | None]]] = {}
        depth = self.rules.depth_asked()
        for pair in self.everyone:
            if len(pair[0].place) >= depth:
                areas.setdefault(pair[0].place[:depth], []).append(pair)
        return areas


def unused(
    everyone: Obstacles, children: Sequence[ChildToPair], proposed: frozenset[PersonId], rules: PairingRules
) -> Unused:
    """The volunteers without a proposal, each counted once."""
    asked = {child.place[: rules.depth_asked()] for child in children}
    idle = [(helper, found) for helper, found in everyone if helper.person not in proposed]
    spare = Reason("spare")
    no_child = Reason("no-child-in-area")
    kept = (found or (spare if helper.place[: rules.depth_asked()] in asked else no_child) for helper, found in idle)
    return Unused(len(idle), counted(kept))


def counted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each different reason once, with how often it was there, the most frequent first."""
    numbers = Counter((reason.key, tuple(sorted(reason.values.items()))) for reason in reasons)
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0][0], str(item[0][1])))
    return tuple(Reason(key, {**dict(values), "count": count}) for (key, values), count in ordered)


def _counted(key: str, count: int) -> Reason | None:
    return Reason(key, {"count": count}) if count else None


def siblings_of(pairs: Mapping[CaseId, tuple[ChildToPair, VolunteerToPair]]) -> dict[CaseId, int]:
    """For each proposed child how many others of the family the same volunteer helps or would help."""
    going = Counter((child.family, helper.person) for child, helper in pairs.values() if child.family is not None)
    return {
        case: going[child.family, helper.person] - 1 + helper.cases_of_families.get(child.family, 0)
        for case, (child, helper) in pairs.items()
        if child.family is not None
    }
