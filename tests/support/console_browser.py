"""The console in a real browser: an office on a Monday morning, and somebody who walks through its pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect
from support.matrix import CASE, fail_a_message
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    LIU,
    SECOND_TOWNSHIP,
    SUN,
    TOWNSHIP,
    TOWNSHIP_DESK,
    ZHOU,
    answer,
    days,
    do,
    open_case,
    open_office,
    pair,
    pass_days,
)  # fmt: skip
from support.signed_in import SECRET, make_login
from support.site import Visitor
from support.taken import tell_everybody

from domain.ids import CaseId, PersonId
from domain.rules import commands as c
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.engine import writing
from domain.store.people import Identity, change_identity
from domain.store.signals import forget_all
from domain.words import say

PICTURES: Final = "SHOUWANG_TEST_PICTURES"
"""The folder for a picture of each step; nothing is kept where it is not set."""

DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
CRITERIA: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

SUNDAY, MONDAY = BEGIN + days(26), BEGIN + days(27)
"""28 September 2026, nine in the morning, and the day before."""

PROPOSED, LATE, REVIEWED = CaseId("371302-00002"), CaseId("371302-00003"), CaseId("371302-00004")
NAMES: Final = {
    PersonId("p000000101"): "单小明", PersonId("p000000102"): "王雨欣", PersonId("p000000103"): "赵子涵",
    PersonId("p000000104"): "李思远", ZHOU: "周桂兰", LIU: "刘芳", SUN: "孙建国", COUNTY_DESK: "陈玉堂",
    TOWNSHIP_DESK: "马慧荣",
}  # fmt: skip


def open_monday(folder: Path) -> None:
    """A call for help has climbed to the county, a proposal waits, a visit is late, a survey is to be looked through.

    The message about the late visit never arrived.
    """
    store = open_office(f"sqlite:///{folder / 'shouwang.sqlite'}")
    pair(store, open_case(store), ZHOU, BEGIN)
    pair(store, open_case(store, 3, sex="male", now=BEGIN + days(7)), SUN, BEGIN + days(7))
    pass_days(store, BEGIN, 26)
    answer(store, CASE, "first_visit", ZHOU, SUNDAY, needs_help=True)
    open_case(store, 2, now=SUNDAY, township=SECOND_TOWNSHIP)
    open_case(store, 4, now=SUNDAY, admit=False)
    why = ("near?level=county&points=50", "load?count=0&points=34")
    do(store, c.ProposeHelper(case=PROPOSED, person=LIU, score=84, why=why), SUNDAY)
    pass_days(store, SUNDAY, 1)
    with writing(store.engine) as connection:
        for person, name in NAMES.items():
            change_identity(connection, store.seal, person, Identity(name=name, phone=f"1390000{person[-4:]}"))
        fail_a_message(connection, SUN, LATE, MONDAY - days(2))
    store.engine.dispose()


def go_on_until(visitor: Visitor, moment: datetime) -> None:
    """Rounds are made each day, whoever waits for a message is told, and Prefect has heard of everything."""
    pass_days(visitor.store, MONDAY, (moment - MONDAY).days)
    tell_everybody(visitor.store, moment)
    with writing(visitor.store.engine) as connection:
        forget_all(connection, moment)
    visitor.clock.moment = moment


def make_logins(visitor: Visitor) -> None:
    """A township's coordinator, the first one, as ``matrix.HELD`` says; a county's in two languages; ops; an admin."""
    make_login(visitor, "township", [Grant(Role.COORDINATOR, TOWNSHIP)], person=TOWNSHIP_DESK)
    for language in ("zh", "en"):
        county = [Grant(Role.COORDINATOR, COUNTY)]
        make_login(visitor, f"coordinator-{language}", county, person=COUNTY_DESK, language=language)
    for role in (Role.OPS, Role.ADMIN):
        make_login(visitor, role.value, [Grant(role, EVERYWHERE)])


@dataclass
class Walker:
    """Somebody before a browser. ``troubles``: what went wrong unseen: words on the console, requests to elsewhere."""

    visitor: Visitor
    page: Page
    language: str
    journey: str
    troubles: list[str] = field(default_factory=list)
    steps: int = 0

    def say(self, key: str, **values: object) -> str:
        """A sentence in the walker's language."""
        return say(self.language, key, **values)

    def sign_in(self, name: str) -> None:
        """Type name and password; who it is is not known yet, so that this page is in Chinese."""
        self.page.goto(f"{self.visitor.address}/sign-in")
        self.page.get_by_label(say("zh", "console.sign-in-name")).fill(name)
        self.page.get_by_label(say("zh", "console.password"), exact=True).fill(SECRET)
        self.page.get_by_role("button", name=say("zh", "console.sign-in")).click()

    def sign_out(self) -> None:
        """Sign out; the page for signing in is there again."""
        self.press("console.sign-out")
        self.step(say("zh", "console.sign-in"))

    def go(self, entry: str) -> None:
        """Choose an entry of the menu."""
        self.page.locator("nav.side").get_by_role("link", name=self.say(f"console.menu-{entry}")).click()

    def press(self, key: str, within: str = "body") -> None:
        """Press the first button with these words."""
        self.page.locator(within).get_by_role("button", name=self.say(key), exact=True).first.click()

    def reads(self, *sentences: str) -> None:
        """Find these sentences on the page."""
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)

    def told(self, key: str) -> None:
        """Read that it is done."""
        expect(self.page.locator("main .done").first).to_have_text(self.say(key))

    def step(self, heading: str) -> None:
        """Arrive at a page: it has this heading, nothing is wider than the screen; a picture of it may be kept."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert within(self.page), f"{self.page.url} is wider than the screen"
        self.steps += 1
        if folder := os.environ.get(PICTURES):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{self.journey}-{self.steps:02}.png", full_page=True)


@contextmanager
def walking(browser: Browser, visitor: Visitor, journey: str, size: ViewportSize, language: str) -> Iterator[Walker]:
    """Somebody with a browser of this size; at the end nothing may have gone wrong unseen."""
    context = browser.new_context(viewport=size, locale="zh-CN", has_touch=size is PHONE)
    walker = Walker(visitor, context.new_page(), language, journey)
    _watch(walker)
    yield walker
    context.close()
    assert walker.troubles == []


def _watch(walker: Walker) -> None:
    def heard(message: ConsoleMessage) -> None:
        # A page that is refused or not there is written to the console by the browser itself; status is looked at.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            walker.troubles.append(f"{walker.page.url}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{walker.visitor.address}/", "data:")):
            walker.troubles.append(f"{walker.page.url} asks {request.url}")

    walker.page.on("console", heard)
    walker.page.on("request", asked)
    walker.page.on("pageerror", lambda error: walker.troubles.append(f"{walker.page.url}: {error}"))


def within(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def stumbles(page: Page) -> list[str]:
    """What a voice reader, a weak eye or a thumb would stumble over."""
    found: dict[str, Any] = Axe().run(page, options={"runOnly": list(CRITERIA)}).response
    return [f"{page.url} {each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]
