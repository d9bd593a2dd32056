"""The start page, the old addresses that lead to the console, and what was written to files instead of being sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from support.made_up_prefect import made_up_prefect
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    TOWNSHIP,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
)
from support.programmes import LINYI, linyi
from support.signed_in import as_role, fresh, make_login, sign_in
from support.site import OPS, Visitor, everything, heading_of, stage, visiting, words_of

from domain.calendar import Calendar
from domain.ids import CaseId
from domain.rules.access import Grant, Role
from domain.store import tables as t
from domain.store.engine import open_engine
from domain.store.sealing import Seal
from domain.store.store import Store
from notifiers.dispatch import deliver_all
from notifiers.opening import open_channels
from notifiers.planner import plan
from notifiers.settings import telling
from web.app import application
from web.console.spooled import half_hidden
from web.door_key import console_password

CASE: Final = CaseId("371302-00001")
LATE: Final = days(20)
SPOOL: Final = "/console/messages/spool"


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


def county(visitor: Visitor) -> Visitor:
    """The county's coordinator."""
    return as_role(fresh(visitor), Role.COORDINATOR, COUNTY, person=COUNTY_DESK)


def ops(visitor: Visitor) -> Visitor:
    """Ops of the whole office."""
    return as_role(fresh(visitor), Role.OPS)


def test_the_old_address_of_a_countys_list_leads_to_its_cases_in_which_something_is_late(visitor: Visitor) -> None:
    open_case(visitor.store, 2)
    li = county(visitor)
    page = li.get("/overdue/371302")
    assert (page.url.path, page.url.query) == ("/console/cases", b"unit=371302&late=yes")
    assert CASE in page.text
    assert "371302-00002" not in page.text
    assert li.get("/overdue/371302001").status_code == 200
    assert li.get("/overdue/999999").status_code == 404
    assert li.get(f"/overdue/{OTHER_COUNTY}").status_code == 404


def test_the_old_list_of_counties_leads_to_ones_own_area(visitor: Visitor) -> None:
    page = county(visitor).get("/overdue")
    assert page.url.path == "/console/area"
    assert heading_of(page).startswith("兰山区")


@pytest.mark.parametrize("path", ["/overdue", "/overdue/371302", "/overdue/999999", "/spool"])
def test_who_has_not_signed_in_is_asked_to_and_then_comes_where_the_old_address_leads(
    visitor: Visitor, path: str
) -> None:
    page = visitor.get(path)
    for asked in (page, visitor.get(path, auth=OPS)):
        assert asked.url.path == "/sign-in"
        assert CASE not in asked.text
    make_login(visitor, "everything", [Grant(Role.OPS, COUNTY)])
    came = sign_in(visitor, "everything", path=page.url.params["next"])
    assert came.url.path == visitor.get(path).url.path != "/console"


def test_no_unit_in_an_old_address_leads_out_of_the_console(visitor: Visitor) -> None:
    for odd in ("..%2f..%2fsign-in", "371302%26late=no", "%0d%0aSet-Cookie:x=y", "%2f%2fexample.org"):
        answer = visitor.get(f"/overdue/{odd}", follow_redirects=False)
        if answer.status_code != 404:
            assert answer.headers["location"].startswith("/console/cases?unit=")
            assert answer.headers["location"].endswith("&late=yes")
            assert "set-cookie" not in answer.headers


def test_looking_changes_nothing(visitor: Visitor) -> None:
    send(visitor)
    someone = ops(visitor)
    before = everything(visitor.store)
    for path in ("/", "/overdue", "/overdue/371302", "/spool"):
        assert someone.get(path).status_code == 200
    assert everything(visitor.store) == before


def test_ops_read_what_would_have_been_sent_with_its_links(visitor: Visitor) -> None:
    someone = ops(visitor)
    assert "还没有消息" in words_of(someone.get(SPOOL))
    send(visitor)
    page = someone.get("/spool")
    assert page.url.path == SPOOL
    said = words_of(page)
    assert "首次见面" in said
    assert "收件人 p***@example.org" in said
    assert not any(sign in page.text for sign in ("某", "1390000", "p0000", "东村"))
    assert (
        heading_of(visitor.get(page.text.split('class="letter"')[1].split('<a href="')[1].split('"')[0])) == "首次见面"
    )
    assert "/console/messages/n1" in page.text
    assert f'href="{SPOOL}"' in someone.get("/console/messages").text


def test_whoever_reads_a_message_holds_its_links_so_nobody_but_ops_may(visitor: Visitor) -> None:
    send(visitor)
    for someone in (county(visitor), as_role(fresh(visitor), Role.AUDITOR)):
        assert someone.get(SPOOL).status_code == 403
        assert SPOOL not in someone.get("/console/messages").text


def test_ops_of_one_place_read_what_went_to_its_people_about_its_cases_alone(visitor: Visitor) -> None:
    send(visitor)
    here, elsewhere = (as_role(fresh(visitor), Role.OPS, unit) for unit in (TOWNSHIP, OTHER_COUNTY))
    whole = words_of(ops(visitor).get(SPOOL)).count("收件人")
    # The county's own desk was told too, and is above the township.
    assert 0 < words_of(here.get(SPOOL)).count("收件人") < whole
    assert "还没有消息" in words_of(elsewhere.get(SPOOL))


def test_where_messages_are_really_sent_there_is_no_spool(sqlite_url: str) -> None:
    with visiting(open_office(sqlite_url), BEGIN) as visitor:
        someone = ops(visitor)
        assert someone.get(SPOOL).status_code == 404
        assert SPOOL not in someone.get("/console/messages").text
        assert SPOOL not in visitor.get("/").text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("p000000011@example.org", "p***@example.org"), ("13900000011", "139****11"), ("+8613900000011", "+86****11"),
        ("110", "****"), ("", "****"),
    ],
)  # fmt: skip
def test_a_recipient_is_shown_so_that_only_he_knows_it_again(address: str, shown: str) -> None:
    assert half_hidden(address) == shown


def test_the_start_page_says_what_is_where_to_everybody_and_tells_of_nobody(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    for way in ("/a", "/console", "/console/area", "/console/cases?late=yes", SPOOL):
        assert f'href="{way}"' in page.text
    assert not any(sign in page.text for sign in ("某", "1390000", "p0000", "东村", CASE))


def test_prefects_dashboard_is_reached_behind_the_sign_in_where_prefect_runs_and_never_by_its_own_port(
    visitor: Visitor,
) -> None:
    assert "flows" not in visitor.get("/").text
    with made_up_prefect() as prefect:
        stage().playing = application(replace(visitor.site, prefect=prefect.api))
        page = visitor.get("/")
        assert 'href="/console/flows/"' in page.text
        assert prefect.address not in page.text
        assert visitor.get("/console/flows/", headers={"Accept": "text/html"}).url.path == "/sign-in"


def test_the_start_page_of_an_empty_install_says_what_to_do_first(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    t.metadata.create_all(engine)
    store = Store(engine, {LINYI: linyi()}, Calendar(), Seal(b"a key for tests, thirty-two long"))
    with visiting(store, BEGIN) as visitor:
        assert "在“表格”页导入摸底表" in words_of(visitor.get("/"))


def test_the_password_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = console_password(tmp_path)
    assert len(first.replace("-", "")) == 16
    assert console_password(tmp_path) == first
    assert console_password(tmp_path / "another") != first
    kept = tmp_path / "keys" / "console.password"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [file.name for file in kept.parent.iterdir()] == ["console.password"]
