"""The relay: carries waiting signals to Prefect, and sees to it that none is lost and none works twice.

A 204 from Prefect is no promise: what it acknowledged and had not yet written dies with it. So a quiet signal is
settled when Prefect shows its event; an urgent one when the run it started has done its work.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from prefect.events import Event

from domain.ids import SignalId
from domain.store.signals import TRY_AGAIN_AFTER, Signal
from flows.relay_events import Hurry, history_of, hurries, hurry_event
from flows.stages import where_it_broke

log = logging.getLogger(__name__)

LIMIT: Final = 200
MOST_UNSEEN: Final = 2_000
TRIES_BEFORE_DIRECTLY: Final = 2
PREFECT_KEEPS_EVENTS_FOR: Final = timedelta(days=7)
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=5)
TIDY_EVERY: Final = timedelta(days=1)


class Outgoing(Protocol):
    """Our store as the relay needs it; every call is one transaction."""

    def waiting(self, now: datetime, limit: int, /) -> Sequence[Signal]: ...
    def tried(self, ids: Sequence[SignalId], now: datetime, /) -> None: ...
    def settled(self, ids: Sequence[SignalId], now: datetime, /) -> None: ...
    def something_to_tell(self, now: datetime, /) -> bool: ...
    def forget_settled(self, now: datetime, /) -> None: ...


class Prefect(Protocol):
    """Prefect as the relay needs it (see ``relay_api``)."""

    async def post(self, events: Sequence[Event]) -> None: ...
    async def stored(self, events: Sequence[Event]) -> set[UUID]: ...
    async def failed_actions(self, since: datetime, until: datetime, /) -> list[str]: ...
    async def start(self, deployment: str, parameters: dict[str, Any], key: str) -> None: ...


@dataclass(frozen=True)
class Unseen:
    """An event Prefect has acknowledged and not yet shown."""

    signal: Signal
    event: Event
    posted_at: datetime


@dataclass
class Relay:
    """One relay per install; what it remembers may be lost at any moment, the store has the rest."""

    store: Outgoing
    prefect: Prefect
    unseen: dict[UUID, Unseen] = field(default_factory=dict)
    delivery_not_before: datetime | None = None
    delivery_pause: timedelta = FIRST_PAUSE
    tidy_after: datetime | None = None

    async def turn(self, now: datetime) -> None:
        """See what has arrived, send what waits, hurry what is urgent."""
        await self._see(now)
        if len(self.unseen) < MOST_UNSEEN:
            await self._send(now)
        await self._hurry_delivery(now)
        if self.tidy_after is None or now >= self.tidy_after:
            await asyncio.to_thread(self.store.forget_settled, now)
            self.tidy_after = now + TIDY_EVERY

    async def _see(self, now: datetime) -> None:
        """Forget what Prefect shows, settle it when it was quiet, say again what it has lost."""
        if not self.unseen:
            return
        stored = await self.prefect.stored([unseen.event for unseen in self.unseen.values()])
        seen = [self.unseen.pop(event) for event in stored & self.unseen.keys()]
        quiet = [unseen.signal.id for unseen in seen if not unseen.signal.urgent]
        if quiet:
            await asyncio.to_thread(self.store.settled, quiet, now)
        late = [unseen for unseen in self.unseen.values() if unseen.posted_at + TRY_AGAIN_AFTER <= now]
        if late:
            await self._post([unseen.signal for unseen in late], now)

    async def _send(self, now: datetime) -> None:
        signals = await asyncio.to_thread(self.store.waiting, now, LIMIT)
        if not signals:
            return
        # Prefect would throw away at once what is older than it keeps events for; the journal has it.
        old = [signal for signal in signals if too_old(signal, now)]
        if old:
            await asyncio.to_thread(self.store.settled, [signal.id for signal in old], now)
        fresh = [signal for signal in signals if not too_old(signal, now)]
        await self._post([signal for signal in fresh if history_of(signal).id not in self.unseen], now)
        await self._hurry(fresh, now)
        if fresh:
            await asyncio.to_thread(self.store.tried, [signal.id for signal in fresh], now)

    async def _post(self, signals: Sequence[Signal], now: datetime) -> None:
        if not signals:
            return
        told = [(signal, history_of(signal)) for signal in signals]
        await self.prefect.post([event for _, event in told])
        self.unseen.update({event.id: Unseen(signal, event, now) for signal, event in told})

    async def _hurry(self, signals: Sequence[Signal], now: datetime) -> None:
        """By the automation at first; who was not served so is started by hand."""
        wanted = hurries(signals)
        by_event = [hurry for hurry in wanted if hurry.tries < TRIES_BEFORE_DIRECTLY]
        if by_event:
            await self.prefect.post([hurry_event(hurry, now) for hurry in by_event])
        for hurry in wanted:
            if hurry.tries >= TRIES_BEFORE_DIRECTLY:
                await self._start(hurry)
        if any(hurry.tries for hurry in wanted):
            await self._tell_why_not(now)
        if any(not hurry.tries for hurry in wanted):
            # The run that is about to start delivers as well; a second one would find nothing to do.
            self.delivery_not_before = max(self.delivery_not_before or now, now + FIRST_PAUSE)

    async def _start(self, hurry: Hurry) -> None:
        log.warning("no run settled signals %s after %d tries; starting it directly", hurry.signals, hurry.tries)
        await self.prefect.start(hurry.deployment, hurry.parameters, hurry.key)

    async def _tell_why_not(self, now: datetime) -> None:
        for reason in await self.prefect.failed_actions(now - 3 * TRY_AGAIN_AFTER, now):
            log.error("an automation failed: %s", reason)

    async def _hurry_delivery(self, now: datetime) -> None:
        """Start delivery when something may be told now; ever more seldom while that does not help."""
        if self.delivery_not_before is not None and now < self.delivery_not_before:
            return
        if not await asyncio.to_thread(self.store.something_to_tell, now):
            self.delivery_not_before, self.delivery_pause = None, FIRST_PAUSE
            return
        await self.prefect.start("delivery", {}, f"delivery {now.isoformat(timespec='seconds')}")
        self.delivery_not_before = now + self.delivery_pause
        self.delivery_pause = min(2 * self.delivery_pause, LONGEST_PAUSE)


def too_old(signal: Signal, now: datetime) -> bool:
    """Whether nobody could see its event any more."""
    return not signal.urgent and signal.created_at < now - PREFECT_KEEPS_EVENTS_FOR


async def keep_relaying(relay: Relay, clock: Callable[[], datetime], pause: float) -> None:
    """Turn after turn until cancelled; whatever goes wrong is told once and tried again."""
    trouble = ""
    while True:
        found = await _trouble_of_a_turn(relay, clock())
        if found and found != trouble:
            log.warning("signals wait: %s", found)
        trouble = found
        await asyncio.sleep(2 * pause if trouble else pause)


async def _trouble_of_a_turn(relay: Relay, now: datetime) -> str:
    try:
        await relay.turn(now)
    except Exception as error:  # noqa: BLE001 - a server that is away, a busy database: neither may end the relay
        return where_it_broke(error)
    return ""
