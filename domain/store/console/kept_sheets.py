"""Sheets that were brought and wait to be taken in: sealed, for the one who brought them, for an hour."""

import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final

import msgspec

from domain.ids import LoginId
from domain.store.importing import Report
from domain.store.registry import digest_of
from domain.store.sealing import CannotUnseal, Seal

KEPT_FOR: Final = timedelta(hours=1)
MOST_KEPT: Final = 60
_MOST_REPORTS: Final = 4
_KEY_LENGTH: Final = 32
_KEY: Final = re.compile(rf"[A-Za-z0-9_-]{{{_KEY_LENGTH}}}")


class Outcome(msgspec.Struct, frozen=True):
    """What came of an import: rows new and known already, the verdicts of all rows, the case where it is only one."""

    new: int
    known: int
    counts: dict[str, int]
    case: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that was brought. Once it is taken in, only the copy with its verdicts (``answer``) is left."""

    kind: str
    programme: str
    name: str
    content: bytes = b""
    answer: bytes = b""
    outcome: Outcome | None = None


class Shelf:
    """The folder of such sheets; without one, a folder of the system that is made when it is first needed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._named = folder
        self._reports: OrderedDict[str, Report] = OrderedDict()
        self._lock = Lock()
        self.turn = BoundedSemaphore(2)
        """So many sheets are read at the same time: each may take a gigabyte."""

    @cached_property
    def folder(self) -> Path:
        """Where the sheets lie; nobody else on the machine may look into it."""
        if self._named is None:
            return Path(tempfile.mkdtemp(prefix="shouwang-sheets-"))
        self._named.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._named

    def keep(self, seal: Seal, login: LoginId, kept: Kept, now: datetime) -> str:
        """Put a sheet away; the key it is found by, the same for the same sheet of the same person."""
        self.sweep(now)
        of_sheet = f"{login}\0{kept.kind}\0{kept.programme}\0{digest_of(kept.content)}"
        key = seal.blind("sheet", of_sheet)[:_KEY_LENGTH]
        self.put(seal, login, key, kept, now)
        return key

    def put(self, seal: Seal, login: LoginId, key: str, kept: Kept, now: datetime) -> None:
        """Put a sheet in the place of the one of this key."""
        sealed = seal.lock(msgspec.msgpack.encode(kept), _place(login, key))
        made = self.folder / f"{key}.new"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(sealed)
        os.utime(made, (now.timestamp(), now.timestamp()))
        made.replace(self.folder / key)
        self._forget(key)

    def find(self, seal: Seal, login: LoginId, key: str, now: datetime) -> Kept | None:
        """The sheet of this key; nothing once its hour is over, and nothing for anybody else."""
        path = self.folder / key
        if not _KEY.fullmatch(key) or not path.is_file() or _too_old(path, now):
            return None
        try:
            return msgspec.msgpack.decode(seal.unlock(path.read_bytes(), _place(login, key)), type=Kept)
        except (CannotUnseal, FileNotFoundError):
            return None

    def report(self, key: str, read: Callable[[], Report]) -> Report:
        """What was found of a sheet, read again only where it is not remembered."""
        with self._lock:
            known = self._reports.get(key)
        if known is not None:
            return known
        with self.turn:
            found = read()
        with self._lock:
            self._reports[key] = found
            while len(self._reports) > _MOST_REPORTS:
                self._reports.popitem(last=False)
        return found

    def sweep(self, now: datetime) -> None:
        """Throw away what is older than an hour, and the oldest where there are too many."""
        files = sorted(self.folder.iterdir(), key=_age, reverse=True)
        for place, path in enumerate(files):
            if place >= MOST_KEPT or _too_old(path, now):
                path.unlink(missing_ok=True)
                self._forget(path.name)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._reports.pop(key, None)


def _place(login: LoginId, key: str) -> str:
    return f"sheet/{login}/{key}"


def _age(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


def _too_old(path: Path, now: datetime) -> bool:
    return _age(path) + KEPT_FOR.total_seconds() <= now.timestamp()
