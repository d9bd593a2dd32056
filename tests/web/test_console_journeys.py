"""The console in a real browser: a coordinator's Monday, ops' Friday, every page for weak eyes and slow lines."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyotp
import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from sqlalchemy import func, select
from support.browser import open_browser
from support.console_browser import (
    DESKTOP,
    LATE,
    MONDAY,
    NAMES,
    PHONE,
    PROPOSED,
    REVIEWED,
    Walker,
    go_on_until,
    make_logins,
    open_monday,
    stumbles,
    walking,
    within,
)  # fmt: skip
from support.matrix import CASE, Address, addresses
from support.office import LIU, SUN, TOWNSHIP, VILLAGES, days, village
from support.programmes import LINYI, linyi
from support.site import Visitor, count_of, visiting

from domain.calendar import Calendar
from domain.ids import PersonId
from domain.rules.access import RIGHTS, Role
from domain.store import tables as t
from domain.store.engine import open_engine, reading
from domain.store.sealing import Seal
from domain.store.store import Store
from web.app import application

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]

CHILD: Final = NAMES[PersonId("p000000101")]
FIRST_PAGE, LATER_PAGE = 150 * 1024, 40 * 1024
"""Bytes over the wire: signing in until the first page stands there, and any page after that."""

NO_PAGE: Final = (".csv", ".xlsx", "/live", "/progress", "/photos/{photo}", "/blank/{kind}")
"""Ends of addresses that answer with a file or a piece of a page."""

BEHIND: Final[Mapping[str, str]] = {
    "/console/cases/{case}/story": "?before=999", "/console/programmes/{name}/changes": "?from=linyi-1204@1",
}  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of it."""
    with open_browser() as running:
        yield running


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("monday")
    open_monday(folder)
    return folder / "shouwang.sqlite"


@pytest.fixture
def visitor(monday: Path, tmp_path: Path) -> Iterator[Visitor]:
    """The office as it stands on that morning, everybody's sign-in made."""
    copied = shutil.copy(monday, tmp_path / "shouwang.sqlite")
    seal = Seal(b"a key for tests, thirty-two long")
    store = Store(open_engine(f"sqlite:///{copied}"), {LINYI: linyi()}, Calendar(), seal)
    with visiting(store, MONDAY, tmp_path / "spool") as someone:
        make_logins(someone)
        yield someone
    store.engine.dispose()


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["desktop-zh", "phone-en"])
def test_a_coordinators_monday(browser: Browser, visitor: Visitor, language: str, size: ViewportSize) -> None:
    with walking(browser, visitor, f"monday-{language}", size, language) as li:
        settles_what_is_urgent(li)
        looks_at_a_case_and_shows_names(li)
        answers_a_duty(li)
        looks_at_the_area_down_to_the_village(li)
        finds_a_case_as_she_types(li)
        signs_a_paper_anew(li)
        opens_the_meeting(li)
        li.sign_out()
    assert count_of(visitor.store, "duty-acknowledged") == 1
    assert count_of(visitor.store, "proposal-approved") == 3


def settles_what_is_urgent(li: Walker) -> None:
    """The call for help comes first; then the proposal is approved."""
    li.sign_in(f"coordinator-{li.language}")
    li.step(li.say("console.menu-today"))
    first = li.page.locator("ul.matters li").first
    expect(first).to_contain_text(CASE)
    expect(li.page.locator("#live-count")).to_be_visible()
    first.get_by_role("button", name=li.say("console.acknowledge")).click()
    li.told("console.done-acknowledge")
    li.step(li.say("console.menu-today"))
    li.page.locator("ul.matters li", has_text=PROPOSED).get_by_role("button", name=li.say("console.approve")).click()
    li.told("console.done-approve")


def looks_at_a_case_and_shows_names(li: Walker) -> None:
    """No name stands there before it is asked for."""
    li.page.goto(f"{li.visitor.address}/console/cases/{CASE}")
    expect(li.page.locator("body")).not_to_contain_text(CHILD)
    li.step(CASE)
    li.press("console.names-show", "section.record")
    li.step(f"{CASE} {CHILD}")


def answers_a_duty(li: Walker) -> None:
    """The township told her on the telephone that the survey is right."""
    li.page.goto(f"{li.visitor.address}/console/cases/{REVIEWED}")
    title = linyi().duties["eligibility_review"].title.say(li.language)
    li.page.locator("ul.matters").get_by_role("link", name=title).first.click()
    li.step(title)
    question = linyi().duties["eligibility_review"].asks["eligible"].title.say(li.language)
    li.page.get_by_role("group", name=question).get_by_label(li.say("web.yes"), exact=True).check()
    li.press("web.send")
    li.told("console.done-answer")
    li.step(REVIEWED)


def looks_at_the_area_down_to_the_village(li: Walker) -> None:
    """County, township, village."""
    li.go("area")
    li.step("兰山区")
    for unit in (TOWNSHIP, village(TOWNSHIP)):
        place = li.page.locator(f'table.area a[href="/console/area/{unit}"]')
        name = place.inner_text()
        place.click()
        li.step(name)
    li.step(VILLAGES[TOWNSHIP])


def finds_a_case_as_she_types(li: Walker) -> None:
    """By the sound of the child's name; nothing is pressed, and no name stands in the address."""
    li.go("cases")
    li.step(li.say("console_cases.title"))
    li.page.locator("#words").press_sequentially("xiaoming", delay=30)
    found = li.page.locator("table.cases tbody tr")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(f"{CASE} {CHILD}")
    assert "xiaoming" not in li.page.url
    li.step(li.say("console_cases.title"))


def signs_a_paper_anew(li: Walker) -> None:
    """A volunteer has signed the safety notes again today."""
    li.go("volunteers")
    li.step(li.say("console.menu-volunteers"))
    li.page.get_by_role("link", name=NAMES[LIU]).click()
    li.step(NAMES[LIU])
    card = li.page.locator("details.act", has=li.page.locator("select[name=paper]"))
    card.locator("summary").click()
    card.locator("select").select_option("safety")
    card.get_by_role("button").click()
    li.told("console.done-signed")
    li.step(NAMES[LIU])


def opens_the_meeting(li: Walker) -> None:
    """What was done, what is late and why, what is planned."""
    li.go("meeting")
    li.step("2026")
    li.reads(li.say("console_meeting.done"), li.say("console_meeting.late"), li.say("console_meeting.plan"), LATE)


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("zh", PHONE)], ids=["desktop", "phone"])
def test_ops_friday(browser: Browser, visitor: Visitor, language: str, size: ViewportSize) -> None:
    go_on_until(visitor, MONDAY + days(4))
    name = "desktop" if size is DESKTOP else "phone"
    with walking(browser, visitor, f"friday-{name}", size, language) as ops:
        main, heading = ops.page.locator("main"), ops.page.get_by_role("heading", level=1)
        sends_anew_what_failed(ops)
        assert "由谁重发\nops" in main.locator("dl.facts").inner_text()
        looks_at_schedule_and_programmes(ops)
        assert heading.inner_text().startswith(linyi().title.say("zh"))
        sees_the_promises_kept(ops)
        assert "承诺都已做到，没有发现问题" in main.inner_text()
        signs_in_with_a_code(ops, turns_codes_on(ops))
        assert heading.inner_text().startswith("今日")
        assert [name for name in NAMES.values() if name in ops.page.locator("body").inner_text()] == []
    with reading(visitor.store.engine) as connection:
        resent = select(t.login.c.name).join(t.nudge, t.nudge.c.resent_by == t.login.c.id)
        assert connection.scalars(resent).all() == ["ops"]
        assert connection.scalar(select(func.count()).select_from(t.audit_run)) == 1


def sends_anew_what_failed(ops: Walker) -> None:
    """By number: ops read nobody's name."""
    ops.sign_in("ops")
    ops.step(ops.say("console.menu-today"))
    ops.go("messages")
    ops.page.get_by_role("link", name=ops.say("console_messages.failures-see")).click()
    expect(ops.page.locator("table.messages")).to_contain_text(SUN)
    expect(ops.page.locator("body")).not_to_contain_text(NAMES[SUN])
    ops.step(ops.say("console_messages.title"))
    ops.page.locator("table.messages tbody a").first.click()
    ops.step("n1")
    ops.press("console_messages.resend")
    ops.told("console.done-resent")
    ops.step("n")


def looks_at_schedule_and_programmes(ops: Walker) -> None:
    """Prefect does not run beside these pages, which is said; the programme is read."""
    ops.go("schedule")
    ops.reads(ops.say("console_schedule.absent"))
    ops.step(ops.say("console.menu-schedule"))
    ops.go("programmes")
    ops.step(ops.say("console.menu-programmes"))
    ops.page.locator("main").get_by_role("link", name=LINYI).click()
    ops.step(linyi().title.say(ops.language))


def sees_the_promises_kept(ops: Walker) -> None:
    """The audit runs, the page shows its end by itself."""
    ops.go("proof")
    ops.press("console_proof.run")
    expect(ops.page.locator("main")).to_contain_text(ops.say("console_proof.all-kept"), timeout=30_000)
    ops.step(ops.say("console.menu-proof"))


def turns_codes_on(ops: Walker) -> str:
    """An authenticator reads the secret; its first code is right."""
    ops.page.get_by_role("link", name="ops", exact=True).click()
    ops.step(ops.say("console_me.title"))
    ops.press("console_me.codes-begin")
    ops.page.locator("#codes details summary").click()
    secret = ops.page.locator("code.secret").inner_text().replace(" ", "")
    ops.step(ops.say("console_me.title"))
    ops.page.locator("#codes input[name=code]").fill(code_of(ops, secret))
    ops.press("console_me.codes-turn-on")
    ops.told("console_me.done-codes-on")
    ops.step(ops.say("console_me.title"))
    return secret


def signs_in_with_a_code(ops: Walker, secret: str) -> None:
    """Password and code; a code that was used is none."""
    ops.sign_out()
    ops.sign_in("ops")
    ops.step(ops.say("console.one-time-code"))
    for minutes, heading in ((0, "console.one-time-code"), (1, "console.menu-today")):
        ops.visitor.clock.moment += days(minutes / 24 / 60)
        ops.page.get_by_label(ops.say("console.one-time-code")).fill(code_of(ops, secret))
        ops.press("console.sign-in")
        ops.step(ops.say(heading))


def code_of(walker: Walker, secret: str) -> str:
    """What an authenticator shows at this moment."""
    return pyotp.TOTP(secret).at(walker.visitor.clock.moment)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OPS, Role.ADMIN])
def test_every_page_is_clean_for_voice_readers_and_thumbs_and_fits_a_phone(
    browser: Browser, visitor: Visitor, role: Role
) -> None:
    with walking(browser, visitor, f"pages-{role.value}", DESKTOP, "zh") as someone:
        wrong = looked_through(someone, "/sign-in", 200)
        someone.sign_in("coordinator-zh" if role is Role.COORDINATOR else role.value)
        for address in pages_of(visitor, role):
            wrong += looked_through(someone, filled(address), expected(address))
    assert wrong == []


def expected(address: Address) -> int:
    """How a page is answered here: what is somebody else's is not there, and Prefect is silent."""
    return 404 if address.about_somebodys_own else 503 if address.path.startswith("/console/flows/") else 200


def looked_through(someone: Walker, path: str, status: int) -> list[str]:
    """What is wrong with a page, on a desk and on a phone."""
    answer = someone.page.goto(f"{someone.visitor.address}{path}")
    wrong = [] if answer and answer.status == status else [f"{path} is answered with {answer and answer.status}"]
    for size in (DESKTOP, PHONE):
        someone.page.set_viewport_size(size)
        wrong += stumbles(someone.page)
        wrong += [] if within(someone.page) else [f"{path} is wider than a screen of {size['width']}"]
    return wrong


def pages_of(visitor: Visitor, role: Role) -> list[Address]:
    """Every page of the console that a role may open, about what there is in this office."""
    opened = [each for each in addresses(application(visitor.site)) if is_page(each)]
    assert len(opened) > 30
    return [each for each in opened if each.right is None or each.right in RIGHTS[role]]


def is_page(address: Address) -> bool:
    """Whether it is a page to look at."""
    return address.method == "GET" and not address.program and not address.path.endswith(NO_PAGE)


def filled(address: Address) -> str:
    """The address with what stands in it, and behind it."""
    return f"{address.filled()}{BEHIND.get(address.path, '')}"


def test_pages_are_light_over_the_wire(browser: Browser, visitor: Visitor) -> None:
    with walking(browser, visitor, "light", DESKTOP, "zh") as li:
        sizes: list[int] = []
        wire = li.page.context.new_cdp_session(li.page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        li.sign_in("coordinator-zh")
        li.page.wait_for_timeout(500)
        assert 10_000 < sum(sizes) <= FIRST_PAGE
        for address in pages_of(visitor, Role.COORDINATOR):
            sizes.clear()
            li.page.goto(f"{visitor.address}{filled(address)}")
            li.page.wait_for_timeout(100)
            assert 500 < sum(sizes) <= LATER_PAGE, address.path
