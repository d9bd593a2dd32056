"""The made-up city: enough people of every kind everywhere, sheets an office might send, volunteers who answer."""

import csv
import hashlib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from deployments.demo.behaviour import Late, NeedsHelp, Never, OnTime, answer_for
from deployments.demo.numbers import IdNumbers, check_sign
from deployments.demo.pairs import RULES, bench, to_pair
from deployments.demo.people import MadeUpChild, MadeUpVolunteer, People
from deployments.demo.population import Population, people_of, write_population
from domain.ids import CaseId
from domain.places import children as places_below
from domain.places import place
from domain.rules.pairing import propose
from domain.rules.pairing_words import sentence
from domain.sheets import RosterRules, SurveyRules, read_survey, read_volunteers

ON = date(2026, 11, 22)
KINDS = {
    "orphan": ("孤儿",),
    "de_facto_orphan": ("事实孤儿",),
    "parent_mentally_ill": ("父母一方患精神病",),
    "parent_in_prison": ("父母服刑",),
    "parent_gravely_ill": ("父母大病",),
}
HELPERS = {"elder": ("五老",), "teacher": ("教师",)}
PAPERS = {"pledge": ("承诺书签订日期",), "confidentiality": ("保密协议签订日期",), "safety": ("培训日期",)}


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Population:
    folder = tmp_path_factory.mktemp("tenth")
    return write_population(folder, children=532, volunteers=800, seed=1, on=ON)


@pytest.fixture(scope="module")
def full() -> People:
    return people_of(children=5317, volunteers=8000, seed=1, area="3713", on=ON)


def age(born: date) -> int:
    return ON.year - born.year - ((ON.month, ON.day) < (born.month, born.day))


def test_every_row_of_every_sheet_is_accepted_by_the_survey_import(tenth: Population) -> None:
    rules = SurveyRules(kinds=KINDS, below_age=18, within="3713", on=ON)
    rows = [row for survey in tenth.surveys for row in read_survey(survey, rules, frozenset()).rows]
    assert [row.why("zh") for row in rows if row.verdict != "accepted"] == []
    found = {(row.item.name, row.item.born, row.item.township, row.item.kind) for row in rows if row.item}
    meant = {(child.name, child.born, child.home.township.code, child.kind) for child in tenth.people.children}
    assert found == meant
    assert len(rows) == 532


def test_every_row_of_the_roster_is_accepted_by_the_volunteers_import(tenth: Population) -> None:
    rules = RosterRules(papers=PAPERS, kinds=HELPERS, within="3713", on=ON)
    rows = read_volunteers(tenth.volunteers, rules, frozenset()).rows
    assert [row.why("zh") for row in rows if row.verdict == "refused"] == []
    read = {(row.item.name, row.item.phone): row.item for row in rows if row.item}
    assert len(read) == len(rows) == 800
    for one in tenth.people.volunteers:
        item = read[one.name, one.phone]
        assert (item.capacity, item.skills, item.email) == (one.capacity, one.skills, one.email)
        assert item.papers == {paper: day for paper, day in one.papers.items() if day}


def test_each_county_fills_in_its_own_sheet(tenth: Population) -> None:
    assert [path.name for path in tenth.surveys] == [f"survey-{county.code}.xlsx" for county in places_below("3713")]
    assert len(tenth.surveys) == 13


def test_all_townships_have_children_and_volunteers(tenth: Population) -> None:
    townships = {township.code for county in places_below("3713") for township in places_below(county.code)}
    assert len(townships) == 156
    assert {child.home.township.code for child in tenth.people.children} == townships
    assert {one.home.township.code for one in tenth.people.volunteers} == townships


def test_children_are_of_all_five_kinds_and_one_to_seventeen_years_old(full: People) -> None:
    assert len(full.children) == 5317
    assert {age(child.born) for child in full.children} == set(range(1, 18))
    assert set(Counter(child.kind for child in full.children)) == set(KINDS)
    girls = sum(child.sex == "female" for child in full.children) / 5317
    assert 0.45 < girls < 0.51


@pytest.mark.parametrize("count", [532, 5317])
def test_about_one_child_in_eight_has_a_brother_or_sister_in_the_same_house(count: int) -> None:
    people = people_of(children=count, volunteers=10, seed=3, area="3713", on=ON)
    sizes = Counter(child.family for child in people.children)
    siblings = [child for child in people.children if sizes[child.family] > 1]
    assert 0.1 < len(siblings) / count < 0.14
    for family in {child.family for child in siblings}:
        house = [child for child in siblings if child.family == family]
        assert len({(child.home, child.guardian.phone, child.guardian.name, child.kind) for child in house}) == 1
        assert len({child.name for child in house}) == len(house)


def test_nearly_a_quarter_of_the_volunteers_are_retired_elders_and_more_than_half_are_women(full: People) -> None:
    assert len(full.volunteers) == 8000
    elders = [one for one in full.volunteers if one.kind == "elder"]
    assert len(elders) / 8000 == pytest.approx(0.233, abs=0.0005)
    assert all(age(one.born) >= 60 for one in elders)
    assert 0.55 < sum(one.sex == "female" for one in full.volunteers) / 8000 < 0.62
    assert {one.capacity for one in full.volunteers} == {1, 2, 3}


def test_papers_were_signed_within_the_last_year_and_a_few_are_missing(full: People) -> None:
    days = [day for one in full.volunteers for day in one.papers.values()]
    missing = days.count(None) / len(days)
    assert 0.01 < missing < 0.04
    assert all(ON - timedelta(days=365) < day < ON for day in days if day)


def test_id_numbers_pass_the_check_and_can_belong_to_nobody(full: People) -> None:
    everybody: list[MadeUpChild | MadeUpVolunteer] = [*full.children, *full.volunteers]
    numbers = [one.id_number for one in everybody]
    assert len(set(numbers)) == len(numbers)
    for one in everybody:
        assert check_sign(one.id_number[:17]) == one.id_number[17]
        assert one.id_number[6:14] == f"{one.born:%Y%m%d}"
        assert int(one.id_number[16]) % 2 == (one.sex == "male")
    assert {number[:6] for number in numbers} == {"371399"}
    with pytest.raises(KeyError):
        place("371399")


def test_a_day_has_only_so_many_id_numbers() -> None:
    numbers = IdNumbers("3713")
    given = [numbers.give(ON, "female") for _ in range(490)]
    assert len(set(given)) == 490
    assert not any(number.endswith("000") for number in given)
    with pytest.raises(ValueError, match="one day"):
        numbers.give(ON, "female")


def test_each_unit_has_a_coordinator_except_a_few_empty_desks(tenth: Population) -> None:
    with tenth.coordinators.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    units = Counter(row["单位(区划代码)"] for row in rows)
    assert set(units.values()) == {1}
    assert units["3713"] == 1
    assert sum(len(unit) == 6 for unit in units) == 13
    assert sum(len(unit) == 9 for unit in units) == 156 - 5
    assert all(row["姓名"] and row["职务"] and row["电子邮箱"].endswith("@example.org") for row in rows)


def test_the_same_seed_writes_the_same_files_and_another_seed_other_people(tmp_path: Path) -> None:
    def digests(name: str, seed: int) -> dict[str, str]:
        write_population(tmp_path / name, children=60, volunteers=40, seed=seed, on=ON)
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / name).iterdir()}

    first = digests("first", 1)
    assert digests("second", 1) == first
    other = digests("third", 2)
    assert other.keys() == first.keys()
    assert other["volunteers.xlsx"] != first["volunteers.xlsx"]
    assert other["coordinators.csv"] != first["coordinators.csv"]


def test_the_whole_city_is_paired_in_seconds(full: People) -> None:
    measured = bench(on=ON)
    assert len(measured.pairing.proposals) == 5317
    assert measured.seconds < 20, "measured at about one second; the rest is for a busy machine"
    assert measured.lines()[-1] == f"ratio pairing-seconds {measured.seconds:.2f} target <= 3"
    girls = {child.case for child in to_pair(full)[0] if child.sex == "female"}
    women = {one.person for one in to_pair(full)[1] if one.sex == "female"}
    assert all(proposed.person in women for proposed in measured.pairing.proposals if proposed.case in girls)


def test_too_few_women_in_the_city_leave_girls_over_with_reasons_in_words(tenth: Population) -> None:
    children, volunteers = to_pair(tenth.people)
    women = [one for one in volunteers if one.sex == "female"][:50]
    pairing = propose(children, [*women, *(one for one in volunteers if one.sex == "male")], RULES, ON)
    girls = {child.case for child in children if child.sex == "female"}
    left = [over for over in pairing.left_over if over.case in girls]
    assert len(girls) - len(left) == sum(
        one.capacity_left for one in women if set(one.papers_valid_until) >= set(PAPERS)
    )
    assert sentence("zh", left[0].why[0]) == "本市有女志愿者 50 名"
    for reason in (*left[0].why, *pairing.unused.why, *pairing.proposals[0].why):
        assert sentence("zh", reason)
        assert sentence("en", reason)


def test_volunteers_answer_mostly_on_time_sometimes_late_and_a_few_never() -> None:
    days = [ON + timedelta(days=30 * n) for n in range(12)]
    answers = [answer_for(CaseId(f"371302-{n:05d}"), "talk", day, 1) for n in range(400) for day in days]
    kinds = Counter(type(answer) for answer in answers)
    assert 0.75 < kinds[OnTime] / len(answers) < 0.90
    assert 0.07 < kinds[Late] / len(answers) < 0.20
    assert 0.01 < kinds[Never] / len(answers) < 0.06
    assert 0.005 < kinds[NeedsHelp] / len(answers) < 0.03
    delays = [answer.days for answer in answers if isinstance(answer, Late)]
    assert min(delays) == 1
    assert max(delays) > 14, "some are so late that the ladder climbs"


def test_the_same_seed_gives_the_same_answers() -> None:
    def answers(seed: int) -> list[object]:
        return [answer_for(CaseId(f"371302-{n:05d}"), "visit", ON, seed) for n in range(200)]

    assert answers(1) == answers(1)
    assert answers(1) != answers(2)
