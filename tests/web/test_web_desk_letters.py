"""A coordinator acts through the very message that was sent: the spool's letter, its link, the page, the fact."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from peers.gateway import PASSWORD_IN_URL, USER, gateway_peer
from support.office import (
    BEGIN,
    CITY_DESK,
    COUNTY,
    COUNTY_DESK,
    LIU,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
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
from domain.store.audit import audit_report
from domain.store.engine import writing
from domain.store.pairs import propose_in
from domain.store.rounds import run_round
from domain.store.units import seat, send_away, unseat
from notifiers.channels import open_channel
from notifiers.channels.spool import listing, spool_url
from notifiers.dispatch import deliver_all
from notifiers.planner import plan
from notifiers.settings import ChannelSetting, Telling

CASE: Final = CaseId("371302-00001")
LATE: Final = BEGIN + days(17)
"""The first visit was due on 15 September; since the 16th it has stood at the township."""


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou is paired with the first child; a second one waits."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


def letters(visitor: Visitor, folder: Path, now: datetime) -> dict[PersonId, str]:
    """Let time pass, tell whom it concerns, and read what lies in the spool: the newest letter of each."""
    visitor.clock.moment = now
    run_round(visitor.store, now)
    url = spool_url(folder)
    how = Telling(base_url=visitor.address, channels=(ChannelSetting(name="spool", url=url),))
    plan(visitor.store, how, now)
    with open_channel(url) as channel:
        deliver_all(visitor.store, how, {"spool": channel}, now, "w1")
    return {PersonId(each.to.partition("@")[0]): each.text for each in reversed(listing(folder, 1000))}


def link_in(letter: str, kind: str) -> str:
    """The link a letter carries below the title of a duty."""
    about = next(part for part in letter.split("\n\n") if part.startswith(kind))
    found = re.search(r"http\S+/a/\S+", about)
    assert found is not None, about
    return found[0]


def ended(visitor: Visitor) -> f.Fact:
    """The newest fact that is no opening and no rung."""
    return [fact for fact in facts_of(visitor.store, CASE) if not isinstance(fact, f.DutyOpened | f.RungReached)][-1]


def clean(visitor: Visitor) -> bool:
    """Whether the audit finds nothing."""
    return audit_report(visitor.store, visitor.clock.moment).clean


def test_what_has_climbed_to_a_desk_is_acknowledged_through_the_letter(visitor: Visitor, tmp_path: Path) -> None:
    pass_days(visitor.store, BEGIN, 16)
    letter = letters(visitor, tmp_path, LATE)[TOWNSHIP_DESK]
    assert "请点这里登记“已知悉”：" in letter
    link = link_in(letter, "首次见面")

    before = everything(visitor.store)
    assert "我知道了，由我跟进" in words_of(visitor.get(link))
    assert everything(visitor.store) == before

    assert heading_of(visitor.post(link)) == "已经签收"
    fact = ended(visitor)
    assert isinstance(fact, f.DutyAcknowledged)
    assert fact.by == TOWNSHIP_DESK
    assert clean(visitor)


def test_what_a_desk_owes_is_answered_through_the_letter(visitor: Visitor, tmp_path: Path) -> None:
    answer(visitor.store, CASE, "first_visit", ZHOU, BEGIN, needs_help=True)
    link = link_in(letters(visitor, tmp_path, BEGIN + timedelta(minutes=1))[TOWNSHIP_DESK], "紧急求助")
    page = visitor.post(link, {"done": "visited", "settled": "yes"})
    assert heading_of(page) == "已收到，谢谢您！"
    met = next(fact for fact in reversed(facts_of(visitor.store, CASE)) if isinstance(fact, f.DutyMet))
    assert (met.by, met.through) == (TOWNSHIP_DESK, "link")
    assert clean(visitor)


def test_a_pairing_is_decided_through_the_letter(visitor: Visitor, tmp_path: Path) -> None:
    other = open_case(visitor.store, 2)
    propose_in(visitor.store, linyi(), COUNTY, BEGIN)
    letter = letters(visitor, tmp_path, BEGIN + days(4))[COUNTY_DESK]
    assert "请点这里审定：" in letter
    page = visitor.post(link_in(letter, "审定结对方案"), {"accept": "yes"})
    assert heading_of(page) == "已收到，谢谢您！"
    assert any(
        isinstance(fact, f.ProposalApproved) and fact.by == COUNTY_DESK for fact in facts_of(visitor.store, other)
    )
    assert clean(visitor)


def test_a_desk_that_was_told_before_may_still_say_it_after_the_next_one_was_told(
    visitor: Visitor, tmp_path: Path
) -> None:
    link = link_in(letters(visitor, tmp_path, LATE)[TOWNSHIP_DESK], "首次见面")
    assert link_in(letters(visitor, tmp_path, BEGIN + days(21))[COUNTY_DESK], "首次见面")
    assert heading_of(visitor.post(link)) == "已经签收"


def test_a_desk_cannot_hold_up_what_has_climbed_because_of_it(visitor: Visitor, tmp_path: Path) -> None:
    other = open_case(visitor.store, 2)
    told = letters(visitor, tmp_path, BEGIN + days(60))
    find = [part for part in told[TOWNSHIP_DESK].split("\n\n") if "371302-00002" in part and "落实" in part]
    assert find
    assert "http" not in find[0]
    assert link_in(told[CITY_DESK], "落实陪伴志愿者")
    refused = visitor.post(visitor.link(TOWNSHIP_DESK, other, "find_companion"))
    assert (refused.status_code, heading_of(refused)) == (409, "这件事不用在这里填")


def test_who_has_left_the_desk_since_is_not_heard(visitor: Visitor, tmp_path: Path) -> None:
    link = link_in(letters(visitor, tmp_path, LATE)[TOWNSHIP_DESK], "首次见面")
    with writing(visitor.store.engine) as connection:
        unseat(connection, TOWNSHIP, TOWNSHIP_DESK)
        seat(connection, TOWNSHIP, LIU)
    page = visitor.post(link)
    assert (page.status_code, heading_of(page)) == (409, "这件事不需要您填")
    assert not isinstance(ended(visitor), f.DutyAcknowledged)


def test_a_stand_in_who_was_told_may_act_after_the_other_has_come_back(visitor: Visitor, tmp_path: Path) -> None:
    that_day = date(2026, 9, 16)
    with writing(visitor.store.engine) as connection:
        send_away(connection, TOWNSHIP_DESK, that_day, that_day, LIU)
    link = link_in(letters(visitor, tmp_path, LATE)[LIU], "首次见面")
    assert heading_of(visitor.post(link)) == "已经签收"


def test_a_desk_told_by_text_message_finds_what_it_is_about_behind_its_code(visitor: Visitor) -> None:
    run_round(visitor.store, LATE)
    visitor.clock.moment = LATE
    with gateway_peer() as gateway:
        login = f"{USER}:{PASSWORD_IN_URL}"
        url = f"swsms://{login}@127.0.0.1:{gateway.port}/cgi-bin/sendsms?mode=plain&preset=kannel&from=10690000"
        how = Telling(base_url=visitor.address, channels=(ChannelSetting(name="sms", url=url),))
        plan(visitor.store, how, LATE)
        with open_channel(url) as channel:
            deliver_all(visitor.store, how, {"sms": channel}, LATE, "w1")
        (text,) = [seen.fields["text"] for seen in gateway.seen if seen.fields["to"].endswith(TOWNSHIP_DESK[-4:])]
    found = re.search(r"输入 (\d{8}) 办理", text)
    assert found is not None, text
    page = visitor.post("/a", {"code": found[1]})
    assert heading_of(page) == "首次见面"
    assert heading_of(visitor.post(str(page.url))) == "已经签收"
