"""A volunteer answers through the link of a message: one plain page, once, without script."""

from collections.abc import Iterator
from typing import Final

import pytest
from support.office import BEGIN, LIU, ZHOU, days, do, duty_of, open_case, open_office, pair
from support.seen import facts_of
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain import facts as f
from domain.ids import CaseId, PersonId, duty_id
from domain.rules import commands as c
from domain.store.engine import reading, writing
from domain.store.notes import read_notes
from domain.store.people import identities
from domain.store.units import send_away

WELL: Final = dict.fromkeys(("studies", "daily_life", "psychology", "thoughts", "health"), "well")
TALKING: Final = days(25)
"""The monthly talk may be answered from 21 September on and is due on 1 October."""


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September; it is the 26th."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + TALKING) as someone:
        yield someone


CASE: Final = CaseId("371302-00001")


def last_met(visitor: Visitor) -> f.DutyMet:
    """The answer written down last."""
    return [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)][-1]


def test_a_link_opens_a_plain_page_in_chinese_that_asks_the_questions_of_the_duty(visitor: Visitor) -> None:
    page = visitor.get(visitor.link(ZHOU, CASE, "monthly_talk"))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="zh-CN">' in page.text
    assert heading_of(page) == "谈心"
    said = words_of(page)
    for words in (
        "个案编号 371302-00001",
        "截止：10月1日（星期四）",
        "是否需要帮助",
        "扶心",
        "备注 （可不填）",
        "提交",
    ):
        assert words in said


def test_no_name_of_anybody_stands_on_the_page(visitor: Visitor) -> None:
    text = visitor.get(visitor.link(ZHOU, CASE, "monthly_talk")).text
    with reading(visitor.store.engine) as connection:
        everybody = [f"p{number:09d}" for number in (*range(1, 15), 101)]
        known = identities(connection, visitor.store.seal, map(PersonId, everybody)).values()
    assert len(known) > 5
    assert [who.name for who in known if who.name in text or (who.phone or "-") in text] == []


def test_opening_the_page_changes_nothing_however_often_and_by_whom(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    before = everything(visitor.store)
    for agent in ("Mozilla/5.0 (Linux; Android 5.1)", "facebookexternalhit/1.1", "MicroMessenger/8.0 link preview"):
        for method in ("GET", "HEAD", "OPTIONS"):
            visitor.client.request(method, f"{link}?accept=yes&needs_help=no", headers={"User-Agent": agent})
    assert everything(visitor.store) == before
    assert visitor.client.head(link).status_code == 200
    assert visitor.client.head(link).content == b""


def test_an_answer_is_kept_with_who_gave_it_and_how(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    page = visitor.post(link, {"needs_help": "no", **WELL, "psychology": "fair", "supports": ["heart", "skill"]})
    assert (page.status_code, heading_of(page)) == (200, "已收到，谢谢您！")
    assert str(page.url).endswith(link)
    met = last_met(visitor)
    assert (met.by, met.through) == (ZHOU, "link")
    assert met.answers == {"needs_help": False, **WELL, "psychology": "fair", "supports": ("heart", "skill")}


def test_loading_the_page_after_an_answer_again_sends_nothing_again(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    sent = visitor.post(link, {"needs_help": "no", **WELL}, follow_redirects=False)
    assert sent.status_code == 303
    before = everything(visitor.store)
    assert heading_of(visitor.get(link)) == "已收到，谢谢您！"
    assert everything(visitor.store) == before


def test_answering_twice_is_kindly_refused(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    visitor.post(link, {"needs_help": "no", **WELL})
    before = everything(visitor.store)
    again = visitor.post(link, {"needs_help": "yes", **WELL})
    assert again.status_code == 409
    assert "已收到，谢谢您！" in words_of(again)
    assert "不需要再填一次" in words_of(again)
    assert everything(visitor.store) == before


def test_whoever_says_that_help_is_needed_reads_to_whom_it_went(visitor: Visitor) -> None:
    page = visitor.post(visitor.link(ZHOU, CASE, "monthly_talk"), {"needs_help": "yes", **WELL})
    assert "已经马上转给有关同志： 紧急求助（乡镇分会）" in words_of(page)
    assert duty_of(visitor.store, CASE, "urgent_help")


def test_free_words_are_kept_sealed_and_in_no_fact(visitor: Visitor) -> None:
    link, number = visitor.link(ZHOU, CASE, "monthly_talk"), duty_of(visitor.store, CASE, "monthly_talk")
    visitor.post(link, {"needs_help": "no", **WELL, "note": "爷爷住院了，\r\n想请人接送 <b>小明</b>"})
    with reading(visitor.store.engine) as connection:
        kept = read_notes(connection, visitor.store, duty_id(CASE, number))
    assert kept["note"].startswith("爷爷住院了")
    assert all("爷爷" not in row and "小明" not in row for rows in everything(visitor.store).values() for row in rows)


def test_a_link_that_has_run_out_says_what_to_do(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk", days=3)
    visitor.clock.moment += days(3)
    page = visitor.get(link)
    assert (page.status_code, heading_of(page)) == (410, "这个链接已经过期")
    assert "请打开最近一条消息里的链接" in words_of(page)
    before = everything(visitor.store)
    assert visitor.post(link, {"needs_help": "no", **WELL}).status_code == 410
    assert everything(visitor.store) == before


def test_a_link_that_was_tampered_with_or_cut_opens_nothing(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    other = visitor.link(LIU, CASE, "monthly_talk")
    mixed = link.partition(".")[0] + "." + other.partition(".")[2]
    for broken in (link[:-1], mixed, link.replace(".", ""), "/a/x", "/a/%00", "/a/守望", "/a/" + "A" * 3000):
        page = visitor.get(broken)
        assert (page.status_code, heading_of(page)) == (404, "这个链接不完整")
        assert visitor.post(broken, {"needs_help": "no"}).status_code == 404


def test_before_its_time_a_duty_says_from_when_on_it_may_be_answered(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "home_visit")
    assert heading_of(visitor.get(link)) == "还没有到时候"
    assert "11月11日（星期三）起可以填" in words_of(visitor.get(link))
    refused = visitor.post(link, {"needs_help": "no", "hours": "2", "supports": "heart"})
    assert (refused.status_code, heading_of(refused)) == (409, "还没有到时候")


def test_a_late_duty_says_how_late_it_is_and_can_still_be_answered(visitor: Visitor) -> None:
    visitor.clock.moment = BEGIN + days(33)
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    assert "已晚 3 天" in words_of(visitor.get(link))
    assert heading_of(visitor.post(link, {"needs_help": "no", **WELL})) == "已收到，谢谢您！"


def test_the_stand_in_of_a_volunteer_who_is_away_answers_in_his_place(visitor: Visitor) -> None:
    away = visitor.clock.moment.date()
    with writing(visitor.store.engine) as connection:
        send_away(connection, ZHOU, away, away, LIU)
    link = visitor.link(LIU, CASE, "monthly_talk")
    assert heading_of(visitor.get(link)) == "谈心"
    visitor.post(link, {"needs_help": "no", **WELL})
    assert last_met(visitor).by == LIU


def test_after_the_absence_the_stand_in_has_nothing_to_answer_any_more(visitor: Visitor) -> None:
    away = visitor.clock.moment.date()
    with writing(visitor.store.engine) as connection:
        send_away(connection, ZHOU, away, away, LIU)
    link = visitor.link(LIU, CASE, "monthly_talk")
    visitor.clock.moment += days(1)
    refused = visitor.post(link, {"needs_help": "no", **WELL})
    assert (refused.status_code, heading_of(refused)) == (409, "这件事不需要您填")


def test_punctuation_behind_a_link_does_not_break_it(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    opened = [heading_of(visitor.get(link + behind)) for behind in ("。", "%E3%80%82", ")", "，谢谢", ".")]
    assert opened == ["谈心"] * 5


def test_a_link_to_a_case_or_duty_that_is_not_there_opens_nothing(visitor: Visitor) -> None:
    nowhere = [visitor.link_to(ZHOU, CaseId("371302-99999"), 1), visitor.link_to(ZHOU, CASE, 999)]
    assert [visitor.get(link).status_code for link in nowhere] == [404, 404]


def test_an_excused_duty_needs_no_answer(visitor: Visitor) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk")
    excuse = c.ExcuseDuty(case=CASE, duty=duty_of(visitor.store, CASE, "monthly_talk"), by=LIU, reason="ill")
    do(visitor.store, excuse, visitor.clock.moment)
    assert heading_of(visitor.get(link)) == "这件事不用办了"
    assert visitor.post(link, {"needs_help": "no", **WELL}).status_code == 409
