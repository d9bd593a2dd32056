"""A volunteer's own page: what is owed, which cases, and a child's given name after a code from a text message only."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from unittest.mock import ANY

import httpx
import pytest
from sqlalchemy import select, update
from support.office import BEGIN, COUNTY_DESK, LIU, ZHOU, days, open_case, open_office, pair
from support.site import Visitor, everything, heading_of, visiting, words_of
from support.telling import speak

from domain.ids import CaseId, PersonId
from domain.settings import ChannelSetting
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.people import Identity, change_identity
from notifiers.channels import open_channel
from notifiers.planner import plan
from notifiers.settings import telling
from notifiers.worker import deliver
from web.given_names import given_name

CASE: Final = CaseId("371302-00001")
CHILD: Final = PersonId("p000000101")
NAME: Final = "诸葛小满"


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    """Zhou is paired with one child, whose name is known here."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with writing(store.engine) as connection:
        change_identity(connection, store.seal, CHILD, Identity(name=NAME))
    with visiting(store, BEGIN + days(25), tmp_path / "spool") as someone:
        yield someone


@pytest.fixture
def mine(visitor: Visitor) -> str:
    """The address of Zhou's own page."""
    return f"{visitor.link(ZHOU, CASE, 'monthly_talk')}/mine"


def texted(visitor: Visitor) -> str:
    """Let what waits be sent; the code that was texted last."""
    how = telling(visitor.site.settings)
    channels = {each.name: open_channel(each.url) for each in how.channels}
    plan(visitor.store, how, visitor.clock.moment)
    while deliver(visitor.store, how, channels, visitor.clock.moment, "w1").claimed:
        pass
    spool = visitor.site.spool
    assert spool is not None
    written = sorted((file for file in spool.rglob("*") if file.is_file()), key=lambda file: file.stat().st_mtime)
    texts = [file.read_text(encoding="utf-8") for file in written]
    codes: list[str] = [code for text in texts for code in re.findall(r"验证码\s*(\d{6})", text)]
    return codes[-1]


def asks_for_code(visitor: Visitor, mine: str) -> httpx.Response:
    """Press the button."""
    return visitor.post(mine, {"do": "send"})


def types(visitor: Visitor, mine: str, code: str) -> httpx.Response:
    """Type a code."""
    return visitor.post(mine, {"do": "code", "code": code})


def test_the_page_lists_what_is_owed_and_the_cases_by_number_without_a_name(visitor: Visitor, mine: str) -> None:
    page = visitor.get(mine)
    assert heading_of(page) == "我的事项"
    words = words_of(page)
    for said in ("首次见面", "谈心", CASE, "我结对的孩子", "短信验证码"):
        assert said in words
    assert "小满" not in page.text


def test_looking_at_it_writes_nothing(visitor: Visitor, mine: str) -> None:
    before = everything(visitor.store)
    visitor.get(mine)
    visitor.client.head(mine)
    assert everything(visitor.store) == before


def test_every_answer_page_and_the_list_behind_a_code_lead_to_it(visitor: Visitor, mine: str) -> None:
    form = visitor.get(visitor.link(ZHOU, CASE, "monthly_talk"))
    found = re.search(r'href="([^"]*/mine)"', form.text)
    assert found is not None
    assert heading_of(visitor.get(found[1])) == "我的事项"
    listed = visitor.post("/a", {"code": visitor.code(ZHOU)})
    found = re.search(r'href="([^"]*/mine)"', listed.text)
    assert found is not None
    assert heading_of(visitor.get(found[1])) == "我的事项"


def test_a_code_from_a_text_message_shows_the_given_name_for_half_an_hour(visitor: Visitor, mine: str) -> None:
    assert "6 位验证码" in words_of(asks_for_code(visitor, mine))
    page = types(visitor, mine, texted(visitor))
    assert page.status_code == 200
    assert "小满" in words_of(page)
    assert NAME not in page.text
    visitor.clock.moment += days(29 / 1440)
    assert "小满" in words_of(visitor.get(mine))
    visitor.clock.moment += days(2 / 1440)
    assert "小满" not in words_of(visitor.get(mine))


def test_each_look_at_a_name_is_written_down(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    types(visitor, mine, texted(visitor))
    visitor.get(mine)
    with reading(visitor.store.engine) as connection:
        rows = connection.execute(select(t.record_read)).all()
    assert [(row.person, row.by, row.purpose) for row in rows] == [(CHILD, ZHOU, "second-factor")] * 2


def test_names_can_be_hidden_at_once(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    types(visitor, mine, texted(visitor))
    assert "小满" not in words_of(visitor.post(mine, {"do": "hide"}))
    assert "小满" not in words_of(visitor.get(mine))


def test_neither_code_nor_name_lies_in_clear_in_the_database(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    code = texted(visitor)
    rows = [row for table in ("second_factor", "nudge") for row in everything(visitor.store)[table]]
    assert [row for row in rows if code in row] == []


def test_five_wrong_tries_end_a_code(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    code = texted(visitor)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert "验证码不对" in words_of(types(visitor, mine, wrong))
    page = types(visitor, mine, code)
    assert "验证码已经失效" in words_of(page)
    assert "小满" not in page.text


def test_a_code_is_good_for_ten_minutes_and_once(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    first = texted(visitor)
    visitor.clock.moment += days(11 / 1440)
    assert "验证码已经失效" in words_of(types(visitor, mine, first))
    asks_for_code(visitor, mine)
    second = texted(visitor)
    types(visitor, mine, second)
    visitor.client.cookies.clear()
    assert "验证码已经失效" in words_of(types(visitor, mine, second))


def test_three_codes_a_day_and_no_more(visitor: Visitor, mine: str) -> None:
    for _ in range(3):
        assert asks_for_code(visitor, mine).status_code == 200
    page = asks_for_code(visitor, mine)
    assert page.status_code == 409
    assert "今天已经发过 3 次" in words_of(page)
    visitor.clock.moment += days(1)
    assert asks_for_code(visitor, mine).status_code == 200


def test_only_a_text_message_brings_a_code_never_a_mail(visitor: Visitor, mine: str) -> None:
    visitor.site.settings.channels[:] = [ChannelSetting(name="mail", url="swmail://u:p@127.0.0.1/?from=a@b.org")]
    page = asks_for_code(visitor, mine)
    assert "请问您的协调员" in words_of(page)
    with reading(visitor.store.engine) as connection:
        assert connection.execute(select(t.second_factor)).all() == []


def test_the_cookie_is_for_this_person_on_these_pages_alone(visitor: Visitor, mine: str) -> None:
    pair(visitor.store, open_case(visitor.store, 2), LIU, BEGIN)
    asks_for_code(visitor, mine)
    answer = visitor.client.post(mine, data={"do": "code", "code": texted(visitor)}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert {part.strip().partition("=")[0] for part in cookie.split(";")} >= {"HttpOnly", "Max-Age", "Path", "SameSite"}
    assert "SameSite=strict" in cookie
    assert "Path=/a" in cookie
    assert "Secure" not in cookie
    others = visitor.get(f"{visitor.link(LIU, CaseId('371302-00002'), 'monthly_talk')}/mine")
    assert "30 分钟" not in words_of(others)


def test_where_the_pages_are_encrypted_the_cookie_is_too(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    code = texted(visitor)
    visitor.site.settings.base_url = "https://shouwang.example"
    answer = visitor.client.post(mine, data={"do": "code", "code": code}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "WyJwMDAwMDAwMDExIiw5OTk5OTk5OTk5XQ.AAAA"])
def test_a_made_up_cookie_shows_nothing(visitor: Visitor, mine: str, cookie: str) -> None:
    page = visitor.get(mine, headers={"Cookie": f"shouwang-names={cookie}"})
    assert "小满" not in page.text


def test_an_erased_child_has_no_name_and_an_english_reader_reads_english(visitor: Visitor, mine: str) -> None:
    speak(visitor.store, ZHOU, "en")
    with writing(visitor.store.engine) as connection:
        connection.execute(update(t.person).where(t.person.c.id == CHILD).values(data_key=None, sealed=None))
    assert heading_of(visitor.get(mine)) == "My matters"
    asks_for_code(visitor, mine)
    with writing(visitor.store.engine) as connection:
        assert connection.execute(select(t.nudge.c.urgent).where(t.nudge.c.says == "second-factor")).scalar_one()


def test_a_desks_own_page_has_no_children_and_no_absence(visitor: Visitor) -> None:
    other = open_case(visitor.store, 2, admit=False)
    page = visitor.get(f"{visitor.link_to(COUNTY_DESK, other, 1)}/mine")
    assert "我结对的孩子" not in words_of(page)
    assert "外出" not in words_of(page)


@pytest.mark.parametrize("part", ["mine", "away"])
def test_a_link_that_is_over_or_cut_opens_neither(visitor: Visitor, part: str) -> None:
    link = visitor.link(ZHOU, CASE, "monthly_talk", days=1)
    assert visitor.get(f"{link[:-3]}/{part}").status_code == 404
    visitor.clock.moment += days(2)
    assert visitor.get(f"{link}/{part}").status_code == 410


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("李小明", "小明"), ("李明", "明"), ("诸葛亮", "亮"), ("欧阳娜娜", "娜娜"), ("司马", "马"), ("明", "明"),
        ("", ""), ("阿依古丽·买买提", "阿依古丽"), ("Anna Schmidt", "Anna"), (" 王芳 ", "芳"),
    ],
)  # fmt: skip
def test_a_given_name_is_what_people_who_know_each_other_say(name: str, given: str) -> None:
    assert given_name(name) == given


def test_the_office_needs_no_new_counter_for_codes(visitor: Visitor, mine: str) -> None:
    asks_for_code(visitor, mine)
    assert everything(visitor.store)["second_factor"] == [ANY]
