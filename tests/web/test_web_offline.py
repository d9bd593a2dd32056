"""A volunteer's evening in a dead spot, in a real browser with script: kept, sent once, and told in plain words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from support.browser import open_browser
from support.office import BEGIN, ZHOU, answer, days, open_case, open_office, pair
from support.pictures import heic, jpeg
from support.seen import facts_of
from support.site import Visitor, count_of, visiting

from domain import facts as f
from domain.ids import CaseId, DutyId
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.photos import photos_of

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]

CASE: Final = CaseId("371302-00001")
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
KEPT: Final = "没有信号，已替您存好，有信号时会自动发送。"
DONE: Final = "已收到，谢谢您！"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of it."""
    with open_browser() as running:
        yield running


@pytest.fixture
def visitor(sqlite_url: str) -> Iterator[Visitor]:
    """It is the time of Zhou's home visit."""
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(80)) as someone:
        yield someone


@pytest.fixture
def phone(browser: Browser, visitor: Visitor) -> Iterator[BrowserContext]:
    """A phone with script, whose pages may ask nothing of another address."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=visitor.address, locale="zh-CN"
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    assert [url for url in asked if not url.startswith((visitor.address, "data:", "blob:"))] == []


def opened(phone: BrowserContext, link: str) -> Page:
    """A page once its worker stands by, as after a first visit with a signal."""
    page = phone.new_page()
    page.goto(link)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "caches.open('pages').then(c => c.keys()).then(k => k.some(r => r.url.endsWith(location.pathname)))")
    return page


def until(page: Page, promised: str) -> None:
    """Wait until what a promise brings is true."""
    for _ in range(100):
        if page.evaluate(promised):
            return
        page.wait_for_timeout(50)
    raise AssertionError(promised)


def link(visitor: Visitor) -> str:
    """The link to the visit; a phone keeps pages by its own clock, which is not the one of tests."""
    return visitor.link(ZHOU, CASE, "home_visit", days=9_000)


def fill(page: Page, hours: str = "2") -> None:
    """Answer the questions of the visit."""
    page.get_by_role("group", name="是否需要帮助").get_by_text("否", exact=True).tap()
    page.get_by_role("group", name="做了哪些帮扶").get_by_text("扶困", exact=True).tap()
    page.get_by_label("陪伴了几小时").fill(hours)


def send(page: Page) -> None:
    """Tap the button."""
    page.get_by_role("button", name="提交").tap()


def told(page: Page, words: str = KEPT) -> None:
    """What the page says of the kept answer."""
    expect(page.get_by_role("status")).to_contain_text(words)


def reads(page: Page, heading: str) -> None:
    """The page has this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def hours(visitor: Visitor) -> list[int]:
    """What every answer to the visit said."""
    met = [fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)]
    return [int(str(fact.answers["hours"])) for fact in met if "hours" in fact.answers]


def kept_on(page: Page) -> list[dict[str, Any]]:
    """What lies on the phone."""
    found: list[dict[str, Any]] = page.evaluate("Keeping.all()")
    return found


def test_a_volunteers_evening(phone: BrowserContext, visitor: Visitor, tmp_path: Path) -> None:
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    page.reload()
    reads(page, "入户走访")
    fill(page)
    (tmp_path / "visit.jpg").write_bytes(jpeg(4000, 3000))
    page.get_by_label("照片 1").set_input_files(tmp_path / "visit.jpg")
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    send(page)
    told(page)
    expect(page.get_by_role("button", name="提交")).to_be_hidden()
    assert hours(visitor) == []
    phone.set_offline(False)
    reads(page, DONE)
    assert hours(visitor) == [2]
    assert kept_on(page) == []
    with reading(visitor.store.engine) as connection:
        duty = DutyId(connection.execute(t.photo.select()).one().duty)
        assert len(photos_of(connection, visitor.store, duty)) == 1


def test_with_a_signal_an_answer_goes_at_once_and_reloading_sends_nothing(
    phone: BrowserContext, visitor: Visitor
) -> None:
    page = opened(phone, link(visitor))
    fill(page)
    send(page)
    reads(page, DONE)
    page.reload()
    reads(page, DONE)
    assert hours(visitor) == [2]


def test_an_answer_kept_last_night_goes_when_any_page_is_opened(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    fill(page)
    send(page)
    told(page)
    page.close()
    phone.set_offline(False)
    other = phone.new_page()
    other.goto("/a")
    until(other, "Keeping.all().then(kept => kept.length === 0)")
    assert hours(visitor) == [2]


def test_what_is_kept_can_be_changed_before_it_goes(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    fill(page, "2")
    send(page)
    told(page)
    page.reload()
    told(page)
    page.get_by_role("button", name="修改回答").tap()
    assert page.get_by_label("陪伴了几小时").input_value() == "2"
    page.get_by_label("陪伴了几小时").fill("5")
    send(page)
    told(page)
    phone.set_offline(False)
    reads(page, DONE)
    assert hours(visitor) == [5]


def test_two_tabs_of_one_page_send_once(phone: BrowserContext, visitor: Visitor) -> None:
    pages = [opened(phone, link(visitor)), opened(phone, link(visitor))]
    posts: list[str] = []
    phone.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    phone.set_offline(True)
    for page in pages:
        fill(page)
        send(page)
        told(page)
    posts.clear()
    phone.set_offline(False)
    for page in pages:
        reads(page, DONE)
    assert len(posts) == 1
    assert hours(visitor) == [2]


def test_an_answer_that_arrived_though_nobody_heard_so_counts_as_sent(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    deaf = [True]

    def lose(route: Any) -> None:
        route.fetch()
        route.abort() if deaf.pop() else route.continue_()

    page.route("**/a/*", lambda route: lose(route) if route.request.method == "POST" and deaf else route.continue_())
    fill(page)
    send(page)
    told(page)
    assert hours(visitor) == [2]
    page.get_by_role("button", name="现在再试一次").tap()
    reads(page, DONE)
    assert hours(visitor) == [2]
    assert kept_on(page) == []


def test_an_answer_no_longer_wanted_is_told_with_why(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    fill(page)
    send(page)
    told(page)
    page.close()
    visitor.clock.moment += days(9_001)
    phone.set_offline(False)
    other = phone.new_page()
    other.goto("/a")
    told(other, "替您存好的回答没有收下")
    told(other, "这个链接已经过期")
    other.get_by_role("button", name="知道了，不再保留").tap()
    expect(other.get_by_role("status")).to_be_empty()
    assert hours(visitor) == []


def test_a_forgotten_answer_comes_back_with_its_words_and_pictures(
    phone: BrowserContext, visitor: Visitor, tmp_path: Path
) -> None:
    page = opened(phone, link(visitor))
    fill(page)
    page.get_by_label("陪伴了几小时").fill("99")
    (tmp_path / "visit.jpg").write_bytes(jpeg(800, 600))
    page.get_by_label("照片 1").set_input_files(tmp_path / "visit.jpg")
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    send(page)
    expect(page.get_by_role("alert").first).to_contain_text("1 到 24")
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    page.get_by_label("陪伴了几小时").fill("3")
    send(page)
    reads(page, DONE)
    assert hours(visitor) == [3]
    with reading(visitor.store.engine) as connection:
        assert len(connection.execute(t.photo.select()).all()) == 1


def test_a_picture_the_phone_cannot_open_is_left_out_in_plain_words(
    phone: BrowserContext, visitor: Visitor, tmp_path: Path
) -> None:
    page = opened(phone, link(visitor))
    (tmp_path / "visit.heic").write_bytes(heic())
    page.get_by_label("照片 1").set_input_files(tmp_path / "visit.heic")
    expect(page.get_by_role("alert")).to_contain_text("这张照片打不开")
    fill(page)
    send(page)
    reads(page, DONE)


def test_the_phone_keeps_answer_pages_alone_and_only_as_long_as_their_links_live(
    phone: BrowserContext, visitor: Visitor
) -> None:
    page = opened(phone, link(visitor))
    page.goto("/")
    page.goto("/a")
    listed = "caches.open('pages').then(c => c.keys()).then(k => k.map(r => new URL(r.url).pathname))"
    assert [path[:3] for path in page.evaluate(listed)] == ["/a/"]
    # On this phone it is long after the links ran out.
    visitor.clock.moment = BEGIN + days(50)
    page.goto(visitor.link(ZHOU, CASE, "guardian_word", days=1))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert len(page.evaluate(listed)) == 1


def test_the_phone_keeps_twenty_pages_the_newest(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    for more in range(1, 23):
        page.goto(visitor.link(ZHOU, CASE, "home_visit", days=9_000 + more))
    until(page, "caches.open('pages').then(c => c.keys()).then(k => k.length === 20 && k[19].url === location.href)")


def test_without_a_database_on_the_phone_words_are_kept_all_the_same(phone: BrowserContext, visitor: Visitor) -> None:
    phone.add_init_script("Object.defineProperty(self, 'indexedDB', {value: undefined})")
    phone.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    fill(page)
    send(page)
    told(page)
    phone.set_offline(False)
    reads(page, DONE)
    assert hours(visitor) == [2]


def test_an_answer_by_another_way_meanwhile_leaves_one_answer(phone: BrowserContext, visitor: Visitor) -> None:
    page = opened(phone, link(visitor))
    phone.set_offline(True)
    fill(page)
    send(page)
    told(page)
    answer(
        visitor.store, CASE, "home_visit", ZHOU, visitor.clock.moment, needs_help=False, hours=4, supports=("heart",)
    )
    met = count_of(visitor.store, "duty-met")
    phone.set_offline(False)
    reads(page, DONE)
    assert count_of(visitor.store, "duty-met") == met
    assert hours(visitor) == [4]
