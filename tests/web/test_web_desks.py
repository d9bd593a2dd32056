"""Pairing and climbing through links: the coordinator decides, the volunteer accepts, a desk says it is on it."""

from collections.abc import Iterator
from typing import Final

import pytest
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    OTHER_COUNTY_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip
from support.programmes import linyi
from support.seen import facts_of
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.store.engine import reading, writing
from domain.store.journal import snapshot_of
from domain.store.pairs import propose_in
from domain.store.units import unseat
from domain.words import LANGUAGES, sentences
from web.proposals import REASONS

CASE: Final = CaseId("371302-00001")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """A girl waits for a companion."""
    store = open_office(database_url)
    open_case(store)
    with visiting(store, BEGIN) as someone:
        yield someone


def proposed(visitor: Visitor) -> PersonId:
    """The engine proposes somebody; who."""
    return propose_in(visitor.store, linyi(), COUNTY, visitor.clock.moment).proposals[0].person


def asked(visitor: Visitor) -> str:
    """Zhou is proposed and approved; her link."""
    propose = c.ProposeHelper(case=CASE, person=ZHOU, score=10, why=("in-no-dictionary",))
    do(visitor.store, propose, visitor.clock.moment)
    do(visitor.store, c.DecideProposal(case=CASE, by=COUNTY_DESK, accept=True), visitor.clock.moment)
    return visitor.link(ZHOU, CASE, "accept_proposal")


def climbed(visitor: Visitor) -> str:
    """The first visit of the pair is late and stands at the township; its desk's link."""
    pair(visitor.store, CASE, ZHOU, BEGIN)
    pass_days(visitor.store, BEGIN, 16)
    visitor.clock.moment = BEGIN + days(16)
    return visitor.link(TOWNSHIP_DESK, CASE, "first_visit")


def last(visitor: Visitor) -> f.Fact:
    """The fact written last that is no opening."""
    return [fact for fact in facts_of(visitor.store, CASE) if not isinstance(fact, f.DutyOpened | f.RungReached)][-1]


def test_the_coordinator_reads_whom_and_why_before_deciding(visitor: Visitor) -> None:
    person = proposed(visitor)
    said = words_of(visitor.get(visitor.link(COUNTY_DESK, CASE, "decide_proposal")))
    for words in ("审定结对方案", f"推荐的志愿者：{person}", "住在同一乡镇", "兰山区 兰山街道", "不同意"):
        assert words in said


def test_a_coordinator_who_agrees_lets_the_volunteer_be_asked(visitor: Visitor) -> None:
    person = proposed(visitor)
    page = visitor.post(visitor.link(COUNTY_DESK, CASE, "decide_proposal"), {"accept": "yes"})
    assert heading_of(page) == "已收到，谢谢您！"
    assert f.ProposalApproved(person=person, by=COUNTY_DESK) in facts_of(visitor.store, CASE)
    assert visitor.link(person, CASE, "accept_proposal")


def test_a_coordinator_who_declines_may_say_why(visitor: Visitor) -> None:
    person = proposed(visitor)
    visitor.post(visitor.link(COUNTY_DESK, CASE, "decide_proposal"), {"accept": "no", "reason": "not-suitable"})
    declined = f.ProposalDeclined(person=person, by=COUNTY_DESK, side="coordinator", reason="not-suitable")
    assert declined in facts_of(visitor.store, CASE)


def test_a_post_without_yes_or_no_decides_nothing(visitor: Visitor) -> None:
    proposed(visitor)
    link = visitor.link(COUNTY_DESK, CASE, "decide_proposal")
    before = everything(visitor.store)
    for odd in ({}, {"accept": ""}, {"accept": "maybe"}, {"accept": ["yes", "no"]}):
        page = visitor.post(link, odd)
        assert (page.status_code, "请在下面选择一个回答" in words_of(page)) == (422, True)
    assert everything(visitor.store) == before


def test_only_the_desk_asked_decides(visitor: Visitor) -> None:
    proposed(visitor)
    for other in (TOWNSHIP_DESK, OTHER_COUNTY_DESK, CITY_DESK, ZHOU):
        refused = visitor.post(visitor.link(other, CASE, "decide_proposal"), {"accept": "yes"})
        assert (refused.status_code, heading_of(refused)) == (409, "这件事不需要您填")


def test_where_a_desk_is_empty_the_one_above_decides(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        unseat(connection, COUNTY, COUNTY_DESK)
    proposed(visitor)
    page = visitor.post(visitor.link(CITY_DESK, CASE, "decide_proposal"), {"accept": "yes"})
    assert heading_of(page) == "已收到，谢谢您！"


def test_the_volunteer_reads_where_and_what_it_asks_but_no_name(visitor: Visitor) -> None:
    page = visitor.get(asked(visitor))
    said = words_of(page)
    for words in ("想请您做这名孩子的陪伴志愿者", "兰山区 兰山街道", "谈心", "入户走访", "我愿意", "我不方便"):
        assert words in said
    assert "某101" not in page.text
    assert "东村" not in page.text


def test_a_volunteer_who_accepts_is_bound_to_the_child(visitor: Visitor) -> None:
    page = visitor.post(asked(visitor), {"accept": "yes"})
    assert heading_of(page) == "已收到，谢谢您！"
    with reading(visitor.store.engine) as connection:
        case = snapshot_of(connection, CASE)
    assert case is not None
    assert [tie.person for tie in case.ties] == [ZHOU]


def test_a_volunteer_who_declines_may_say_why_and_is_not_asked_again(visitor: Visitor) -> None:
    link = asked(visitor)
    assert heading_of(visitor.post(link, {"accept": "no", "reason": "too-far"})) == "已收到，谢谢您！"
    declined = f.ProposalDeclined(person=ZHOU, by=ZHOU, side="helper", reason="too-far")
    assert declined in facts_of(visitor.store, CASE)
    assert visitor.post(link, {"accept": "yes"}).status_code == 409


def test_a_reason_of_ones_own_words_does_not_enter_the_journal(visitor: Visitor) -> None:
    visitor.post(asked(visitor), {"accept": "no", "reason": "小明家太远"})
    declined = f.ProposalDeclined(person=ZHOU, by=ZHOU, side="helper", reason="declined")
    assert declined in facts_of(visitor.store, CASE)


def test_somebody_else_cannot_accept_for_the_one_asked(visitor: Visitor) -> None:
    asked(visitor)
    refused = visitor.post(visitor.link(LIU, CASE, "accept_proposal"), {"accept": "yes"})
    assert refused.status_code == 409


def test_a_volunteer_who_has_become_full_meanwhile_reads_why(visitor: Visitor) -> None:
    link = asked(visitor)
    for number in (2, 3, 4):
        pair(visitor.store, open_case(visitor.store, number), ZHOU, BEGIN)
    page = visitor.post(link, {"accept": "yes"})
    assert page.status_code == 409
    assert "名额已满" in words_of(page)


def test_a_desk_that_a_duty_has_climbed_to_can_say_it_is_on_it(visitor: Visitor) -> None:
    link = climbed(visitor)
    said = words_of(visitor.get(link))
    for words in ("首次见面", "已晚 2 天", "已上报到乡镇", "我知道了，由我跟进"):
        assert words in said
    page = visitor.post(link)
    assert heading_of(page) == "已经签收"
    assert isinstance(last(visitor), f.DutyAcknowledged)
    assert visitor.post(link).status_code == 409


def test_a_desk_not_yet_reached_has_nothing_to_say(visitor: Visitor) -> None:
    climbed(visitor)
    for other in (OTHER_COUNTY_DESK, LIU):
        page = visitor.post(visitor.link(other, CASE, "first_visit"))
        assert (page.status_code, heading_of(page)) == (409, "这件事不需要您填")


def test_desks_above_may_say_it_too_and_the_volunteer_can_still_answer(visitor: Visitor) -> None:
    climbed(visitor)
    assert heading_of(visitor.post(visitor.link(COUNTY_DESK, CASE, "first_visit"))) == "已经签收"
    answered = visitor.post(visitor.link(ZHOU, CASE, "first_visit"), {"needs_help": "no"})
    assert heading_of(answered) == "已收到，谢谢您！"


def test_a_form_owed_by_a_desk_is_answered_by_whoever_sits_there_now(visitor: Visitor) -> None:
    pair(visitor.store, CASE, ZHOU, BEGIN)
    answer(visitor.store, CASE, "first_visit", ZHOU, BEGIN, needs_help=True)
    settled = {"done": "visited", "settled": "yes"}
    with writing(visitor.store.engine) as connection:
        unseat(connection, TOWNSHIP, TOWNSHIP_DESK)
    assert visitor.post(visitor.link(TOWNSHIP_DESK, CASE, "urgent_help"), settled).status_code == 409
    page = visitor.post(visitor.link(COUNTY_DESK, CASE, "urgent_help"), settled)
    assert heading_of(page) == "已收到，谢谢您！"


def test_what_comes_about_by_itself_asks_for_nothing(visitor: Visitor) -> None:
    page = visitor.get(visitor.link(TOWNSHIP_DESK, CASE, "find_companion"))
    assert heading_of(page) == "这件事不用在这里填"
    assert "“落实陪伴志愿者”办成以后会自动记录" in words_of(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_a_page_offers_is_told_in_words_by_the_story(language: str) -> None:
    told = sentences("story", language)
    offered = {key for keys in REASONS.values() for key in keys} | {"declined"}
    assert {key for key in offered if f"reason-{key}" not in told} == set()
