"""What may be done about a volunteer, by the word that a button or a program sends, and what is wrong with a wish."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NamedTuple

from domain.sheets.people import tidy_mail
from domain.sheets.phones import tidy_phone
from domain.store.console.looking import NotFound
from domain.store.console.volunteer_acts import Doing
from web.console.asked import day_given, one
from web.posted import Given

LEAVES_BECAUSE: Final = ("retires", "moves", "health", "no-time", "other")
GONE_BECAUSE: Final = ("moved-away", "health", "died", "no-answer", "no-time", "other")
STAYS_BECAUSE: Final = "came-back"


class Mistake(NamedTuple):
    """A field, and what is wrong with it: the sentences are ``console_volunteers.<says>``."""

    field: str
    says: str


def _day(given: Given, name: str) -> date:
    day = day_given(given, name)
    if day is None:
        raise NotFound(name)
    return day


ACTS: Final[Mapping[str, Callable[[Doing, Given], object]]] = {
    "signed": lambda doing, given: doing.sign(one(given, "paper"), _day(given, "on")),
    "contact": lambda doing, given: doing.reach_by(
        tidy_phone(one(given, "phone")) or "", tidy_mail(one(given, "email")) or ""
    ),
    "away": lambda doing, given: doing.go_away(_day(given, "since"), _day(given, "until"), one(given, "stand_in")),
    "back": lambda doing, given: doing.come_back(_day(given, "since")),
    "leaving": lambda doing, given: doing.leave(_day(given, "on"), one(given, "reason")),
    "stays": lambda doing, _: doing.stay(STAYS_BECAUSE),
    "gone": lambda doing, given: doing.gone(one(given, "reason"), one(given, "to")),
}
"""What may be done, by the word the button sends."""

_DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "signed": ("on",), "away": ("since", "until"), "back": ("since",), "leaving": ("on",),
}  # fmt: skip
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"leaving": LEAVES_BECAUSE, "gone": GONE_BECAUSE}


def mistakes_in(do: str, given: Given) -> list[Mistake]:
    """Everything that is wrong with what was given for an act, at once."""
    said = [Mistake(name, f"day-{do}-{name}") for name in _DAYS.get(do, ()) if day_given(given, name) is None]
    if do in _CHOICES and one(given, "reason") not in _CHOICES[do]:
        said.append(Mistake("reason", "reason-missing"))
    if do == "away":
        said += _away_mistakes(given)
    if do == "contact":
        said += _contact_mistakes(given)
    if do == "gone" and one(given, "sure") != "yes":
        said.append(Mistake("sure", "not-sure"))
    return said


def _contact_mistakes(given: Given) -> list[Mistake]:
    phone, email = tidy_phone(one(given, "phone")), tidy_mail(one(given, "email"))
    if phone == email == "":
        return [Mistake("phone", "no-contact")]
    said = [Mistake("phone", "not-a-phone")] if phone is None else []
    return [*said, Mistake("email", "not-a-mail")] if email is None else said


def _away_mistakes(given: Given) -> list[Mistake]:
    since, until = day_given(given, "since"), day_given(given, "until")
    said = [Mistake("until", "backwards")] if since and until and until < since else []
    return said if one(given, "stand_in") else [*said, Mistake("stand_in", "nobody-stands-in")]
