"""My account: everybody changes password, language, one-time codes and tokens by themselves, and nobody else's."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyotp
import pytest
from support.counting import statements
from support.office import BEGIN, COUNTY, TOWNSHIP, TOWNSHIP_DESK, days, open_office
from support.programs import bearer
from support.signed_in import SECRET, as_role, fresh, make_login, sign_in
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain.rules.access import EVERYWHERE, Grant, Role

NEW = "ten hares under a hedge"
TOWNSHIPS = Grant(Role.COORDINATOR, TOWNSHIP)


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    with visiting(open_office(database_url), BEGIN, tmp_path / "spool") as someone:
        make_login(someone, "wang", [TOWNSHIPS], person=TOWNSHIP_DESK)
        sign_in(someone, "wang")
        yield someone


def change(visitor: Visitor, old: str = SECRET, new: str = NEW, again: str = NEW) -> str:
    """What the page says after a try to change the password."""
    return words_of(visitor.post("/console/me/password", {"old": old, "password": new, "again": again}))


def turn_codes_on(visitor: Visitor) -> str:
    """Set one-time codes up as a person would; their secret."""
    page = visitor.post("/console/me/codes", {"do": "begin"}).text
    secret = re.sub(" ", "", unescape(re.findall(r'<code class="secret">(.*?)</code>', page)[0]))
    ticket = re.findall(r'name="ticket" value="(.*?)"', page)[0]
    code = pyotp.TOTP(secret).at(visitor.clock.moment)
    visitor.post("/console/me/codes", {"do": "confirm", "ticket": ticket, "code": code})
    return secret


def make_token(visitor: Visitor, unit: str = TOWNSHIP, **changes: str) -> str:
    """The page after a token was asked for."""
    asked = {"name": "月报", "role": "coordinator", "unit": unit, "days": "30"} | changes
    return visitor.post("/console/me/tokens", asked).text


def test_the_old_password_is_asked_before_a_new_one_counts(visitor: Visitor) -> None:
    assert "现在的密码不对" in change(visitor, old="wrong one entirely")
    assert "不一样" in change(visitor, again="another one here")
    assert "密码太短" in change(visitor, new="short", again="short")
    assert "密码已更换" in change(visitor)
    assert sign_in(fresh(visitor), "wang").status_code == 422
    assert sign_in(fresh(visitor), "wang", NEW).status_code == 200


def test_a_new_password_ends_what_was_signed_in_elsewhere_but_not_here(visitor: Visitor) -> None:
    elsewhere = fresh(visitor)
    sign_in(elsewhere, "wang")
    change(visitor)
    assert heading_of(visitor.get("/console/me")).startswith("我的账号")
    assert heading_of(elsewhere.get("/console/me")) == "登录"


def test_whoever_finds_an_open_screen_cannot_try_passwords_for_ever(visitor: Visitor) -> None:
    for _ in range(10):
        change(visitor, old="guessing again")
    assert "试错次数太多" in change(visitor)


def test_the_language_changes_at_once(visitor: Visitor) -> None:
    page = visitor.post("/console/me/language", {"language": "en"})
    assert "The language is changed." in words_of(page)
    assert visitor.post("/console/me/language", {"language": "tlh"}).status_code == 422


def test_one_time_codes_count_only_once_a_first_one_was_right(visitor: Visitor) -> None:
    page = visitor.post("/console/me/codes", {"do": "begin"})
    assert "<svg" in page.text
    assert "style=" not in page.text
    ticket = re.findall(r'name="ticket" value="(.*?)"', page.text)[0]
    wrong = visitor.post("/console/me/codes", {"do": "confirm", "ticket": ticket, "code": "000000"})
    assert (wrong.status_code, "数字不对" in words_of(wrong)) == (422, True)
    assert sign_in(fresh(visitor), "wang").url.path == "/console"
    secret = turn_codes_on(visitor)
    asked = sign_in(fresh(visitor), "wang")
    assert heading_of(asked) == "动态验证码"
    visitor.clock.moment += days(1)
    other = fresh(visitor)
    ticket = re.findall(r'name="ticket" value="(.*?)"', sign_in(other, "wang").text)[0]
    code = pyotp.TOTP(secret).at(visitor.clock.moment)
    assert other.post("/sign-in/code", {"ticket": ticket, "code": code}).url.path == "/console"


def test_a_secret_shown_to_one_person_cannot_be_confirmed_by_another(visitor: Visitor) -> None:
    page = visitor.post("/console/me/codes", {"do": "begin"}).text
    ticket = re.findall(r'name="ticket" value="(.*?)"', page)[0]
    other = as_role(fresh(visitor), Role.AUDITOR)
    assert "重新开始" in words_of(other.post("/console/me/codes", {"do": "confirm", "ticket": ticket, "code": "1"}))


def test_one_time_codes_are_switched_off_with_the_password(visitor: Visitor) -> None:
    turn_codes_on(visitor)
    assert "现在的密码不对" in words_of(visitor.post("/console/me/codes", {"do": "off", "old": "not this one"}))
    assert "动态验证码已关闭" in words_of(visitor.post("/console/me/codes", {"do": "off", "old": SECRET}))
    assert sign_in(fresh(visitor), "wang").url.path == "/console"


def test_a_token_is_shown_once_and_lets_a_program_in_until_it_is_taken_back(visitor: Visitor) -> None:
    secret = re.findall(r"swt_[\w-]+", make_token(visitor))[0]
    assert secret not in visitor.get("/console/me").text
    asked = fresh(visitor)
    assert asked.get("/api/v1/today", headers=bearer(secret)).status_code == 200
    assert "2026-09-01 09:00" in words_of(visitor.get("/console/me")).split("最近使用")[1]
    assert "令牌已撤销" in words_of(visitor.post("/console/me/tokens", {"revoke": "1"}))
    assert asked.get("/api/v1/today", headers=bearer(secret)).status_code == 401


def test_a_token_for_more_than_ones_own_is_not_given(visitor: Visitor) -> None:
    for unit in (COUNTY, EVERYWHERE, "371321101", "nowhere"):
        assert "超出您自己的范围" in make_token(visitor, unit)
    assert "超出您自己的范围" in make_token(visitor, role="admin")
    assert "swt_" in make_token(visitor, "371302001-2d7dad2b")


def test_every_mistake_about_a_token_is_told_at_once_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    page = make_token(visitor, name=" ", days="366", role="king")
    for words in ("请写明令牌的用途", "1 至 365 天", "请选择一个角色", f'value="{TOWNSHIP}"'):
        assert words in page


def test_nobody_takes_somebody_elses_token_back(visitor: Visitor) -> None:
    make_token(visitor)
    other = as_role(fresh(visitor), Role.AUDITOR)
    before = everything(visitor.store)["api_token"]
    for number in ("1", "99", "x", "²"):
        assert other.post("/console/me/tokens", {"revoke": number}).status_code == 404
    assert everything(visitor.store)["api_token"] == before


def test_signing_out_everywhere_ends_every_session(visitor: Visitor) -> None:
    elsewhere = fresh(visitor)
    sign_in(elsewhere, "wang")
    assert words_of(visitor.get("/console/me")).count("09:00 登录") == 2
    assert heading_of(visitor.post("/console/me/sign-out")) == "登录"
    assert heading_of(elsewhere.get("/console/me")) == "登录"


@pytest.mark.parametrize("role", Role)
def test_every_role_has_an_account_page(visitor: Visitor, role: Role) -> None:
    page = as_role(fresh(visitor), role, person=TOWNSHIP_DESK, language="en").get("/console/me")
    assert heading_of(page).startswith("My account")


def test_the_page_asks_the_database_little_however_many_tokens_there_are(visitor: Visitor) -> None:
    for _ in range(20):
        make_token(visitor)
    assert "最多可以有 20 个令牌" in make_token(visitor)
    with statements(visitor.store) as asked:
        visitor.get("/console/me")
    assert len(asked) <= 10
