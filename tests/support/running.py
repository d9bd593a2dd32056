"""A whole Shouwang as its users run it: started as a process, looked at from outside, stopped by signals."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from deployments.prefect.environment import Ports, auth_string
from deployments.supervisor.place import noted
from deployments.supervisor.ports import any_free_port

SECONDS_TO_START: Final = 100
SECONDS_TO_STOP: Final = 30


@dataclass
class Running:
    """An install that is up. ``said`` is where its supervisor's words go."""

    data: Path
    ports: Ports = field(default_factory=lambda: Ports(any_free_port(), any_free_port()))
    process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> Path:
        """What the supervisor has told so far."""
        return self.data.with_suffix(".said")

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        settings = f"prefect_port = {self.ports.prefect}\nweb_port = {self.ports.web}\n"
        (self.data / "settings.toml").write_text(settings, encoding="utf-8")
        with self.said.open("ab") as out:
            command = [sys.executable, "-m", "deployments.supervisor", str(self.data)]
            self.process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        until(lambda: noted(self.data) is not None or self.has_ended(), SECONDS_TO_START)
        assert not self.has_ended(), self.said.read_text(encoding="utf-8")

    def has_ended(self) -> bool:
        """Whether the supervisor has gone."""
        return self.process is None or self.process.poll() is not None

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal the supervisor and wait for its end; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(SECONDS_TO_STOP)
        self.process = None
        return code

    def parts(self) -> dict[int, str]:
        """Every process of this install besides the supervisor: number and command line."""
        return {pid: line for pid, line in processes_in(self.data).items() if not line_is_supervisor(line)}

    def part(self, word: str) -> int:
        """The process whose command line has ``word`` in it; 0 when there is none."""
        return next((pid for pid, line in self.parts().items() if word in line), 0)

    def call(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """Ask Prefect's API as somebody who has signed in: status and answer."""
        signed = {"Authorization": "Basic " + b64encode(auth_string(self.data).encode()).decode()}
        if body is not None:
            _, token = self.call("/csrf-token?client=tests")
            signed |= {"Prefect-Csrf-Token": token["token"], "Prefect-Csrf-Client": "tests"}
        return fetched(f"http://127.0.0.1:{self.ports.prefect}/api{path}", body, signed | dict(headers or {}))


def fetched(url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """One request; an answer of refusal is an answer."""
    sent = None if body is None else json.dumps(body).encode()
    request = Request(url, sent, {"Content-Type": "application/json", **(headers or {})})
    try:
        with urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def until(done: Callable[[], object], seconds: float, pause: float = 0.1) -> float:
    """Wait for something real to happen; how long it took. Fails when it does not."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(pause)
    return time.monotonic() - began


def processes_in(data: Path) -> dict[int, str]:
    """Living processes that name this install by command line or environment: number and command line."""
    found: dict[int, str] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != os.getpid():
            with suppress(OSError):
                line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                told = f"{line}\0{(place / 'environ').read_bytes().decode(errors='replace')}"
                if f"{data}\0" in told.replace(" \0", "\0"):
                    found[int(place.name)] = line
    return found


def line_is_supervisor(line: str) -> bool:
    """Whether a command line is the supervisor's own."""
    return "deployments.supervisor" in line
