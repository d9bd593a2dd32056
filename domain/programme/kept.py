"""Programmes that were read and checked once are kept as they came out, until a file or the reading itself changes."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from domain.programme.mistakes import Mistake
from domain.programme.read import load_programmes, texts_at_hand
from domain.programme.schema import Programme

_FORM: Final = TypeAdapter(tuple[Programme, ...])


def kept_programmes(folder: Path, place: Path) -> Mapping[str, Programme]:
    """The same as ``load_programmes(folder)``, from the file ``place`` where it holds just that.

    Reading all anew takes half a second, which nobody should wait for before every command. A file that cannot be
    read or written is no harm. ProgrammeBroken as there.
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
        for old in place.parent.glob(f"{place.name.partition('.')[0]}.*.json"):
            old.unlink()
        fresh = place.with_suffix(".new")
        fresh.write_bytes(_FORM.dump_json(tuple(programmes)))
        fresh.replace(place)
