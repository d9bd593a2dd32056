"""What every command takes: which install, which moment, which language, and whether to answer in JSON."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from domain import clock
from domain.programme.schema import Programme
from domain.rules.refusals import Refusal
from domain.settings import Settings, read_settings
from domain.store.install import open_install
from domain.store.store import Store
from domain.words import say


def _moment(_type: Any, tokens: Any) -> datetime:
    written = datetime.fromisoformat(tokens[0].value)
    return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)


@Parameter(name="*")
@dataclass(frozen=True)
class Where:
    """Options shared by all commands."""

    data: Annotated[Path, Parameter(help="the folder the install lives in", env_var="SHOUWANG_DATA")] = Path(
        "shouwang-data"
    )
    now: Annotated[
        datetime | None,
        Parameter(help="act as at this moment, ISO form, UTC unless it says otherwise", converter=_moment),
    ] = None
    json: Annotated[bool, Parameter(help="answer in JSON", negative="")] = False
    language: Annotated[Literal["zh", "en"] | None, Parameter(help="the language of the answer")] = None

    @property
    def moment(self) -> datetime:
        """The moment the command acts at, in UTC."""
        return self.now or clock.now()

    @cached_property
    def settings(self) -> Settings:
        """The install's settings."""
        return read_settings(self.data)

    @cached_property
    def store(self) -> Store:
        """The install, made where it does not exist yet."""
        return open_install(self.data)

    @property
    def spoken(self) -> str:
        """The language to answer in."""
        return self.language or self.settings.language

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language of the answer."""
        return say(self.spoken, key, **values)

    def programme(self, name: str | None) -> Programme:
        """The programme of a name, or the only one; its newest version."""
        found = [each for each in self.store.programmes.values() if name in (None, each.programme, each.name)]
        kinds = {each.programme for each in found}
        if len(kinds) != 1:
            raise BadInput(self.say("cli.which-programme", known=", ".join(sorted(self.store.programmes))))
        return max(found, key=lambda each: each.version)

    def show(self, answer: Any, text: str) -> None:
        """Print the answer: as JSON when asked for, else as text."""
        if self.json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=1).decode() + "\n")
        elif text:
            sys.stdout.write(text + "\n")

    def refused(self, refusal: Refusal) -> "Refused":
        """A refusal as a sentence, ready to be raised."""
        return Refused(self.say(f"refusals.{refusal.reason.value}", about=refusal.about), refusal)


class BadInput(Exception):
    """Something given cannot be used; the sentence says what to do. Exit code 2."""


class Refused(Exception):
    """The rules do not allow it; the sentence says why. Exit code 1."""

    def __init__(self, sentence: str, refusal: Refusal) -> None:
        super().__init__(sentence)
        self.refusal = refusal


DONE = 0
FINDINGS = 1
BAD_INPUT = 2
