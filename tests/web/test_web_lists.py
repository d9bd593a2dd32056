"""What those who work here see behind the door: overdue by county, the spool, the start page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from support.office import BEGIN, OTHER_COUNTY, OTHER_TOWNSHIP, ZHOU, days, open_case, open_office, pair, pass_days
from support.site import DASHBOARD, OPS, PASSWORD, Visitor, everything, heading_of, visiting, words_of

from domain.ids import CaseId
from notifiers.dispatch import deliver_all
from notifiers.opening import open_channels
from notifiers.planner import plan
from notifiers.settings import telling
from web import lists
from web.door_key import console_password

CASE: Final = CaseId("371302-00001")
LATE: Final = days(20)


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Zhou's first visit is six days late and has climbed; messages lie in the spool."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    pass_days(store, BEGIN, LATE.days)
    with visiting(store, BEGIN + LATE, tmp_path / "my spool") as someone:
        yield someone


def send(visitor: Visitor) -> None:
    """Everything that waits goes to the spool."""
    settings = telling(visitor.site.settings)
    plan(visitor.store, settings, visitor.clock.moment)
    with open_channels(settings) as channels:
        deliver_all(visitor.store, settings, channels, visitor.clock.moment, "w1")


def test_what_is_overdue_in_a_county_stands_there_by_case_number(visitor: Visitor) -> None:
    page = visitor.get("/overdue/371302", auth=OPS)
    said = words_of(page)
    assert heading_of(page) == "兰山区：逾期事项"
    assert "共 1 项，其中 1 项已经上报" in said
    for words in ("首次见面", "371302-00001/", "6 天", "2026-09-15", "县区"):
        assert words in said


def test_a_duty_is_on_the_list_from_the_day_after_its_due_day_on(visitor: Visitor) -> None:
    visitor.clock.moment = BEGIN + days(14)
    assert "没有逾期事项" in words_of(visitor.get("/overdue/371302", auth=OPS))
    visitor.clock.moment = BEGIN + days(15)
    assert "1 天" in words_of(visitor.get("/overdue/371302", auth=OPS))


def test_no_person_stands_on_any_list(visitor: Visitor) -> None:
    send(visitor)
    for path in ("/", "/overdue", "/overdue/371302", "/spool"):
        text = visitor.get(path, auth=OPS).text
        assert not any(sign in text for sign in ("某", "1390000", "p0000", "东村"))


def test_all_counties_stand_side_by_side_with_a_way_to_each(visitor: Visitor) -> None:
    open_case(visitor.store, 2, township=OTHER_TOWNSHIP)
    page = visitor.get("/overdue", auth=OPS)
    assert 'href="overdue/371302"' in page.text
    assert "沂南县 0 0 – 1" in words_of(page)


def test_a_township_can_be_looked_at_too_and_an_unknown_unit_is_no_empty_list(visitor: Visitor) -> None:
    assert visitor.get("/overdue/371302001", auth=OPS).status_code == 200
    assert visitor.get("/overdue/999999", auth=OPS).status_code == 404
    assert "没有逾期事项" in words_of(visitor.get(f"/overdue/{OTHER_COUNTY}", auth=OPS))


def test_a_long_list_comes_in_pages(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ROWS_OF_A_PAGE", 1)
    pair(visitor.store, open_case(visitor.store, 2), ZHOU, BEGIN)
    first, second = (visitor.get(f"/overdue/371302?page={number}", auth=OPS) for number in (1, 2))
    assert ("371302-00001" in first.text, "371302-00002" in first.text) == (True, False)
    assert ("371302-00001" in second.text, "371302-00002" in second.text) == (False, True)
    assert 'href="?page=2" rel="next"' in first.text
    for odd in ("0", "-1", "99999999", "x", "²", ""):
        assert visitor.get(f"/overdue/371302?page={odd}", auth=OPS).status_code == 200


@pytest.mark.parametrize("path", ["/overdue", "/overdue/371302", "/overdue/999999", "/spool"])
def test_without_the_password_nothing_is_shown(visitor: Visitor, path: str) -> None:
    attempts = [None, ("ops", ""), ("ops", PASSWORD + "x"), ("root", PASSWORD), ("ops", "守望")]
    for given in attempts:
        page = visitor.get(path, auth=given)
        assert (page.status_code, heading_of(page)) == (401, "需要密码")
        assert page.headers["www-authenticate"].startswith("Basic ")
    for odd in ("Basic", "Basic !!!", "Basic ÿ", f"Bearer {PASSWORD}", "Basic b3Bz"):
        assert visitor.get(path, headers={"Authorization": odd.encode("latin-1")}).status_code == 401


def test_looking_changes_nothing(visitor: Visitor) -> None:
    before = everything(visitor.store)
    for path in ("/", "/overdue", "/overdue/371302", "/spool"):
        visitor.get(path, auth=OPS)
    assert everything(visitor.store) == before


def test_the_spool_shows_what_would_have_been_sent_with_its_links(visitor: Visitor) -> None:
    assert "还没有消息" in words_of(visitor.get("/spool", auth=OPS))
    send(visitor)
    page = visitor.get("/spool", auth=OPS)
    said = words_of(page)
    assert "首次见面" in said
    assert "收件人 p***@example.org" in said
    link = page.text.partition('<a href="')[2].partition('"')[0]
    assert heading_of(visitor.get(link)) == "首次见面"


def test_where_messages_are_really_sent_there_is_no_spool(sqlite_url: str) -> None:
    with visiting(open_office(sqlite_url), BEGIN) as visitor:
        assert visitor.get("/spool", auth=OPS).status_code == 404
        assert "/spool" not in visitor.get("/").text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("p000000011@example.org", "p***@example.org"), ("13900000011", "139****11"), ("+8613900000011", "+86****11"),
        ("110", "****"), ("", "****"),
    ],
)  # fmt: skip
def test_a_recipient_is_shown_so_that_only_he_knows_it_again(address: str, shown: str) -> None:
    assert lists.half_hidden(address) == shown


def test_the_start_page_says_what_is_where_to_everybody(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    for way in ('href="/a"', 'href="/overdue"', 'href="/overdue/371302"', 'href="/spool"', f'href="{DASHBOARD}"'):
        assert way in page.text


def test_the_start_page_of_an_empty_install_says_what_to_do_first(sqlite_url: str) -> None:
    store = open_office(sqlite_url)
    with visiting(store, BEGIN) as visitor:
        counties = visitor.get("/overdue", auth=OPS)
    assert "shouwang survey import" in words_of(counties)


def test_the_password_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = console_password(tmp_path)
    assert len(first.replace("-", "")) == 16
    assert console_password(tmp_path) == first
    assert console_password(tmp_path / "another") != first
    kept = tmp_path / "keys" / "console.password"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [file.name for file in kept.parent.iterdir()] == ["console.password"]
