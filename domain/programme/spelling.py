"""Keys nobody knows, and the known ones they were meant to be."""

import types
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import Programme

MOST_COMPARED: Final = 200
"""Of more names than that only the first are looked at: comparing words is slow."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that a word was most likely meant to be, or nothing."""
    plain = {name.lower().replace("-", "_"): name for name in islice(known, MOST_COMPARED)}
    close = get_close_matches(word.lower().replace("-", "_"), plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def correct_keys(data: dict[str, Any], renamed: dict[Path, Path]) -> list[Finding]:
    """Find unknown keys; each is renamed in ``data`` to what it was meant to be, or taken out.

    ``renamed`` remembers where a renamed key was written, so that what stands under it is still checked.
    """
    return list(_correct(Programme, data, (), renamed))


def _correct(wanted: Any, data: Any, path: Path, renamed: dict[Path, Path]) -> Iterator[Finding]:
    model = model_for(wanted, data)
    if model is not None:
        yield from _correct_model(model, data, path, renamed)
        return
    inner = _inner(wanted, data)
    if isinstance(data, dict) and inner is not None:
        for key, value in data.items():
            yield from _correct(inner, value, (*path, key), renamed)
    elif isinstance(data, list) and inner is not None:
        for place, value in enumerate(data):
            yield from _correct(inner, value, (*path, place), renamed)


def _correct_model(
    model: type[BaseModel], data: dict[str, Any], path: Path, renamed: dict[Path, Path]
) -> Iterator[Finding]:
    fields = model.model_fields
    for key in [key for key in data if key not in fields]:
        meant = nearest(key, [name for name in fields if name not in data])
        yield _unknown(path, key, meant or nearest(key, list(fields)), tuple(fields))
        if meant:
            renamed[*path, meant] = (*path, key)
            data[meant] = data[key]
        del data[key]
    for key, value in data.items():
        yield from _correct(fields[key].annotation, value, (*path, key), renamed)


def _unknown(path: Path, key: str, meant: str, known: tuple[str, ...]) -> Finding:
    if meant:
        return found((*path, key), "unknown-key-near", name=key, near=meant)
    return found((*path, key), "unknown-key", name=key, known=", ".join(known))


def model_for(wanted: Any, data: Any) -> type[BaseModel] | None:
    """The model a mapping is meant to be: of several the one that shares most keys with it."""
    if not isinstance(data, dict):
        return None
    models = [part for part in parts_of(wanted) if isinstance(part, type) and issubclass(part, BaseModel)]
    return max(models, key=lambda model: len(model.model_fields.keys() & data.keys()), default=None)


@lru_cache
def parts_of(wanted: Any) -> tuple[Any, ...]:
    """A type taken apart into the types it may be."""
    origin = get_origin(wanted)
    if origin is Annotated:
        return parts_of(get_args(wanted)[0])
    if origin in {Union, types.UnionType}:
        return tuple(part for each in get_args(wanted) for part in parts_of(each))
    return (wanted,)


def _inner(wanted: Any, data: Any) -> Any:
    """The type of the values of a mapping, or of the items of a list."""
    for part in parts_of(wanted):
        origin, inside = get_origin(part), get_args(part)
        if isinstance(data, dict) and isinstance(origin, type) and issubclass(origin, Mapping):
            return inside[1]
        if isinstance(data, list) and origin is tuple:
            return inside[0]
    return None
