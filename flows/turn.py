"""One at a time: a round that lasts longer than the time between two is not joined by the next."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FOLDER: Final = "run"


@contextmanager
def my_turn(data: str, what: str) -> Iterator[bool]:
    """Whether nobody else on this machine is at ``what``; the place is held until the end, even by a killed process."""
    folder = Path(data) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / f"{what}.turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
