"""Pairing in the console: proposals with why, decided at the right desk; children who wait, and choosing for them."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import update
from support import linyi_second as second
from support.counting import statements
from support.office import (
    BEGIN,
    CITY,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    SUN,
    TOWNSHIP,
    TOWNSHIP_DESK,
    WU,
    ZHOU,
    days,
    do,
    open_case,
    open_office,
    pair,
)  # fmt: skip
from support.programmes import linyi
from support.seen import facts_of
from support.signed_in import as_role
from support.site import Visitor, everything, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, PersonId, UnitId
from domain.rules import commands as c
from domain.rules.access import EVERYWHERE, Role
from domain.store import tables as t
from domain.store.console import pairing_acts
from domain.store.engine import writing
from domain.store.leaving import Saying, announce_leaving
from domain.store.pairs import propose_in

CASE = CaseId("371302-00001")
BOARD = "/console/pairing"


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """A girl of eleven waits for a companion."""
    store = open_office(database_url)
    open_case(store)
    with visiting(store, BEGIN) as someone:
        yield someone


def county(visitor: Visitor) -> Visitor:
    """The county's coordinator, who decides on pairings."""
    return as_role(visitor, Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def proposed(visitor: Visitor) -> PersonId:
    """The engine proposes somebody; who."""
    return propose_in(visitor.store, linyi(), COUNTY, BEGIN).proposals[0].person


def change_helper(visitor: Visitor, person: PersonId, **values: object) -> None:
    """Change a row of the roster."""
    with writing(visitor.store.engine) as connection:
        connection.execute(update(t.helper).where(t.helper.c.person == person).values(**values))


def test_a_proposal_stands_beside_the_child_with_every_reason_and_no_childs_name(visitor: Visitor) -> None:
    person = proposed(visitor)
    page = county(visitor).get(BOARD)
    said = words_of(page)
    for words in (
        CASE,
        "女孩 11 岁",
        "孤儿",
        "东村",
        f"某{person[-3:]}",
        "住在同一乡镇",
        "按规定由女志愿者帮扶",
        "1 等审定",
    ):
        assert words in said
    assert "某101" not in page.text


def test_the_desk_in_charge_agrees_and_takes_back(visitor: Visitor) -> None:
    person = proposed(county(visitor))
    agreed = visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "approve"})
    assert "已同意" in words_of(agreed)
    assert f.ProposalApproved(person=person, by=COUNTY_DESK) in facts_of(visitor.store, CASE)
    asked = words_of(visitor.get(f"{BOARD}?show=asked"))
    assert "1 等志愿者答复" in asked
    assert "撤回" in asked
    visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "decline", "reason": "better-match"})
    taken_back = f.ProposalDeclined(person=person, by=COUNTY_DESK, side="coordinator", reason="better-match")
    assert taken_back in facts_of(visitor.store, CASE)
    late = visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "approve"})
    assert (late.status_code, "没有等待答复的推荐" in words_of(late)) == (409, True)


def test_whoever_does_not_sit_at_the_desk_in_charge_sees_the_proposal_and_decides_nothing(visitor: Visitor) -> None:
    proposed(visitor)
    as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)
    page = visitor.get(BOARD)
    assert CASE in page.text
    assert 'value="approve"' not in page.text
    before = len(facts_of(visitor.store, CASE))
    assert visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "approve"}).status_code == 403
    assert len(facts_of(visitor.store, CASE)) == before


def test_another_county_sees_none_of_it_and_acts_on_none_of_it(visitor: Visitor) -> None:
    proposed(visitor)
    as_role(visitor, Role.COORDINATOR, OTHER_COUNTY, person=OTHER_COUNTY_DESK)
    for part in ("decide", "asked", "waiting", "leaving"):
        assert CASE not in visitor.get(f"{BOARD}?show={part}").text
    stranger, unknown = (visitor.get(f"{BOARD}/{case}") for case in (CASE, "371302-09999"))
    assert (stranger.status_code, unknown.status_code) == (404, 404)
    before = len(facts_of(visitor.store, CASE))
    assert visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "approve"}).status_code == 404
    assert visitor.post(f"{BOARD}/{CASE}", {"person": WU}).status_code == 404
    assert visitor.post(f"{BOARD}/propose", {"unit": COUNTY}).status_code == 404
    assert visitor.get(f"{BOARD}?unit={COUNTY}").status_code == 404
    assert len(facts_of(visitor.store, CASE)) == before


def test_ops_see_numbers_and_nobody_by_name(visitor: Visitor) -> None:
    person = proposed(visitor)
    page = as_role(visitor, Role.OPS, EVERYWHERE).get(BOARD)
    assert person in page.text
    assert "某0" not in page.text
    assert visitor.get(f"{BOARD}/{CASE}").status_code == 403
    assert visitor.post(f"{BOARD}/decide", {"case": CASE, "do": "approve"}).status_code == 403
    assert visitor.post(f"{BOARD}/propose", {"unit": COUNTY}).status_code == 403


def test_a_helper_of_another_county_is_named_to_who_looks_after_both_only(visitor: Visitor) -> None:
    do(visitor.store, c.ProposeHelper(case=CASE, person=WU, score=10, why=()), BEGIN)
    page = county(visitor).get(BOARD)
    assert WU in page.text
    assert "某014" not in page.text
    assert "手工推荐" in words_of(page)
    as_role(visitor, Role.COORDINATOR, CITY, person=CITY_DESK)
    assert "某014" in visitor.get(BOARD).text


def test_a_child_for_whom_nobody_was_found_says_what_is_missing(visitor: Visitor) -> None:
    change_helper(visitor, ZHOU, papers=json.dumps({"pledge": "2028-01-01", "confidentiality": None}))
    change_helper(visitor, LIU, load=3)
    said = words_of(county(visitor).get(f"{BOARD}?show=waiting"))
    for words in ("1 尚无人选", "本县（区）有女志愿者 2 名", "已满额 1 名", "未签《安全须知》1 名"):
        assert words in said
    assert "可以推荐" not in said
    change_helper(
        visitor, LIU, load=0, papers=json.dumps({"pledge": "2026-08-01", "confidentiality": None, "safety": None})
    )
    assert "《志愿服务承诺书》已过期 1 名" in words_of(visitor.get(f"{BOARD}?show=waiting"))


def test_looking_for_pairs_now_proposes_what_the_engine_would(visitor: Visitor) -> None:
    found = county(visitor).post(f"{BOARD}/propose", {"unit": COUNTY})
    assert "已推荐 1 名，没有找到合适人选的 0 名" in words_of(found)
    made = [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.PairingProposed)]
    assert [fact.by for fact in made] == [COUNTY_DESK]
    again = visitor.post(f"{BOARD}/propose", {"unit": COUNTY})
    assert "已推荐 0 名" in words_of(again)


def test_too_many_children_at_once_are_left_to_units_further_down(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(pairing_acts, "AT_ONCE", 0)
    refused = county(visitor).post(f"{BOARD}/propose", {"unit": COUNTY})
    assert (refused.status_code, "请先选下一级单位" in words_of(refused)) == (409, True)


def test_choosing_ranks_those_who_fit_and_says_why_each_other_does_not(visitor: Visitor) -> None:
    change_helper(visitor, LIU, load=3)
    page = county(visitor).get(f"{BOARD}/{CASE}")
    said = words_of(page)
    assert "看了 3 名志愿者，其中 1 名符合条件" in said
    assert page.text.index("某011") < page.text.index("某012")
    for words in ("同乡镇", "名额已满", "按方案规定，须由女志愿者帮扶", "推荐这位"):
        assert words in said
    assert "某014" not in page.text
    assert page.text.count('name="person"') == 1


def test_a_helper_chosen_by_hand_is_proposed_with_points_and_reasons(visitor: Visitor) -> None:
    done = county(visitor).post(f"{BOARD}/{CASE}", {"person": LIU})
    assert "已推荐，请审定" in words_of(done)
    made = [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.PairingProposed)]
    assert [(fact.person, fact.by) for fact in made] == [(LIU, COUNTY_DESK)]
    assert made[0].score > 0
    assert "near?level=township&points=75" in made[0].why


def test_another_one_takes_the_place_of_whoever_is_proposed(visitor: Visitor) -> None:
    do(visitor.store, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=()), BEGIN)
    assert "改推荐这位" in words_of(county(visitor).get(f"{BOARD}/{CASE}"))
    visitor.post(f"{BOARD}/{CASE}", {"person": LIU})
    facts = facts_of(visitor.store, CASE)
    assert f.ProposalDeclined(person=ZHOU, by=COUNTY_DESK, side="coordinator", reason="better-match") in facts
    assert [fact.person for fact in facts if isinstance(fact, f.PairingProposed)] == [ZHOU, LIU]


def test_whoever_does_not_fit_is_refused_and_nothing_of_it_happens(visitor: Visitor) -> None:
    do(visitor.store, c.ProposeHelper(case=CASE, person=ZHOU, score=1, why=()), BEGIN)
    before = everything(county(visitor).store)
    refused = visitor.post(f"{BOARD}/{CASE}", {"person": SUN})
    assert (refused.status_code, "不能由这一性别的志愿者结对" in words_of(refused)) == (409, True)
    assert visitor.post(f"{BOARD}/{CASE}", {"person": WU}).status_code == 404
    after = everything(visitor.store)
    assert {name for name in after if after[name] != before[name]} <= {"session"}


def test_a_child_that_is_paired_by_now_is_said_to_be_so_in_words(visitor: Visitor) -> None:
    pair(visitor.store, CASE, ZHOU, BEGIN)
    refused = county(visitor).post(f"{BOARD}/{CASE}", {"person": LIU})
    assert refused.status_code == 409
    assert "个案处于“探访”阶段，现在不能推荐志愿者" in words_of(refused)


def test_whose_companion_leaves_needs_a_successor(database_url: str) -> None:
    store = second.open_linyi(database_url)
    case = second.a_girl(store)
    with visiting(store, second.BEGIN) as visitor:
        assert "0 需要接任" in words_of(county(visitor).get(BOARD))
        announce_leaving(store, ZHOU, date(2027, 12, 1), Saying(second.COUNTY_DESK, "moves", second.BEGIN))
        said = words_of(visitor.get(f"{BOARD}?show=leaving"))
        for words in ("1 需要接任", case, "12月1日（星期三）后不再服务"):
            assert words in said
        assert "正在帮扶这个孩子" in words_of(visitor.get(f"{BOARD}/{case}"))
        assert "1 等审定" in words_of(visitor.post(f"{BOARD}/{case}", {"person": LIU}))
        assert "0 需要接任" in words_of(visitor.get(BOARD))


def test_brothers_and_sisters_are_shown_together(visitor: Visitor) -> None:
    family = PersonId("p000000099")
    cases = [open_case(visitor.store, number, family=family) for number in (2, 3)]
    propose_in(visitor.store, linyi(), COUNTY, BEGIN)
    said = words_of(county(visitor).get(BOARD))
    assert f"兄弟姐妹： {cases[0]}" in said
    assert f"兄弟姐妹： {cases[1]}" in said
    assert "同时帮扶其兄弟姐妹 1 人" in said


def test_a_unit_in_the_address_narrows_the_board(visitor: Visitor) -> None:
    there = open_case(visitor.store, 2, township=UnitId("371302002"))
    page = county(visitor).get(f"{BOARD}?show=waiting&unit=371302002")
    assert there in page.text
    assert CASE not in page.text


@pytest.mark.parametrize("part", ["decide", "asked", "waiting", "leaving"])
def test_the_board_asks_the_database_ten_times_at_most_however_long_it_is(visitor: Visitor, part: str) -> None:
    for number in range(2, 8):
        open_case(visitor.store, number, family=PersonId("p000000099"))
    propose_in(county(visitor).store, linyi(), COUNTY, BEGIN + days(1))
    visitor.get(BOARD)
    with statements(visitor.store) as sent:
        visitor.get(f"{BOARD}?show={part}")
    assert 0 < len(sent) <= 10, sent


def test_choosing_asks_the_database_ten_times_at_most(visitor: Visitor) -> None:
    case = open_case(visitor.store, 2, family=PersonId("p000000099"))
    do(visitor.store, c.ProposeHelper(case=case, person=WU, score=1, why=()), BEGIN)
    county(visitor).get(BOARD)
    with statements(visitor.store) as sent:
        assert visitor.get(f"{BOARD}/{case}").status_code == 200
    assert 0 < len(sent) <= 10, sent
