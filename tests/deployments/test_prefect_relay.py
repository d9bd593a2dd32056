"""The relay against a Prefect that forgets, fails and answers late; time is moved, nothing is slept."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.events import Event

from domain.ids import SignalId
from domain.store.signals import TRY_AGAIN_AFTER, Signal
from flows.relay import LIMIT, Relay, keep_relaying
from flows.relay_events import HURRY, history_of, hurries

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1000)
AGAIN = TRY_AGAIN_AFTER + timedelta(seconds=1)


def signal(number: int = 1, *, urgent: bool = False, county: str = "371302", **changes: Any) -> Signal:
    """A signal of one fact of one case."""
    name = "shouwang.urgent" if urgent else "shouwang.duty-met"
    usual: dict[str, Any] = {
        "id": SignalId(number), "name": name, "urgent": urgent, "county": county, "stage": "check-in", "count": 1,
        "cases": (f"{county}-00001",), "first": f"{county}-00001/{number}", "created_at": NOW, "tries": 0,
    }  # fmt: skip
    return Signal(**(usual | changes))


@dataclass
class Notebook:
    """Our store by hand."""

    signals: dict[int, Signal] = field(default_factory=dict)
    tried_at: dict[int, datetime] = field(default_factory=dict)
    settled_at: dict[int, datetime] = field(default_factory=dict)
    letters: bool = False
    tidied: list[datetime] = field(default_factory=list)

    def add(self, *signals: Signal) -> None:
        """Facts have happened."""
        self.signals |= {signal.id: signal for signal in signals}

    def waiting(self, now: datetime, limit: int) -> Sequence[Signal]:
        """As the store says it: urgent first, none just tried."""
        open_ones = [one for one in self.signals.values() if one.id not in self.settled_at]
        due = [one for one in open_ones if self.tried_at.get(one.id, LONG_AGO) <= now - TRY_AGAIN_AFTER]
        return sorted(due, key=lambda one: (not one.urgent, one.id))[:limit]

    def tried(self, ids: Sequence[SignalId], now: datetime) -> None:
        """Sent once more."""
        for number in ids:
            self.tried_at[number] = now
            self.signals[number] = replace(self.signals[number], tries=self.signals[number].tries + 1)

    def settled(self, ids: Sequence[SignalId], now: datetime) -> None:
        """The first settling counts."""
        for number in ids:
            self.settled_at.setdefault(number, now)

    def something_to_tell(self, _now: datetime) -> bool:
        """Whether notices wait."""
        return self.letters

    def forget_settled(self, now: datetime) -> None:
        """Tidy up."""
        self.tidied.append(now)


@dataclass
class ForgetfulPrefect:
    """Acknowledges everything; writes down only while it is not forgetful; may be away."""

    forgetful: bool = False
    away: bool = False
    posted: list[Event] = field(default_factory=list)
    written: set[UUID] = field(default_factory=set)
    started: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    async def post(self, events: Sequence[Event]) -> None:
        """Take them."""
        self._answer()
        self.posted += events
        self.written |= set() if self.forgetful else {event.id for event in events}

    async def stored(self, events: Sequence[Event]) -> set[UUID]:
        """What was written down."""
        self._answer()
        return self.written & {event.id for event in events}

    async def failed_actions(self, _since: datetime, _until: datetime) -> list[str]:
        """What automations could not do."""
        return self.reasons

    async def start(self, deployment: str, parameters: dict[str, Any], key: str) -> None:
        """Start a run; one a key."""
        self._answer()
        if key not in [known for _, _, known in self.started]:
            self.started.append((deployment, parameters, key))

    def named(self, name: str) -> list[Event]:
        """The events of a name."""
        return [event for event in self.posted if event.event == name]

    def _answer(self) -> None:
        if self.away:
            raise httpx.ConnectError("away")


@dataclass
class Desk:
    """A relay between the two."""

    store: Notebook = field(default_factory=Notebook)
    prefect: ForgetfulPrefect = field(default_factory=ForgetfulPrefect)

    def __post_init__(self) -> None:
        self.relay = Relay(self.store, self.prefect)

    def turn(self, *moments: datetime) -> None:
        """A turn at each of these moments."""
        for moment in moments:
            run(self.relay.turn(moment))


def run(work: Coroutine[Any, Any, Any]) -> None:
    """To its end."""
    asyncio.run(work)


@pytest.fixture
def desk() -> Desk:
    """Nothing waiting yet."""
    return Desk()


def test_a_quiet_signal_is_settled_only_when_its_event_can_be_read_back(desk: Desk) -> None:
    desk.store.add(signal())
    desk.prefect.forgetful = True
    desk.turn(NOW, NOW + timedelta(seconds=1))
    assert desk.store.settled_at == {}
    desk.prefect.forgetful = False
    desk.turn(NOW + AGAIN, NOW + AGAIN + timedelta(seconds=1))
    assert set(desk.store.settled_at) == {1}


def test_an_event_said_again_is_the_same_event(desk: Desk) -> None:
    desk.store.add(signal())
    desk.prefect.forgetful = True
    desk.turn(NOW, NOW + AGAIN, NOW + 2 * AGAIN)
    said = desk.prefect.named("shouwang.duty-met")
    assert len(said) == 3
    assert len({event.id for event in said}) == 1


def test_a_relay_that_was_killed_says_the_same_again_under_the_same_name(desk: Desk) -> None:
    desk.store.add(signal())
    desk.turn(NOW)
    after = Desk(desk.store, desk.prefect)
    after.turn(NOW + AGAIN, NOW + 2 * AGAIN)
    assert len({event.id for event in desk.prefect.posted}) == 1
    assert set(desk.store.settled_at) == {1}


def test_an_urgent_signal_waits_for_the_run_and_not_for_the_event(desk: Desk) -> None:
    desk.store.add(signal(urgent=True))
    desk.turn(NOW, NOW + timedelta(seconds=5))
    assert len(desk.prefect.named(HURRY)) == 1
    assert desk.prefect.named(HURRY)[0].payload == {"county": "371302", "signals": [1]}
    assert desk.store.settled_at == {}


def test_after_two_tries_the_run_is_started_directly_and_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.store.add(signal(urgent=True))
    desk.prefect.reasons = ["no template for county"]
    with caplog.at_level(logging.WARNING):
        desk.turn(NOW, NOW + AGAIN, NOW + 2 * AGAIN)
    assert len(desk.prefect.named(HURRY)) == 2
    assert len({event.id for event in desk.prefect.named(HURRY)}) == 2, "a second try must start a second run"
    assert [(name, given) for name, given, _ in desk.prefect.started] == [
        ("escalation", {"county": "371302", "signals": [1]})
    ]
    assert "no template for county" in caplog.text


def test_the_history_of_an_urgent_signal_is_kept_even_when_its_run_was_faster(desk: Desk) -> None:
    desk.store.add(signal(urgent=True))
    desk.prefect.forgetful = True
    desk.turn(NOW)
    desk.store.settled([SignalId(1)], NOW)
    desk.prefect.forgetful = False
    desk.turn(NOW + AGAIN, NOW + 2 * AGAIN)
    assert history_of(signal(urgent=True)).id in desk.prefect.written
    assert desk.relay.unseen == {}


def test_a_burst_of_answers_is_one_run_a_county_and_beyond_three_counties_one_for_all() -> None:
    in_one = [signal(number, urgent=True) for number in range(1, 101)]
    assert [(hurry.county, len(hurry.signals)) for hurry in hurries(in_one)] == [("371302", 100)]
    in_four = [signal(number, urgent=True, county=f"37130{number}") for number in range(1, 5)]
    assert [(hurry.county, len(hurry.signals)) for hurry in hurries(in_four)] == [(None, 4)]


def test_what_prefect_would_throw_away_at_once_is_not_sent(desk: Desk) -> None:
    desk.store.add(signal(created_at=NOW - timedelta(days=8)), signal(2))
    desk.turn(NOW)
    assert [event.payload["signal"] for event in desk.prefect.posted] == [2]
    assert set(desk.store.settled_at) == {1}


def test_while_the_server_is_away_signals_wait_and_nothing_counts_as_tried(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.store.add(signal(), signal(2, urgent=True))
    desk.prefect.away = True
    run(turns(desk, 3))
    assert desk.store.tried_at == {}
    assert caplog.text.count("signals wait") == 1, "told once, not every second"
    desk.prefect.away = False
    run(turns(desk, 3))
    assert set(desk.store.settled_at) == {1}
    assert len(desk.prefect.named(HURRY)) == 1


def test_more_than_a_turn_can_carry_goes_out_turn_by_turn(desk: Desk) -> None:
    desk.store.add(*(signal(number) for number in range(1, 2 * LIMIT + 2)))
    desk.turn(*(NOW + timedelta(seconds=second) for second in range(4)))
    assert len(desk.store.settled_at) == 2 * LIMIT + 1
    assert len(desk.prefect.posted) == 2 * LIMIT + 1


def test_delivery_starts_when_something_waits_and_ever_more_seldom_while_that_does_not_help(desk: Desk) -> None:
    desk.turn(NOW)
    assert desk.prefect.started == []
    desk.store.letters = True
    desk.turn(*(NOW + timedelta(seconds=second) for second in range(120)))
    assert len(desk.prefect.started) == 4, "at 0, 15, 45 and 105 seconds"
    desk.store.letters = False
    desk.turn(NOW + timedelta(minutes=20))
    desk.store.letters = True
    desk.turn(NOW + timedelta(minutes=20, seconds=1))
    assert len(desk.prefect.started) == 5


def test_an_urgent_answer_starts_one_run_and_delivery_only_when_that_one_does_not_come(desk: Desk) -> None:
    desk.store.add(signal(urgent=True))
    desk.store.letters = True
    desk.turn(*(NOW + timedelta(seconds=second) for second in range(15)))
    assert len(desk.prefect.named(HURRY)) == 1
    assert desk.prefect.started == []
    desk.turn(NOW + timedelta(seconds=15))
    assert [name for name, _, _ in desk.prefect.started] == ["delivery"]


def test_settled_signals_are_tidied_away_once_a_day(desk: Desk) -> None:
    desk.turn(*(NOW + timedelta(hours=hour) for hour in range(49)))
    assert desk.store.tidied == [NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)]


def test_nothing_but_ids_is_in_what_prefect_is_told() -> None:
    told = history_of(signal(urgent=True)).model_dump(mode="json")
    assert set(told["payload"]) == {"signal", "stage", "count", "cases", "first"}
    assert told["resource"] == {"prefect.resource.id": "shouwang.county.371302"}


async def turns(desk: Desk, count: int) -> None:
    """The loop itself, for so many turns."""
    left = iter(range(count))
    moments: Callable[[], datetime] = lambda: NOW + timedelta(seconds=next(left))  # noqa: E731
    with pytest.raises(RuntimeError, match="StopIteration"):
        await keep_relaying(desk.relay, moments, pause=0)
