"""Programmes that were read and checked once are kept as they came out, until a file or the reading itself changes."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.programme.mistakes import Mistake
from domain.programme.read import load_programmes, texts_at_hand
from domain.programme.schema import Programme
from domain.programme.spans import Length, Offset

_FORM: Final = TypeAdapter(tuple[Programme, ...])


def kept_programmes(folder: Path, place: Path) -> Mapping[str, Programme]:
    """The same as ``load_programmes(folder)``, from a file called after ``place`` that was kept the last time.

    Reading all anew takes half a second, which nobody should wait for before every command. A kept file that is
    damaged or cannot be written is no harm. ProgrammeBroken as there.
    """
    wanted = place.with_suffix(f".{_key(texts_at_hand(folder))}.json")
    kept = _kept(wanted)
    if kept is None:
        programmes = load_programmes(folder)
        _keep(wanted, programmes.values())
        return programmes
    return {programme.name: programme for programme in kept}


def _key(texts: Iterable[tuple[str, str | Mistake]]) -> str:
    """A digest of what the files say and of the modules that read and check them."""
    digest = hashlib.sha256(_reading())
    for name, text in texts:
        digest.update(repr((Path(name).name, text)).encode())
    return digest.hexdigest()[:16]


@cache
def _reading() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _kept(place: Path) -> tuple[Programme, ...] | None:
    try:
        return _FORM.validate_json(place.read_bytes())
    except (OSError, ValidationError):
        return None


def _keep(place: Path, programmes: Iterable[Programme]) -> None:
    """Written whole or not at all, in place of what was kept before."""
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, exist_ok=True)
        for old in place.parent.glob(f"{place.name.partition('.')[0]}.*"):
            old.unlink(missing_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps([_plain(programme) for programme in programmes]), encoding="utf-8")
        fresh.replace(place)


def _plain(value: Any) -> Any:
    """As a file would say it; pydantic's own writing takes a cadence for a span where both are allowed."""
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in sorted(value.model_fields_set)}
        case Length() | Offset() | ZoneInfo():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value
