"""What a programme file says of people: roles, papers, pairing."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from domain.programme.base import Key, Level, Model, Words
from domain.programme.spans import Span


class Paper(Model):
    """A paper a helper signs before serving; ``lasts`` left out means for good.

    ``pauses``: once it has run out, the desk answers in the helper's place until it is renewed.
    """

    title: Words
    also: tuple[str, ...] = ()
    lasts: Span | None = None
    pauses: bool = False


class Desk(Model):
    """A role filled by whoever sits at the desk of that level above the case, or above where it is to be moved."""

    title: Words
    desk: Level
    of: Literal["case", "transfer"] = "case"


class Helper(Model):
    """A role filled by ties to helpers: one, or several (at least ``least``, at most ``most``).

    ``needed``: the case counts as paired once every needed role is filled. ``of``: the kinds of helpers who may fill
    it; ``papers``: what they must have signed; ``kinds``: the kinds of cases that have the role. Left out: any.
    """

    title: Words
    tie: Literal["one", "several"]
    needed: bool = False
    least: int = Field(default=1, ge=1)
    most: int = Field(default=100, ge=1)
    of: tuple[Key, ...] = ()
    papers: tuple[Key, ...] = ()
    kinds: tuple[Key, ...] = ()


class Proposed(Model):
    """A role filled by the helper whom the open proposal names."""

    title: Words
    proposal: Literal["open"]


Role = Desk | Helper | Proposed


class Pairing(Model):
    """Hard rules and weights of finding a helper; ``desk`` decides proposals."""

    role: Key
    desk: Key
    papers: tuple[Key, ...]
    papers_valid_for: Span
    helper_for: Mapping[Literal["female", "male"], Literal["female", "male"]] = {}
    within: Level = Level.CITY
    skills_for: Mapping[Key, tuple[str, ...]] = {}
    weights: Mapping[Literal["nearness", "siblings", "skills", "age", "first"], int] = {}
    first: tuple[Key, ...] = Field(default=(), description="kinds of helpers asked first")
