"""The PostgreSQL of a test session is shared by its workers and gone afterwards, even when it was killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
SECONDS_TO_GO: Final = 15
ASKING: Final = """
import pathlib, time
import pytest

@pytest.mark.parametrize("number", range(2))
def test_ask(postgres_port, number):
    pathlib.Path(__file__).with_name(f"port-{number}").write_text(str(postgres_port))
    others = pathlib.Path(__file__).parent
    while len(list(others.glob("port-*"))) < 2:
        time.sleep(0.02)
"""
DYING: Final = """
import os, pathlib, signal

def test_die(postgres_port):
    pathlib.Path(__file__).with_name("port-0").write_text(str(postgres_port))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def session(folder: Path, test: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A session of its own with the project's conftest."""
    for name in ("tests/conftest.py", "deployments/benchmarks/postgres_server.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TESTS.parent / name, folder / name)
    (folder / "tests" / "test_inner.py").write_text(test, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), "-c", os.devnull, *words]
    return subprocess.run([*command, str(folder)], cwd=folder, env=env, check=False, capture_output=True, text=True)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_two_workers_share_one_server_which_ends_with_the_session(tmp_path: Path) -> None:
    said = session(tmp_path, ASKING, "-n", "2")
    assert said.returncode == 0, said.stdout + said.stderr
    ports = {int((tmp_path / "tests" / f"port-{number}").read_text()) for number in range(2)}
    assert len(ports) == 1
    assert not answers(ports.pop())


def test_a_killed_session_leaves_no_server_behind(tmp_path: Path) -> None:
    assert session(tmp_path, DYING, "-p", "no:xdist").returncode == -signal.SIGKILL
    port = int((tmp_path / "tests" / "port-0").read_text())
    until = time.monotonic() + SECONDS_TO_GO
    while answers(port) and time.monotonic() < until:
        time.sleep(0.05)
    assert not answers(port)
