"""Every volunteer's page on a phone: light over the wire, readable by voice readers, within the screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from support.browser import open_browser
from support.office import BEGIN, ZHOU, days, open_case, open_office, pair, pass_days
from support.site import Visitor, visiting

from domain.ids import CaseId
from domain.store.engine import writing
from domain.store.second_factors import new_code

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]

CASE: Final = CaseId("371302-00001")
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
MOST_BYTES: Final = 30 * 1024
MOST_COPIES: Final = 3
"""Children one volunteer has; each adds a few lines to the page."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of it."""
    with open_browser() as running:
        yield running


@pytest.fixture
def visitor(sqlite_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Zhou has three children; it is the time of the home visit, and some things are late."""
    store = open_office(sqlite_url)
    for number in range(1, MOST_COPIES + 1):
        pair(store, open_case(store, number), ZHOU, BEGIN)
    pass_days(store, BEGIN, 20)
    with visiting(store, BEGIN + days(80), tmp_path / "spool") as someone:
        yield someone


@pytest.fixture
def phone(browser: Browser, visitor: Visitor) -> Iterator[BrowserContext]:
    """A phone."""
    context = browser.new_context(viewport=PHONE, has_touch=True, base_url=visitor.address, locale="zh-CN")
    yield context
    context.close()


def form(visitor: Visitor, kind: str = "home_visit") -> str:
    """The link to a form; a phone keeps pages by its own clock."""
    return visitor.link(ZHOU, CASE, kind, days=9_000)


def weighed(phone: BrowserContext, path: str) -> int:
    """Bytes of one page over the wire with all that it loads, headers included, nothing cached."""
    page = phone.new_page()
    sizes: list[int] = []
    wire = phone.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    page.close()
    return sum(sizes)


def clean(page: Page) -> list[str]:
    """What a voice reader or a weak eye would stumble over."""
    found: dict[str, Any] = Axe().run(page).response
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


def within(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"])


@pytest.mark.parametrize("name", ["form", "long form", "told", "mine", "away", "code"])
def test_a_page_weighs_at_most_thirty_kilobytes_with_its_scripts(
    phone: BrowserContext, visitor: Visitor, name: str
) -> None:
    link = form(visitor)
    paths = {
        "form": link, "long form": form(visitor, "monthly_talk"), "mine": f"{link}/mine", "away": f"{link}/away",
        "code": "/a", "told": visitor.link_to(ZHOU, CASE, 1, days=9_000),
    }  # fmt: skip
    weight = weighed(phone, paths[name])
    assert 2_000 < weight <= MOST_BYTES


def test_form_kept_and_received_are_clean_for_voice_readers(
    phone: BrowserContext, visitor: Visitor, tmp_path: Path
) -> None:
    page = phone.new_page()
    page.goto(form(visitor))
    assert clean(page) == []
    assert within(page)
    page.get_by_role("group", name="是否需要帮助").get_by_text("否", exact=True).tap()
    page.get_by_role("group", name="做了哪些帮扶").get_by_text("扶困", exact=True).tap()
    page.get_by_label("陪伴了几小时").fill("2")
    phone.set_offline(True)
    page.get_by_role("button", name="提交").tap()
    expect(page.get_by_role("status")).to_contain_text("没有信号")
    assert clean(page) == []
    assert within(page)
    phone.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("已收到，谢谢您！")
    assert clean(page) == []


def test_a_form_with_mistakes_is_clean_too(phone: BrowserContext, visitor: Visitor) -> None:
    page = phone.new_page()
    page.goto(form(visitor))
    page.evaluate("document.querySelector('form').noValidate = true")
    page.get_by_role("button", name="提交").tap()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert clean(page) == []


def test_the_code_the_own_page_and_being_away_are_clean(phone: BrowserContext, visitor: Visitor) -> None:
    page, link = phone.new_page(), form(visitor)
    for path in ("/a", f"{link}/mine", f"{link}/mine?code", f"{link}/away"):
        page.goto(path)
        assert clean(page) == [], path
        assert within(page), path
    page.goto(f"{link}/mine")
    page.get_by_role("button", name="生成日历地址").tap()
    expect(page.get_by_label("日历地址")).to_be_visible()
    assert clean(page) == []
    page.goto(f"{link}/away")
    page.get_by_label("哪天开始").fill("2027-01-05")
    page.get_by_label("到哪天为止").fill("2027-01-20")
    page.get_by_role("button", name="登记外出").tap()
    expect(page.get_by_text("已登记，路上平安")).to_be_visible()
    assert clean(page) == []


def test_names_come_with_the_code_and_go_with_a_tap(phone: BrowserContext, visitor: Visitor) -> None:
    page = phone.new_page()
    page.goto(f"{form(visitor)}/mine")
    page.get_by_role("button", name="发验证码到我的手机").tap()
    expect(page.get_by_label("短信里的 6 位验证码")).to_be_focused()
    with writing(visitor.store.engine) as connection:
        code = new_code(connection, visitor.store.seal, ZHOU, visitor.clock.moment)
    page.get_by_label("短信里的 6 位验证码").fill(str(code))
    page.get_by_role("button", name="显示名字").tap()
    expect(page.get_by_text("名字显示 30 分钟")).to_be_visible()
    expect(page.get_by_text("101", exact=True)).to_be_visible()
    assert clean(page) == []
    page.get_by_role("button", name="现在就隐藏").tap()
    expect(page.get_by_text("名字显示 30 分钟")).to_be_hidden()
