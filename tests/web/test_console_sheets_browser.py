"""In a real browser: a sheet is brought without script, a meeting is printed, an audit shows how far it is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from support.brought import ELSEWHERE, HERE, sheet_of
from support.browser import open_browser
from support.office import BEGIN, COUNTY, COUNTY_DESK, LIU, TOWNSHIP, days, open_case, open_office, pair, pass_days
from support.signed_in import SECRET, make_login
from support.site import Visitor, visiting

from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.engine import writing
from domain.store.offices import next_number

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]

CHILDREN = 30
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of it."""
    with open_browser() as running:
        yield running


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """An office with thirty children whom nobody visits, six weeks on."""
    store = open_office(sqlite_url)
    for number in range(1, CHILDREN + 1):
        case = open_case(store, number, township=TOWNSHIP)
        if number == 1:
            pair(store, case, LIU, BEGIN)
    pass_days(store, BEGIN, 40)
    with writing(store.engine) as connection:
        next_number(connection, "person", 1_000)
        next_number(connection, f"case/{COUNTY}", 1_000)
    with visiting(store, BEGIN + days(40)) as found:
        make_login(found, "county", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
        make_login(found, "auditor", [Grant(Role.AUDITOR, EVERYWHERE)])
        yield found


def signed_in(browser: Browser, visitor: Visitor, name: str, size: ViewportSize, *, script: bool = False) -> Page:
    """A browser in which somebody has signed in."""
    context = browser.new_context(viewport=size, java_script_enabled=script, base_url=visitor.address, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", SECRET)
    page.click("main button")
    return page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_sheet_is_brought_looked_through_and_taken_in_without_script(
    browser: Browser, visitor: Visitor, tmp_path: Path, size: ViewportSize
) -> None:
    file = tmp_path / "survey.xlsx"
    file.write_bytes(sheet_of(HERE, ELSEWHERE))
    page = signed_in(browser, visitor, "county", size)
    page.goto("/console/sheets")
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("不在您负责的范围内")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    with page.expect_download() as download:
        page.get_by_role("button", name="下载批注表").click()
    assert download.value.suggested_filename == "摸排表（批注）.xlsx"
    page.get_by_role("button", name="导入 1 行").click()
    expect(page.get_by_text("新登记 1 行")).to_be_visible()


def test_a_meeting_prints_on_two_sheets_at_most(browser: Browser, visitor: Visitor, tmp_path: Path) -> None:
    page = signed_in(browser, visitor, "county", DESK)
    page.goto(f"/console/meeting/{COUNTY}")
    expect(page.get_by_text("下面是逾期最久的 24 件")).to_be_visible()
    printed = tmp_path / "meeting.pdf"
    page.pdf(path=printed, format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", printed.read_bytes())) <= 2


def test_the_meeting_is_no_wider_than_a_phone_and_its_sections_are_reached_by_keyboard(
    browser: Browser, visitor: Visitor
) -> None:
    page = signed_in(browser, visitor, "county", PHONE)
    page.goto(f"/console/meeting/{COUNTY}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="下一项：逾期与原因").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#late$"))


def test_an_audit_shows_its_result_by_itself_once_it_is_done(browser: Browser, visitor: Visitor) -> None:
    page = signed_in(browser, visitor, "auditor", DESK, script=True)
    page.goto("/console/proof")
    page.get_by_role("button", name="立即核查").click()
    expect(page.get_by_role("heading", name="最近一次核查")).to_be_visible(timeout=30_000)
    expect(page.locator(".figures")).to_contain_text(f"{CHILDREN}个案")
