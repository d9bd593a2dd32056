"""From plain data to a Programme; everything that does not fit is found, and the rest is still looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.programme import schema
from domain.programme.mistakes import Finding, Path, found
from domain.programme.schema import Programme
from domain.programme.spelling import nearest

_MOST_REPAIRS: Final = 50

_STAND_INS: Final[Mapping[str, Any]] = {
    "programme": "stand-in",
    "version": "1",
    "title": {"zh": "-", "en": "-"},
    "subject": "child",
    "area": "00",
    "time_zone": "UTC",
    "valid_from": "2000-01-01",
    "eligible": {"below_age": "18", "kinds": {}},
    "risks": {},
    "risk_at_start": "stand_in",
    "roles": {},
    "ladders": {},
    "duties": {},
}
"""What takes the place of a broken part of the whole file while the other parts are checked."""


@dataclass
class Shaped:
    """What could be made of a file: the programme without its ``damaged`` parts, and what was wrong with those."""

    programme: Programme | None = None
    findings: list[Finding] = field(default_factory=list)
    damaged: set[Path] = field(default_factory=set)


def shape(data: dict[str, Any], unknown: set[Path] | None = None) -> Shaped:
    """Validate, find what is wrong, take that out and validate again until the rest fits. Changes ``data``.

    ``unknown`` are values already known to be wrong.
    """
    shaped = Shaped()
    _take_out_empty(data, (), shaped)
    for path in unknown or ():
        shaped.damaged.add(path)
        _take_out(data, path)
    for _ in range(_MOST_REPAIRS):
        try:
            shaped.programme = Programme.model_validate(data)
            break
        except ValidationError as error:
            broken = _findings(error.errors(include_url=False), data)
        shaped.findings += [each for each in broken if not touches(each.path, shaped.damaged)]
        for each in broken:
            shaped.damaged.add(each.path)
            _take_out(data, each.path)
    return shaped


def touches(path: Path, damaged: set[Path]) -> bool:
    """Whether a path lies within something damaged, or holds something damaged."""
    return any(path[: len(each)] == each or each[: len(path)] == path for each in damaged)


def _take_out_empty(data: Any, path: Path, shaped: Shaped) -> None:
    """A key with nothing after it is a mistake even where the key may be left out."""
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        here = (*path, key)
        if value is None:
            shaped.findings.append(found(here, "empty", name=key))
            shaped.damaged.add(here)
            if isinstance(data, dict):
                del data[key]
        elif isinstance(value, dict | list):
            _take_out_empty(value, here, shaped)


def _take_out(data: dict[str, Any], path: Path) -> None:
    """Remove a broken value; where it is required or part of a list, what holds it."""
    holder = _at(data, path[:-1])
    if len(path) == 1:
        _stand_in(data, str(path[0]))
    elif isinstance(holder, dict) and path[-1] in holder:
        del holder[path[-1]]
    elif isinstance(holder, list) and path[-2] == "consequences" and path[-1] in range(len(holder)):
        holder[int(path[-1])] = {}
    elif path:
        _take_out(data, path[:-1])


def _stand_in(data: dict[str, Any], key: str) -> None:
    data.pop(key, None)
    if key in _STAND_INS:
        data[key] = _STAND_INS[key]


def _at(data: Any, path: Path) -> Any:
    for step in path:
        here = isinstance(data, dict) and step in data
        if not here and not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return None
        data = data[step]
    return data


class _Fault(NamedTuple):
    """One of Pydantic's errors, at a path of the data; ``member`` is the part of a union that did not fit."""

    path: Path
    union: Path | None
    member: str
    of_key: bool
    error: ErrorDetails


def _findings(errors: list[ErrorDetails], data: dict[str, Any]) -> list[Finding]:
    faults = [_fault(error, data) for error in errors]
    told: dict[tuple[Path, str], Finding] = {}
    for fault in faults:
        for finding in _of_fault(fault, faults, data):
            told.setdefault((finding.path, finding.problem), finding)
    return list(told.values())


def _fault(error: ErrorDetails, data: dict[str, Any]) -> _Fault:
    """Pydantic's location without the names of union members, which are nowhere in the file."""
    node: Any = data
    path: Path = ()
    union: Path | None = None
    member = ""
    loc = error["loc"]
    for number, step in enumerate(loc):
        if step == "[key]":
            return _Fault(path, union, member, of_key=True, error=error)
        known = _at(node, (step,)) is not None
        if known or (error["type"] == "missing" and number == len(loc) - 1):
            node, path = _at(node, (step,)), (*path, step)
        elif union is None:
            union, member = path, str(step)
    return _Fault(path, union, member, of_key=False, error=error)


def _of_fault(fault: _Fault, faults: list[_Fault], data: dict[str, Any]) -> Iterator[Finding]:
    if fault.union is None:
        yield _finding(fault, data)
        return
    value = _at(data, fault.union)
    members = {each.member for each in faults if each.union == fault.union}
    if "Helper" in members:
        wanted = _role_meant(value)
        if wanted is None:
            yield found(fault.union, "role-form", name=fault.union[-1])
        elif fault.member == wanted:
            yield _finding(fault, data)
    elif fault.union[-1] == "yearly":
        yield found(fault.union, "yearly-form", value=_shown(value))
    elif any("Cadence" in member for member in members):
        if ("Cadence" in fault.member) == isinstance(value, dict):
            yield _finding(fault, data)
    else:
        yield found(fault.union, "condition-form", name=fault.union[-1])


def _role_meant(value: Any) -> str | None:
    ways = {"desk": "Desk", "tie": "Helper", "proposal": "Proposed"}
    meant = [member for key, member in ways.items() if isinstance(value, dict) and key in value]
    return meant[0] if len(meant) == 1 else None


_BY_PATTERN: Final[Mapping[str, str]] = {
    r"^[a-z][a-z0-9_]*$": "key-form",
    r"^[a-z][a-z0-9-]*$": "programme-form",
    r"^\d{2,9}$": "area-form",
    r"^\d{2}-\d{2}$": "day-form",
    r"^\d{2}:\d{2}$": "clock-form",
}

_BY_MESSAGE: Final[Mapping[str, str]] = {
    "write a number and a unit": "length-form",
    "write: due day": "offset-form",
    "options: are for": "options-needed",
    "write either at:": "rung-moment",
    "after: is written together": "after-and-within",
    "write exactly one of": "one-way",
    "write either by_risk:": "cadence-form",
    "write either begins:": "time-of-year-form",
}
"""How a validator of the schema begins → our problem."""

_BY_TYPE: Final[Mapping[str, str]] = {
    "missing": "missing",
    "string_type": "text-wanted",
    "string_too_short": "text-empty",
    "string_too_long": "text-too-long",
    "int_type": "number-wanted",
    "int_parsing": "number-wanted",
    "int_parsing_size": "number-wanted",
    "int_from_float": "number-wanted",
    "bool_type": "yes-or-no",
    "bool_parsing": "yes-or-no",
    "tuple_type": "list-wanted",
    "too_short": "list-empty",
    "zoneinfo_str": "zone",
    "greater_than": "number-too-small",
    "greater_than_equal": "number-too-small",
    "less_than_equal": "number-too-big",
}


def _finding(fault: _Fault, data: dict[str, Any]) -> Finding:
    error, context = fault.error, fault.error.get("ctx", {})
    name = fault.path[-1]
    values = {"name": name, "value": _shown(_at(data, fault.path))}
    kind = error["type"]
    if fault.of_key:
        values["value"] = name
    if kind in {"enum", "literal_error"}:
        return _one_of(fault, values, str(context["expected"]))
    if kind == "string_pattern_mismatch":
        return found(fault.path, _BY_PATTERN.get(str(context["pattern"]), "trigger-form"), **values)
    if kind in {"model_type", "dict_type"}:
        return found(fault.path, "mapping-wanted", **values, keys=_keys_of(context))
    if kind.startswith("date_"):
        return found(fault.path, "date-form", **values)
    if kind == "value_error":
        problem = next((ours for start, ours in _BY_MESSAGE.items() if start in error["msg"]), "wrong")
        return found(fault.path, problem, **values, said=error["msg"])
    limit = context.get("gt", context.get("ge", context.get("le", context.get("max_length", ""))))
    return found(fault.path, _BY_TYPE.get(kind, "wrong"), **values, said=error["msg"], limit=limit)


def _one_of(fault: _Fault, values: dict[str, Any], expected: str) -> Finding:
    options = [option.strip("' ") for option in expected.replace(" or ", ", ").split(",")]
    near = nearest(str(values["value"]), options) or options[0]
    return found(fault.path, "one-of", **values, options=", ".join(options), near=near)


def _keys_of(context: Mapping[str, Any]) -> str:
    model = getattr(schema, str(context.get("class_name")), None)
    return ", ".join(f"{key}: …" for key in model.model_fields) if model else "…: …"


def _shown(value: Any) -> str:
    text = "[…]" if isinstance(value, list) else "{…}" if isinstance(value, dict) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
