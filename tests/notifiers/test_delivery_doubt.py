"""Messages of which nobody knows whether they arrived: asked about, repeated once with a mark, never silently twice."""

from datetime import timedelta

import pytest
from support.office import BEGIN
from support.telling import (
    MAIL,
    SMS,
    Killed,
    ScriptedChannel,
    facts_named,
    killed_at,
    let_lease_run_out,
    nudges,
    opened,
    with_nudges,
)

from domain.ids import NudgeId
from notifiers.channels import Doubt
from notifiers.dispatch import deliver_all
from notifiers.outcomes import Outcome, accepted, temporary, unknown
from notifiers.worker import LEASE, Point, deliver

SOON = BEGIN + timedelta(hours=1)


def test_a_lost_answer_means_one_marked_repeat_after_a_pause_and_never_another(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel().then(*[unknown("timed-out")] * 5)

    assert deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1").doubtful == 1
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(minutes=5), "w1").claimed == 0
    for hours in range(1, 10):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=hours), "w1")

    first, repeat = sms.sent
    assert "重发" not in first.text
    assert "重发" in repeat.text
    assert (repeat.nudge_id, repeat.at) == (first.nudge_id, first.at)
    doubtful, desk = nudges(store)
    assert (doubtful.state, doubtful.repeats, desk.channel, desk.state) == ("doubtful", 1, "desk", "failed")
    assert facts_named(store, "telling-failed") == 1


def test_a_repeat_that_arrives_settles_it(sqlite_url: str) -> None:
    store, sms = with_nudges(sqlite_url, settings=SMS), ScriptedChannel().then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert [(each.state, each.repeats, each.in_doubt) for each in nudges(store)] == [("sent", 1, False)]


def test_a_repeat_the_gateway_would_not_take_just_now_keeps_its_one_chance(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel().then(unknown("timed-out"), temporary("busy"))
    for hours in (0, 1, 2):
        deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=hours), "w1")
    assert len(sms.sent) == 3
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 1)]


def test_a_provider_that_can_be_asked_is_asked_and_nothing_is_sent_twice(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel(can_ask=True, known=accepted("delivered", "id-9")).then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert (len(sms.sent), len(sms.asked)) == (1, 1)
    assert [(each.state, each.provider_id) for each in nudges(store)] == [("sent", "id-9")]


def test_a_provider_that_never_saw_it_is_given_it_again_without_any_mark(sqlite_url: str) -> None:
    store = with_nudges(sqlite_url, settings=SMS)
    sms = ScriptedChannel(can_ask=True, known=temporary("not-found")).then(unknown("timed-out"))
    deliver_all(store, SMS, opened(sms=sms), BEGIN, "w1")
    deliver_all(store, SMS, opened(sms=sms), SOON, "w1")
    assert len(sms.sent) == 2
    assert "重发" not in sms.sent[1].text
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 0)]


@pytest.mark.parametrize("point", [Point.CLAIMING, Point.CLAIMED])
def test_a_worker_killed_before_it_began_to_send_leaves_no_doubt(database_url: str, point: Point) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel()
    with pytest.raises(Killed):
        deliver(store, SMS, opened(sms=sms), BEGIN, "w1", watch=killed_at(point))

    deliver_all(store, SMS, opened(sms=sms), BEGIN + LEASE, "w2")

    assert len(sms.sent) == 1
    assert "重发" not in sms.sent[0].text
    assert [(each.state, each.repeats) for each in nudges(store)] == [("sent", 0)]


def test_a_worker_killed_after_sending_means_one_marked_repeat_when_its_lease_has_run_out(database_url: str) -> None:
    store, sms = with_nudges(database_url, settings=SMS), ScriptedChannel()
    with pytest.raises(Killed):
        deliver(store, SMS, opened(sms=sms), BEGIN, "w1", watch=killed_at(Point.SENT))

    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(minutes=4), "w2").claimed == 0
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + LEASE + timedelta(minutes=1), "w2").sent == 1
    assert "重发" in sms.sent[1].text


def test_where_a_repeat_is_harmless_it_is_simply_sent_again_however_often_the_worker_dies(sqlite_url: str) -> None:
    store, sms = with_nudges(sqlite_url, settings=SMS), ScriptedChannel(doubt=Doubt.NOTHING)
    for hours in range(5):
        at, watch = BEGIN + timedelta(hours=hours), killed_at(Point.BEGUN)
        with pytest.raises(Killed):
            deliver(store, SMS, opened(sms=sms), at, f"w{hours}", watch=watch)
    assert deliver_all(store, SMS, opened(sms=sms), BEGIN + timedelta(hours=6), "w9").sent == 1
    assert len(sms.sent) == 1


def test_a_worker_that_lost_its_claim_neither_sends_nor_settles_to_its_namesake(database_url: str) -> None:
    store, mine, theirs = with_nudges(database_url, 2), ScriptedChannel(), ScriptedChannel()

    def overtaken() -> Outcome:
        for nudge in nudges(store, state="claimed"):
            let_lease_run_out(store, NudgeId(nudge.id), BEGIN)
        deliver_all(store, MAIL, opened(mail=theirs), BEGIN, "slow")
        return accepted("late")

    report = deliver(store, MAIL, opened(mail=mine.then(overtaken)), BEGIN, "slow")

    assert len(mine.sent) == 1
    assert report.sent == 0
    assert {each.claimed_by.split(".")[0] for each in nudges(store)} == {"slow"}
    assert len(theirs.sent) == 2
