"""What takes longer than a page may: counted beside it, kept for a while, shown with the moment it was counted."""

from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, NamedTuple

FRESH_FOR: Final = timedelta(minutes=15)
MOST_KEPT: Final = 500


class Counted(NamedTuple):
    """Something that was counted, and when."""

    value: Any
    at: datetime


class Trends:
    """One count at a time, however many pages ask for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[Hashable, Counted] = {}
        self._under_way: set[Hashable] = set()
        self._counting = ThreadPoolExecutor(1, thread_name_prefix="trends")

    def get(self, key: Hashable, now: datetime, count: Callable[[], Any]) -> Counted | None:
        """What was counted last; nothing the first time, and it is counted beside the page then or once it is old."""
        with self._lock:
            found = self._kept.get(key)
            if (found is None or found.at + FRESH_FOR <= now) and key not in self._under_way:
                self._under_way.add(key)
                self._counting.submit(self._count, key, now, count)
        return found

    def _count(self, key: Hashable, now: datetime, count: Callable[[], Any]) -> None:
        try:
            value = count()
            with self._lock:
                self._kept[key] = Counted(value, now)
                while len(self._kept) > MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
        finally:
            with self._lock:
                self._under_way.discard(key)
