"""Programmes for tests: the one that ships, and it with a few lines written differently."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from domain.programme.read import read_programme
from domain.programme.schema import Programme

LINYI: Final = "linyi-1204@1"
FILE: Final = Path(__file__).parents[2] / "domain" / "programmes" / "linyi-1204.yaml"


@lru_cache
def linyi() -> Programme:
    """The programme that ships."""
    return changed_linyi()


def changed_linyi(*changes: tuple[str, str]) -> Programme:
    """The programme that ships with pieces of its text (each found once) written differently."""
    text = FILE.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the file"
        text = text.replace(before, after)
    read = read_programme(text)
    assert isinstance(read, Programme), read
    return read
