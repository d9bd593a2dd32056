"""The behaviour file: every key explained, what differs laid over what ships, every mistake told with its place."""

import re
from importlib.resources import files
from typing import Any

import pytest
from pydantic import BaseModel

from deployments.simulate.behaviour import Behaviour, Habit
from deployments.simulate.reading import BehaviourBroken, read_behaviour, shipped_behaviour
from domain.words import LANGUAGES

SHIPPED = files("deployments.simulate").joinpath("behaviour.yaml").read_text(encoding="utf-8")


def keys(model: type[BaseModel]) -> list[str]:
    """Every key of a model and of the models in it, without the kinds of helpers."""
    found = []
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        found.append(name)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += keys(inner)
    return found


def test_every_key_stands_in_the_shipped_file_with_what_it_means() -> None:
    lines = {line.split(":")[0].strip(): line for line in SHIPPED.splitlines() if ":" in line}
    sections = {"machine", "telling"}
    assert [key for key in keys(Behaviour) if key not in lines] == []
    assert [key for key in keys(Behaviour) if key not in sections and "#" not in lines[key]] == []
    assert all(f"{key}:" in SHIPPED for key in Habit.model_fields)


def test_a_file_says_only_what_differs() -> None:
    behaviour = read_behaviour("helpers:\n  ill: 99\nmachine: {round_every: 3}\n")
    shipped = shipped_behaviour()
    assert behaviour.helpers.ill == 99
    assert behaviour.machine.round_every == 3
    assert behaviour.helpers.leave == shipped.helpers.leave
    assert behaviour.office == shipped.office


def test_an_empty_file_changes_nothing() -> None:
    assert read_behaviour("# nothing yet\n") == shipped_behaviour()


def test_the_kinds_of_helpers_of_a_file_are_all_there_are() -> None:
    behaviour = read_behaviour("helpers: {habits: {prompt: {of: 100, late: 0, never: 0}}}")
    assert list(behaviour.helpers.habits) == ["prompt"]


MISTAKEN = """\
helpers:
  habits:
    steady: {of: 60, late: 70, never: 40}
  ill: often
  il_days: 3
office:
  late: 120
  climbed: 5
machine:
  round_every: 0
weather: fine
"""


def test_every_mistake_of_a_file_is_told_with_its_line() -> None:
    with pytest.raises(BehaviourBroken) as broken:
        read_behaviour(MISTAKEN, "mine.yaml")
    for language in LANGUAGES:
        told = [mistake.sentence(language) for mistake in broken.value.mistakes]
        places = [int(re.search(r"mine\.yaml:(\d+):", sentence)[1]) for sentence in told]  # type: ignore[index]
        assert sorted(places) == [4, 5, 7, 8, 10, 11]
        assert any("ill_days" in sentence for sentence in told)


TOO_MUCH = """\
helpers: {habits: {a: {of: 60, late: 70, never: 40}}}
office: {late: 60, never: 60, climbed: {excused: 50}}
"""


def test_shares_that_do_not_add_up_are_told_too() -> None:
    with pytest.raises(BehaviourBroken) as broken:
        read_behaviour(TOO_MUCH)
    problems = sorted(getattr(mistake, "problem", "") for mistake in broken.value.mistakes)
    assert problems == ["habits-not-whole", "too-much", "too-much", "too-much"]


def test_a_file_that_is_no_yaml_is_told_so() -> None:
    with pytest.raises(BehaviourBroken) as broken:
        read_behaviour("helpers: [", "mine.yaml")
    assert all(mistake.sentence(language) for mistake in broken.value.mistakes for language in LANGUAGES)
