"""The provider's process as the benchmarks start it, ask it and end it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final, NamedTuple

SCRIPT: Final = Path(__file__).with_name("provider_process.py")
SENDER: Final = "watch@example.org"


class Taken(NamedTuple):
    """A message as the provider took it: when, by the clock that never jumps, and whether it said it was a repeat."""

    at: float
    marked: bool


class Provider(NamedTuple):
    """Where it listens."""

    smtp: int
    http: int

    @property
    def mail_url(self) -> str:
        """The channel for its mails."""
        return f"swmail://127.0.0.1:{self.smtp}/?from={SENDER}&mode=plain"

    @property
    def sms_url(self) -> str:
        """The channel for its text messages."""
        return f"swsms://watch:secret@127.0.0.1:{self.http}/cgi-bin/sendsms?mode=plain&from=10690000"

    @property
    def mails(self) -> int:
        """How many mails it has taken."""
        return int(self._told()["mails"])

    @property
    def taken(self) -> Mapping[str, list[Taken]]:
        """Every text message it has taken, by its name, as often as it was taken."""
        return {name: [Taken(*each) for each in times] for name, times in self._told()["taken"].items()}

    def _told(self) -> dict[str, Any]:
        line = HTTPConnection("127.0.0.1", self.http, timeout=60)
        try:
            line.request("GET", "/-/taken")
            told: dict[str, Any] = json.loads(line.getresponse().read())
        finally:
            line.close()
        return told


@contextmanager
def providing(**how: float | bool) -> Iterator[Provider]:
    """A provider for a while; ``how`` it behaves is what its process takes."""
    command = [sys.executable, str(SCRIPT), json.dumps(how)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Provider(**json.loads(process.stdout.readline()))
        finally:
            process.kill()
