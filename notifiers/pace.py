"""How quickly messages may leave through a channel: a token bucket, shared by its lanes."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

SPANS: Final = {
    "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1),
}  # fmt: skip


class Pace:
    """So many a second, evenly; without a figure as quick as can be."""

    def __init__(
        self,
        per_second: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._between = 1 / per_second if per_second else 0.0
        self._clock, self._sleep, self._lock = clock, sleep, Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Until the next message may leave."""
        if not self._between:
            return
        with self._lock:
            now = self._clock()
            mine = max(now, self._next)
            self._next = mine + self._between
        self._sleep(mine - now)


class Window(NamedTuple):
    """So many messages to one number within a span, as mainland gateways allow."""

    most: int
    span: timedelta


def windows(written: str) -> tuple[Window, ...]:
    """``5/hour 10/day`` as windows."""
    parts = (each.partition("/") for each in written.split())
    return tuple(Window(int(most), SPANS[span]) for most, _, span in parts)


def room_at(told: Sequence[datetime], allowed: Sequence[Window], now: datetime) -> datetime:
    """When one more message to a number may leave; ``told`` is when it was written to, the newest first."""
    full = (told[each.most - 1] + each.span for each in allowed if each.most <= len(told))
    return max((at for at in full if at > now), default=now)
