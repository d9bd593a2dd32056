"""A gateway that takes connections and never answers, beside a healthy one: how long messages wait there."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from statistics import quantiles
from threading import Event, Thread
from typing import Final

from deployments.benchmarks.crowd import BEGIN, batches, open_ones, put_off, queue_again, telling
from deployments.benchmarks.provider import providing
from domain.ids import NudgeId
from domain.store.store import Store
from notifiers.dispatch import LOOK_AGAIN, deliver_all
from notifiers.letters import message_name
from notifiers.opening import open_channels
from notifiers.settings import ChannelSetting, Telling

HEALTHY, HANGING = "healthy", "hanging"
EVERY: Final = 0.05
"""Seconds between two handfuls of messages that come due."""

SHARE_OF_HANGING: Final = 5
"""One message in so many waits for the gateway that hangs."""

RUNS: Final = 2
LONGEST: Final = 60.0
LATER: Final = BEGIN + timedelta(days=7)


def slowed(store: Store, *, seconds: float) -> tuple[float, float]:
    """The delay that nineteen in twenty of the healthy gateway's messages stay below: alone, and beside the other."""
    alone, beside = list[float](), list[float]()
    for _ in range(RUNS):
        alone += _delays(store, seconds, hanging=False)
        beside += _delays(store, seconds, hanging=True)
    return _most(alone), _most(beside)


def _most(delays: Sequence[float]) -> float:
    return quantiles(delays, n=20)[-1]


def _delays(store: Store, seconds: float, *, hanging: bool) -> list[float]:
    """Each message's seconds from when it might leave until it came; they come due evenly within so many seconds."""
    queue_again(store, HEALTHY)
    every_one = open_ones(store, HEALTHY)
    hung = every_one[::SHARE_OF_HANGING]
    steady = [each for each in every_one if each not in set(hung)]
    queue_again(store, HANGING, hung)
    put_off(store, steady if hanging else every_one, LATER)
    with providing() as healthy, ExitStack() as other:
        settings = telling(
            ChannelSetting(name=HEALTHY, url=healthy.sms_url),
            ChannelSetting(name=HANGING, url=other.enter_context(providing(hangs=True)).sms_url),
        )
        feeding = _Feeding(store, steady, seconds, other)
        _deliver_while(store, settings, feeding)
        taken = healthy.taken
    return [taken[message_name(store.seal, nudge)][0].at - due for nudge, due in feeding.due.items()]


class _Feeding(Thread):
    """Lets messages come due little by little; when all of them have left, the gateway that hangs is ended."""

    def __init__(self, store: Store, nudges: Sequence[NudgeId], seconds: float, other: ExitStack) -> None:
        super().__init__(name="feeding")
        self._store, self._nudges, self._other = store, nudges, other
        self._handful = max(1, round(len(nudges) * EVERY / seconds))
        self.due: dict[NudgeId, float] = {}
        self.over = Event()

    def run(self) -> None:
        """Feed, and wait for the last."""
        try:
            for some in batches(self._nudges, self._handful):
                self.due |= dict.fromkeys(some, time.monotonic())
                put_off(self._store, some, BEGIN)
                time.sleep(EVERY)
            until = time.monotonic() + LONGEST
            while open_ones(self._store, HEALTHY) and time.monotonic() < until:
                time.sleep(EVERY)
        finally:
            self.over.set()
            self._other.close()


def _deliver_while(store: Store, settings: Telling, feeding: _Feeding) -> None:
    """Deliver as often as a delivery looks again by itself."""
    started = time.monotonic()
    with open_channels(settings) as channels:
        feeding.start()
        while not feeding.over.wait(LOOK_AGAIN):
            deliver_all(store, settings, channels, BEGIN + timedelta(seconds=time.monotonic() - started), "bench")
        feeding.join()
