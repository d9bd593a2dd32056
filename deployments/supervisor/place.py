"""The data folder while it is up: one supervisor at a time, and where others find what it runs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deployments.prefect.environment import Ports

FOLDER: Final = "run"
LOCK: Final = "up.lock"
STATE: Final = "up.json"

FIRST_ADDRESS: Final = Path("keys") / "first.address"
"""Left by ``up`` where nobody can sign in yet: the rest of the address that is good once; shown, then gone."""

MADE_UP_PASSWORD: Final = Path("keys") / "demo.password"
"""The password of a made-up city's sign-ins."""


class AlreadyUp(Exception):
    """Another supervisor runs this folder."""


@contextmanager
def held(data: Path) -> Iterator[Path]:
    """The run folder, held until the end; a killed process lets go of it too."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise AlreadyUp from None
    try:
        yield folder
    finally:
        (folder / STATE).unlink(missing_ok=True)
        os.close(descriptor)


def note(data: Path, ports: Ports) -> None:
    """Leave word of where everything listens, for the commands of the same folder."""
    file = data / FOLDER / STATE
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({"pid": os.getpid(), "prefect": ports.prefect, "web": ports.web}))
    draft.replace(file)


def noted(data: Path) -> Ports | None:
    """Where the folder's parts listen; nothing when it is not up."""
    if not is_held(data):
        return None
    try:
        told = json.loads((data / FOLDER / STATE).read_text())
    except FileNotFoundError:
        return None
    return Ports(prefect=told["prefect"], web=told["web"])


def is_held(data: Path) -> bool:
    """Whether a supervisor runs this folder."""
    try:
        descriptor = os.open(data / FOLDER / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
