"""A link whose duty has ended or moved on says so kindly, and where it went."""

from collections.abc import Iterator
from typing import Final

import pytest
from support.office import BEGIN, COUNTY_DESK, LIU, TOWNSHIP_DESK, ZHOU, answer, days, do, open_case, open_office, pair
from support.office import talk as talk_
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.rounds import run_round

CASE: Final = CaseId("371302-00001")
WELL: Final = {
    "needs_help": "no",
    **dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well"),
}


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September; it is the 26th."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(25)) as someone:
        yield someone


def refused(visitor: Visitor, link: str) -> str:
    """The page that a late answer gets; nothing is written."""
    before = everything(visitor.store)
    page = visitor.post(link, WELL)
    assert page.status_code == 409
    assert everything(visitor.store) == before
    return heading_of(page)


def reassign(visitor: Visitor) -> None:
    """Liu takes over from Zhou."""
    do(
        visitor.store,
        c.Reassign(case=CASE, role="companion", to=LIU, by=COUNTY_DESK, reason="ill"),
        visitor.clock.moment,
    )


def test_the_link_of_a_volunteer_who_was_replaced_says_it_is_somebody_elses_now(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    reassign(visitor)
    page = visitor.get(link)
    assert (page.status_code, heading_of(page)) == (200, "这件事现在由别人接手了")
    assert refused(visitor, link) == "这件事现在由别人接手了"
    assert heading_of(visitor.get(visitor.link(LIU, CASE, "monthly_talk"))) == "谈心"


def test_it_stays_somebody_elses_after_the_successor_has_answered(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    reassign(visitor)
    talk_(visitor.store, CASE, LIU, visitor.clock.moment + days(1))
    assert heading_of(visitor.get(link)) == "这件事现在由别人接手了"


def test_after_a_tie_ended_without_a_successor_nothing_is_asked_of_who_left(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    do(visitor.store, c.EndTie(case=CASE, role="companion", by=COUNTY_DESK, reason="moved-away"), visitor.clock.moment)
    assert refused(visitor, link) == "这件事现在由别人接手了"


def test_a_duty_moved_by_a_change_of_risk_leads_on_to_the_new_one(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "home_visit")
    do(visitor.store, c.ChangeRisk(case=CASE, risk="high", by=TOWNSHIP_DESK), visitor.clock.moment)
    page = visitor.get(link)
    assert heading_of(page) == "这件事换成了新的一项"
    assert "去填：入户走访 截止：10月1日（星期四）" in words_of(page)
    onward = page.text.partition('<a class="button" href="')[2].partition('"')[0]
    form = visitor.get(str(page.url.join(onward)))
    assert heading_of(form) == "入户走访"


def test_what_lapsed_was_taken_over_from_above_and_the_next_one_is_offered(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk", days=90)
    for day in range(26, 70):
        run_round(visitor.store, BEGIN + days(day))
    visitor.clock.moment = BEGIN + days(70)
    page = visitor.get(link)
    assert heading_of(page) == "这一次已经过了时间"
    assert "谈心" in words_of(page)
    assert refused(visitor, link) == "这一次已经过了时间"


def test_when_somebody_else_wrote_the_answer_down_nothing_is_needed(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    talk_(visitor.store, CASE, TOWNSHIP_DESK, visitor.clock.moment)
    assert "9月26日（星期六）已经办完" in words_of(visitor.get(link))
    assert refused(visitor, link) == "这件事已经办完了，谢谢您！"


def test_after_a_case_was_closed_its_links_say_goodbye(visitor: Visitor) -> None:
    open_link = visitor.link(ZHOU, CASE, "monthly_talk")
    done_link = visitor.link(ZHOU, CASE, "first_visit")
    answer(visitor.store, CASE, "first_visit", ZHOU, visitor.clock.moment, needs_help=False)
    do(visitor.store, c.CloseCase(case=CASE, by=COUNTY_DESK, reason="moved-away"), visitor.clock.moment)
    assert heading_of(visitor.get(open_link)) == "这个个案已经结案"
    assert refused(visitor, open_link) == "这个个案已经结案"
    assert heading_of(visitor.get(done_link)) == "已收到，谢谢您！"


def test_who_owes_nothing_is_told_who_does(visitor: Visitor) -> None:
    page = visitor.get(visitor.link(LIU, CASE, "monthly_talk"))
    assert "“谈心”现在由陪伴志愿者办理" in words_of(page)
    assert refused(visitor, visitor.link(LIU, CASE, "monthly_talk")) == "这件事不需要您填"
