"""What a machine cannot make sense of is read by a person, and whatever is posted twice counts once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from peers.gateway import GatewayPeer, gateway_peer
from support.far_office import assert_sound, open_kinds
from support.office import BEGIN, COUNTY, LIU, TOWNSHIP, TOWNSHIP_DESK, ZHOU, days, open_case, open_office, pair
from support.phone import Phones, number_of, on_the_phone, reply_address, sms_url
from support.site import visiting
from support.telling import facts_named, nudges

from domain.ids import CaseId, UnitId
from domain.store.engine import reading, writing
from domain.store.lists_findings import Noticed, Sort, findings
from domain.store.replies import mark_seen, replies
from notifiers.incoming import secret_of

CASE = CaseId("371302-00001")
LATER, NEXT_DAY = BEGIN + days(0.1), BEGIN + days(1)
STRANGER = "13877776666"


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.fixture
def phones(database_url: str, gateway: GatewayPeer) -> Iterator[Phones]:
    """Zhou has no mail; she is asked for a first visit of one child."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with on_the_phone(store, gateway, ZHOU) as phones:
        phones.tell(BEGIN)
        yield phones


def unread(phones: Phones, unit: UnitId | None = None) -> list[Noticed]:
    """What somebody must read, as the list of findings has it."""
    with reading(phones.store.engine) as connection:
        found = findings(connection, BEGIN, unit)
    return [each for each in found if each.sort is Sort.REPLY_UNREAD]


def words_on_the_desk(phones: Phones) -> list[str | None]:
    """The words that somebody must read, for whoever asks for them."""
    with reading(phones.store.engine) as connection:
        return [each.text for each in replies(connection, phones.store.seal, unread=True, words=True)]


def test_what_is_not_understood_goes_to_a_person_and_is_answered_once_a_day(phones: Phones) -> None:
    for minutes, said in enumerate(("孩子不在家", "她去外婆家了", "怎么办呢")):
        assert phones.writes(ZHOU, said, LATER + days(minutes / 1440)) == "unclear"
    phones.tell(LATER + days(0.01))

    answers = [text for text in phones.got(ZHOU) if "没看懂" in text]
    assert len(answers) == 1
    assert "如“11 1”" in answers[0]
    assert [each.person for each in unread(phones, TOWNSHIP)] == [ZHOU] * 3
    assert words_on_the_desk(phones) == ["怎么办呢", "她去外婆家了", "孩子不在家"]
    assert phones.writes(ZHOU, "还是不在", LATER + days(1.1)) == "unclear"
    phones.tell(LATER + days(1.1))
    assert len([text for text in phones.got(ZHOU) if "没看懂" in text]) == 2
    assert "first_visit" in open_kinds(phones.store, CASE)
    assert_sound(phones.store, LATER + days(1.1))


def test_two_codes_that_mean_nothing_are_asked_back_about_once(phones: Phones) -> None:
    assert phones.writes(ZHOU, "98 1，99 1", LATER) == "gone"
    phones.tell(LATER + days(0.01))

    assert len([text for text in phones.got(ZHOU) if "请回复编号加数字" in text]) == 1
    assert "first_visit" in open_kinds(phones.store, CASE)
    assert_sound(phones.store, LATER + days(0.01))


def test_words_beside_a_digit_are_done_and_read_by_a_person_who_then_has_read_them(phones: Phones) -> None:
    assert phones.writes(ZHOU, "1，孩子最近不太爱说话", LATER) == "words"

    assert "first_visit" not in open_kinds(phones.store, CASE)
    (found,) = unread(phones)
    assert (found.sort, found.person, found.unit) == (Sort.REPLY_UNREAD, ZHOU, TOWNSHIP)
    assert "孩子" not in found.sentence("zh")
    with writing(phones.store.engine) as connection:
        mark_seen(connection, [found.count], TOWNSHIP_DESK, LATER)
    assert unread(phones) == []
    assert_sound(phones.store, LATER)


def test_a_strangers_message_is_a_finding_and_changes_nothing(phones: Phones) -> None:
    facts = facts_named(phones.store, "duty-met")
    assert phones.posts(reply_address(STRANGER, "1", "s1"), LATER) == "stranger"
    phones.tell(LATER)

    (found,) = unread(phones)
    assert (found.person, found.unit) == (None, "")
    assert unread(phones, COUNTY) == []
    assert words_on_the_desk(phones) == ["1"]
    assert facts_named(phones.store, "duty-met") == facts
    assert len(nudges(phones.store)) == 1
    assert_sound(phones.store, LATER)


def test_the_same_reply_posted_three_times_counts_once(phones: Phones) -> None:
    came = [phones.writes(ZHOU, "2", LATER, key="one") for _ in range(3)]
    phones.tell(LATER)

    assert came == ["done", "known", "known"]
    assert facts_named(phones.store, "raised") == 1
    assert len(phones.got(ZHOU)) == 2
    assert_sound(phones.store, LATER)


def test_the_same_reply_posted_at_once_by_two_lines_counts_once(phones: Phones) -> None:
    address = reply_address(number_of(ZHOU), "2", "one")
    with ThreadPoolExecutor(4) as lines:
        taken = list(lines.map(lambda _: phones.taken(address, LATER), range(4)))
    phones.tell(LATER)

    assert {each.status for each in taken} == {200}
    assert facts_named(phones.store, "raised") == 1
    assert len(phones.got(ZHOU)) == 2
    assert_sound(phones.store, LATER)


def test_a_reply_comes_in_by_the_address_that_the_gateway_was_given_and_by_no_other(phones: Phones) -> None:
    store = phones.store
    channels = [{"name": "sms", "url": sms_url(store, phones.gateway)}]
    secret, said = secret_of(store.seal, "sms"), reply_address(number_of(ZHOU), "1", "m1")
    with visiting(store, LATER, channels=channels) as gateway:
        guessed = gateway.get(f"/in/sms/{secret[:-1]}0/{said}")
        assert guessed.status_code == 404
        assert "first_visit" in open_kinds(store, CASE)
        for _ in range(3):
            assert gateway.get(f"/in/sms/{secret}/{said}").status_code == 200

    assert "first_visit" not in open_kinds(store, CASE)
    phones.tell(LATER)
    assert phones.got(ZHOU)[1:] == ["【守望】已登记：首次见面（案号371302-00001）已完成，谢谢您！"]
    assert_sound(store, LATER)


def test_an_answer_to_what_has_been_done_meanwhile_is_told_so_and_opens_nothing(phones: Phones) -> None:
    assert phones.writes(ZHOU, "11 1", LATER) == "done"
    assert phones.writes(ZHOU, "11 2", NEXT_DAY) == "gone"
    assert phones.writes(LIU, "11 1", NEXT_DAY) == "gone"
    phones.tell(NEXT_DAY)

    assert facts_named(phones.store, "raised") == 0
    assert "没有可以用短信登记的事项" in phones.got(ZHOU)[-1]
    assert_sound(phones.store, NEXT_DAY)
