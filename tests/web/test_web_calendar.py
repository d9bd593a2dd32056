"""The next visits in a phone's own calendar: a secret address, shown once, that can be taken back."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import httpx
import pytest
from icalendar import Calendar
from support.office import BEGIN, ZHOU, answer, days, open_case, open_office, pair
from support.site import Visitor, everything, visiting, words_of

from domain.ids import CaseId

CASE: Final = CaseId("371302-00001")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


@pytest.fixture
def mine(visitor: Visitor) -> str:
    """The address of Zhou's own page."""
    return f"{visitor.link(ZHOU, CASE, 'first_visit')}/mine"


def _read(feed: httpx.Response) -> Any:
    return Calendar.from_ical(feed.content)


def made(visitor: Visitor, mine: str) -> str:
    """Press the button; the address shown."""
    found = re.search(r'value="([^"]+\.ics)"', visitor.post(mine, {"do": "calendar"}).text)
    assert found is not None
    return found[1]


def test_the_address_is_shown_once_with_how_to_subscribe(visitor: Visitor, mine: str) -> None:
    page = visitor.post(mine, {"do": "calendar"})
    assert "苹果手机" in words_of(page)
    assert "安卓手机" in words_of(page)
    assert 'href="webcal://127.0.0.1' in page.text
    assert ".ics" not in visitor.get(mine).text
    assert "已有一个日历地址" in words_of(visitor.get(mine))


def test_every_open_duty_is_a_day_with_its_case_and_without_a_name(visitor: Visitor, mine: str) -> None:
    feed = visitor.get(made(visitor, mine))
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    events = {str(event["summary"]): event for event in _read(feed).walk("VEVENT")}
    visit = events[f"首次见面 {CASE}"]
    assert visit["dtstart"].dt == date(2026, 9, 15)
    assert re.fullmatch(rf"{CASE}/\d+@[\w-]+", str(visit["uid"]))
    (alarm,) = visit.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=-15)
    assert len(events) > 3
    assert "某" not in feed.text


def test_an_unchanged_calendar_is_the_same_to_the_byte_and_not_sent_again(visitor: Visitor, mine: str) -> None:
    address = made(visitor, mine)
    first = visitor.get(address)
    visitor.clock.moment += days(1)
    again = visitor.get(address)
    assert again.content == first.content
    kept = visitor.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    assert first.headers["cache-control"] == "private, no-cache"


def test_what_is_done_leaves_the_calendar(visitor: Visitor, mine: str) -> None:
    address = made(visitor, mine)
    before = visitor.get(address)
    answer(visitor.store, CASE, "first_visit", ZHOU, BEGIN, needs_help=False)
    after = visitor.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "首次见面" not in after.text


def test_looking_at_a_calendar_writes_nothing(visitor: Visitor, mine: str) -> None:
    address = made(visitor, mine)
    before = everything(visitor.store)
    visitor.get(address)
    assert everything(visitor.store) == before


def test_an_address_taken_back_is_nowhere(visitor: Visitor, mine: str) -> None:
    address = made(visitor, mine)
    visitor.post(mine, {"do": "no-calendar"})
    assert visitor.get(address).status_code == 404
    assert "生成日历地址" in words_of(visitor.get(mine))


def test_a_new_address_ends_the_old_one(visitor: Visitor, mine: str) -> None:
    old, new = made(visitor, mine), made(visitor, mine)
    assert visitor.get(old).status_code == 404
    assert visitor.get(new).status_code == 200


def test_the_secret_itself_is_not_kept(visitor: Visitor, mine: str) -> None:
    secret = made(visitor, mine).rpartition("/")[2].removesuffix(".ics")
    assert [row for rows in everything(visitor.store).values() for row in rows if secret in row] == []


def test_who_tries_addresses_has_to_wait_and_codes_are_not_held_up_by_it(visitor: Visitor, mine: str) -> None:
    address = made(visitor, mine)
    assert [visitor.get(f"/cal/guess{number}.ics").status_code for number in range(10)] == [404] * 10
    assert visitor.get(address).status_code == 429
    assert visitor.post("/a", {"code": visitor.code(ZHOU)}).status_code == 200
    visitor.clock.moment += timedelta(minutes=11)
    assert visitor.get(address).status_code == 200
