"""The supervisor's end of the guard that outlives it (see ``guard.py``)."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")


class Keeper:
    """Tells the guard which process groups there are; starts another guard when one was killed."""

    def __init__(self, data: Path) -> None:
        self.data = data  # named on its command line, so that people see what it belongs to
        self.groups: set[int] = set()
        self.process = self._new()

    def add(self, group: int) -> None:
        """A group to be ended if we are not there to do it."""
        self.groups.add(group)
        self._tell(f"+{group}")

    def remove(self, group: int) -> None:
        """It has gone."""
        self.groups.discard(group)
        self._tell(f"-{group}")

    def look(self) -> None:
        """Replace a guard that has gone."""
        if self.process.poll() is not None:
            self.process = self._new()
            for group in self.groups:
                self._tell(f"+{group}")

    def dismiss(self) -> None:
        """Nothing is left to guard."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()

    def _new(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-I", "-S", str(GUARD), str(self.data)]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True, text=True
        )

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
