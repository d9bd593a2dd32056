"""What every command takes: which install, which moment, which language, and whether to answer in JSON."""

import binascii
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from cyclopts import CoercionError, Parameter

from domain import clock
from domain.ids import CaseId, PersonId, UnitId
from domain.places import place
from domain.programme.schema import Programme
from domain.rules.refusals import Reason, Refusal
from domain.settings import Settings, read_settings
from domain.store.engine import reading
from domain.store.install import open_install
from domain.store.journal import snapshot_of
from domain.store.lists_people import kinds_of
from domain.store.sealing import CannotUnseal
from domain.store.store import Store
from domain.store.units import names_of
from domain.words import say

YEARS: Final = range(2000, 2200)
"""Years a moment may lie in: what is reckoned from it years back and years ahead must still be a date."""

UNKNOWN: Final = {Reason.NO_SUCH_CASE, Reason.NO_SUCH_DUTY, Reason.NO_SUCH_RISK, Reason.NO_SUCH_ROLE}
UNKNOWN_TOO: Final = {Reason.NO_SUCH_HELPER, Reason.NO_SUCH_PROGRAMME, Reason.NO_SUCH_PAPER, Reason.NO_SUCH_KIND}
"""Refusals of a name that nothing here has: bad input, not a decision of the rules."""


def _moment(_type: Any, tokens: Any) -> datetime:
    text = tokens[0].value
    try:
        written = datetime.fromisoformat(text)
        if written.year not in YEARS:
            raise ValueError(text)
    except ValueError:
        raise CoercionError(token=tokens[0], target_type=datetime) from None
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
        """The install, made where it does not exist yet; CannotUnseal when its master key is not the one it had."""
        try:
            return open_install(self.data)
        except binascii.Error:
            raise CannotUnseal("the master key is not written in base64") from None
        except ModuleNotFoundError:
            raise BadInput(self.say("cli.database-kind")) from None

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

    def local(self, moment: datetime) -> str:
        """A moment as the clock on the wall shows it, in the time zone of the programmes here."""
        zone = next((each.time_zone for each in self.store.programmes.values()), UTC)
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    def show(self, answer: Any, text: str) -> None:
        """Print the answer: as JSON when asked for, else as text."""
        if self.json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=1).decode() + "\n")
        elif text:
            sys.stdout.write(text + "\n")

    def refused(self, refusal: Refusal) -> "Refused":
        """A refusal as a sentence, ready to be raised."""
        code = BAD_INPUT if refusal.reason in UNKNOWN | UNKNOWN_TOO else FINDINGS
        return Refused(self.say(f"refusals.{refusal.reason.value}", about=refusal.about), refusal, code)

    def unit(self, unit: str | None) -> UnitId | None:
        """A unit as given, when there is one of that id; BadInput else."""
        if unit is not None and unit not in self.unit_names([UnitId(unit)]):
            raise BadInput(self.say("cli.no-such-unit", unit=unit))
        return UnitId(unit) if unit is not None else None

    def unit_names(self, units: Iterable[UnitId]) -> Mapping[UnitId, str]:
        """What units are called: those of the install, and every division of the country."""
        wanted = sorted(set(units))
        with reading(self.store.engine) as connection:
            known = names_of(connection, wanted)
        return known | {unit: name for unit in wanted if unit not in known and (name := _division(unit))}

    def case(self, case: str) -> CaseId:
        """A case as given, when there is one of that number; Refused else."""
        with reading(self.store.engine) as connection:
            if snapshot_of(connection, CaseId(case)) is None:
                raise self.refused(Refusal(Reason.NO_SUCH_CASE, case))
        return CaseId(case)

    def people(self, *people: str) -> None:
        """BadInput when one of these is nobody known here, or is a child: children decide nothing."""
        with reading(self.store.engine) as connection:
            known = kinds_of(connection, [PersonId(each) for each in people])
        for each in people:
            if known.get(PersonId(each), "child") == "child":
                raise BadInput(self.say("cli.no-such-person", person=each))


class BadInput(Exception):
    """Something given cannot be used; the sentence says what to do. Exit code 2."""


class Refused(Exception):
    """It is not done; the sentence says why. Exit code 1, or 2 where what was named does not exist."""

    def __init__(self, sentence: str, refusal: Refusal, code: int = 1) -> None:
        super().__init__(sentence)
        self.refusal = refusal
        self.code = code


def _division(unit: str) -> str:
    try:
        return place(unit).name
    except KeyError:
        return ""


DONE: Final = 0
FINDINGS: Final = 1
BAD_INPUT: Final = 2
