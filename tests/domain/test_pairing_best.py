"""Pairing held against other ways of finding the best: trying everything, and solving the whole matrix at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from domain.ids import CaseId, PersonId, UnitId
from domain.rules import pairing_areas
from domain.rules.pairing import ChildToPair, PairingRules, VolunteerToPair, propose
from domain.rules.pairing_match import NEVER, NOBODY, Ints, Market, Points, Single, best_matching

ON: Final = date(2026, 11, 22)
PAPERS: Final[tuple[dict[str, date | None], ...]] = (
    {},
    {"pledge": None},
    {"pledge": date(2026, 11, 1)},
    {"pledge": date(2027, 1, 1)},
)
PLACES: Final = [
    tuple(UnitId(code) for code in codes.split())
    for codes in (
        "37 3713 371302 371302001",
        "37 3713 371302 371302001 a",
        "37 3713 371302 371302002 b",
        "37 3713 371311 371311001 c",
        "37 3713 371311",
        "37 3701 370102 370102001 d",
    )
]

people: Final = st.builds(
    VolunteerToPair,
    person=st.just(PersonId("")),
    sex=st.sampled_from(["female", "male"]),
    born=st.sampled_from([None, date(1955, 1, 1), date(1990, 1, 1), date(2007, 1, 1)]),
    place=st.sampled_from(PLACES),
    capacity_left=st.integers(0, 2),
    kind=st.sampled_from(["elder", "teacher", "other"]),
    skills=st.sets(st.sampled_from("abc")).map(frozenset),
    papers_valid_until=st.sampled_from([PAPERS[1], *PAPERS]),
    serving=st.sampled_from([True, True, True, False]),
    cases_of_families=st.sampled_from([{}, {"x": 1}, {"y": 2}]),
)
children_alone: Final = st.builds(
    ChildToPair,
    case=st.just(CaseId("")),
    sex=st.sampled_from(["female", "male"]),
    born=st.dates(date(2009, 1, 1), date(2025, 1, 1)),
    kind=st.sampled_from(["orphan", "ill"]),
    risk=st.sampled_from(["low", "high"]),
    place=st.sampled_from(PLACES),
    needs=st.sets(st.sampled_from("abc")).map(frozenset),
    declined=st.sets(st.integers(0, 3).map(lambda n: PersonId(f"p{n}"))).map(frozenset),
)
rules_of_some: Final = st.builds(
    PairingRules,
    required_papers=st.sampled_from([(), ("pledge",)]),
    papers_ahead_days=st.sampled_from([0, 60]),
    helper_sex_for=st.sampled_from([{}, {"female": "female"}]),
    helper_least_age_for=st.sampled_from([{}, {"male": 25}]),
    within=st.sampled_from([None, "city", "county", "township"]),
    skills_for=st.just({"orphan": frozenset("c")}),
    first=st.sampled_from([(), ("elder",), ("teacher", "elder")]),
    urgency=st.sampled_from([{}, {"high": 30}]),
)


def numbered_children(children: Sequence[ChildToPair], families: Sequence[str | None] = ()) -> list[ChildToPair]:
    of = dict(enumerate(families))
    return [replace(child, case=CaseId(f"c{n}"), family=of.get(n)) for n, child in enumerate(children)]


def numbered_people(volunteers: Sequence[VolunteerToPair]) -> list[VolunteerToPair]:
    return [replace(one, person=PersonId(f"p{n}")) for n, one in enumerate(volunteers)]


def years(born: date) -> int:
    return ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))


def allowed(child: ChildToPair, helper: VolunteerToPair, rules: PairingRules) -> bool:
    """The hard rules, written once more."""
    far = {None: 0, "city": 2, "county": 3, "township": 4}[rules.within]
    if child.place[:far] != helper.place[:far] or min(len(child.place), len(helper.place)) < far:
        return False
    if rules.helper_sex_for.get(child.sex) not in (None, helper.sex):
        return False
    if child.sex in rules.helper_least_age_for and (not helper.born or years(helper.born) < 25):
        return False
    if rules.required_papers:
        until = helper.papers_valid_until.get("pledge", date.min)
        if until is not None and (until - ON).days < rules.papers_ahead_days:
            return False
    return helper.serving and helper.capacity_left > 0 and helper.person not in child.declined


def wishes(child: ChildToPair, helper: VolunteerToPair, rules: PairingRules) -> int:
    """The points of a pair, written once more."""
    shared = sum(1 for one, other in zip(child.place, helper.place, strict=False) if one == other)
    near = (0, 0, 10, 40, 75, 100)[shared]
    needed = child.needs | (frozenset("c") if child.kind == "orphan" else frozenset())
    skills = 20 * len(needed & helper.skills) // len(needed) if needed else 0
    age = 10 if helper.born and 20 <= years(helper.born) - years(child.born) <= 60 else 0
    first = {("elder",): {"elder": 15}, ("teacher", "elder"): {"teacher": 15, "elder": 7}}.get(rules.first, {})
    urgent = rules.urgency.get(child.risk, 0)
    return near + skills + age + first.get(helper.kind, 0) + urgent


def every_pairing(
    children: Sequence[ChildToPair], volunteers: Sequence[VolunteerToPair], rules: PairingRules
) -> Iterator[tuple[int, int]]:
    """Number of pairs and points of every pairing the hard rules allow."""
    if not children:
        yield 0, 0
        return
    child, *others = children
    yield from every_pairing(others, volunteers, rules)
    for at, helper in enumerate(volunteers):
        if not allowed(child, helper, rules):
            continue
        held = sum(helper.cases_of_families.values())
        busier = replace(
            helper,
            capacity_left=helper.capacity_left - 1,
            cases_of_families={**helper.cases_of_families, child.case: 1},
        )
        rest = every_pairing(others, [*volunteers[:at], busier, *volunteers[at + 1 :]], rules)
        points = wishes(child, helper, rules) - 6 * held
        yield from ((pairs + 1, total + points) for pairs, total in rest)


@settings(max_examples=80, deadline=None)
@given(st.lists(children_alone, max_size=4), st.lists(people, max_size=4), rules_of_some, st.sampled_from([1, 256]))
def test_no_pairing_has_more_pairs_nor_more_points(
    some: list[ChildToPair], others: list[VolunteerToPair], rules: PairingRules, part: int
) -> None:
    children, volunteers = numbered_children(some), numbered_people(others)
    with patch.object(pairing_areas, "COLUMNS_A_PART", part):
        found = propose(children, volunteers, rules, ON)
    best = max(every_pairing(children, volunteers, rules))
    assert (len(found.proposals), sum(proposed.score for proposed in found.proposals)) == best


@settings(max_examples=80, deadline=None)
@given(
    st.lists(children_alone, max_size=5),
    st.lists(people, max_size=4),
    rules_of_some,
    st.lists(st.sampled_from(["x", "y", "z", None]), min_size=5, max_size=5),
    st.sampled_from([1, 256]),
)
def test_keeping_siblings_together_costs_no_child_its_helper_and_breaks_no_rule(
    some: list[ChildToPair], others: list[VolunteerToPair], rules: PairingRules, families: list[str | None], part: int
) -> None:
    children, volunteers = numbered_children(some, families), numbered_people(others)
    with patch.object(pairing_areas, "COLUMNS_A_PART", part):
        found = propose(children, volunteers, rules, ON)
    assert len(found.proposals) == max(pairs for pairs, _ in every_pairing(children, volunteers, rules))
    by_case = {child.case: child for child in children}
    by_person = {one.person: one for one in volunteers}
    for proposed in found.proposals:
        assert allowed(by_case[proposed.case], by_person[proposed.person], rules)
    for one in volunteers:
        assert sum(proposed.person == one.person for proposed in found.proposals) <= one.capacity_left


@settings(max_examples=80, deadline=None)
@given(st.lists(children_alone, max_size=5), st.lists(people, max_size=5), rules_of_some)
def test_everybody_is_accounted_for_once(
    some: list[ChildToPair], others: list[VolunteerToPair], rules: PairingRules
) -> None:
    children, volunteers = numbered_children(some), numbered_people(others)
    found = propose(children, volunteers, rules, ON)
    settled = [*(one.case for one in found.proposals), *(one.case for one in found.left_over)]
    assert sorted(settled) == [child.case for child in children]
    for left in found.left_over:
        there, *kept = (reason.values["count"] for reason in left.why)
        assert there == sum(count for count in kept if isinstance(count, int))
    used = {proposed.person for proposed in found.proposals}
    unused = sum(count for reason in found.unused.why if isinstance(count := reason.values["count"], int))
    assert found.unused.count == unused == len(volunteers) - len(used)


def market(points: Points, draws: np.random.Generator) -> Market:
    """All of a matrix, with parts that have nothing to do with where the best pairs are."""
    rows, columns = (int(size) for size in points.shape)
    row_parts, column_parts = draws.integers(0, 3, rows), draws.integers(0, 3, columns)
    elsewhere = np.where(row_parts[:, None] != column_parts, points, NEVER)
    nobody: Ints = np.zeros(0, dtype=np.int64)
    return Market(
        rows=rows,
        columns=columns,
        points=lambda some, others: points[np.ix_(some, others)],
        least=-20,
        most=200,
        reaches=[(np.arange(rows), np.arange(columns))],
        looks=[(np.flatnonzero(row_parts == part), np.flatnonzero(column_parts == part)) for part in range(3)],
        outside=elsewhere.max(axis=1),
        also=Single(nobody, nobody, nobody.astype(np.int32)),
    )


@pytest.mark.parametrize("seed", range(60))
def test_looking_at_few_candidates_finds_what_looking_at_all_would(seed: int) -> None:
    draws = np.random.default_rng(seed)
    rows, columns = (int(size) for size in draws.integers(1, 120, 2))
    points = draws.integers(-20, int(draws.integers(-15, 200)), (rows, columns)).astype(np.int32)
    points[draws.random((rows, columns)) > draws.random()] = NEVER
    chosen = best_matching(market(points, draws), candidates=int(draws.integers(1, 5)))
    paired = np.flatnonzero(chosen != NOBODY)
    gained = points[paired, chosen[paired]]
    assert len(set(chosen[paired])) == len(paired)
    assert (gained > NEVER // 2).all()
    worth = np.where(points > NEVER // 2, points.astype(np.int64) + 100_000, 0)
    best_rows, best_columns = linear_sum_assignment(worth, maximize=True)
    assert gained.sum() + 100_000 * len(paired) == worth[best_rows, best_columns].sum()


def test_a_whole_township_crowding_round_the_same_few_women_is_still_paired_as_far_as_can_be() -> None:
    """Sixty girls all rank the same women first; there are enough women, but only beyond the first candidates."""
    points: Points = np.tile(np.arange(60, 0, -1, dtype=np.int32), (60, 1))
    draws = np.random.default_rng(0)
    chosen = best_matching(market(points, draws), candidates=2)
    assert sorted(chosen) == list(range(60))
    assert int(points[np.arange(60), chosen].sum()) == sum(range(1, 61))
