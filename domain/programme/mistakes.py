"""A mistake in a programme file: where it stands, what is wrong, what to write instead, in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from domain.words import say

Step = str | int
Path = tuple[Step, ...]
"""The way to a value: keys of mappings, places in lists counted from 0."""


def dotted(path: Path) -> str:
    """A path as people write it: ``ladders.standard.rungs[2].climb``."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


class Finding(NamedTuple):
    """What a rule found: a key of ``domain/words/programme.*.yaml`` and the values its sentence names."""

    path: Path
    problem: str
    values: Mapping[str, str]


def found(path: Path, problem: str, **values: object) -> Finding:
    """A finding with its values as text."""
    return Finding(path, problem, {name: str(value) for name, value in values.items()})


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake. ``line`` and ``column`` count from 1; ``key`` is the dotted way to the place."""

    file: str
    line: int
    column: int
    key: str
    problem: str
    values: tuple[tuple[str, str], ...] = ()

    def what(self, language: str = "zh") -> str:
        """What is wrong."""
        return say(language, f"programme.{self.problem}", **dict(self.values))

    def write_instead(self, language: str = "zh") -> str:
        """What to write instead."""
        return say(language, f"programme.{self.problem}-instead", **dict(self.values))

    def sentence(self, language: str = "zh") -> str:
        """Place, what is wrong and what to write instead, in one line."""
        return say(
            language, "programme.mistake", file=self.file, line=self.line, column=self.column,
            key=self.key or "-", what=self.what(language), instead=self.write_instead(language),
        )  # fmt: skip


class ProgrammeBroken(Exception):
    """Programme files that may not start; ``mistakes`` holds every one of them."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(mistake.sentence("en") for mistake in mistakes))
        self.mistakes = mistakes
