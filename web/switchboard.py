"""The console's open pages of this process, and the one look at the database every two seconds that serves them all."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool

from domain.ids import PersonId
from domain.store.console.live import Urgent, last_notice, urgent_since
from domain.store.store import Store

EVERY: Final = 2.0
"""Seconds between two looks; nobody has a page open, no look."""

_WAITING_AT_MOST: Final = 20

Line = asyncio.Queue[Urgent]


@dataclass
class Switchboard:
    """The open pages of one process, by whose they are."""

    lines: dict[PersonId, set[Line]] = field(default_factory=lambda: defaultdict(set))
    looking: asyncio.Task[None] | None = None

    def join(self, store: Store, person: PersonId) -> Line:
        """Listen for what is urgent for somebody."""
        line: Line = asyncio.Queue(_WAITING_AT_MOST)
        self.lines[person].add(line)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look(store))
        return line

    def leave(self, person: PersonId, line: Line) -> None:
        """Listen no more."""
        self.lines[person].discard(line)
        if not self.lines[person]:
            del self.lines[person]

    async def _look(self, store: Store) -> None:
        after = await run_in_threadpool(last_notice, store)
        while self.lines:
            await asyncio.sleep(EVERY)
            after, found = await run_in_threadpool(urgent_since, store, list(self.lines), after)
            for each in found:
                for line in self.lines.get(each.person, ()):
                    with suppress(asyncio.QueueFull):
                        line.put_nowait(each)
