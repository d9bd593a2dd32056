"""Sleeping until a signal comes: told to stop, or a child has ended."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STOPPING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Wakeup:
    """``stops`` counts how often we were told to stop."""

    def __init__(self, reader: int) -> None:
        self.reader = reader
        self.stops = 0

    def wait(self, seconds: float) -> None:
        """Until a signal comes or the time is up."""
        if select.select([self.reader], [], [], seconds)[0]:
            os.read(self.reader, 512)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """The handler of every signal that means stop."""
        self.stops += 1


@contextmanager
def waking() -> Iterator[Wakeup]:
    """Signals wake us instead of breaking off what we do; as before afterwards."""
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    wakeup = Wakeup(reader)
    before = {number: signal.signal(number, wakeup.stop) for number in STOPPING}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    old = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield wakeup
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)
