"""No more of it: somebody wants no text messages, then no mail; the duties stay, and a desk hears of it."""

from collections.abc import Iterator

import pytest
from peers.gateway import GatewayPeer, gateway_peer
from support.far_office import assert_sound, open_kinds
from support.office import BEGIN, TOWNSHIP, TOWNSHIP_DESK, ZHOU, days, open_case, open_office, pair
from support.phone import Phones, on_the_phone
from support.site import heading_of, visiting
from support.telling import BASE, ScriptedChannel, facts_named, notices, nudges, opened

from domain.ids import CaseId
from domain.store.engine import reading
from domain.store.lists_findings import Sort, findings

CASE = CaseId("371302-00001")
SECOND = CaseId("371302-00002")
LATER, NEXT_DAY = BEGIN + days(0.1), BEGIN + days(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.fixture
def mail() -> ScriptedChannel:
    return ScriptedChannel()


@pytest.fixture
def phones(database_url: str, gateway: GatewayPeer, mail: ScriptedChannel) -> Iterator[Phones]:
    """Zhou is asked for a first visit by text message; mail comes after it."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with on_the_phone(store, gateway, then=opened(mail=mail)) as phones:
        phones.tell(BEGIN)
        yield phones


def stopped(phones: Phones) -> list[str | None]:
    """Who wants to hear no more and still owes something, as the township sees it."""
    with reading(phones.store.engine) as connection:
        found = findings(connection, NEXT_DAY, TOWNSHIP)
    return [each.person for each in found if each.sort is Sort.STOPPED]


def sent_home(mail: ScriptedChannel) -> str:
    """The address behind the mail program's own button, as our pages know it."""
    (message,) = mail.sent
    assert message.unsubscribe is not None
    return message.unsubscribe.removeprefix(BASE)


def test_td_ends_the_text_messages_says_so_once_and_mail_goes_on(phones: Phones, mail: ScriptedChannel) -> None:
    assert phones.writes(ZHOU, "TD", LATER) == "done"
    phones.tell(LATER)
    assert phones.got(ZHOU)[1:] == ["【守望】已不再给您发短信。您手上的事项还在，工作人员会另行联系您。"]
    assert stopped(phones) == [ZHOU]
    assert "first_visit" in open_kinds(phones.store, CASE)

    pair(phones.store, open_case(phones.store, 2, now=NEXT_DAY), ZHOU, NEXT_DAY)
    phones.tell(NEXT_DAY)
    assert len(phones.got(ZHOU)) == 2
    assert [message.to for message in mail.sent] == [f"{ZHOU}@example.org"]
    assert_sound(phones.store, NEXT_DAY)


def test_what_was_waiting_to_be_texted_when_td_came_goes_by_mail(phones: Phones, mail: ScriptedChannel) -> None:
    evening = BEGIN + days(0.5)
    pair(phones.store, open_case(phones.store, 2, now=evening), ZHOU, evening)
    phones.tell(evening)
    assert phones.writes(ZHOU, "退订", evening) == "done"
    phones.tell(NEXT_DAY)

    assert [message.to for message in mail.sent] == [f"{ZHOU}@example.org"]
    assert "371302-00002" in mail.sent[0].text
    assert_sound(phones.store, NEXT_DAY)


def test_whoever_wants_no_mail_either_is_left_to_the_desk_at_the_next_duty(
    phones: Phones, mail: ScriptedChannel
) -> None:
    store = phones.store
    phones.writes(ZHOU, "TD", LATER)
    pair(store, open_case(store, 2, now=LATER), ZHOU, LATER)
    phones.tell(LATER)
    with visiting(store, NEXT_DAY) as program:
        asked = program.get(sent_home(mail))
        assert asked.status_code == 200
        assert facts_named(store, "telling-failed") == 0
        assert program.post(sent_home(mail), {"List-Unsubscribe": "One-Click"}).status_code == 200

    day_after = BEGIN + days(2)
    pair(store, open_case(store, 3, now=day_after), ZHOU, day_after)
    for minutes in (0, 10):
        phones.tell(day_after + days(minutes / 1440))
    third = CaseId("371302-00003")
    assert facts_named(store, "telling-failed") == 1
    assert {"first_visit", "contact_repair"} <= open_kinds(store, third)
    assert (len(mail.sent), len([text for text in phones.got(ZHOU) if "00003" in text])) == (1, 0)
    phones.tell(day_after + days(2))
    heard = notices(store, kind="contact_repair", person=TOWNSHIP_DESK)
    assert [(each.case, each.state) for each in heard] == [(third, "planned")]
    assert nudges(store, id=heard[0].nudge)[0].state == "sent"
    assert_sound(store, day_after)


def test_only_the_press_counts_not_the_look_and_it_can_be_taken_back(phones: Phones, mail: ScriptedChannel) -> None:
    store = phones.store
    phones.writes(ZHOU, "TD", LATER)
    pair(store, open_case(store, 2, now=LATER), ZHOU, LATER)
    phones.tell(LATER)
    address = sent_home(mail)
    with visiting(store, NEXT_DAY) as program:
        program.get(address)
        program.post(address, {"List-Unsubscribe": "One-Click"})
        assert program.post(address, {"again": "yes"}).status_code == 200
        assert heading_of(program.get(address))
        assert program.get(address[:-2] + "xx").status_code == 404

    pair(store, open_case(store, 3, now=NEXT_DAY), ZHOU, NEXT_DAY)
    phones.tell(NEXT_DAY)
    assert len(mail.sent) == 2
    assert {each.state for each in nudges(store, channel="mail")} == {"sent"}
    assert_sound(store, NEXT_DAY)
