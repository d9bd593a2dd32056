"""``{setting: NAME}`` replaced by the value under settings; yes and no read where a question asks for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from domain.programme.mistakes import Finding, Path, found
from domain.programme.references import ANSWERS, ANY, each, given, missing

_YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}


@dataclass
class Filled:
    """The data with its settings put in. ``borrowed`` says which values came from which setting."""

    data: dict[str, Any]
    borrowed: dict[Path, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unknown: set[Path] = field(default_factory=set)


def fill(data: dict[str, Any]) -> Filled:
    """A copy of the data in which every ``{setting: NAME}`` is that setting's value."""
    filled = Filled({})
    for key, value in data.items():
        filled.data[key] = copied(value) if key == "settings" else _filled(value, (key,), data, filled)
    used = {*filled.borrowed.values(), *_names_meant(filled)}
    for name in given(data, "settings"):
        if name not in used:
            filled.findings.append(found(("settings", name), "unused", name=name, section="settings"))
    _read_conditions(filled.data)
    return filled


def copied(value: Any) -> Any:
    """Mappings and lists of their own, as deep as they go."""
    if isinstance(value, dict):
        return {key: copied(each) for key, each in value.items()}
    return [copied(each) for each in value] if isinstance(value, list) else value


def _filled(value: Any, path: Path, data: Mapping[str, Any], filled: Filled) -> Any:
    if isinstance(value, dict):
        if list(value) == ["setting"] and not isinstance(value["setting"], dict | list):
            return _borrow(str(value["setting"]), path, data, filled)
        return {key: _filled(inner, (*path, key), data, filled) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, (*path, place), data, filled) for place, inner in enumerate(value)]
    return value


def _borrow(name: str, path: Path, data: Mapping[str, Any], filled: Filled) -> Any:
    """The setting's value; where there is none, the place is left out of what is checked further."""
    for _, value in each(data, ("settings", name, "value")):
        if isinstance(value, str):
            filled.borrowed[path] = name
            return value
    if name in given(data, "settings"):
        filled.borrowed[path] = name
    else:
        filled.findings.append(missing((*path, "setting"), name, "settings", given(data, "settings")))
    filled.unknown.add(path)
    return {"setting": name}


def _names_meant(filled: Filled) -> Iterator[str]:
    """Settings that a misspelled name most likely meant: not to be called unused as well."""
    for finding in filled.findings:
        if "near" in finding.values:
            yield finding.values["near"]


def _read_conditions(data: Mapping[str, Any]) -> None:
    """Under ``when`` and in replies a plain yes, no or number means what the question's kind makes of it."""
    for path, when in chain.from_iterable(each(data, pattern) for pattern in ANSWERS):
        kinds = {way[3]: kind for way, kind in each(data, ("duties", path[1], "asks", ANY, "type"))}
        for name in when if isinstance(when, dict) else ():
            when[name] = _condition(kinds.get(name), when[name])


def _condition(kind: Any, value: Any) -> Any:
    if kind == "yes-no" and isinstance(value, str):
        return _YES_NO.get(value.lower(), value)
    if kind == "count" and isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value
