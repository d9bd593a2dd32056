"""Volunteers with simple phones answer by a digit: it counts as on the page, and what is not clear is asked back."""

from collections.abc import Iterator

import pytest
from peers.gateway import GatewayPeer, gateway_peer
from sqlalchemy import select
from support.far_office import assert_sound, open_kinds
from support.office import BEGIN, LIU, TOWNSHIP_DESK, ZHOU, answer, days, open_case, open_office, pair
from support.phone import Phones, number_of, on_the_phone
from support.seen import facts_of
from support.telling import facts_named, nudges

from domain.facts import DutyMet
from domain.ids import CaseId, PersonId
from domain.store import tables as t
from domain.store.contact_changes import NewContact, change_contact
from domain.store.engine import reading, writing
from domain.store.replies import ReplyLine, replies

FIRST, SECOND = CaseId("371302-00001"), CaseId("371302-00002")
LATER, NEXT_DAY = BEGIN + days(0.1), BEGIN + days(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.fixture
def phones(database_url: str, gateway: GatewayPeer) -> Iterator[Phones]:
    """Zhou has no mail; she is asked for a first visit of one child."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with on_the_phone(store, gateway, ZHOU, LIU) as phones:
        phones.tell(BEGIN)
        yield phones


@pytest.fixture
def two_children(phones: Phones) -> Phones:
    """The next day she is paired with a second one."""
    pair(phones.store, open_case(phones.store, 2, now=NEXT_DAY), ZHOU, NEXT_DAY)
    phones.tell(NEXT_DAY)
    return phones


def test_a_one_counts_as_the_page_does_and_is_confirmed(phones: Phones) -> None:
    (asked,) = phones.got(ZHOU)
    assert "回复“1”已完成，“2”需要帮助，“3”办不了；或打开 " in asked

    assert phones.writes(ZHOU, "１ 谢谢", LATER) == "done"
    phones.tell(LATER)

    assert phones.got(ZHOU)[1:] == ["【守望】已登记：首次见面（案号371302-00001）已完成，谢谢您！"]
    assert "first_visit" not in open_kinds(phones.store, FIRST)
    assert facts_named(phones.store, "raised") == 0
    assert_sound(phones.store, LATER)


def test_two_duties_have_two_codes_and_each_is_answered_by_its_own(two_children: Phones) -> None:
    assert "“12 1”已完成" in two_children.got(ZHOU)[-1]

    assert two_children.writes(ZHOU, "12 1", NEXT_DAY) == "done"

    assert "first_visit" in open_kinds(two_children.store, FIRST)
    assert "first_visit" not in open_kinds(two_children.store, SECOND)
    assert_sound(two_children.store, NEXT_DAY)


def test_a_bare_one_with_two_duties_open_is_asked_back_and_nothing_is_lost(two_children: Phones) -> None:
    met = facts_named(two_children.store, "duty-met")
    assert two_children.writes(ZHOU, "1", NEXT_DAY) == "which"
    two_children.tell(NEXT_DAY)

    listed = "11首次见面00001，12首次见面00002"
    assert two_children.got(ZHOU)[-1].startswith(f"【守望】请回复编号加数字，如“11 1”：{listed}。")
    assert facts_named(two_children.store, "duty-met") == met
    assert two_children.writes(ZHOU, "11 1，12 1", NEXT_DAY) == "done"
    two_children.tell(NEXT_DAY)
    assert two_children.got(ZHOU)[-1] == "【守望】已登记2项，谢谢您！"
    assert not {"first_visit"} & (open_kinds(two_children.store, FIRST) | open_kinds(two_children.store, SECOND))
    assert_sound(two_children.store, NEXT_DAY)


def test_an_answer_to_yesterdays_message_counts_for_yesterdays_duty_after_todays_has_come(two_children: Phones) -> None:
    yesterday, today = two_children.got(ZHOU)
    assert "00001" in yesterday
    assert "00002" in today

    assert two_children.writes(ZHOU, "11 1", NEXT_DAY) == "done"

    assert "first_visit" not in open_kinds(two_children.store, FIRST)
    assert "first_visit" in open_kinds(two_children.store, SECOND)
    assert two_children.writes(ZHOU, "1", NEXT_DAY) == "done"
    assert "first_visit" not in open_kinds(two_children.store, SECOND)
    assert_sound(two_children.store, NEXT_DAY)


def test_answers_that_come_in_another_order_each_count_for_their_own(two_children: Phones) -> None:
    assert two_children.writes(ZHOU, "12 2", NEXT_DAY + days(0.1)) == "done"
    assert two_children.writes(ZHOU, "11 1", NEXT_DAY) == "done"

    assert "urgent_help" in open_kinds(two_children.store, SECOND)
    assert "urgent_help" not in open_kinds(two_children.store, FIRST)
    assert_sound(two_children.store, NEXT_DAY + days(0.1))


@pytest.mark.parametrize("said", ["谢谢！", "收到", "好的👍"])
def test_thanks_are_no_answer_and_get_none(phones: Phones, said: str) -> None:
    assert phones.writes(ZHOU, said, LATER) == "thanks"
    phones.tell(LATER)

    assert len(phones.got(ZHOU)) == 1
    assert "first_visit" in open_kinds(phones.store, FIRST)
    assert_sound(phones.store, LATER)


def test_a_two_opens_the_townships_urgent_duty_as_the_page_does(phones: Phones) -> None:
    store = phones.store
    pair(store, open_case(store, 2), LIU, BEGIN)
    answer(store, SECOND, "first_visit", LIU, LATER, needs_help=True)

    assert phones.writes(ZHOU, "2", LATER) == "done"
    phones.tell(LATER)

    assert open_kinds(store, FIRST) == open_kinds(store, SECOND)
    assert "urgent_help" in open_kinds(store, FIRST)
    assert phones.got(ZHOU)[-1].startswith("【守望】已转告工作人员：首次见面（案号371302-00001）需要帮助")
    assert {each.state for each in nudges(store, person=TOWNSHIP_DESK, urgent=True)} == {"sent"}
    assert_sound(store, LATER)


def test_a_three_is_on_the_desk_at_once_and_the_duty_stays_open_until_it_is_done(phones: Phones) -> None:
    store = phones.store
    assert phones.writes(ZHOU, "3", LATER) == "done"
    phones.tell(LATER)

    assert {"first_visit", "other_arrangement"} <= open_kinds(store, FIRST)
    assert phones.got(TOWNSHIP_DESK)[0].startswith("【守望】去不了，另作安排，案号371302-00001，9月3日到期。")
    assert phones.writes(ZHOU, "3", LATER) == "already"
    assert phones.writes(TOWNSHIP_DESK, "1", NEXT_DAY) == "done"
    assert "other_arrangement" not in open_kinds(store, FIRST)
    assert phones.writes(ZHOU, "1", NEXT_DAY) == "done"
    assert "first_visit" not in open_kinds(store, FIRST)
    assert_sound(store, NEXT_DAY)


def test_a_question_mark_lists_what_there_is_to_answer(two_children: Phones) -> None:
    assert two_children.writes(ZHOU, "？", NEXT_DAY) == "done"
    two_children.tell(NEXT_DAY)

    assert "11首次见面00001，12首次见面00002" in two_children.got(ZHOU)[-1]
    assert two_children.writes(LIU, "?", NEXT_DAY) == "done"
    two_children.tell(NEXT_DAY)
    assert two_children.got(LIU) == ["【守望】您目前没有可以用短信登记的事项。有事请联系所在乡镇的工作人员。"]
    assert_sound(two_children.store, NEXT_DAY)


@pytest.fixture
def couple(phones: Phones) -> Phones:
    """Liu answers from her neighbour Zhou's telephone, and is asked for a first visit of another child."""
    move_to(phones, LIU, number_of(ZHOU))
    pair(phones.store, open_case(phones.store, 2, now=NEXT_DAY), LIU, NEXT_DAY)
    phones.tell(NEXT_DAY)
    return phones


def move_to(phones: Phones, person: PersonId, phone: str) -> None:
    """From now on somebody has this telephone."""
    with writing(phones.store.engine) as connection:
        change_contact(connection, phones.store.seal, NewContact(person, phone, "", str(person)), NEXT_DAY)


def test_two_at_one_telephone_have_different_codes_and_each_answers_in_her_own_name(couple: Phones) -> None:
    assert "“12 1”已完成" in couple.got(ZHOU)[-1]

    assert couple.writes(ZHOU, "12 1", NEXT_DAY) == "done"

    assert "first_visit" in open_kinds(couple.store, FIRST), "the other one's visit is not taken for made"
    assert "first_visit" not in open_kinds(couple.store, SECOND)
    met = [fact for fact in facts_of(couple.store, SECOND) if isinstance(fact, DutyMet)]
    assert met[-1].by == LIU
    assert couple.writes(ZHOU, "1", NEXT_DAY) == "done", "one is left, and it is clear whose"
    met = [fact for fact in facts_of(couple.store, FIRST) if isinstance(fact, DutyMet)]
    assert met[-1].by == ZHOU
    assert_sound(couple.store, NEXT_DAY)


def test_a_bare_one_from_two_at_one_telephone_is_asked_back(couple: Phones) -> None:
    assert couple.writes(ZHOU, "1", NEXT_DAY) == "which"
    couple.tell(NEXT_DAY)
    assert "11首次见面00001，12首次见面00002" in couple.got(ZHOU)[-1]
    assert {"first_visit"} <= open_kinds(couple.store, FIRST) & open_kinds(couple.store, SECOND)


def test_whoever_wants_no_more_messages_at_a_telephone_of_two_speaks_for_both(couple: Phones) -> None:
    assert couple.writes(ZHOU, "退订", NEXT_DAY) == "done"
    with reading(couple.store.engine) as connection:
        assert set(connection.scalars(select(t.stopped.c.person))) == {ZHOU, LIU}


def test_codes_from_before_two_came_to_one_telephone_are_never_guessed(phones: Phones) -> None:
    pair(phones.store, open_case(phones.store, 2, now=NEXT_DAY), LIU, NEXT_DAY)
    phones.tell(NEXT_DAY)
    move_to(phones, LIU, number_of(ZHOU))

    assert phones.writes(ZHOU, "11 1", NEXT_DAY) == "unclear"

    assert {"first_visit"} <= open_kinds(phones.store, FIRST) & open_kinds(phones.store, SECOND)
    assert [each.outcome for each in unread(phones)] == ["unclear"], "somebody at a desk reads it"


def unread(phones: Phones) -> list[ReplyLine]:
    """What somebody at a desk should read."""
    with reading(phones.store.engine) as connection:
        return list(replies(connection, phones.store.seal, unread=True))
