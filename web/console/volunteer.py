"""One volunteer: what there is to see, and what a coordinator does about him or her."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import PersonId
from domain.rules.access import Right
from domain.rules.pairing_points import years_between
from domain.rules.refusals import Refusal
from domain.sheets.people import tidy_mail
from domain.sheets.phones import Phone, PhoneTrouble, read_phone
from domain.store.console.looking import NotFound
from domain.store.console.volunteer import Page
from domain.store.console.volunteer import volunteer as page_of
from domain.store.console.volunteer_acts import Doing
from domain.words import sentences
from web.console.asked import day_given, one
from web.console.desk import Desk, console
from web.posted import Given

HERE: Final = "/console/volunteers"
LEAVES_BECAUSE: Final = ("retires", "moves", "health", "no-time", "other")
GONE_BECAUSE: Final = ("moved-away", "health", "died", "no-answer", "no-time", "other")
STAYS_BECAUSE: Final = "came-back"


@console(Right.SEE_PEOPLE, posting=Right.ACT)
def volunteer(request: Request, desk: Desk, given: Given) -> Response:
    """The page; posted: one act, named by ``do``."""
    person = PersonId(request.path_params["person"])
    if request.method != "POST":
        return _shown(desk, person)
    do = one(given, "do")
    if do not in ACTS:
        raise NotFound(do)
    mistakes = _mistakes(desk, do, given)
    if mistakes:
        return _shown(desk, person, HTTPStatus.UNPROCESSABLE_ENTITY, mistakes, given)
    doing = Doing(store=desk.site.store, viewer=desk.viewer, person=person, now=desk.now)
    try:
        ACTS[do](doing, given)
    except Refusal as refusal:
        said = desk.say(f"refusals.{refusal.reason.value}", about=refusal.about)
        return _shown(desk, person, HTTPStatus.CONFLICT, [said], given)
    return desk.to(f"{HERE}/{person}", do)


def _shown(
    desk: Desk, person: PersonId, status: int = 200, problems: list[str] | None = None, given: Given | None = None
) -> Response:  # fmt: skip
    with desk.look(Right.SEE_PEOPLE) as look:
        found = page_of(look, person)
    typed = defaultdict(str, {name: values[0] for name, values in (given or {}).items() if values})
    return desk.page(
        "console/volunteer.html", status, found=found, problems=problems or [], typed=typed,
        leaves_because=LEAVES_BECAUSE, gone_because=GONE_BECAUSE, most=_most(found),
        answered=any(each.on_time + each.late for each in found.months), known=_known(desk),
        years=years_between(found.who.born, look.today) if found.who.born else None,
    )  # fmt: skip


def _known(desk: Desk) -> Callable[[str, str], str]:
    """What a channel or an end is called; an office names channels as it likes, and those keep their names."""
    words = sentences("console_volunteers", desk.language)
    return lambda what, value: words.get(f"{what}-{value}", value)


def _most(found: Page) -> int:
    """The tallest bar of the months, so that bars are drawn to one measure."""
    return max((each.on_time + each.late for each in found.months), default=0) or 1


def _day(given: Given, name: str) -> date:
    day = day_given(given, name)
    if day is None:
        raise NotFound(name)
    return day


ACTS: Final[Mapping[str, Callable[[Doing, Given], object]]] = {
    "signed": lambda doing, given: doing.sign(one(given, "paper"), _day(given, "on")),
    "contact": lambda doing, given: doing.reach_by(_number(given), tidy_mail(one(given, "email")) or ""),
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


def _mistakes(desk: Desk, do: str, given: Given) -> list[str]:
    """Everything that is wrong with what was typed, at once."""
    said = [f"day-{do}-{name}" for name in _DAYS.get(do, ()) if day_given(given, name) is None]
    if do in _CHOICES and one(given, "reason") not in _CHOICES[do]:
        said.append("reason-missing")
    if do == "away":
        said += _away_mistakes(given)
    if do == "contact":
        said += _contact_mistakes(given)
    if do == "gone" and one(given, "sure") != "yes":
        said.append("not-sure")
    return [desk.say(f"console_volunteers.{key}") for key in said]


def _number(given: Given) -> str:
    found = read_phone(one(given, "phone"))
    return found.number if isinstance(found, Phone) else ""


def _contact_mistakes(given: Given) -> list[str]:
    phone, email = read_phone(one(given, "phone")), one(given, "email")
    said = [] if isinstance(phone, Phone) or phone is PhoneTrouble.BLANK else ["not-a-phone"]
    said += ["not-a-mail"] if tidy_mail(email) is None else []
    return said or ([] if _number(given) or tidy_mail(email) else ["no-contact"])


def _away_mistakes(given: Given) -> list[str]:
    since, until = day_given(given, "since"), day_given(given, "until")
    said = ["backwards"] if since and until and until < since else []
    return said if one(given, "stand_in") else [*said, "nobody-stands-in"]
