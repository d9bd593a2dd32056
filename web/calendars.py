"""Somebody's next visits as a calendar a phone subscribes to: days, kinds of duties and case numbers, no names."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from icalendar import Alarm, Calendar, Event, vDuration
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.store.engine import reading
from domain.store.feeds import person_of_feed
from domain.words import say
from web.asked import Asked
from web.attempts import WITHIN
from web.owed import asked_of
from web.site import Site, site_of

LOOKED_AT_EVERY: Final = timedelta(hours=6)
ALARM_BEFORE: Final = timedelta(hours=15)
"""Before the day begins: nine in the morning of the day before."""

_KIND: Final = "text/calendar; charset=utf-8"
_CACHED: Final = "private, no-cache"
_WAIT: Final = {"Retry-After": str(int(WITHIN.total_seconds()))}


async def calendar(request: Request) -> Response:
    """The calendar behind a secret address; 404 for one nobody was given or that was taken back."""
    address = request.client.host if request.client else ""
    found = await run_in_threadpool(_calendar, site_of(request), request.path_params["secret"], address)
    mark = f'"{hashlib.sha256(found).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": _CACHED}
    if mark in (each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found, headers=headers, media_type=_KIND)


def _calendar(site: Site, secret: str, address: str) -> bytes:
    now = site.now()
    if site.wrong_feeds.too_many(address, now):
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, headers=_WAIT)
    with reading(site.store.engine) as connection:
        person = person_of_feed(connection, site.store.seal, secret)
        if person is None:
            site.wrong_feeds.note(address, now)
            raise HTTPException(HTTPStatus.NOT_FOUND)
        language, asked = asked_of(connection, site, person, now)
    return _written(site, language, asked)


def _written(site: Site, language: str, asked: Sequence[Asked]) -> bytes:
    """The same bytes as long as nothing has changed: a phone that asks again is told so and reads nothing."""
    made = Calendar()
    made.add("prodid", "-//Shouwang//visits//")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", say(language, "web.calendar-name"))
    made.add("refresh-interval", vDuration(LOOKED_AT_EVERY), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(LOOKED_AT_EVERY))
    mark = site.store.seal.blind("calendar", "install")[:12]
    for each in asked:
        made.add_component(_event(each, language, mark))
    written: bytes = made.to_ical()
    return written


def _event(asked: Asked, language: str, mark: str) -> Event:
    duty, case = asked.duty, asked.case.id
    assert duty is not None  # what is asked of somebody is open
    event, alarm = Event(), Alarm()
    said = say(language, "web.calendar-visit", title=asked.title, case=case)
    event.add("uid", f"{asked.case.duty_id(asked.number)}@{mark}")
    event.add("dtstamp", duty.opened_at)
    event.add("dtstart", duty.due_on)
    event.add("dtend", duty.due_on + timedelta(days=1))
    event.add("summary", said)
    event.add("transp", "TRANSPARENT")
    alarm.add("action", "DISPLAY")
    alarm.add("description", said)
    alarm.add("trigger", -ALARM_BEFORE)
    event.add_component(alarm)
    return event
