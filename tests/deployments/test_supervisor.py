"""The supervisor with small parts: it starts, replaces, gives up and ends them, whatever ends itself."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.running import processes_in, until

from deployments.prefect.environment import Ports, auth_string
from deployments.supervisor import Wanted, run
from deployments.supervisor.child import MOST_EARLY_DEATHS, Child, turn_over
from deployments.supervisor.keeper import Keeper
from deployments.supervisor.place import AlreadyUp, held, is_held, note, noted
from deployments.supervisor.ports import PortTaken, any_free_port, choose
from deployments.supervisor.supervise import Supervisor, Words
from deployments.supervisor.wakeup import waking

FOR_EVER = "import time; time.sleep(600)"
A_SERVER = """
import http.server, sys
class Ok(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ok).serve_forever()
"""
WITH_A_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", {!r}])
time.sleep(600)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('so', flush=True); time.sleep(600)"
)


@dataclass
class Tree:
    """A supervisor over made-up parts, run by the test's own thread."""

    data: Path
    runner: str = FOR_EVER
    said: list[str] = field(default_factory=list)
    supervisor: Supervisor | None = None

    def __post_init__(self) -> None:
        (self.data / "run").mkdir(parents=True)
        self.ports = Ports(any_free_port(), any_free_port())
        self.ready = self.data / "run" / "ready"
        self.ready.touch()

    def child(self, name: str, code: str, *words: object) -> Child:
        """A part that runs some code."""
        command = [sys.executable, "-c", code, *map(str, words), str(self.data)]
        return Child(name, command, os.environ, self.data, self.data / "logs" / f"{name}.log")

    def live(self, *deeds: object) -> Supervisor:
        """Start, do each of ``deeds`` from another thread while it runs, then be told to stop."""
        server = self.child("server", A_SERVER, self.ports.prefect)
        producers = [self.child("runner", self.runner), self.child("web", A_SERVER, self.ports.web)]
        keeper = Keeper(self.data)
        with waking() as wakeup:
            words = Words("en", self.said.append)
            supervisor = Supervisor(self.data, self.ports, server, producers, keeper, wakeup, words, self.ready)
            self.supervisor = supervisor
            supervisor.start_all()
            beside = threading.Thread(target=self._act, args=(deeds,))
            beside.start()
            supervisor.watch()
            beside.join()
        keeper.dismiss()
        return supervisor

    def _act(self, deeds: Sequence[object]) -> None:
        try:
            for deed in deeds:
                assert callable(deed)
                deed()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def is_ready(self) -> None:
        """Wait until it is."""
        until(lambda: any("Ready in" in line for line in self.said), 20)

    def part(self, name: str) -> Child:
        """One of the parts."""
        assert self.supervisor is not None
        return next(child for child in self.supervisor.children if child.name == name)

    def pid(self, name: str) -> int:
        """The number of a part's process."""
        process = self.part(name).process
        return process.pid if process else 0


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Two servers that answer and a runner that just is."""
    return Tree(tmp_path / "data")


def test_it_tells_both_addresses_when_all_answer_and_ends_everything_when_told(tree: Tree) -> None:
    supervisor = tree.live(tree.is_ready)
    assert not supervisor.has_failed
    told = "\n".join(tree.said)
    assert f"http://127.0.0.1:{tree.ports.web}/" in told
    assert f"http://127.0.0.1:{tree.ports.web}/console/flows/" in told
    assert auth_string(tree.data) not in told
    assert processes_in(tree.data) == {}


def test_a_part_that_is_killed_is_replaced(tree: Tree) -> None:
    killed: list[int] = []

    def kill() -> None:
        killed.append(tree.pid("runner"))
        os.kill(killed[0], signal.SIGKILL)
        until(lambda: tree.pid("runner") not in (0, killed[0]), 10)

    supervisor = tree.live(tree.is_ready, kill)
    assert not supervisor.has_failed
    assert any("“runner” ended unexpectedly" in line for line in tree.said)


def test_what_a_dead_part_had_started_does_not_live_on_beside_its_successor(tree: Tree) -> None:
    tree.runner = WITH_A_CHILD.format(str(tree.data))

    def grandchildren() -> set[int]:
        return {pid for pid, line in processes_in(tree.data).items() if "600)" in line and "subprocess" not in line}

    def kill() -> None:
        until(grandchildren, 10)
        before, runner = grandchildren(), tree.pid("runner")
        os.kill(runner, signal.SIGKILL)
        until(lambda: tree.pid("runner") not in (0, runner), 10)
        assert not before & grandchildren()

    tree.live(tree.is_ready, kill)
    assert processes_in(tree.data) == {}


def test_a_part_that_dies_again_and_again_ends_everything_aloud(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.supervisor.child.FIRST_DELAY", 0.01)
    tree.runner = "raise SystemExit('the reason it gives')"
    supervisor = tree.live(lambda: until(lambda: any("again and again" in line for line in tree.said), 20))
    assert supervisor.has_failed
    assert tree.part("runner").early_deaths == MOST_EARLY_DEATHS
    assert any("the reason it gives" in line for line in tree.said)
    assert processes_in(tree.data) == {}


def test_a_part_that_will_not_end_is_ended(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.supervisor.supervise.SECONDS_TO_STOP", 0.3)
    tree.runner = STUBBORN
    began = time.monotonic()
    tree.live(tree.is_ready)
    assert processes_in(tree.data) == {}
    assert time.monotonic() - began < 10


def test_a_server_that_lives_but_does_not_answer_is_replaced(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.supervisor.supervise.SECONDS_BETWEEN_CHECK_UPS", 0.1)
    monkeypatch.setattr("deployments.supervisor.supervise.SECONDS_BETWEEN_LOOKS", 0.1)
    monkeypatch.setattr("deployments.supervisor.supervise.SECONDS_FOR_AN_ANSWER", 0.2)

    def freeze() -> None:
        frozen = tree.pid("server")
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: tree.pid("server") not in (0, frozen), 15)

    tree.live(tree.is_ready, freeze)
    assert any("does not answer" in line for line in tree.said)


def test_the_guard_ends_every_group_when_the_supervisor_is_gone_without_a_word(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    command = [sys.executable, "-c", STUBBORN, str(tmp_path)]
    victim = subprocess.Popen(command, process_group=0, stdout=subprocess.PIPE)
    assert victim.stdout is not None
    assert victim.stdout.readline() == b"so\n"
    gone = subprocess.Popen([sys.executable, "-c", FOR_EVER, str(tmp_path)], process_group=0)
    keeper.add(victim.pid)
    keeper.add(gone.pid)
    keeper.remove(gone.pid)
    assert keeper.process.stdin is not None
    keeper.process.stdin.close()  # what the system does for a killed process
    assert victim.wait(10) == -signal.SIGKILL
    victim.stdout.close()
    assert gone.poll() is None
    gone.kill()
    gone.wait()
    keeper.process.wait(10)


def test_a_guard_that_was_killed_is_replaced_and_told_everything_again(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    victim = subprocess.Popen([sys.executable, "-c", FOR_EVER, str(tmp_path)], process_group=0)
    keeper.add(victim.pid)
    keeper.process.kill()
    keeper.process.wait()
    keeper.look()
    keeper.dismiss()
    assert victim.wait(10) == -signal.SIGTERM


def test_one_folder_is_run_by_one_supervisor_and_others_find_where(tmp_path: Path) -> None:
    assert noted(tmp_path) is None
    with held(tmp_path):
        note(tmp_path, Ports(1, 2))
        assert is_held(tmp_path)
        assert noted(tmp_path) == Ports(1, 2)
        with pytest.raises(AlreadyUp), held(tmp_path):
            pass
        assert noted(tmp_path) == Ports(1, 2), "the one refused must not take the other's note away"
    assert noted(tmp_path) is None
    with held(tmp_path):
        assert noted(tmp_path) is None, "up, and not yet ready"


def test_a_port_in_use_is_avoided_unless_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert choose(Wanted(port)) not in (0, port)
        with pytest.raises(PortTaken):
            choose(Wanted(port, firmly=True))
    assert choose(Wanted(port)) == port
    assert choose(Wanted(port), port) != port


def test_a_port_that_was_asked_for_and_is_in_use_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(tmp_path / "data", Wanted(port, firmly=True), language="en", tell=said.append) == 2
    assert str(port) in said[0]
    assert not is_held(tmp_path / "data")


def test_a_log_that_has_grown_long_is_turned_over(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_bytes(b"x" * 5_000_001)
    turn_over(log)
    assert not log.exists()
    assert (tmp_path / "server.old.log").stat().st_size == 5_000_001


def test_a_command_becomes_the_supervisor_and_keeps_its_number(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = (
            "from pathlib import Path; from deployments.supervisor import become; "
            f"become(Path({str(tmp_path)!r}), prefect_port=None, web_port={port}, language='en')"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert f"Port {port} is in use" in done.stdout
