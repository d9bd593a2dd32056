"""What a monitor reads at /metrics: the messages, the channels, the rounds; nobody's name, number or case."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from support.office import BEGIN, days, pass_days
from support.site import OPS, PASSWORD, Visitor, visiting
from support.telling import ScriptedChannel, opened, tell, telling, with_nudges

from domain.store import tables as t
from domain.store.engine import writing
from domain.store.moments import stamp
from domain.store.posts import keep_post
from domain.store.replies import NewReply, keep_reply
from notifiers.outcomes import misconfigured, permanent

SMS: Final = telling("sms")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Three messages wait to leave."""
    with visiting(with_nudges(database_url, 3, SMS), BEGIN) as someone:
        yield someone


def measured(visitor: Visitor) -> dict[str, float]:
    """Every measure with its labels, read as Prometheus reads it."""
    answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {PASSWORD}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    samples = (sample for family in text_string_to_metric_families(answer.text) for sample in family.samples)
    return {" ".join((sample.name, *sample.labels.values())): sample.value for sample in samples}


def test_what_waits_and_for_how_long_is_measured_by_channel(visitor: Visitor) -> None:
    visitor.clock.moment = BEGIN + timedelta(minutes=5)
    found = measured(visitor)
    assert found["shouwang_messages_queued sms"] == 3
    assert found["shouwang_messages_oldest_seconds sms"] == 300
    assert found["shouwang_messages_in_doubt sms"] == 0
    assert found["shouwang_gateway_resting sms"] == 0


def test_what_sleeps_until_the_morning_is_no_reason_for_worry(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        connection.execute(update(t.nudge).values(not_before=stamp(BEGIN + days(1))))
    found = measured(visitor)
    assert found["shouwang_messages_queued sms"] == 3
    assert found["shouwang_messages_oldest_seconds sms"] == 0


def test_what_came_of_messages_is_counted_for_ever_and_never_less(visitor: Visitor) -> None:
    tell(visitor.store, SMS, opened(sms=ScriptedChannel().then(permanent("550"))), BEGIN)
    found = measured(visitor)
    assert found["shouwang_messages_total sms sent"] == 2
    assert found["shouwang_messages_total sms failed"] == 1
    # What proves never to have arrived was sent all the same: a counter that fell would look like a new start.
    with writing(visitor.store.engine) as connection:
        lost = update(t.nudge).where(t.nudge.c.state == "sent").values(state="failed", receipt="undelivered")
        connection.execute(lost)
    found = measured(visitor)
    assert found["shouwang_messages_total sms sent"] == 2
    assert found["shouwang_messages_total sms undelivered"] == 2
    assert found["shouwang_messages_total sms failed"] == 1
    for later in (7, 8, 9, 60):
        visitor.clock.moment = BEGIN + days(later)
        assert measured(visitor)["shouwang_messages_total sms sent"] == 2


def test_a_channel_that_rests_is_seen_to_rest(visitor: Visitor) -> None:
    wrong = ScriptedChannel().then(*[misconfigured("535")] * 3)
    tell(visitor.store, SMS, opened(sms=wrong), BEGIN)
    assert measured(visitor)["shouwang_gateway_resting sms"] == 1
    visitor.clock.moment = BEGIN + timedelta(hours=1)
    assert measured(visitor)["shouwang_gateway_resting sms"] == 0


def test_posts_replies_and_late_cases_are_measured(visitor: Visitor) -> None:
    assert {measured(visitor)[f"shouwang_{name}"] for name in ("replies_unread", "posts_unsettled")} == {0}
    with writing(visitor.store.engine) as connection:
        keep_post(connection, visitor.store.seal, "sms", b"{}", BEGIN)
        for key, outcome in (("1", "stranger"), ("2", "done")):
            keep_reply(
                connection, visitor.store.seal,
                NewReply("sms", key, BEGIN, None, "unclear", None, outcome, "?"),
            )  # fmt: skip
    pass_days(visitor.store, BEGIN, 20)
    visitor.clock.moment = BEGIN + days(40)
    found = measured(visitor)
    assert (found["shouwang_replies_unread"], found["shouwang_posts_unsettled"]) == (1, 1)
    assert found["shouwang_cases_overdue"] == 3
    assert found["shouwang_diary_due"] > 0
    assert 0 < found["shouwang_diary_oldest_seconds"] <= 20 * 86_400


def test_a_monitor_shows_its_token_or_signs_in_as_the_lists_ask(visitor: Visitor) -> None:
    assert visitor.get("/metrics", auth=OPS).status_code == 200
    for wrong in ("Bearer no", "Bearer", f"Basic {PASSWORD}"):
        assert visitor.get("/metrics", headers={"Authorization": wrong}).status_code == 401
    assert visitor.get("/metrics").status_code == 401


def test_no_measure_names_a_person_or_a_case(visitor: Visitor) -> None:
    tell(visitor.store, SMS, opened(sms=ScriptedChannel()), BEGIN)
    text = visitor.get("/metrics", auth=OPS).text
    assert "shouwang_messages_total" in text
    assert not any(sign in text for sign in ("p0000", "371302", "某"))
