"""Reading a behaviour file: laid over the shipped one, or all its mistakes, each with its place."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from deployments.simulate.behaviour import Behaviour, Climbed, Habit
from domain.programme.mistakes import Mistake, dotted
from domain.programme.source import Source, read_source
from domain.programme.spelling import nearest
from domain.words import say

SHIPPED: Final = "behaviour.yaml"
WHOLE: Final = 100
_REPLACED: Final = ("helpers", "habits")
"""What a file gives stands alone here: its kinds of helpers are all there are."""


class Slip(NamedTuple):
    """One mistake in a behaviour file, with its place."""

    file: str
    line: int
    column: int
    key: str
    problem: str
    values: tuple[tuple[str, str], ...]

    def sentence(self, language: str) -> str:
        """Place, what is wrong and what to write."""
        what = say(language, f"simulate.{self.problem}", **dict(self.values))
        place = f"{self.file}:{self.line}:{self.column}"
        return say(language, "simulate.slip", place=place, key=self.key or "-", what=what)


class BehaviourBroken(Exception):
    """A behaviour file that cannot be used; ``mistakes`` holds every one in it."""

    def __init__(self, mistakes: tuple[Slip | Mistake, ...]) -> None:
        super().__init__(len(mistakes))
        self.mistakes = mistakes


def shipped_behaviour() -> Behaviour:
    """The behaviour that comes with the project."""
    return read_behaviour("", SHIPPED)


def load_behaviour(path: Path) -> Behaviour:
    """The behaviour of a file; BehaviourBroken with all its mistakes, OSError where it cannot be opened."""
    return read_behaviour(path.read_text(encoding="utf-8-sig", errors="replace"), str(path))


def behaviour_text(path: Path | None) -> str:
    """What a file says, or the shipped one, as it was written."""
    if path is not None:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    return files(__package__).joinpath(SHIPPED).read_text(encoding="utf-8")


def read_behaviour(text: str, file: str = "behaviour") -> Behaviour:
    """What a text changes in the shipped behaviour; an empty one changes nothing."""
    source = read_source(text, file)
    empty = [each.problem for each in source.mistakes] == ["empty-file"]
    if not source.readable and not empty:
        raise BehaviourBroken(tuple(sorted(set(source.mistakes))))
    try:
        behaviour = Behaviour.model_validate(_laid_over(_shipped(), source.data))
        slips = list(_impossible(behaviour, source))
    except ValidationError as error:
        slips = [_slip(each, source) for each in error.errors(include_url=False)]
    else:
        if not slips and not source.mistakes:
            return behaviour
        if empty:
            return behaviour
    raise BehaviourBroken((*sorted(set(source.mistakes)), *sorted(set(slips))))


def _shipped() -> dict[str, Any]:
    return read_source(behaviour_text(None), SHIPPED).data


def _laid_over(below: Any, above: Any, path: tuple[str, ...] = ()) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict) or path == _REPLACED:
        return above
    return below | {key: _laid_over(below.get(key), value, (*path, key)) for key, value in above.items()}


def _impossible(behaviour: Behaviour, source: Source) -> Iterator[Slip]:
    """What no single value says: shares that come to more, or less, than a hundred."""
    habits = behaviour.helpers.habits
    together = sum(habit.of for habit in habits.values())
    if abs(together - WHOLE) > 1e-6:
        yield _at(source, ("helpers", "habits"), "habits-not-whole", sum=f"{together:g}")
    for name, habit in habits.items():
        if habit.late + habit.never > WHOLE:
            yield _at(source, ("helpers", "habits", name), "too-much", sum=f"{habit.late + habit.never:g}")
    office = behaviour.office
    if office.late + office.never > WHOLE:
        yield _at(source, ("office", "late"), "too-much", sum=f"{office.late + office.never:g}")
    climbed = sum(office.climbed.model_dump().values())
    if climbed > WHOLE:
        yield _at(source, ("office", "climbed"), "too-much", sum=f"{climbed:g}")
    refused = behaviour.telling.refused + behaviour.telling.delayed
    if refused > WHOLE:
        yield _at(source, ("telling", "refused"), "too-much", sum=f"{refused:g}")


def _at(source: Source, path: tuple[str | int, ...], problem: str, **values: str) -> Slip:
    line, column = source.place(path)
    return Slip(source.file, line, column, dotted(path), problem, tuple(sorted(values.items())))


_BY_TYPE: Final[Mapping[str, str]] = {
    "float_parsing": "number", "float_type": "number", "int_parsing": "whole-number", "int_type": "whole-number",
    "int_from_float": "whole-number", "greater_than_equal": "too-small", "less_than_equal": "too-big",
    "model_type": "mapping", "dict_type": "mapping", "missing": "missing", "string_pattern_mismatch": "name",
}  # fmt: skip


def _slip(error: ErrorDetails, source: Source) -> Slip:
    path = tuple(step for step in error["loc"] if step != "[key]")
    name = str(path[-1])
    if error["type"] == "extra_forbidden":
        known = _known(path[:-1])
        near = nearest(name, known)
        problem = "unknown-key-near" if near else "unknown-key"
        return _at(source, path, problem, name=name, near=near, known=", ".join(known))
    context = error.get("ctx", {})
    limit = context.get("ge", context.get("le", ""))
    problem = _BY_TYPE.get(error["type"], "wrong")
    return _at(source, path, problem, name=name, value=_shown(error["input"]), limit=str(limit))


def _known(path: tuple[str | int, ...]) -> list[str]:
    """The keys there are at a place."""
    model: type[BaseModel] = Behaviour
    for step in path:
        field = model.model_fields.get(str(step))
        if field is None:
            return list(Habit.model_fields)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return list(Climbed.model_fields if path and path[-1] == "climbed" else model.model_fields)


def _shown(value: object) -> str:
    text = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
