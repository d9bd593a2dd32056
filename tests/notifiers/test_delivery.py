"""What follows from what a channel said: given an attempt, when an outcome, then a settlement."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.ids import NudgeId, PersonId
from domain.store.outbox import DESK, Claimed
from domain.store.settling import Elsewhere, InDoubt, Sent, TryAgain
from notifiers.channels import Doubt
from notifiers.delivery import PATIENCE, URGENT_PATIENCE, Attempt, back_off, what_follows
from notifiers.outcomes import accepted, misconfigured, permanent, temporary, throttled, unknown

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def attempt(**changes: Any) -> Attempt:
    """A first, plain attempt by SMS, after which there is mail."""
    nudge = Claimed(
        id=NudgeId(7), person=PersonId("p000000011"), channel="sms", urgent=False, tries=0, repeats=0, in_doubt=False,
        dated=NOW, provider_id=None,
    )._replace(**{name: changes.pop(name) for name in tuple(changes) if name in Claimed._fields})  # fmt: skip
    usual: dict[str, Any] = {
        "repeating": False, "doubt": Doubt.ONE, "can_ask": False, "next_channel": "mail", "leave_at": lambda at: at,
    }  # fmt: skip
    return Attempt(nudge=nudge, **(usual | changes))


def test_what_was_accepted_is_sent() -> None:
    assert what_follows(attempt(), accepted("202"), NOW) == Sent()


def test_what_was_refused_for_good_goes_to_the_next_channel_at_once() -> None:
    assert what_follows(attempt(), permanent("550"), NOW) == Elsewhere("mail", NOW)


@pytest.mark.parametrize("outcome", [temporary("451"), throttled("429")])
def test_what_was_not_taken_this_time_is_tried_again_later(outcome: Any) -> None:
    follows = what_follows(attempt(), outcome, NOW)
    assert isinstance(follows, TryAgain)
    assert timedelta(seconds=45) <= follows.not_before - NOW <= timedelta(seconds=75)


def test_a_provider_that_names_its_time_is_not_asked_sooner() -> None:
    follows = what_follows(attempt(), throttled("429", retry_after=timedelta(hours=3)), NOW)
    assert follows == TryAgain(NOW + timedelta(hours=3))


def test_a_wish_for_a_shorter_time_than_ours_makes_us_no_hastier() -> None:
    follows = what_follows(attempt(tries=3), temporary("451", retry_after=timedelta(seconds=1)), NOW)
    assert isinstance(follows, TryAgain)
    assert follows.not_before - NOW >= timedelta(minutes=20)


def test_each_wait_is_longer_than_the_one_before_up_to_a_limit() -> None:
    waits = [back_off(attempt(tries=tries)) for tries in range(12)]
    assert all(later > sooner for sooner, later in pairwise(waits[:6]))
    assert max(waits) <= timedelta(hours=7.5)


def test_waits_differ_between_messages_and_are_the_same_each_time_for_one() -> None:
    waits = [back_off(attempt(id=number)) for number in range(100)]
    assert len(set(waits)) > 90
    assert waits == [back_off(attempt(id=number)) for number in range(100)]


def test_after_the_last_try_another_channel_takes_over() -> None:
    assert isinstance(what_follows(attempt(tries=PATIENCE - 2), temporary("451"), NOW), TryAgain)
    assert what_follows(attempt(tries=PATIENCE - 1), temporary("451"), NOW) == Elsewhere("mail", NOW)


def test_an_urgent_message_loses_patience_within_half_an_hour() -> None:
    assert what_follows(attempt(urgent=True, tries=URGENT_PATIENCE - 1), temporary("451"), NOW) == Elsewhere(
        "mail", NOW
    )
    waits = [back_off(attempt(urgent=True, tries=tries)) for tries in range(URGENT_PATIENCE - 1)]
    assert sum(waits, timedelta()) < timedelta(minutes=30)


def test_our_own_slip_costs_the_recipient_no_try_and_waits_for_ops() -> None:
    follows = what_follows(attempt(tries=PATIENCE - 1), misconfigured("535"), NOW)
    assert follows == TryAgain(NOW + timedelta(minutes=30), counts=False)


def test_an_urgent_message_does_not_wait_for_ops_where_there_is_another_way() -> None:
    assert what_follows(attempt(urgent=True), misconfigured("535"), NOW) == Elsewhere("mail", NOW)
    follows = what_follows(attempt(urgent=True, next_channel=DESK), misconfigured("535"), NOW)
    assert follows == TryAgain(NOW + timedelta(minutes=5), counts=False)


def test_what_may_have_arrived_is_left_alone_for_a_while() -> None:
    assert what_follows(attempt(), unknown("timed-out"), NOW) == InDoubt(NOW + timedelta(minutes=10))


def test_what_may_have_arrived_twice_goes_nowhere_but_to_the_desk() -> None:
    again = attempt(in_doubt=True, repeating=True)
    assert what_follows(again, unknown("timed-out"), NOW) == Elsewhere(DESK, NOW, in_doubt=True)


def test_what_may_have_arrived_is_not_sent_another_way_when_its_repeat_is_refused() -> None:
    again = attempt(in_doubt=True, repeating=True)
    assert what_follows(again, permanent("550"), NOW) == Elsewhere(DESK, NOW, in_doubt=True)


def test_a_repeat_that_was_not_taken_leaves_its_one_chance() -> None:
    again = attempt(in_doubt=True, repeating=True)
    assert isinstance(what_follows(again, temporary("451"), NOW), TryAgain)


def test_a_provider_that_can_be_asked_is_asked_again_until_patience_ends() -> None:
    asking = attempt(in_doubt=True, can_ask=True, repeats=1, tries=2)
    assert isinstance(what_follows(asking, unknown("silent"), NOW), InDoubt)
    tired = attempt(in_doubt=True, can_ask=True, repeats=1, tries=PATIENCE - 1)
    assert what_follows(tired, unknown("silent"), NOW) == Elsewhere(DESK, NOW, in_doubt=True)


def test_quiet_hours_move_every_later_try_of_a_plain_message() -> None:
    morning = NOW + timedelta(hours=9)
    for outcome in (temporary("451"), misconfigured("535"), unknown("timed-out")):
        follows = what_follows(attempt(leave_at=lambda _: morning), outcome, NOW)
        assert isinstance(follows, TryAgain | InDoubt)
        assert follows.not_before == morning
