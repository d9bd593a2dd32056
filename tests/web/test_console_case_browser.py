"""The page of a case in a real browser: a form comes into its place by itself, and without script all the same."""

from collections.abc import Iterator
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support.browser import open_browser
from support.office import BEGIN, COUNTY, COUNTY_DESK, LIU, ZHOU, days, open_case, open_office, pair, pass_days
from support.signed_in import SECRET, make_login
from support.site import Visitor, visiting

from domain.rules.access import Grant, Role

PAGE: Final = "/console/cases/371302-00001"
PHONE: Final = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all of them."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """Zhou goes to the first child, and the first weeks have passed."""
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    pass_days(store, BEGIN, 60)
    with visiting(store, BEGIN + days(61)) as someone:
        make_login(someone, "li", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
        yield someone


def signed_in(browser: Browser, visitor: Visitor, path: str, *, script: bool = True, phone: bool = False) -> Page:
    """A page as the county's coordinator sees it."""
    size = PHONE if phone else {"width": 1280, "height": 900}
    page = browser.new_context(java_script_enabled=script, viewport=size).new_page()  # type: ignore[arg-type]
    page.goto(f"{visitor.address}/sign-in?next={path}")
    page.fill("[name=name]", "li")
    page.fill("[name=password]", SECRET)
    page.click("main button")
    page.goto(f"{visitor.address}{path}")
    return page


def test_a_form_that_looks_further_comes_into_its_place_once_it_is_opened(browser: Browser, visitor: Visitor) -> None:
    page = signed_in(browser, visitor, PAGE)
    form = page.locator("#act-reassign")
    form.locator("summary").click()
    form.locator("select[name=to]").select_option(LIU)
    form.locator("select[name=reason]").select_option("ill")
    form.locator("form button").click()
    expect(page.locator("p.done")).to_contain_text("已办好")
    expect(page.locator("main")).to_contain_text("某012 13900000012")


def test_without_script_the_same_form_is_a_page_of_its_own(browser: Browser, visitor: Visitor) -> None:
    page = signed_in(browser, visitor, PAGE, script=False)
    page.locator("#act-reassign summary").click()
    page.locator("#act-reassign a").click()
    page.locator("select[name=to]").select_option(LIU)
    page.locator("select[name=reason]").select_option("ill")
    page.locator("article button").click()
    expect(page.locator("main")).to_contain_text("某012 13900000012")


def test_older_lines_are_put_below_the_story(browser: Browser, visitor: Visitor) -> None:
    pass_days(visitor.store, BEGIN + days(61), 60)
    page = signed_in(browser, visitor, PAGE)
    lines = page.locator(".story time")
    expect(lines).to_have_count(50)
    page.locator(".story .older a").click()
    expect(lines).not_to_have_count(50)
    assert page.url.endswith(PAGE)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["", "/duties/4", "/acts/transfer", "/acts/reassign", "/why/9"])
def test_a_voice_reader_and_a_narrow_screen_find_their_way(
    browser: Browser, visitor: Visitor, path: str, phone: bool
) -> None:
    page = signed_in(browser, visitor, PAGE + path, phone=phone)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
