"""The fixed address of text messages: the short code opens what its owner is asked."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.case import Duty
from domain.ids import CaseId, DutyId, PersonId, case_of
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.ways import ANSWERED, Way
from domain.store.doors import Door, open_door
from domain.store.engine import reading
from domain.store.lists import open_duties
from domain.store.lists_messages import Message, message
from domain.store.offices import office
from domain.store.people import language_of
from domain.store.rows import read_state
from domain.store.writing import read_states
from domain.words import say
from notifiers.links import link_token
from web.asked import Asked, number_of
from web.attempts import WITHIN
from web.posted import Given, read_posted
from web.showing import page
from web.site import Site, site_of

LINKS_LIVE: Final = timedelta(days=1)
"""So long the links made of a code are good; the code itself may be entered again."""

SOON: Final = timedelta(days=92)
"""What may be answered within a season is shown beforehand; a paper that runs out in two years is not."""

_WAIT: Final = {"Retry-After": str(int(WITHIN.total_seconds()))}


class Line(NamedTuple):
    """One duty behind a code; without a link as long as it may not be answered yet, from ``opens_on`` on."""

    title: str
    case: CaseId
    due_on: date
    opens_on: date
    days_late: int
    link: str


async def code(request: Request) -> Response:
    """The field for the code; with a good code, its duties: straight to the one, or a list of them."""
    given = await read_posted(request) if request.method == "POST" else None
    if given is None:
        return _field(site_of(request))
    address = request.client.host if request.client else ""
    return await run_in_threadpool(_entered, site_of(request), given, address)


def _entered(site: Site, given: Given, address: str) -> Response:
    now = site.now()
    if site.attempts.too_many(address, now):
        return _field(site, HTTPStatus.TOO_MANY_REQUESTS, "code-too-many", _WAIT)
    with reading(site.store.engine) as connection:
        door = open_door(connection, site.store.seal, "".join(given.get("code", ()))[:40])
    if door is None:
        site.attempts.note(address, now)
        return _field(site, HTTPStatus.NOT_FOUND, "code-unknown")
    if door.expires <= now:
        return _field(site, HTTPStatus.GONE, "code-expired")
    return _opened(site, door, now)


def _field(site: Site, status: int = 200, problem: str = "", headers: dict[str, str] | None = None) -> Response:
    said = say(site.language, f"web.{problem}") if problem else ""
    return page("code.html", site.language, status, headers, problem=said, root=site.root)


def _opened(site: Site, door: Door, now: datetime) -> Response:
    language, asked = _asked_of(site, door, now)
    until = min(door.expires, now + LINKS_LIVE)
    lines = [_line(site, each, duty, until) for each in asked if (duty := each.duty)]
    ready = [line for line in lines if line.link]
    if len(ready) == 1:
        return RedirectResponse(ready[0].link, HTTPStatus.SEE_OTHER)
    today = min((each.today for each in asked), default=now.date())
    later = [line for line in lines if not line.link and line.opens_on <= today + SOON]
    return page("duties.html", language, ready=ready, later=later, today=today, root=site.root)


def _asked_of(site: Site, door: Door, now: datetime) -> tuple[str, list[Asked]]:
    """The person's language, and what he or she may answer now or later, the first due first."""
    store, person = site.store, door.person
    with reading(store.engine) as connection:
        language = language_of(connection, person) or site.language
        desks = office(connection, store)
        owned = [
            duty.id
            for owner in (person, *_away_for(person, desks))
            for duty in open_duties(connection, now, person=owner)
        ]
        duties = dict.fromkeys([*owned, *_told_in(message(connection, door.nudge))])
        states = read_states(connection, [case_of(duty) for duty in duties])
    cases = {case: read_state(state) for case, state in states.items()}
    asked = [
        Asked(
            person=person, language=language, case=cases[of], number=number_of(duty), now=now,
            around=Circumstances(store.programmes[cases[of].programme], store.calendar, desks),
        )
        for duty in duties
        if (of := case_of(duty)) in cases
    ]  # fmt: skip
    return language, sorted((each for each in asked if each.way in ANSWERED or each.way is Way.EARLY), key=_place)


def _told_in(of_code: Message | None) -> list[DutyId]:
    """What the message of a code was about: a desk owes nothing in person, and is asked all the same."""
    return [cause.duty for cause in of_code.causes] if of_code else []


def _away_for(person: PersonId, desks: Office) -> list[PersonId]:
    """Those for whom this person ever stands in; whether today is asked of each duty."""
    return [
        away for away, absences in desks.absences.items() if any(absence.stand_in == person for absence in absences)
    ]


def _place(asked: Asked) -> tuple[date, CaseId, int]:
    """Where it stands in a list: the first due first."""
    return (asked.duty.due_on if asked.duty else asked.today, asked.case.id, asked.number)


def _line(site: Site, asked: Asked, duty: Duty, expires: datetime) -> Line:
    token = link_token(site.store.seal.signing_key, asked.person, asked.case.duty_id(asked.number), expires)
    return Line(
        asked.title, asked.case.id, duty.due_on, duty.opens_on, asked.days_late,
        f"a/{token}" if asked.way in ANSWERED else "",
    )  # fmt: skip
