"""I will be away: since when, until when, and who stands in; taken back as long as it has not begun."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain.ids import PersonId
from domain.rules.refusals import Reason, Refusal
from domain.sheets.dates import Day, read_date
from domain.sheets.phones import Phone, read_phone
from domain.store.engine import reading
from domain.store.offices import standings
from domain.store.people import language_of, reached_at
from domain.store.standing_in import Away, NobodyNear, absences_of, away_to_the_desk, helper_away, take_back
from domain.words import say
from notifiers.links import LinkClaim, LinkRefusal
from web.answering import claim_of, closed
from web.asked import ask
from web.posted import Given, read_posted
from web.showing import page
from web.site import Site, site_of

LONGEST: Final = timedelta(days=180)
_HERE: Final = "away"
_WHY: Final = {Reason.HELPER_NOT_SERVING: "not-serving", Reason.STAND_IN_AWAY: "is-away"}


class Problem(NamedTuple):
    """What is wrong, and with which field."""

    field: str
    said: str


class _Wish(NamedTuple):
    """Who is before the page, on which local day, in which language, from which address."""

    person: PersonId
    today: date
    language: str
    address: str

    def problem(self, field: str, key: str, **values: str) -> Problem:
        return Problem(field, say(self.language, f"web.away-{key}", **values))


async def away(request: Request) -> Response:
    """Show the form and what was said before; take a wish, or one back."""
    given = await read_posted(request) if request.method == "POST" else None
    address = request.client.host if request.client else ""
    return await run_in_threadpool(_away, site_of(request), request, given, address)


def _away(site: Site, request: Request, given: Given | None, address: str) -> Response:
    claim = claim_of(site, request.path_params["token"])
    if isinstance(claim, LinkRefusal):
        return closed(site, claim)
    wish = _wish(site, claim, address)
    if wish is None:
        return closed(site, LinkRefusal.TAMPERED)
    if given is None:
        return _page(site, wish, noted="noted" in request.query_params)
    number = "".join(given.get("back", ()))
    if number:
        take_back(site.store, wish.person, int(number) if number.isdecimal() and len(number) < 10 else 0, wish.today)
        return RedirectResponse(_HERE, HTTPStatus.SEE_OTHER)
    problem = _note(site, wish, given)
    if problem is None:
        return RedirectResponse(f"{_HERE}?noted", HTTPStatus.SEE_OTHER)
    return _page(site, wish, given, problem, HTTPStatus.UNPROCESSABLE_ENTITY)


def _wish(site: Site, claim: LinkClaim, address: str) -> _Wish | None:
    """Nothing for who is no volunteer: a coordinator's absence is the office's to note."""
    asked = ask(site.store, claim.person, claim.duty, site.language, site.now())
    with reading(site.store.engine) as connection:
        helper = claim.person in standings(connection, [claim.person])
        language = language_of(connection, claim.person) or site.language
    if asked is None or not helper:
        return None
    return _Wish(claim.person, asked.today, language, address)


def _page(
    site: Site, wish: _Wish, given: Given | None = None, problem: Problem | None = None, code: int = 200, *,
    noted: bool = False,
) -> Response:  # fmt: skip
    with reading(site.store.engine) as connection:
        said = absences_of(connection, wish.person, wish.today)
    return page(
        "away.html", wish.language, code, today=wish.today, said=said, problem=problem, noted=noted, root=site.root,
        given={key: "".join(texts) for key, texts in (given or {}).items()},
    )  # fmt: skip


def _note(site: Site, wish: _Wish, given: Given) -> Problem | None:
    days = _days(wish, given)
    if isinstance(days, Problem):
        return days
    with reading(site.store.engine) as connection:
        before = absences_of(connection, wish.person, wish.today)
    if any(each.since <= days[1] and each.until >= days[0] for each in before):
        return wish.problem("since", "overlap")
    phone = "".join(given.get("phone", ())).strip()
    return _to_volunteer(site, wish, days, phone) if phone else _to_desk(site, wish, days)


def _days(wish: _Wish, given: Given) -> tuple[date, date] | Problem:
    read = {field: read_date("".join(given.get(field, ()))[:40]) for field in ("since", "until")}
    since, until = read["since"], read["until"]
    if not isinstance(since, Day) or not isinstance(until, Day):
        return wish.problem("until" if isinstance(since, Day) else "since", "not-a-day")
    if since.day < wish.today:
        return wish.problem("since", "past")
    if until.day < since.day:
        return wish.problem("until", "backwards")
    if until.day - since.day >= LONGEST:
        return wish.problem("until", "too-long")
    return since.day, until.day


def _to_desk(site: Site, wish: _Wish, days: tuple[date, date]) -> Problem | None:
    try:
        away_to_the_desk(site.store, wish.person, *days)
    except NobodyNear:
        return wish.problem("phone", "nobody")
    return None


def _to_volunteer(site: Site, wish: _Wish, days: tuple[date, date], phone: str) -> Problem | None:
    """Who tries numbers one after the other learns which are volunteers', and so has to wait."""
    if site.wrong_phones.too_many(wish.address, site.now()):
        return wish.problem("phone", "too-many")
    stand_in = _volunteer(site, wish, phone)
    if stand_in == wish.person:
        return wish.problem("phone", "yourself")
    if stand_in is None:
        site.wrong_phones.note(wish.address, site.now())
        return wish.problem("phone", "unknown")
    try:
        helper_away(site.store, Away(wish.person, *days, stand_in))
    except Refusal as refusal:
        return wish.problem("phone", _WHY.get(refusal.reason, "not-fit"))
    return None


def _volunteer(site: Site, wish: _Wish, phone: str) -> PersonId | None:
    """The volunteer at a telephone; of several at one rather another than whoever will be away."""
    number = read_phone(phone[:40])
    if not isinstance(number, Phone):
        return None
    with reading(site.store.engine) as connection:
        there = reached_at(connection, site.store.seal, [number.number]).get(number.number, [])
        helpers = [person for person in there if person in standings(connection, there)]
    return min(helpers, key=lambda person: person == wish.person, default=None)
