"""The short code of a text message: entered at the fixed address, it opens what its owner is asked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from support.office import BEGIN, LIU, ZHOU, days, do, open_case, open_office, pair
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain.ids import CaseId
from domain.rules import commands as c
from domain.store.engine import writing
from domain.store.units import send_away
from web.attempts import MOST, UNEASY_FROM, Attempts

CASE: Final = CaseId("371302-00001")


@pytest.fixture
def visitor(database_url: str) -> Iterator[Visitor]:
    """Zhou has just been paired with the first child, and owes a first visit."""
    store = open_office(database_url)
    pair(store, open_case(store), ZHOU, BEGIN)
    with visiting(store, BEGIN) as someone:
        yield someone


def wrong(code: str) -> str:
    """A code one digit away."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_the_fixed_address_asks_for_the_eight_digits(visitor: Visitor) -> None:
    page = visitor.get("/a")
    assert (page.status_code, heading_of(page)) == (200, "输入短信里的号码")
    assert "短信里的 8 位数字" in words_of(page)


def test_a_code_whose_owner_owes_one_thing_opens_it_at_once(visitor: Visitor) -> None:
    page = visitor.post("/a", {"code": visitor.code(ZHOU)})
    assert heading_of(page) == "首次见面"
    assert heading_of(visitor.post(str(page.url), {"needs_help": "no"})) == "已收到，谢谢您！"


def test_a_code_may_be_typed_as_people_type_numbers(visitor: Visitor) -> None:
    code = visitor.code(ZHOU)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in (f" {code[:4]} {code[4:]} ", f"{code[:4]}-{code[4:]}", wide):
        assert heading_of(visitor.post("/a", {"code": typed})) == "首次见面"


def test_a_code_whose_owner_owes_several_things_lists_them_the_first_due_first(visitor: Visitor) -> None:
    pair(visitor.store, open_case(visitor.store, 2), ZHOU, BEGIN)
    visitor.clock.moment = BEGIN + days(25)
    page = visitor.post("/a", {"code": visitor.code(ZHOU)})
    said = words_of(page)
    assert heading_of(page) == "请选一件来办"
    assert said.index("首次见面") < said.index("联系监护人或老师") < said.index("以后要办的事")
    assert "已晚 11 天" in said
    assert "入户走访 11月11日（星期三）起可以填 · 个案编号 371302-00001" in said
    assert "续签承诺书" not in said
    first = page.text.partition('<a class="card open" href="')[2].partition('"')[0]
    assert heading_of(visitor.get(str(page.url.join(first)))) == "首次见面"


def test_a_code_whose_owner_owes_nothing_yet_says_so(visitor: Visitor) -> None:
    visitor.post("/a", {"code": visitor.code(LIU)})
    assert heading_of(visitor.post("/a", {"code": visitor.code(LIU)})) == "现在没有要办的事，谢谢您！"


def test_a_stand_in_is_asked_what_the_one_away_owes(visitor: Visitor) -> None:
    today = BEGIN.date()
    with writing(visitor.store.engine) as connection:
        send_away(connection, ZHOU, today, today, LIU)
    assert heading_of(visitor.post("/a", {"code": visitor.code(LIU)})) == "首次见面"


def test_a_volunteer_asked_about_a_pairing_gets_that_page(visitor: Visitor) -> None:
    other = open_case(visitor.store, 2)
    do(visitor.store, c.ProposeHelper(case=other, person=LIU, score=1, why=()), BEGIN)
    do(visitor.store, c.DecideProposal(case=other, by=ZHOU, accept=True), BEGIN)
    assert heading_of(visitor.post("/a", {"code": visitor.code(LIU)})) == "确认结对"


def test_a_wrong_code_opens_nothing_and_changes_nothing(visitor: Visitor) -> None:
    code = visitor.code(ZHOU)
    before = everything(visitor.store)
    for typed in (wrong(code), "", "守望", code + "0", "1" * 4000):
        page = visitor.post("/a", {"code": typed})
        assert (page.status_code, "没有这个号码" in words_of(page)) == (404, True)
    assert everything(visitor.store) == before


def test_a_code_that_has_run_out_says_what_to_do(visitor: Visitor) -> None:
    code = visitor.code(ZHOU, days=1)
    visitor.clock.moment += days(1)
    page = visitor.post("/a", {"code": code})
    assert page.status_code == 410
    assert "这个号码已经过期" in words_of(page)


def test_the_link_made_of_a_code_lives_a_day_and_never_longer_than_the_code(visitor: Visitor) -> None:
    page = visitor.post("/a", {"code": visitor.code(ZHOU)})
    visitor.clock.moment += timedelta(days=1)
    assert visitor.get(str(page.url)).status_code == 410


def test_after_ten_wrong_codes_an_address_waits_ten_minutes(visitor: Visitor) -> None:
    code = visitor.code(ZHOU)
    for _ in range(MOST):
        assert visitor.post("/a", {"code": wrong(code)}).status_code == 404
    page = visitor.post("/a", {"code": code})
    assert (page.status_code, page.headers["retry-after"]) == (429, "600")
    assert "请过十分钟再试" in words_of(page)
    visitor.clock.moment += timedelta(minutes=10)
    assert visitor.post("/a", {"code": code}).status_code == 200


def test_good_codes_are_not_counted(visitor: Visitor) -> None:
    code = visitor.code(ZHOU)
    assert {visitor.post("/a", {"code": code}).status_code for _ in range(MOST + 2)} == {200}


def test_one_address_waiting_holds_up_no_other() -> None:
    attempts = Attempts()
    for _ in range(MOST):
        attempts.note("192.0.2.1", BEGIN)
    assert attempts.too_many("192.0.2.1", BEGIN)
    assert not attempts.too_many("192.0.2.2", BEGIN)


def test_a_household_with_many_addresses_counts_as_one() -> None:
    attempts = Attempts()
    for number in range(MOST):
        attempts.note(f"2001:db8::{number:x}", BEGIN)
    assert attempts.too_many("2001:db8::ffff", BEGIN)
    assert not attempts.too_many("2001:db8:1::1", BEGIN)


def test_while_codes_are_guessed_from_everywhere_each_address_has_fewer_tries() -> None:
    attempts = Attempts()
    for number in range(UNEASY_FROM):
        attempts.note(f"10.0.{number // 250}.{number % 250}", BEGIN)
    for _ in range(3):
        assert not attempts.too_many("192.0.2.1", BEGIN)
        attempts.note("192.0.2.1", BEGIN)
    assert attempts.too_many("192.0.2.1", BEGIN)
    assert not attempts.too_many("192.0.2.1", BEGIN + timedelta(minutes=10))
