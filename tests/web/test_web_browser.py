"""In a real browser, as a volunteer holds it: a small screen, one thumb, no script."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from support.browser import open_browser
from support.office import (
    BEGIN,
    COUNTY,
    COUNTY_DESK,
    TOWNSHIP_DESK,
    ZHOU,
    days,
    open_case,
    open_office,
    pair,
    pass_days,
)
from support.programmes import linyi
from support.seen import facts_of
from support.signed_in import SECRET, make_login
from support.site import Visitor, visiting
from support.telling import speak

from domain import facts as f
from domain.ids import CaseId
from domain.rules.access import Grant, Role
from domain.store.pairs import propose_in

pytestmark = [
    pytest.mark.timeout(900),  # the first time a browser may have to be fetched
    pytest.mark.xdist_group("browser"),
]

CASE: Final = CaseId("371302-00001")
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
NARROW: Final[ViewportSize] = {"width": 280, "height": 600}
DESK: Final[ViewportSize] = {"width": 1280, "height": 800}
THUMB: Final = 44
"""CSS pixels a thumb hits for certain (WCAG 2.2, target size)."""

OBSERVED: Final = ("学习", "生活", "心理", "思想", "健康")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of it."""
    with open_browser() as running:
        yield running


@pytest.fixture
def visitor(sqlite_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Zhou was paired with the first child on 1 September; it is the 26th."""
    store = open_office(sqlite_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN + days(25), tmp_path / "spool") as someone:
        yield someone


@pytest.fixture
def phone(browser: Browser, visitor: Visitor) -> Iterator[Page]:
    """A phone without script; whatever it asks of another address, or complains of, fails the test."""
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=False, has_touch=True, base_url=visitor.address, locale="zh-CN",
    )  # fmt: skip
    page = context.new_page()
    asked, complained = watched(page)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((visitor.address, "data:"))] == []
    assert [said for said in complained if "status of 4" not in said] == []


def watched(page: Page) -> tuple[list[str], list[str]]:
    """What a page requests and what its console says, as it goes on."""
    asked: list[str] = []
    complained: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complained.append(message.text))
    return asked, complained


def answers(visitor: Visitor) -> dict[str, Any]:
    """What was answered last."""
    return dict([fact for fact in facts_of(visitor.store, CASE) if isinstance(fact, f.DutyMet)][-1].answers)


def choose(page: Page, question: str, *options: str) -> None:
    """Tap options of a question, found as a voice reader finds them: by the names of group and option."""
    group = page.get_by_role("group", name=question)
    for option in options:
        group.get_by_text(option, exact=True).tap()


def send(page: Page, lands_on: str = "已收到，谢谢您！") -> None:
    """Tap the form's button and wait for the page it leads to."""
    page.get_by_role("button", name="提交").tap()
    reads(page, lands_on)


def reads(page: Page, heading: str) -> None:
    """The page that has come is the one with this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def all_pages(visitor: Visitor) -> dict[str, str]:
    """One of each kind of page."""
    other = open_case(visitor.store, 2)
    propose_in(visitor.store, linyi(), CaseId("371302"), visitor.clock.moment)  # type: ignore[arg-type]
    late = open_case(visitor.store, 3, now=BEGIN)
    pair(visitor.store, late, ZHOU, BEGIN)
    pass_days(visitor.store, visitor.clock.moment, 2)
    return {
        "start": "/", "code": "/a", "form": visitor.link(ZHOU, CASE, "monthly_talk"),
        "decision": visitor.link(COUNTY_DESK, other, "decide_proposal"),
        "acknowledge": visitor.link(TOWNSHIP_DESK, late, "first_visit"),
        "early": visitor.link(ZHOU, CASE, "home_visit"), "not yours": visitor.link(TOWNSHIP_DESK, CASE, "home_visit"),
        "broken": "/a/broken", "nowhere": "/nowhere",
    }  # fmt: skip


def test_a_volunteer_answers_the_talk_with_a_thumb(phone: Page, visitor: Visitor) -> None:
    phone.goto(visitor.link(ZHOU, CASE, "monthly_talk"))
    choose(phone, "是否需要帮助", "否")
    for question in OBSERVED:
        choose(phone, question, "好")
    choose(phone, "心理", "一般")
    choose(phone, "做了哪些帮扶", "扶心", "扶技")
    phone.get_by_label("备注").fill("一起做了作业")
    send(phone)
    given = answers(visitor)
    assert (given["needs_help"], given["psychology"], given["studies"]) == (False, "fair", "well")
    assert tuple(given["supports"]) == ("heart", "skill")


def test_after_an_answer_neither_reloading_nor_going_back_shows_the_form_again(phone: Page, visitor: Visitor) -> None:
    phone.goto(visitor.link(ZHOU, CASE, "guardian_word"))
    choose(phone, "是否需要帮助", "否")
    send(phone)
    phone.reload()
    reads(phone, "已收到，谢谢您！")
    before = answers(visitor)
    phone.go_back()
    reads(phone, "已收到，谢谢您！")
    assert answers(visitor) == before


def test_a_forgotten_question_is_named_and_everything_typed_is_still_there(phone: Page, visitor: Visitor) -> None:
    visitor.clock.moment = BEGIN + days(80)
    phone.goto(visitor.link(ZHOU, CASE, "home_visit"))
    choose(phone, "是否需要帮助", "否")
    phone.get_by_label("陪伴了几小时").fill("2")
    phone.get_by_label("备注").fill("第一行\n第二行")
    phone.get_by_role("button", name="提交").tap()
    alert = phone.get_by_role("alert")
    alert.wait_for()
    assert "“做了哪些帮扶”还没有回答。" in alert.inner_text()
    assert phone.title().startswith("有误")
    assert phone.get_by_label("陪伴了几小时").input_value() == "2"
    assert phone.get_by_label("备注").input_value() == "第一行\n第二行"
    assert phone.get_by_role("group", name="是否需要帮助").get_by_role("radio", name="否").is_checked()
    alert.get_by_role("link").tap()
    phone.wait_for_url("**#q-supports")
    choose(phone, "做了哪些帮扶", "扶困")
    send(phone)


def test_a_required_question_is_asked_for_before_anything_is_sent(phone: Page, visitor: Visitor) -> None:
    phone.goto(visitor.link(ZHOU, CASE, "guardian_word"))
    phone.get_by_role("button", name="提交").tap()
    assert phone.get_by_role("alert").count() == 0
    assert phone.get_by_role("button", name="提交").is_visible()


def test_the_keyboard_alone_is_enough(phone: Page, visitor: Visitor) -> None:
    phone.goto(visitor.link(ZHOU, CASE, "guardian_word"))
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    assert phone.get_by_role("group", name="是否需要帮助").get_by_role("radio", name="是").is_checked()
    phone.keyboard.press("ArrowRight")
    phone.get_by_role("button", name="提交").focus()
    phone.keyboard.press("Enter")
    reads(phone, "已收到，谢谢您！")
    assert answers(visitor)["needs_help"] is False


def test_a_short_code_leads_to_the_list_and_on_to_the_form(phone: Page, visitor: Visitor) -> None:
    phone.goto("/a")
    phone.get_by_label("短信里的 8 位数字").fill(visitor.code(ZHOU))
    phone.get_by_role("button", name="下一步").tap()
    reads(phone, "请选一件来办")
    phone.get_by_role("link", name="联系监护人或老师").tap()
    choose(phone, "是否需要帮助", "否")
    send(phone)


def test_a_decline_takes_two_taps_and_a_yes_one(phone: Page, visitor: Visitor) -> None:
    other = open_case(visitor.store, 2)
    propose_in(visitor.store, linyi(), CaseId("371302"), visitor.clock.moment)  # type: ignore[arg-type]
    phone.goto(visitor.link(COUNTY_DESK, other, "decide_proposal"))
    assert not phone.get_by_role("button", name="确定不同意").is_visible()
    phone.get_by_text("不同意", exact=True).tap()
    phone.get_by_text("不合适", exact=True).tap()
    phone.get_by_role("button", name="确定不同意").tap()
    reads(phone, "已收到，谢谢您！")
    declined = [fact for fact in facts_of(visitor.store, other) if isinstance(fact, f.ProposalDeclined)]
    assert [(fact.side, fact.reason) for fact in declined] == [("coordinator", "not-suitable")]


def test_a_danger_reported_by_mistake_can_be_taken_back_before_sending(phone: Page, visitor: Visitor) -> None:
    phone.goto(visitor.link(ZHOU, CASE, "guardian_word"))
    choose(phone, "是否有人身危险", "是", "否")
    choose(phone, "是否需要帮助", "否")
    send(phone)
    assert answers(visitor)["in_danger"] is False


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_the_screen_and_all_is_large_enough(phone: Page, visitor: Visitor, language: str) -> None:
    for person in (ZHOU, COUNTY_DESK, TOWNSHIP_DESK):
        speak(visitor.store, person, language)
    pages = all_pages(visitor)
    for size in (PHONE, NARROW):
        phone.set_viewport_size(size)
        for name, path in pages.items():
            phone.goto(path)
            assert phone.evaluate("document.documentElement.scrollWidth") <= size["width"], name
            assert phone.locator("body").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 18
            small = [
                box for each in phone.locator("button, .button, .open, .lines a, .choices label, input.text").all()
                if each.is_visible() and (box := each.bounding_box()) and min(box["height"], box["width"]) < THUMB
            ]  # fmt: skip
            assert small == [], name


def test_the_start_page_leads_to_what_is_late_in_ones_own_area(browser: Browser, visitor: Visitor) -> None:
    pass_days(visitor.store, visitor.clock.moment, 1)
    make_login(visitor, "county", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    desk = browser.new_context(viewport=DESK, base_url=visitor.address, locale="zh-CN")
    page = desk.new_page()
    page.goto("/")
    page.get_by_role("link", name="有逾期事项的个案").click()
    page.get_by_label("登录名").fill("county")
    page.get_by_label("密码").fill(SECRET)
    page.get_by_role("button", name="登录").click()
    reads(page, "个案")
    assert CASE in page.get_by_role("table").inner_text()
    desk.close()
