"""Trials of versions while they are reckoned, and for an hour after: one at a time, so that the pages stay quick."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.ids import LoginId
from domain.store.trial import Trial

KEPT_FOR: Final = timedelta(hours=1)
MOST_WAITING: Final = 4
"""So many trials may be under way or wait together."""


class TooManyTrials(Exception):
    """Others are being reckoned; later there is room again."""


@dataclass
class Tried:
    """One trial: who asked for what, how far it has come, and what came of it."""

    id: str
    login: LoginId
    programme: str
    unit: str
    months: int
    begun: datetime
    done: int = 0
    cases: int = 0
    outcome: "Future[Trial] | None" = None

    @property
    def is_over(self) -> bool:
        """Whether it has been reckoned, or has broken."""
        return self.outcome is not None and self.outcome.done()

    @property
    def trial(self) -> Trial | None:
        """What came of it; nothing while it is reckoned, and where it has broken."""
        over = self.outcome is not None and self.outcome.done() and self.outcome.exception() is None
        return self.outcome.result() if over and self.outcome is not None else None

    def note(self, done: int, cases: int) -> None:
        """How far it has come."""
        self.done, self.cases = done, cases


@dataclass
class Trials:
    """All of them, in the memory of the one process that serves the pages."""

    known: dict[str, Tried] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="trial"))

    def begin(
        self, login: LoginId, programme: str, unit: str, months: int, now: datetime, reckon: Callable[[Tried], Trial]
    ) -> Tried:
        """Put a trial into the row; TooManyTrials."""
        with self.lock:
            self._forget(now)
            if sum(not each.is_over for each in self.known.values()) >= MOST_WAITING:
                raise TooManyTrials
            tried = Tried(secrets.token_urlsafe(12), login, programme, unit, months, now)
            self.known[tried.id] = tried
            tried.outcome = self.pool.submit(reckon, tried)
        return tried

    def of(self, login: LoginId, number: str, now: datetime) -> Tried | None:
        """Somebody's own trial; nothing where it is nobody's, another's or too old."""
        with self.lock:
            self._forget(now)
            found = self.known.get(number)
        return found if found is not None and found.login == login else None

    def _forget(self, now: datetime) -> None:
        self.known = {key: each for key, each in self.known.items() if not each.is_over or now - each.begun < KEPT_FOR}
