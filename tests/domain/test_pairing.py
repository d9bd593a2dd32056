"""Pairing as a coordinator sees it: who is proposed for whom, and why a child is left over."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from domain.calendar import Calendar
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.read import shipped_programmes
from domain.rules.pairing import ChildToPair, Pairing, PairingRules, Reason, VolunteerToPair, propose
from domain.rules.pairing_programme import rules_of
from domain.rules.pairing_words import packed, sentence, unpacked
from domain.words import sentences

ON = date(2026, 11, 22)
IN_ORDER = {"pledge": date(2027, 6, 1), "confidentiality": None}
RULES = PairingRules(
    required_papers=("pledge", "confidentiality"),
    papers_ahead_days=30,
    helper_sex_for={"female": "female"},
    within="county",
    skills_for={"orphan": frozenset({"counselling"})},
    first=("elder",),
)


def place(*codes: str) -> tuple[UnitId, ...]:
    return tuple(UnitId(code) for code in ("37", "3713", *codes))


LANSHAN = place("371302", "371302001")
LANSHAN_VILLAGE = place("371302", "371302001", "371302001-a")
LANSHAN_OTHER = place("371302", "371302002")
LUOZHUANG = place("371311", "371311001")


def girl(number: int = 1) -> ChildToPair:
    return ChildToPair(
        case=CaseId(f"371302-{number:05d}"),
        sex="female",
        born=date(2016, 5, 1),
        kind="de_facto_orphan",
        risk="low",
        place=LANSHAN_VILLAGE,
    )


def boy(number: int = 1) -> ChildToPair:
    return replace(girl(number), sex="male")


def woman(number: int = 1) -> VolunteerToPair:
    return VolunteerToPair(
        person=PersonId(f"p{number:09d}"),
        sex="female",
        born=date(1980, 1, 1),
        place=LANSHAN,
        capacity_left=1,
        papers_valid_until=IN_ORDER,
    )


def man(number: int = 1) -> VolunteerToPair:
    return replace(woman(number), sex="male")


def pairs(pairing: Pairing) -> dict[str, str]:
    return {proposed.case: proposed.person for proposed in pairing.proposals}


def keys(reasons: tuple[Reason, ...]) -> dict[str, object]:
    return {reason.key: reason.values.get("count", True) for reason in reasons}


def test_a_girl_gets_a_woman_even_when_a_man_is_nearer() -> None:
    near_man = replace(man(1), place=LANSHAN_VILLAGE)
    far_woman = replace(woman(2), place=LANSHAN_OTHER)
    pairing = propose([girl()], [near_man, far_woman], RULES, ON)
    assert pairs(pairing) == {"371302-00001": "p000000002"}


def test_a_girl_gets_nobody_rather_than_a_man() -> None:
    pairing = propose([girl()], [man()], RULES, ON)
    assert pairing.proposals == ()
    assert keys(pairing.left_over[0].why) == {"nobody-in-area": 0}


def test_a_boy_may_have_a_man_or_a_woman() -> None:
    assert pairs(propose([boy()], [man()], RULES, ON)) == {"371302-00001": "p000000001"}
    assert pairs(propose([boy()], [woman()], RULES, ON)) == {"371302-00001": "p000000001"}


@pytest.mark.parametrize(
    ("papers", "why"),
    [
        ({"confidentiality": None}, "paper-missing"),
        ({"pledge": ON - timedelta(days=1), "confidentiality": None}, "paper-expired"),
        ({"pledge": ON + timedelta(days=29), "confidentiality": None}, "paper-ends-soon"),
    ],
)
def test_nobody_is_proposed_whose_paper_is_missing_expired_or_about_to_end(
    papers: dict[str, date | None], why: str
) -> None:
    volunteer = replace(woman(), papers_valid_until=papers)
    pairing = propose([girl()], [volunteer], RULES, ON)
    assert pairing.proposals == ()
    assert pairing.left_over[0].why[1] == Reason(why, {"paper": "pledge", "count": 1})
    assert pairing.unused.why == (Reason(why, {"paper": "pledge", "count": 1}),)


def test_a_paper_that_ends_just_late_enough_will_do() -> None:
    until = {"pledge": ON + timedelta(days=30), "confidentiality": None}
    assert propose([girl()], [replace(woman(), papers_valid_until=until)], RULES, ON).proposals


def test_a_volunteer_declined_for_a_child_is_never_proposed_for_it_again_but_for_another_child() -> None:
    declined = replace(girl(1), declined=frozenset({PersonId("p000000001")}))
    pairing = propose([declined, girl(2)], [woman(1)], RULES, ON)
    assert pairs(pairing) == {"371302-00002": "p000000001"}
    alone = propose([declined], [woman(1)], RULES, ON)
    assert keys(alone.left_over[0].why) == {"in-area": 1, "declined": 1}


def test_who_is_not_serving_or_full_or_too_young_is_not_proposed() -> None:
    rules = replace(RULES, helper_least_age_for={"female": 25})
    away = replace(woman(1), serving=False)
    full = replace(woman(2), capacity_left=0)
    young = replace(woman(3), born=date(2005, 1, 1))
    unknown = replace(woman(4), born=None)
    pairing = propose([girl()], [away, full, young, unknown], rules, ON)
    assert pairing.proposals == ()
    assert keys(pairing.left_over[0].why) == {"in-area": 4, "too-young": 2, "full": 1, "not-serving": 1}
    assert pairs(propose([boy()], [young], rules, ON)), "the least age is asked for girls only"


def test_a_volunteer_of_another_county_is_not_proposed_where_the_rule_says_county() -> None:
    elsewhere = replace(woman(), place=LUOZHUANG)
    pairing = propose([girl()], [elsewhere], RULES, ON)
    assert keys(pairing.left_over[0].why) == {"nobody-in-area": 0}
    assert keys(pairing.unused.why) == {"no-child-in-area": 1}
    assert propose([girl()], [elsewhere], replace(RULES, within="city"), ON).proposals
    assert propose([girl()], [elsewhere], replace(RULES, within=None), ON).proposals


def test_the_nearer_volunteer_is_taken_village_before_township_before_county() -> None:
    village = replace(woman(3), place=LANSHAN_VILLAGE)
    township = replace(woman(2), place=LANSHAN)
    county = replace(woman(1), place=LANSHAN_OTHER)
    for near, far in ((village, township), (township, county)):
        assert pairs(propose([girl()], [near, far], RULES, ON)) == {"371302-00001": near.person}


def test_nobody_gets_more_children_than_there_is_room_for() -> None:
    pairing = propose([girl(n) for n in range(1, 5)], [replace(woman(1), capacity_left=2), woman(2)], RULES, ON)
    assert sorted(pairs(pairing).values()) == ["p000000001", "p000000001", "p000000002"]
    assert len(pairing.left_over) == 1


def test_one_more_pair_is_worth_more_than_any_nearness() -> None:
    """The woman next door to girl 1 is the only one for girl 2, who may not have the other."""
    choosy = replace(girl(2), place=LANSHAN_OTHER, declined=frozenset({PersonId("p000000002")}))
    next_door = replace(woman(1), place=LANSHAN_VILLAGE)
    pairing = propose([girl(1), choosy], [next_door, replace(woman(2), place=LANSHAN_OTHER)], RULES, ON)
    assert pairs(pairing) == {"371302-00001": "p000000002", "371302-00002": "p000000001"}


def test_idle_volunteers_come_before_those_who_already_help_somebody() -> None:
    busy = replace(woman(1), cases_of_families={"x": 1})
    assert pairs(propose([girl()], [busy, woman(2)], RULES, ON)) == {"371302-00001": "p000000002"}
    assert pairs(propose([girl()], [replace(woman(1), load=1), woman(2)], RULES, ON)) == {"371302-00001": "p000000002"}
    two = [replace(woman(1), capacity_left=2), woman(2)]
    assert sorted(pairs(propose([girl(1), girl(2)], two, RULES, ON)).values()) == ["p000000001", "p000000002"]


def test_retired_elders_are_asked_first_and_skills_count() -> None:
    elder = replace(woman(2), kind="elder", born=date(1961, 1, 1))
    assert pairs(propose([girl()], [woman(1), elder], RULES, ON)) == {"371302-00001": "p000000002"}
    orphan = replace(girl(), kind="orphan")
    counsellor = replace(woman(1), skills=frozenset({"counselling"}))
    assert pairs(propose([orphan], [counsellor, elder], RULES, ON)) == {"371302-00001": "p000000001"}


def test_the_child_in_danger_is_not_the_one_left_over() -> None:
    rules = replace(RULES, urgency={"high": 60})
    children = [girl(1), replace(girl(2), risk="high", place=LANSHAN_OTHER), girl(3)]
    assert pairs(propose(children, [woman(1)], rules, ON)) == {"371302-00002": "p000000001"}


def test_brother_and_sister_go_to_one_woman_with_room_for_both() -> None:
    children = [replace(girl(1), family="w"), replace(boy(2), family="w")]
    roomy = replace(woman(3), capacity_left=2, place=LANSHAN_OTHER)
    pairing = propose(children, [woman(1), man(2), roomy], RULES, ON)
    assert set(pairs(pairing).values()) == {"p000000003"}
    assert all(keys(proposed.why)["siblings"] == 1 for proposed in pairing.proposals)


def test_siblings_are_parted_rather_than_another_girl_left_with_nobody() -> None:
    children = [replace(girl(1), family="w"), replace(boy(2), family="w"), girl(3)]
    pairing = propose(children, [replace(woman(1), capacity_left=2), man(2)], RULES, ON)
    assert pairs(pairing) == {
        "371302-00001": "p000000001",
        "371302-00002": "p000000002",
        "371302-00003": "p000000001",
    }
    assert "siblings" not in keys(pairing.proposals[0].why)


def test_a_new_sibling_goes_to_the_volunteer_who_already_helps_the_family() -> None:
    knows = replace(woman(2), place=LANSHAN_OTHER, cases_of_families={"w": 1})
    pairing = propose([replace(girl(), family="w")], [woman(1), knows], RULES, ON)
    assert pairs(pairing) == {"371302-00001": "p000000002"}
    assert keys(pairing.proposals[0].why)["siblings"] == 1


def test_twelve_women_in_the_county_nine_full_three_without_a_valid_agreement() -> None:
    full = [replace(woman(n), capacity_left=0) for n in range(1, 10)]
    unsigned = [replace(woman(n), papers_valid_until={"pledge": None}) for n in range(10, 13)]
    pairing = propose([girl()], [*full, *unsigned, man(13)], RULES, ON)
    why = pairing.left_over[0].why
    names = {"confidentiality": "儿童信息保密协议"}
    assert [sentence("zh", reason, names) for reason in why] == [
        "本县（区）有女志愿者 12 名",
        "已满额 9 名，可商请增加帮扶人数",
        "未签《儿童信息保密协议》3 名，请补签",
    ]
    assert sentence("en", why[0]) == "volunteers in the county (women): 12"


def test_the_reasons_of_a_pair_add_up_to_its_score_and_can_be_read_aloud() -> None:
    helper = replace(woman(), kind="elder", born=date(1960, 1, 1), skills=frozenset({"counselling"}))
    child = replace(girl(), kind="orphan", risk="high")
    rules = replace(RULES, urgency={"high": 30})
    proposed = propose([child], [helper], rules, ON).proposals[0]
    assert proposed.score == 75 + 20 + 10 + 15 + 30
    names = {"counselling": "心理咨询", "elder": "五老", "high": "高"}
    assert [sentence("zh", reason, names) for reason in proposed.why] == [
        "住在同一乡镇（街道）（+75 分）",
        "按规定由女志愿者帮扶",
        "特长对路：心理咨询（+20 分）",
        "比孩子年长 56 岁，年龄相宜（+10 分）",
        "优先聘请的人员：五老（+15 分）",
        "风险等级“高”，优先结对（+30 分）",
    ]


def test_a_reason_kept_in_the_journal_comes_back_whole() -> None:
    helper = replace(woman(), kind="elder", skills=frozenset({"counselling", "law & order"}))
    child = replace(girl(), needs=frozenset({"counselling", "law & order"}))
    pairing = propose([child, girl(2)], [helper], RULES, ON)
    for reason in (*pairing.proposals[0].why, *pairing.left_over[0].why):
        assert unpacked(packed(reason)) == reason


def test_the_same_people_in_any_order_give_the_same_proposals() -> None:
    children = [replace(girl(n) if n % 2 else boy(n), family=str(n // 3)) for n in range(1, 40)]
    volunteers = [replace(woman(n) if n % 3 else man(n), capacity_left=1 + n % 2) for n in range(1, 30)]
    first = propose(children, volunteers, RULES, ON)
    for seed in range(3):
        draws = Random(seed)
        mixed = draws.sample(children, len(children)), draws.sample(volunteers, len(volunteers))
        assert propose(*mixed, RULES, ON) == first


def test_no_children_or_no_volunteers_is_no_trouble() -> None:
    assert propose([], [], RULES, ON).unused.count == 0
    assert len(propose([girl()], [], RULES, ON).left_over) == 1
    assert keys(propose([], [woman()], RULES, ON).unused.why) == {"no-child-in-area": 1}


def test_a_programmes_own_rules_are_the_ones_kept() -> None:
    programme = shipped_programmes()["linyi-1204@1"]
    assert programme.pairing is not None
    rules = rules_of(programme, programme.pairing, ON, Calendar())
    assert rules.required_papers == programme.pairing.papers
    assert rules.papers_ahead_days == 30
    assert rules.helper_sex_for == {"female": "female"}
    assert rules.within == "city"
    assert rules.first == ("elder",)
    assert rules.skills_for["parent_in_prison"] == {"心理咨询", "法律"}
    assert rules.weights.siblings == programme.pairing.weights["siblings"]
    assert list(rules.urgency) == ["low", "medium", "high"]
    assert rules.urgency["low"] < rules.urgency["medium"] < rules.urgency["high"]


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    assert sentences("pairing", "zh").keys() == sentences("pairing", "en").keys()
