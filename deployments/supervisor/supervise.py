"""The supervisor itself: order at the start and at the end, and new parts for dead ones in between."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from deployments.prefect.environment import HOME, LOOPBACK, Ports
from deployments.prefect.fresh import lay_out
from deployments.supervisor.child import Child, kill_group
from deployments.supervisor.health import answers
from deployments.supervisor.keeper import Keeper
from deployments.supervisor.parts import RUNNER_READY, parts
from deployments.supervisor.place import FIRST_ADDRESS, FOLDER, MADE_UP_PASSWORD, AlreadyUp, held, note, noted
from deployments.supervisor.ports import PortTaken, Wanted, choose
from deployments.supervisor.wakeup import Wakeup, waking
from domain.words import say

Tell = Callable[[str], None]

SECONDS_TO_BE_READY: Final = 180.0
SECONDS_TO_STOP: Final = 10.0
SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_BETWEEN_CHECK_UPS: Final = 20.0
SECONDS_FOR_AN_ANSWER: Final = 5.0
MOST_SILENT_CHECK_UPS: Final = 3
SIGKILL: Final = 9


def run(
    data: Path,
    prefect: Wanted = Wanted(4200),  # noqa: B008 - frozen
    web: Wanted = Wanted(8790),  # noqa: B008 - frozen
    *,
    language: str = "zh",
    base_url: str | None = None,
    tell: Tell,
) -> int:
    """Run everything of the install in ``data`` until told to stop.

    0: stopped by a signal; 1: it is up already, or a part could not be kept alive; 2: a port asked for is taken.
    ``base_url``: where people reach the pages; when nothing is said, wherever the pages listen.
    """
    data = data.resolve()
    (data / HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    words = Words(language, tell)
    try:
        with held(data):
            ports = choose_ports(prefect, web)
            lay_out(data / HOME)
            return supervise(data, ports, base_url or f"http://{LOOPBACK}:{ports.web}", words)
    except AlreadyUp:
        there = noted(data)
        words.tell("already", address=page_address(there) if there else "…")
        return 1
    except PortTaken as taken:
        words.tell("port-taken", port=taken.port)
        return 2


@dataclass(frozen=True)
class Words:
    """How the supervisor speaks to whoever started it."""

    language: str
    out: Tell

    def tell(self, key: str, **values: Any) -> None:
        """One sentence."""
        self.out(say(self.language, f"schedule.up-{key}", **values))


def choose_ports(prefect: Wanted, web: Wanted) -> Ports:
    """Free ports for both, as asked for where that was firm."""
    first = choose(prefect, *([web.port] if web.firmly else []))
    return Ports(first, choose(web, first))


def page_address(ports: Ports) -> str:
    """Where the pages are."""
    return f"http://{LOOPBACK}:{ports.web}/"


def supervise(data: Path, ports: Ports, base_url: str, words: Words) -> int:
    """Start, watch and end the parts."""
    ready = data / FOLDER / RUNNER_READY
    ready.unlink(missing_ok=True)
    server, runner, web = parts(data, ports, base_url)
    keeper = Keeper(data)
    try:
        with waking() as wakeup:
            supervisor = Supervisor(data, ports, server, [runner, web], keeper, wakeup, words, ready, base_url)
            supervisor.start_all()
            supervisor.watch()
            return 1 if supervisor.has_failed else 0
    finally:
        keeper.dismiss()


@dataclass
class Supervisor:
    """All that is known while it runs. ``producers`` end before the server they speak to."""

    data: Path
    ports: Ports
    server: Child
    producers: Sequence[Child]
    keeper: Keeper
    wakeup: Wakeup
    words: Words
    runner_ready: Path
    base_url: str = ""
    began: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    has_failed: bool = False
    checked_at: float = field(default_factory=time.monotonic)
    silent_check_ups: int = 0

    @property
    def children(self) -> tuple[Child, ...]:
        """All parts, the server first."""
        return (self.server, *self.producers)

    def start_all(self) -> None:
        """Side by side: each takes seconds to load, and the runner waits for the server by itself."""
        self.words.tell("starting", data=self.data)
        for child in self.children:
            self.keeper.add(child.start())

    def watch(self) -> None:
        """Until told to stop or beyond hope; then everything ends."""
        try:
            while not self.wakeup.stops and not self.has_failed:
                self.wakeup.wait(SECONDS_BETWEEN_LOOKS if self.is_ready else 0.1)
                self.look()
        finally:
            self.stop_all()

    def look(self) -> None:
        """One look at everything."""
        self.keeper.look()
        for child in self.children:
            if child.has_died():
                self.mourn(child)
            elif child.start_again_at is not None and time.monotonic() >= child.start_again_at:
                self.keeper.add(child.start())
        if self.is_ready:
            self.check_up()
        else:
            self.look_whether_ready()

    def mourn(self, child: Child) -> None:
        """A part has died: another, unless that is hopeless."""
        self.keeper.remove(child.bury())
        if child.is_hopeless:
            self.fail("hopeless", name=child.name, log=child.log, last=child.last_words())
        elif not self.wakeup.stops:
            self.words.tell("died", name=child.name, log=child.log)

    def look_whether_ready(self) -> None:
        """Tell where everything is as soon as all of it answers."""
        if self.all_answer():
            self.is_ready = True
            note(self.data, self.ports)
            self.announce()
        elif time.monotonic() - self.began > SECONDS_TO_BE_READY:
            self.fail("not-ready", seconds=round(SECONDS_TO_BE_READY), logs=self.server.log.parent)

    def all_answer(self) -> bool:
        """Whether server, pages and runner are there."""
        pages, dashboard = (self.ports.web, "/health"), (self.ports.prefect, "/api/health")
        return self.runner_ready.exists() and answers(*pages) and answers(*dashboard)

    def announce(self) -> None:
        """The addresses, how to sign in, and how to end it."""
        seconds = time.monotonic() - self.began
        self.words.tell("ready", seconds=f"{seconds:.1f}")
        self.words.tell("pages", address=page_address(self.ports))
        self.announce_sign_in()
        self.words.tell("dashboard", address=f"{page_address(self.ports)}console/flows/")
        self.words.tell("how-to-stop")

    def announce_sign_in(self) -> None:
        """Where nobody can sign in yet the address that is good once; in a made-up city its password."""
        first, made_up = self.data / FIRST_ADDRESS, self.data / MADE_UP_PASSWORD
        if first.exists():
            self.words.tell("first", address=page_address(self.ports) + first.read_text(encoding="ascii"))
            first.unlink()
        if made_up.exists():
            self.words.tell("made-up", password=made_up.read_text(encoding="ascii").strip())

    def check_up(self) -> None:
        """A server that lives and does not answer is ended, so that it is started anew."""
        if time.monotonic() - self.checked_at < SECONDS_BETWEEN_CHECK_UPS or self.server.process is None:
            return
        self.checked_at = time.monotonic()
        silent = not answers(self.ports.prefect, "/api/health", SECONDS_FOR_AN_ANSWER)
        self.silent_check_ups = self.silent_check_ups + 1 if silent else 0
        if self.silent_check_ups >= MOST_SILENT_CHECK_UPS:
            self.silent_check_ups = 0
            self.words.tell("silent", name=self.server.name)
            kill_group(self.server.process.pid, SIGKILL)

    def fail(self, key: str, **values: Any) -> None:
        """Give up, loudly."""
        self.has_failed = True
        self.words.tell(key, **values)

    def stop_all(self) -> None:
        """Producers first, so that none speaks to a server that has gone."""
        self.words.tell("stopping")
        for child in self.producers:
            child.ask_to_stop()
        for child in (*self.producers, self.server):
            group = child.process.pid if child.process else None
            child.stop(0.0 if self.wakeup.stops > 1 else SECONDS_TO_STOP)
            if group is not None:
                self.keeper.remove(group)
        self.words.tell("stopped")
