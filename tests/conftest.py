"""Real databases for every test: ``sqlite_url``, ``postgres_url``, and ``database_url`` for both in turn."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from filelock import FileLock
from psycopg import sql

SERVER: Final = Path(__file__).parents[1] / "deployments" / "benchmarks" / "postgres_server.py"
SECONDS_TO_START: Final = 90
SECONDS_TO_STOP: Final = 30
FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """One folder per session for the server: the controller names it, the workers are told."""
    told = getattr(config, "workerinput", {}).get("postgres")
    name = f"shouwang-tests-{os.getpid()}-{secrets.token_hex(4)}"
    config.stash[FOLDER] = Path(told) if told else open_to_all() / name


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Called by xdist on the controller, before each worker starts."""
    node.workerinput["postgres"] = str(node.config.stash[FOLDER])  # type: ignore[attr-defined]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The controller outlives its workers, so it is the one to stop the server they shared."""
    if not hasattr(session.config, "workerinput"):
        stop_server(session.config.stash[FOLDER])


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database of its own, in a file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'shouwang.sqlite'}"


@pytest.fixture
def postgres_url(postgres_port: int) -> Iterator[str]:
    """An empty PostgreSQL database of its own, dropped afterwards."""
    name = f"test_{secrets.token_hex(8)}"
    carry_out(postgres_port, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"postgresql+psycopg://postgres@127.0.0.1:{postgres_port}/{name}"
    carry_out(postgres_port, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def postgres_port(pytestconfig: pytest.Config) -> int:
    """The port of the session's server; the first to ask for it starts it."""
    folder = pytestconfig.stash[FOLDER]
    session = os.getppid() if hasattr(pytestconfig, "workerinput") else os.getpid()
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            start_server(folder, session)
    told = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    if "error" in told:
        pytest.fail(f"PostgreSQL did not start: {told['error']}", pytrace=False)
    return int(told["port"])


def start_server(folder: Path, session: int) -> None:
    """In a session of its own: Ctrl-C must reach pytest, which then stops it in order."""
    folder.mkdir(mode=0o755)
    command = [sys.executable, str(SERVER), str(folder), str(session)]
    quiet = subprocess.DEVNULL
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(command, stdin=quiet, stdout=log, stderr=log, start_new_session=True)
    (folder / "keeper.pid").write_text(str(keeper.pid), encoding="ascii")
    until = time.monotonic() + SECONDS_TO_START
    while not (folder / "server.json").exists():
        if keeper.poll() is not None or time.monotonic() > until:
            pytest.fail(f"PostgreSQL did not start: {(folder / 'keeper.log').read_text()}", pytrace=False)
        time.sleep(0.05)


def stop_server(folder: Path) -> None:
    """Its keeper removes the folder as the last thing it does."""
    Path(f"{folder}.lock").unlink(missing_ok=True)
    if not folder.exists():
        return
    try:
        os.kill(int((folder / "keeper.pid").read_text(encoding="ascii")), signal.SIGTERM)
        until = time.monotonic() + SECONDS_TO_STOP
        while folder.exists() and time.monotonic() < until:
            time.sleep(0.05)
    except (FileNotFoundError, ProcessLookupError):
        pass  # it never came up, or has gone by itself
    shutil.rmtree(folder, ignore_errors=True)


def carry_out(port: int, statement: sql.Composed) -> None:
    """Outside any transaction, as making and dropping databases demands."""
    with psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", autocommit=True) as db:
        db.execute(statement)


def open_to_all() -> Path:
    """A temporary folder the server's account can reach, which root's own may not be."""
    places = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]
    return next((place for place in places if os.geteuid() != 0 or reachable(place)), places[0])


def reachable(place: Path) -> bool:
    """Whether everybody may walk down to it."""
    return all(above.stat().st_mode & 0o001 for above in (place, *place.parents))
