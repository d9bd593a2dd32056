"""Names that a file uses and names that it gives: checked on the plain data, so that no other mistake hides them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from domain.programme.mistakes import Finding, Path, found
from domain.programme.spelling import nearest

ANY: Final = "*"
"""Stands for every key of a mapping and every item of a list."""

_USES: Final[tuple[tuple[Path, str], ...]] = (
    (("risk_at_start",), "risks"),
    (("pairing", "role"), "roles"),
    (("pairing", "desk"), "roles"),
    (("pairing", "papers", ANY), "papers"),
    (("pairing", "first", ANY), "helpers"),
    (("ladders", ANY, "rungs", ANY, "copy_to", ANY), "roles"),
    (("duties", ANY, "owed_by"), "roles"),
    (("duties", ANY, "ladder"), "ladders"),
    (("duties", ANY, "lapses_into"), "duties"),
    (("duties", ANY, "opens", "paper"), "papers"),
    (("duties", ANY, "consequences", ANY, "risk"), "risks"),
)
"""Where a name is written → the section that must give it."""

_KEYS: Final[tuple[tuple[Path, str], ...]] = (
    (("pairing", "skills_for"), "eligible.kinds"),
    (("duties", ANY, "opens", "every", "by_risk"), "risks"),
    (("duties", ANY, "opens", "within", "by_risk"), "risks"),
)
"""Mappings whose keys must be names that a section gives."""

_TRIGGER_SECTIONS: Final[Mapping[str, str]] = {
    "met": "duties",
    "refused": "duties",
    "lapsed": "duties",
    "risk": "risks",
    "life-stage": "life",
}

_PAIRING_TRIGGERS: Final = {"proposed", "approved", "declined", "tie-begun", "tie-ended"}


class Written(NamedTuple):
    """A value and the way to it."""

    path: Path
    value: Any


def references(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every name that is used and not given, or given and not used."""
    for rule in _RULES:
        yield from rule(data)


def each(data: Any, pattern: Path, path: Path = ()) -> Iterator[Written]:
    """Every value that a path with ``ANY`` in it leads to."""
    if not pattern:
        yield Written(path, data)
        return
    step, rest = pattern[0], pattern[1:]
    if step == ANY:
        for key, value in _entries(data):
            yield from each(value, rest, (*path, key))
    elif isinstance(data, dict) and step in data:
        yield from each(data[step], rest, (*path, step))


def _entries(data: Any) -> list[tuple[Any, Any]]:
    if isinstance(data, dict):
        return list(data.items())
    return list(enumerate(data)) if isinstance(data, list) else []


def given(data: Mapping[str, Any], section: str) -> list[str]:
    """The names a section gives."""
    for _, value in each(data, tuple(section.split("."))):
        return list(value) if isinstance(value, dict) else []
    return []


def missing(path: Path, name: str, section: str, known: list[str]) -> Finding:
    """The finding that a section does not give a name."""
    near = nearest(name, known)
    values = {"name": name, "section": section, "known": ", ".join(known) or "-"}
    return found(path, "no-such-near", **values, near=near) if near else found(path, "no-such", **values)


def _names_exist(data: Mapping[str, Any]) -> Iterator[Finding]:
    for pattern, section in _USES:
        known = given(data, section)
        for path, name in each(data, pattern):
            if isinstance(name, str) and name not in known:
                yield missing(path, name, section, known)


def _keys_exist(data: Mapping[str, Any]) -> Iterator[Finding]:
    for pattern, section in _KEYS:
        known = given(data, section)
        for path, mapping in each(data, pattern):
            for name in mapping if isinstance(mapping, dict) else ():
                if name not in known:
                    yield missing((*path, name), name, section, known)


def _every_risk_has_a_length(data: Mapping[str, Any]) -> Iterator[Finding]:
    risks = given(data, "risks")
    for way in ("every", "within"):
        for path, by_risk in each(data, ("duties", ANY, "opens", way, "by_risk")):
            for risk in risks if isinstance(by_risk, dict) else ():
                if risk not in by_risk:
                    yield found(path, "risk-left-out", name=risk)


def triggers(data: Mapping[str, Any]) -> Iterator[Written]:
    """Every trigger a duty waits for."""
    for pattern in (("duties", ANY, "opens", "after", ANY), ("duties", ANY, "met_by", ANY)):
        for written in each(data, pattern):
            if isinstance(written.value, str):
                yield written


def _triggers_can_happen(data: Mapping[str, Any]) -> Iterator[Finding]:
    raised = [str(value) for _, value in each(data, ("duties", ANY, "consequences", ANY, "raises"))]
    for path, trigger in triggers(data):
        word, _, name = trigger.partition(":")
        section = _TRIGGER_SECTIONS.get(word) if name else None
        if section and name not in given(data, section):
            yield missing(path, name, section, given(data, section))
        elif word == "raised" and name and name not in raised:
            yield _nobody(path, "raised-by-nobody", name, raised)
        elif word in _PAIRING_TRIGGERS and "pairing" not in data:
            yield found(path, "trigger-without-pairing", name=trigger)


def _duties_do_what_is_waited_for(data: Mapping[str, Any]) -> Iterator[Finding]:
    refusing = {path[1] for path, value in each(data, ("duties", ANY, "consequences", ANY, "refuses")) if value}
    lapsing = {path[1] for path, _ in each(data, ("duties", ANY, "lapses_into"))}
    for path, trigger in triggers(data):
        word, _, name = trigger.partition(":")
        if name in given(data, "duties"):
            if word == "refused" and name not in refusing:
                yield found(path, "never-refused", name=name)
            if word == "lapsed" and name not in lapsing:
                yield found(path, "never-lapses", name=name)


def _raises_are_heard(data: Mapping[str, Any]) -> Iterator[Finding]:
    heard = [trigger.removeprefix("raised:") for _, trigger in triggers(data) if trigger.startswith("raised:")]
    for path, name in each(data, ("duties", ANY, "consequences", ANY, "raises")):
        if isinstance(name, str) and name not in heard:
            yield _nobody(path, "raised-to-nobody", name, heard)


def _nobody(path: Path, problem: str, name: str, others: list[str]) -> Finding:
    near = nearest(name, others)
    known = ", ".join(dict.fromkeys(others)) or "-"
    return found(path, f"{problem}-near" if near else problem, name=name, near=near, known=known)


def _conditions_are_questions(data: Mapping[str, Any]) -> Iterator[Finding]:
    for path, when in each(data, ("duties", ANY, "consequences", ANY, "when")):
        asked = given(data, f"duties.{path[1]}.asks")
        for name in when if isinstance(when, dict) else ():
            if name not in asked:
                yield missing((*path, name), name, f"duties.{path[1]}.asks", asked)


def _ladders_are_used(data: Mapping[str, Any]) -> Iterator[Finding]:
    used = {name for _, name in each(data, ("duties", ANY, "ladder")) if isinstance(name, str)}
    for name in given(data, "ladders"):
        if name not in used and "duties" in data:
            yield found(("ladders", name), "unused", name=name, section="ladders")


def _dates_are_written_out(data: Mapping[str, Any]) -> Iterator[Finding]:
    day = data.get("valid_from")
    if isinstance(day, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        yield found(("valid_from",), "date-form", name="valid_from", value=day)


_RULES: Final[tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...]] = (
    _names_exist,
    _keys_exist,
    _every_risk_has_a_length,
    _triggers_can_happen,
    _duties_do_what_is_waited_for,
    _raises_are_heard,
    _conditions_are_questions,
    _ladders_are_used,
    _dates_are_written_out,
)
