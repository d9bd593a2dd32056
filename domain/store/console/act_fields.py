"""What an act asks for: fields with types and choices, and reading what was typed into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple
from unicodedata import normalize

from domain.case import Case
from domain.facts import Answer
from domain.ids import PersonId
from domain.programme.schema import Programme
from domain.sheets.accounts import Account, read_account
from domain.sheets.dates import Day, read_date
from domain.sheets.phones import Phone, read_phone
from domain.sheets.texts import tidy_text
from domain.store.console.duties import Before
from domain.store.console.looking import Looking

LONGEST: Final = 40


class FieldType(StrEnum):
    """What may stand in a field."""

    CHOICE = "choice"
    """One of a few keys, all of which the form shows."""
    HELPER = "helper"
    """Somebody on the roster; the form shows those of the area."""
    UNIT = "unit"
    """A unit of the tree in which a case may stand."""
    DUTY = "duty"
    """A duty of the case, by its number."""
    ANSWERS = "answers"
    """What the duty itself asks, as its programme says; read apart, see ``Filled``."""
    YES_NO = "yes-no"
    DAY = "day"
    TEXT = "text"
    PHONE = "phone"
    ACCOUNT = "account"


class Choice(NamedTuple):
    """One thing that may be chosen: its key, and in words."""

    value: str
    words: str


class Filled(NamedTuple):
    """What was filled into the form of a duty: answers, and free words, which are kept sealed."""

    answers: Mapping[str, Answer] = MappingProxyType({})
    notes: Mapping[str, str] = MappingProxyType({})


NOTHING_FILLED: Final = Filled()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A case before somebody who may act on it; ``names``: of helpers, as far as they are known here.

    ``under``: the unit below which the form of a transfer lists units; ``filled``: the form of a duty.
    """

    look: Looking
    case: Case
    seen: Before
    names: Mapping[PersonId, str] = field(default_factory=dict)
    under: str = ""
    filled: Filled = NOTHING_FILLED

    @property
    def programme(self) -> Programme:
        """The programme of the case."""
        return self.seen.around.programme

    @property
    def language(self) -> str:
        """The viewer's language."""
        return self.look.language

    @property
    def today(self) -> date:
        """The local day."""
        return self.seen.today


Options = Callable[[Scene], Sequence[Choice]]


class ActField(NamedTuple):
    """One field of an act. ``options``: what the form shows; ``known``: whether a key that was typed is one at all.

    ``keys``: what may be chosen, where that is the same for every case.
    """

    name: str
    type: FieldType
    options: Options | None = None
    required: bool = True
    known: Callable[[Scene, str], bool] | None = None
    keys: tuple[str, ...] = ()


class Trouble(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    NOT_AN_OPTION = "not-an-option"
    NOT_A_DAY = "not-a-day"
    NOT_A_PHONE = "not-a-phone"
    NOT_AN_ACCOUNT = "not-an-account"


Values = Mapping[str, str]
"""What was typed, tidied: keys, ISO days, words. Fields left out are not in it."""


def read_fields(
    fields: Sequence[ActField], scene: Scene, given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Trouble]]:
    """(values, troubles by field): everything that is wrong at once."""
    values: dict[str, str] = {}
    troubles: dict[str, Trouble] = {}
    for each in fields:
        read = _read(each, scene, given.get(each.name, ""))
        if isinstance(read, Trouble):
            troubles[each.name] = read
        elif read:
            values[each.name] = read
        elif each.required:
            troubles[each.name] = Trouble.MISSING
    return values, troubles


def _read(asked: ActField, scene: Scene, typed: str) -> str | Trouble:
    if not typed.strip():
        return ""
    match asked.type:
        case FieldType.DAY:
            read = read_date(normalize("NFKC", typed).strip()[:LONGEST])
            return read.day.isoformat() if isinstance(read, Day) else Trouble.NOT_A_DAY
        case FieldType.PHONE:
            number = read_phone(typed[:LONGEST])
            return number.number if isinstance(number, Phone) else Trouble.NOT_A_PHONE
        case FieldType.ACCOUNT:
            account = read_account(typed[:LONGEST])
            return account.number if isinstance(account, Account) and account.fits else Trouble.NOT_AN_ACCOUNT
        case FieldType.TEXT:
            return tidy_text(typed)[:LONGEST]
        case FieldType.ANSWERS:
            return ""
        case FieldType.CHOICE | FieldType.HELPER | FieldType.UNIT | FieldType.DUTY | FieldType.YES_NO:
            return typed if _is_known(asked, scene, typed) else Trouble.NOT_AN_OPTION


def _is_known(asked: ActField, scene: Scene, key: str) -> bool:
    if asked.known is not None:
        return asked.known(scene, key)
    return asked.options is not None and any(choice.value == key for choice in asked.options(scene))
