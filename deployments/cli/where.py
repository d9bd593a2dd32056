"""What every command takes: which install, which moment, which language, and whether to answer in JSON."""

import binascii
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final, Literal

import msgspec
from cyclopts import CoercionError, Parameter

from domain import clock
from domain.calendar import local_day
from domain.ids import CaseId, PersonId, UnitId
from domain.places import place
from domain.programme.read import load_programmes
from domain.programme.schema import Programme
from domain.programme.versions import in_force
from domain.rules.refusals import Reason, Refusal
from domain.settings import FILE, Settings, read_settings
from domain.store.engine import reading
from domain.store.install import CALENDAR, KEY_FILE, PROGRAMMES, open_install
from domain.store.journal import snapshot_of
from domain.store.lists_people import kinds_of
from domain.store.sealing import CannotUnseal
from domain.store.store import Store
from domain.store.units import names_of
from domain.words import say, sentences

YEARS: Final = range(2000, 2200)
"""Years a moment may lie in: what is reckoned from it years back and years ahead must still be a date."""

_EXAMPLE: Final = "{year}: {{published: true, free: [{year}-01-01 to {year}-01-03, …], worked: [{year}-01-04, …]}}"

_SIGNS: Final = (KEY_FILE, Path(FILE), Path(PROGRAMMES), Path(CALENDAR), Path("shouwang.db"))

SUBJECTS: Final = frozenset({"child", "elder", "school", "unit", "project"})
"""What a case may be about."""

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

    @property
    def installed(self) -> bool:
        """Whether the folder holds anything of an install, be it only its settings."""
        return any((self.data / name).exists() for name in _SIGNS)

    def existing(self) -> Path:
        """The folder of the install; BadInput where there is none: a folder mistyped is not to become an empty one."""
        if not self.installed:
            raise BadInput(self.say("cli.no-install", folder=self.data))
        return self.data

    @cached_property
    def store(self) -> Store:
        """The install; BadInput where there is none, CannotUnseal when its master key is not the one it had."""
        return self._opened(self.existing())

    def begin(self) -> None:
        """Make the install where there is none yet: what commands do by which an office begins."""
        if not self.installed:
            vars(self)["store"] = self._opened(self.data)

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """The install, or where there is none an empty one that is gone afterwards: for commands that keep nothing."""
        if self.installed:
            yield
            return
        with TemporaryDirectory(prefix="shouwang-") as folder:
            vars(self)["store"] = store = self._opened(Path(folder))
            yield
            store.engine.dispose()

    def _opened(self, folder: Path) -> Store:
        try:
            return open_install(folder)
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

    @property
    def programmes(self) -> Mapping[str, Programme]:
        """The programmes of the install; where there is none yet, those that ship."""
        known = "store" in vars(self) or self.installed
        return self.store.programmes if known else load_programmes(self.data / PROGRAMMES)

    def programme(self, name: str | None) -> Programme:
        """The programme of a name, or the one the install is set to; the newest version that has begun."""
        wanted = name or self.settings.programme
        found = [each for each in self.programmes.values() if wanted in (each.programme, each.name)]
        if not found:
            raise BadInput(self.say("cli.which-programme", known=", ".join(sorted(self.programmes))))
        return in_force(found, local_day(self.moment, found[0].time_zone)) or found[0]

    def local(self, moment: datetime) -> str:
        """A moment as the clock on the wall shows it, in the time zone of the programmes here."""
        zone = next((each.time_zone for each in self.store.programmes.values()), UTC)
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    def show(self, answer: Any, text: str) -> None:
        """Print the answer: as JSON when asked for, else as text; beside it what is to be known about its days."""
        if self.json:
            encoded = msgspec.json.encode(answer, enc_hook=_plain)
            sys.stdout.write(msgspec.json.format(encoded, indent=1).decode() + "\n")
        elif text:
            sys.stdout.write(text + "\n")
        self._warn_of_unpublished()

    def _warn_of_unpublished(self) -> None:
        """Say on the error output which years were reckoned by rule only: their days are still to be shifted."""
        years = self.store.calendar.unpublished_years if "store" in vars(self) else ()
        if years:
            told = self.say("cli.list-sign").join(map(str, years))
            file, form = self.data / CALENDAR, _EXAMPLE.format(year=years[0])
            sys.stderr.write(self.say("cli.unpublished", years=told, file=file, form=form) + "\n")

    def refused(self, refusal: Refusal) -> "Refused":
        """A refusal as a sentence, ready to be raised."""
        code = BAD_INPUT if refusal.reason in UNKNOWN | UNKNOWN_TOO else FINDINGS
        return Refused(self.why(refusal), refusal, code)

    def why(self, refusal: Refusal) -> str:
        """A refusal as a sentence: with the command that helps, where pages name a page instead."""
        here = f"refused-{refusal.reason.value}"
        key = f"cli.{here}" if here in sentences("cli", self.spoken) else f"refusals.{refusal.reason.value}"
        return self.say(key, about=self._named(refusal))

    def _named(self, refusal: Refusal) -> str:
        """What a refusal is about, as people call it."""
        match refusal.reason:
            case Reason.NOT_PAIRING | Reason.NOT_MEANT:
                return self.say(f"diagram.{refusal.about}")
            case Reason.NOT_BY_HAND:
                return self.store.title(refusal.about, self.spoken)
            case _:
                return refusal.about

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
        """BadInput when one of these is nobody known here, or is whom a case is about: they decide nothing."""
        with reading(self.store.engine) as connection:
            known = kinds_of(connection, [PersonId(each) for each in people])
        for each in people:
            if known.get(PersonId(each), "child") in SUBJECTS:
                raise BadInput(self.say("cli.no-such-person", person=each))


def _plain(value: object) -> datetime:
    """A moment of a kind of its own, such as Prefect's, as a plain one; TypeError for anything else."""
    if isinstance(value, datetime):
        return datetime.fromisoformat(value.isoformat())
    raise TypeError(type(value).__name__)


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
