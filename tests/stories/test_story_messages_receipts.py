"""What providers report afterwards: early, twice or never, it is taken for what it is; what never arrived goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from peers.gateway import GatewayPeer, gateway_peer
from support.far_office import assert_sound, open_kinds
from support.kills import deliver_killed_at
from support.office import BEGIN, ZHOU, days, open_case, open_office, pair
from support.phone import DELIVERED, ON_ITS_WAY, UNDELIVERED, Phones, on_the_phone
from support.telling import SMS, ScriptedChannel, facts_named, nudges, opened, with_nudges

from domain.ids import CaseId
from domain.store.engine import reading
from domain.store.posts import unsettled_posts
from domain.store.store import Store
from notifiers.channels import Delivered, Incoming, Posted, Receipt
from notifiers.dispatch import deliver_all
from notifiers.incoming import secret_of, settle_posts, take_post
from notifiers.outcomes import Outcome, accepted
from notifiers.planner import plan
from notifiers.worker import LEASE, Point

CASE = CaseId("371302-00001")
LATER, EVENING = BEGIN + timedelta(minutes=10), BEGIN + timedelta(hours=13)
REPORT = Posted(method="POST", path="report", query={}, headers={}, body=b"", peer="127.0.0.1")


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayPeer]:
    with gateway_peer() as peer:
        yield peer


@pytest.fixture
def store(database_url: str) -> Store:
    """Zhou has been paired with one child."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    return store


@pytest.fixture
def phones(store: Store, gateway: GatewayPeer) -> Iterator[Phones]:
    """She has no mail and has been asked for a first visit."""
    with on_the_phone(store, gateway, ZHOU) as phones:
        phones.tell(BEGIN)
        yield phones


@dataclass
class QuickProvider(ScriptedChannel):
    """A provider that has reported on a message before it has answered."""

    hears: bool = True

    def read_post(self, _: Posted) -> Incoming:
        """The last message has arrived."""
        return Incoming(receipts=(Receipt(message=self.sent[-1].nudge_id, state=Delivered.YES, code="DELIVRD"),))


def waiting_posts(store: Store) -> int:
    """How many posts nobody has dealt with."""
    with reading(store.engine) as connection:
        return len(unsettled_posts(connection, store.seal, 10))


def test_a_report_that_comes_before_the_answer_waits_and_counts_afterwards(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), QuickProvider()
    channels = opened(sms=sms)

    def reported_first() -> Outcome:
        secret = secret_of(store.seal, "sms")
        assert take_post(store, SMS, channels, "sms", secret, REPORT, BEGIN).status == 200
        assert waiting_posts(store) == 1
        return accepted("ok", "id-1")

    sms.then(reported_first)
    deliver_all(store, SMS, channels, BEGIN, "w1")
    assert settle_posts(store, SMS, channels, LATER) == 1

    (nudge,) = nudges(store)
    assert (nudge.state, nudge.receipt, nudge.receipt_code) == ("sent", "delivered", "DELIVRD")
    assert (len(sms.sent), waiting_posts(store)) == (1, 0)
    assert_sound(store, LATER)


def test_a_report_that_comes_twice_counts_once_and_the_first_word_is_the_last(phones: Phones) -> None:
    assert phones.reports(ZHOU, ON_ITS_WAY, LATER) == "done"
    assert phones.reports(ZHOU, DELIVERED, LATER) == "done"
    assert phones.reports(ZHOU, DELIVERED, LATER) == "known"
    assert phones.reports(ZHOU, UNDELIVERED, LATER) == "known"
    phones.tell(LATER)

    (nudge,) = nudges(phones.store)
    assert (nudge.state, nudge.receipt) == ("sent", "delivered")
    assert len(phones.got(ZHOU)) == 1
    assert_sound(phones.store, LATER)


def test_a_report_that_never_comes_makes_nobody_be_told_twice(phones: Phones) -> None:
    for day in range(1, 9):
        phones.tell(BEGIN + days(day))

    assert len(phones.got(ZHOU)) == 1
    assert [(each.state, each.receipt) for each in nudges(phones.store, person=ZHOU)] == [("sent", None)]
    assert_sound(phones.store, BEGIN + days(8))


def test_a_report_on_a_message_that_is_nobodys_is_let_go_after_a_day(phones: Phones) -> None:
    strange = phones.posts("report?nudge=4711.abcdef12&state=1&code=&id=77", BEGIN)
    assert strange == ""
    phones.tell(BEGIN + timedelta(hours=23))
    assert waiting_posts(phones.store) == 1
    phones.tell(BEGIN + timedelta(hours=25))
    assert waiting_posts(phones.store) == 0
    assert_sound(phones.store, BEGIN + timedelta(hours=25))


def test_what_a_phone_never_got_goes_by_the_next_channel_and_at_a_decent_hour(
    store: Store, gateway: GatewayPeer
) -> None:
    mail = ScriptedChannel()
    with on_the_phone(store, gateway, then=opened(mail=mail)) as phones:
        phones.tell(BEGIN)
        phones.reports(ZHOU, UNDELIVERED, EVENING)
        phones.tell(EVENING)
        assert mail.sent == []
        phones.tell(BEGIN + days(1))

    assert [message.to for message in mail.sent] == [f"{ZHOU}@example.org"]
    assert len(phones.got(ZHOU)) == 1
    assert [(each.channel, each.state) for each in nudges(store)] == [("sms", "failed"), ("mail", "sent")]
    assert_sound(store, BEGIN + days(1))


def test_what_never_arrived_and_has_no_other_way_is_on_the_desk(phones: Phones) -> None:
    phones.reports(ZHOU, UNDELIVERED, LATER)
    phones.tell(LATER)
    phones.tell(LATER + timedelta(minutes=10))

    assert facts_named(phones.store, "telling-failed") == 1
    assert "contact_repair" in open_kinds(phones.store, CASE)
    assert phones.got(ZHOU)[1:] == []
    assert_sound(phones.store, LATER)


@pytest.mark.parametrize(("state", "receipt"), [(DELIVERED, "delivered"), (ON_ITS_WAY, "on-its-way")])
def test_what_a_killed_worker_sent_is_settled_by_the_report_that_waits_and_not_repeated(
    store: Store, database_url: str, gateway: GatewayPeer, state: int, receipt: str
) -> None:
    with on_the_phone(store, gateway, ZHOU) as phones:
        plan(store, phones.settings, BEGIN)
        assert deliver_killed_at(database_url, store.seal, phones.settings, BEGIN, "w1", Point.SENT)
        assert phones.reports(ZHOU, state, BEGIN + timedelta(minutes=1)) == ""
        assert waiting_posts(store) == 1
        for minutes in (0, 10, 20):
            phones.tell(BEGIN + LEASE + timedelta(minutes=1 + minutes))

    (nudge,) = nudges(store)
    assert (nudge.state, nudge.receipt, nudge.repeats) == ("sent", receipt, 0)
    assert (len(phones.got(ZHOU)), waiting_posts(store)) == (1, 0)
    assert_sound(store, LATER)
