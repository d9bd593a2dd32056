"""Gateways and clocks misbehave: what cannot leave waits, nothing is lost, nobody hears of one thing twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from peers.hook import HookPeer
from peers.robot import running
from support.far_office import assert_sound
from support.office import BEGIN, LIU, SUN, ZHOU, days, open_case, open_office, pair
from support.telling import BASE, MAIL, SMS, ScriptedChannel, notices, nudges, opened, tell, with_nudges

from domain.settings import Settings
from domain.store.engine import reading, writing
from domain.store.gateways import gateways, take_probe
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.ops_notices import tell_findings
from notifiers.outcomes import accepted, misconfigured, temporary, throttled
from notifiers.planner import plan
from notifiers.settings import ChannelSetting, Telling
from notifiers.worker import LEASE

MINUTE = timedelta(minutes=1)
USED_UP = misconfigured("isv.AMOUNT_NOT_ENOUGH", "the account is empty")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookPeer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(HookPeer()) as hook:
        yield hook


def everybody_once(store: Store, channel: ScriptedChannel) -> None:
    """Each message went once, and every notice has one that did."""
    assert len({message.nudge_id for message in channel.sent}) == len(nudges(store, state="sent"))
    sent = {each.id for each in nudges(store, state="sent")}
    assert {each.nudge for each in notices(store, state="planned")} == sent


def test_when_the_account_is_used_up_messages_wait_none_is_lost_and_ops_hear_of_it_once(
    database_url: str, hook: HookPeer
) -> None:
    store, sms = with_nudges(database_url, 3, SMS), ScriptedChannel()
    settings = Settings(ops_notices=[hook.url()], language="en", base_url=BASE)
    sms.then(*[USED_UP] * 12)
    for half_hours in range(13):
        now = BEGIN + half_hours * 31 * MINUTE
        report = deliver_all(store, SMS, opened(sms=sms), now, "w1")
        tell_findings(store, settings, report, now)

    assert len(hook.told) == 1
    assert "isv.AMOUNT_NOT_ENOUGH" in hook.told[0][1]
    assert {each.state for each in nudges(store)} == {"sent"}
    everybody_once(store, sms)
    assert_sound(store, BEGIN + days(1))


def test_a_gateway_that_rests_lets_one_message_try_before_all_others(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    sms = ScriptedChannel().then(*[temporary("503")] * 3, temporary("503"), accepted("ok"))
    asked = []
    for minutes in (0, 1, 3, 4, 9, 10):
        before = len(sms.sent)
        deliver_all(store, SMS, opened(sms=sms), BEGIN + minutes * MINUTE, "w1")
        asked.append(len(sms.sent) - before)

    # Three fail, it rests two minutes; one tries in vain, it rests twice as long; one gets through, then the others.
    assert asked == [3, 0, 1, 0, 3, 0]
    assert {each.state for each in nudges(store)} == {"sent"}
    with reading(store.engine) as connection:
        assert gateways(connection)["sms"].rests_until is None
    everybody_once(store, sms)
    assert_sound(store, BEGIN + days(1))


def test_two_workers_let_one_message_between_them_try_a_gateway_that_has_rested(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    sms = ScriptedChannel().then(*[temporary("503")] * 3)
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    rested = BEGIN + 3 * MINUTE

    def somebody_else_looks() -> object:
        other = ScriptedChannel()
        deliver_all(store, SMS, opened(sms=other), rested, "w2")
        assert other.sent == []
        return temporary("503")

    deliver_all(store, SMS, opened(sms=sms.then(somebody_else_looks)), rested, "w1")  # type: ignore[arg-type]

    assert len(sms.sent) == 4
    assert {each.state for each in nudges(store)} == {"queued"}
    assert_sound(store, rested)


def test_of_workers_that_find_a_gateway_rested_at_the_same_moment_one_may_try(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    deliver_all(store, SMS, opened(sms=ScriptedChannel().then(*[temporary("503")] * 3)), BEGIN, "w1")
    rested = BEGIN + 3 * MINUTE
    with writing(store.engine) as connection:
        tries = [take_probe(connection, "sms", worker, rested, rested + LEASE) for worker in ("w1", "w2")]

    assert tries == [True, False]


def test_a_first_try_in_vain_after_a_pause_that_was_asked_for_spares_the_gateway_all_others(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    sms = ScriptedChannel().then(throttled("429"), temporary("503"))
    for minutes in (0, 2, 3, 5):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + minutes * MINUTE, "w1")

    assert [message.at for message in sms.sent[:3]] == [BEGIN, BEGIN + 2 * MINUTE, BEGIN + 5 * MINUTE]
    everybody_once(store, sms)
    assert_sound(store, BEGIN + 5 * MINUTE)


def test_to_one_number_no_more_leaves_than_its_window_allows_and_the_rest_follows(database_url: str) -> None:
    hourly = Telling(base_url=BASE, channels=(ChannelSetting(name="sms", url="sms://", per_number="1/hour"),))
    store, sms = open_office(database_url), ScriptedChannel()
    soon = BEGIN + 10 * MINUTE
    for number, volunteer, sex, now in ((1, ZHOU, "female", BEGIN), (2, ZHOU, "female", soon), (3, SUN, "male", soon)):
        pair(store, open_case(store, number, sex=sex, now=now), volunteer, now)
        tell(store, hourly, opened(sms=sms), now)
    assert [message.to for message in sms.sent] == ["13900000011", "13900000013"]

    tell(store, hourly, opened(sms=sms), BEGIN + 59 * MINUTE)
    assert len(sms.sent) == 2
    tell(store, hourly, opened(sms=sms), BEGIN + 61 * MINUTE)
    assert "371302-00002" in sms.sent[2].text
    everybody_once(store, sms)
    assert_sound(store, BEGIN + 61 * MINUTE)


def test_a_gateway_that_asks_for_patience_is_left_alone_as_long_as_it_asks(database_url: str) -> None:
    store = with_nudges(database_url, 3, SMS)
    sms = ScriptedChannel().then(throttled("429", retry_after=20 * MINUTE))
    for minutes in range(0, 20, 5):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + minutes * MINUTE, "w1")
    assert len(sms.sent) == 1
    deliver_all(store, SMS, opened(sms=sms), BEGIN + 21 * MINUTE, "w1")
    everybody_once(store, sms)
    assert_sound(store, BEGIN + 21 * MINUTE)


@pytest.mark.parametrize("minutes", [60, 61, 24 * 60])
def test_a_clock_set_back_sends_nothing_twice_and_loses_nothing(database_url: str, minutes: int) -> None:
    store, mail = open_office(database_url), ScriptedChannel()
    noon = BEGIN + timedelta(hours=27)
    pair(store, open_case(store, now=noon), ZHOU, noon)
    tell(store, MAIL, opened(mail=mail.then(accepted("ok"), temporary("451"))), noon)
    pair(store, open_case(store, 2, now=noon), LIU, noon)
    tell(store, MAIL, opened(mail=mail), noon)

    back = noon - minutes * MINUTE
    pair(store, open_case(store, 3, sex="male", now=back), SUN, back)
    moments: list[datetime] = [back, back + 5 * MINUTE, noon, noon + 10 * MINUTE]
    for now in moments:
        tell(store, MAIL, opened(mail=mail), now)
        plan(store, MAIL, now)

    told = [message.to for message in mail.sent]
    assert told.count(f"{ZHOU}@example.org") == told.count(f"{SUN}@example.org") == 1
    assert told.count(f"{LIU}@example.org") == 2
    assert {each.state for each in nudges(store)} == {"sent"}
    everybody_once(store, mail)
    assert_sound(store, noon + 10 * MINUTE)
