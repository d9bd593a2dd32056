"""Points of pairing: what each wish gives to one pair, in plain words of the rules."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.ids import UnitId
from domain.rules.pairing_forms import ChildToPair, PairingRules, Reason, VolunteerToPair


def years_between(born: date, on: date) -> int:
    """Completed years; who was born on 29 February has a birthday on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def shared_depth(one: Sequence[UnitId], other: Sequence[UnitId]) -> int:
    """How many units from the root two places share."""
    depth = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        depth += 1
    return depth


def nearness_points(depth: int, rules: PairingRules) -> int:
    """Points for sharing ``depth`` units from the root."""
    level = rules.levels[min(depth, len(rules.levels)) - 1] if depth else ""
    return rules.weights.nearness * rules.nearness.get(level, 0) // 100


def skills_needed(child: ChildToPair, rules: PairingRules) -> frozenset[str]:
    """Skills that would help this child."""
    return child.needs | rules.skills_for.get(child.kind, frozenset())


def skill_points(needed: frozenset[str], skills: frozenset[str], rules: PairingRules) -> int:
    """The part of the weight that the met part of the needed skills makes."""
    return rules.weights.skills * len(needed & skills) // len(needed) if needed else 0


def age_points(child_years: int, helper_years: int | None, rules: PairingRules) -> int:
    """All points for a sensible difference of age, none otherwise."""
    least, most = rules.age_gap
    fits = helper_years is not None and least <= helper_years - child_years <= most
    return rules.weights.age if fits else 0


def first_points(kind: str, rules: PairingRules) -> int:
    """All points for the kind asked first, then evenly less down the list."""
    if kind not in rules.first:
        return 0
    asked = len(rules.first)
    return rules.weights.first * (asked - rules.first.index(kind)) // asked


def may_help(sex: str, helper_sex: str, helper_years: int | None, rules: PairingRules) -> bool:
    """Whether the rules about the person allow this helper for a child of this sex."""
    return right_sex(sex, helper_sex, rules) and old_enough(sex, helper_years, rules)


def right_sex(sex: str, helper_sex: str, rules: PairingRules) -> bool:
    """Whether the sex rule allows it."""
    return rules.helper_sex_for.get(sex, helper_sex) == helper_sex


def old_enough(sex: str, helper_years: int | None, rules: PairingRules) -> bool:
    """Whether the helper has the least age; an unknown age does not do where one is asked."""
    least = rules.helper_least_age_for.get(sex)
    return least is None or (helper_years is not None and helper_years >= least)


def children_held(volunteer: VolunteerToPair) -> int:
    """Children this volunteer already helps."""
    return max(volunteer.load, sum(volunteer.cases_of_families.values()))


def obstacle(volunteer: VolunteerToPair, rules: PairingRules, on: date) -> Reason | None:
    """The first thing that keeps a volunteer from any new child, or nothing when ready."""
    if not volunteer.serving:
        return Reason("not-serving")
    if volunteer.capacity_left <= 0:
        return Reason("full")
    faults = (_paper_fault(volunteer, paper, rules, on) for paper in rules.required_papers)
    return next((fault for fault in faults if fault), None)


def _paper_fault(volunteer: VolunteerToPair, paper: str, rules: PairingRules, on: date) -> Reason | None:
    if paper not in volunteer.papers_valid_until:
        return Reason("paper-missing", {"paper": paper})
    until = volunteer.papers_valid_until[paper]
    if until is None or until >= on + timedelta(days=rules.papers_ahead_days):
        return None
    return Reason("paper-expired" if until < on else "paper-ends-soon", {"paper": paper})
