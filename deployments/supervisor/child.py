"""One part of the tree: a command in a process group of its own, with its log and its record of dying."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOG_BYTES: Final = 5_000_000
SECONDS_TO_PROVE_ITSELF: Final = 60.0
FIRST_DELAY: Final = 0.5
LONGEST_DELAY: Final = 30.0
MOST_EARLY_DEATHS: Final = 6


@dataclass
class Child:
    """A part; ``early_deaths`` counts deaths in a row soon after a start."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    early_deaths: int = 0
    start_again_at: float | None = None

    def start(self) -> int:
        """Start it; the number of its process group."""
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        turn_over(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.env), cwd=self.cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                process_group=0,
            )  # fmt: skip
        self.started_at = time.monotonic()
        self.start_again_at = None
        return self.process.pid

    def has_died(self) -> bool:
        """Whether it was started and has ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def bury(self) -> int:
        """Take note of its death and end what it left behind; the number of the group that has gone."""
        assert self.process is not None
        group = self.process.pid
        kill_group(group, signal.SIGKILL)
        lived = time.monotonic() - self.started_at
        self.early_deaths = self.early_deaths + 1 if lived < SECONDS_TO_PROVE_ITSELF else 1
        delay = min(FIRST_DELAY * 2 ** (self.early_deaths - 1), LONGEST_DELAY)
        self.start_again_at = time.monotonic() + delay
        self.process = None
        return group

    @property
    def is_hopeless(self) -> bool:
        """Whether starting it once more would not help."""
        return self.early_deaths >= MOST_EARLY_DEATHS

    def ask_to_stop(self) -> None:
        """Without waiting."""
        if self.process is not None:
            self.process.terminate()

    def stop(self, seconds: float) -> None:
        """Ask it to end, wait, then end it and whatever it has started."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        kill_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def kill_group(group: int, number: int) -> None:
    """Signal a whole process group; nobody left is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def turn_over(log: Path) -> None:
    """Keep one old log when the present one has grown long."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
