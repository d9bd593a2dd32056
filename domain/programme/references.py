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
    (("duties", ANY, "opens", "during"), "times_of_year"),
    (("duties", ANY, "opens", "outside"), "times_of_year"),
    (("duties", ANY, "opens", "ending"), "roles"),
    (("duties", ANY, "kinds", ANY), "eligible.kinds"),
    (("duties", ANY, "together_with", ANY), "roles"),
    (("duties", ANY, "asks", ANY, "life", ANY), "life"),
    (("duties", ANY, "consequences", ANY, "risk"), "risks"),
    (("duties", ANY, "consequences", ANY, "releases"), "roles"),
    (("roles", ANY, "of", ANY), "helpers"),
    (("roles", ANY, "papers", ANY), "papers"),
    (("roles", ANY, "kinds", ANY), "eligible.kinds"),
    (("eligible", "kinds", ANY, "risk_at_start"), "risks"),
    (("manners", "quiet_during", ANY), "times_of_year"),
)
"""Where a name is written → the section that must give it."""

_KEYS: Final[tuple[tuple[Path, str], ...]] = (
    (("pairing", "skills_for"), "eligible.kinds"),
    (("messages", "duties"), "duties"),
    (("duties", ANY, "opens", "every", "by_risk"), "risks"),
    (("duties", ANY, "opens", "within", "by_risk"), "risks"),
    (("duties", ANY, "opens", "every", "by_life"), "life"),
    (("duties", ANY, "opens", "within", "by_life"), "life"),
)
"""Mappings whose keys must be names that a section gives."""

_TRIGGER_SECTIONS: Final[Mapping[str, str]] = {
    "met": "duties",
    "refused": "duties",
    "lapsed": "duties",
    "risk": "risks",
    "life-stage": "life",
    "tie-begun": "roles",
    "tie-ended": "roles",
    "leaving": "roles",
    "succeeded": "roles",
    "invited": "eligible.kinds",
}

_PAIRING_TRIGGERS: Final = {"proposed", "approved", "declined"}
_TIE_TRIGGERS: Final = {"tie-begun", "tie-ended"}

_OF_HELPERS: Final[tuple[Path, ...]] = (
    ("duties", ANY, "opens", "ending"),
    ("duties", ANY, "consequences", ANY, "releases"),
)
"""Where a role must be one that helpers are bound in; so must the role of a trigger."""


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


def _helpers_are_meant(data: Mapping[str, Any]) -> Iterator[Finding]:
    written = [(path, name) for pattern in _OF_HELPERS for path, name in each(data, pattern)]
    for path, trigger in triggers(data):
        word, _, name = trigger.partition(":")
        if _TRIGGER_SECTIONS.get(word) == "roles" and name:
            written.append((path, name))
    helpers = [path[1] for path, _ in each(data, ("roles", ANY, "tie"))]
    for path, name in written:
        if name in given(data, "roles") and name not in helpers:
            yield found(path, "not-a-helper", name=name, known=", ".join(map(str, helpers)) or "-")


def _raised(data: Mapping[str, Any]) -> Iterator[Written]:
    """Every name that an answer, a reply, or too many late ones raise."""
    yield from each(data, ("duties", ANY, "consequences", ANY, "raises"))
    yield from each(data, ("duties", ANY, "replies", "cannot"))
    yield from each(data, ("lateness", "raises"))


def _triggers_can_happen(data: Mapping[str, Any]) -> Iterator[Finding]:
    raised = [str(value) for _, value in _raised(data)]
    for path, trigger in triggers(data):
        word, _, name = trigger.partition(":")
        section = _TRIGGER_SECTIONS.get(word) if name else None
        if section and name not in given(data, section):
            yield missing(path, name, section, given(data, section))
        elif word == "raised" and name and name not in raised:
            yield _nobody(path, "raised-by-nobody", name, raised)
        elif word in _PAIRING_TRIGGERS and "pairing" not in data:
            yield found(path, "trigger-without-pairing", name=trigger)
        elif trigger in _TIE_TRIGGERS and not any(each(data, ("roles", ANY, "tie"))):
            yield found(path, "trigger-without-helpers", name=trigger)


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
    for path, name in _raised(data):
        if isinstance(name, str) and name not in heard:
            yield _nobody(path, "raised-to-nobody", name, heard)


def _nobody(path: Path, problem: str, name: str, others: list[str]) -> Finding:
    near = nearest(name, others)
    known = ", ".join(dict.fromkeys(others)) or "-"
    return found(path, f"{problem}-near" if near else problem, name=name, near=near, known=known)


def _conditions_are_questions(data: Mapping[str, Any]) -> Iterator[Finding]:
    for pattern in ANSWERS:
        for path, answers in each(data, pattern):
            asked = given(data, f"duties.{path[1]}.asks")
            for name in answers if isinstance(answers, dict) else ():
                if name not in asked:
                    yield missing((*path, name), name, f"duties.{path[1]}.asks", asked)


ANSWERS: Final[tuple[Path, ...]] = (
    ("duties", ANY, "consequences", ANY, "when"),
    ("duties", ANY, "replies", "done"),
    ("duties", ANY, "replies", "help"),
)
"""Where answers to questions of the same duty are written."""


def _nothing_is_unused(data: Mapping[str, Any]) -> Iterator[Finding]:
    for section, patterns in _USED.items():
        used = {name for pattern in patterns for _, name in each(data, pattern) if isinstance(name, str)}
        for name in given(data, section):
            if name not in used and "duties" in data:
                yield found((section, name), "unused", name=name, section=section)


_USED: Final[Mapping[str, tuple[Path, ...]]] = {
    "ladders": (("duties", ANY, "ladder"),),
    "times_of_year": (
        ("duties", ANY, "opens", "during"),
        ("duties", ANY, "opens", "outside"),
        ("manners", "quiet_during", ANY),
    ),
}
"""Sections of which nothing may stand unused → where their names are written."""


def _dates_are_written_out(data: Mapping[str, Any]) -> Iterator[Finding]:
    day = data.get("valid_from")
    if isinstance(day, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        yield found(("valid_from",), "date-form", name="valid_from", value=day)


_RULES: Final[tuple[Callable[[Mapping[str, Any]], Iterator[Finding]], ...]] = (
    _names_exist,
    _keys_exist,
    _every_risk_has_a_length,
    _helpers_are_meant,
    _triggers_can_happen,
    _duties_do_what_is_waited_for,
    _raises_are_heard,
    _conditions_are_questions,
    _nothing_is_unused,
    _dates_are_written_out,
)
