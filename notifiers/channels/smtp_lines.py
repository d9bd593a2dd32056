"""A few kept connections to one mail server, shared by threads."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from queue import LifoQueue
from threading import Lock

from notifiers.channels.smtp_line import MailDoor, SmtpLine
from notifiers.outcomes import Outcome


class SmtpLines:
    """At most ``most`` connections; one more is opened only when a thread asks while all the open ones are in use."""

    def __init__(self, door: MailDoor, trust: ssl.SSLContext, most: int) -> None:
        self._most = most
        # The line put back last is taken first: one thread alone stays on one connection, which so stays warm.
        self._free: LifoQueue[SmtpLine] = LifoQueue()
        for _ in range(most):
            self._free.put(SmtpLine(door, trust))
        self._closing = Lock()

    def hand_over(self, sender: str, recipient: str, letter: bytes) -> Outcome:
        """Try once, on the first line that is free; waits for its turn when none is."""
        with self._taken() as line:
            return line.hand_over(sender, recipient, letter)

    def close(self) -> None:
        """Say goodbye on every line, once the letters on their way have been answered."""
        # Two that close at once would each hold some of the lines and wait for the rest.
        with self._closing:
            lines = [self._free.get() for _ in range(self._most)]
            try:
                for line in lines:
                    line.close()
            finally:
                for line in reversed(lines):
                    self._free.put(line)

    @contextmanager
    def _taken(self) -> Iterator[SmtpLine]:
        line = self._free.get()
        try:
            yield line
        finally:
            self._free.put(line)
