"""Signing in at the console: names, passwords, codes; what strangers can try, and what they cannot do to others."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp
import pytest
from support.office import BEGIN, TOWNSHIP, TOWNSHIP_DESK, open_office
from support.signed_in import SECRET, as_role, fresh, make_login, sign_in
from support.site import Visitor, heading_of, visiting, words_of

from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.console.signing import invite
from domain.store.engine import writing
from domain.store.logins import new_code_secret, set_code_secret
from web.attempts import MOST

HERS = [Grant(Role.COORDINATOR, TOWNSHIP)]


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    with visiting(open_office(database_url), BEGIN, tmp_path / "spool") as someone:
        yield someone


def test_whoever_has_not_signed_in_is_asked_to_and_comes_back_where_he_was_going(visitor: Visitor) -> None:
    make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK)
    asked = visitor.get("/console?x=1")
    assert heading_of(asked) == "登录"
    assert asked.url.params["next"] == "/console?x=1"
    assert sign_in(visitor, "wang", path="/console?x=1").url.query == b"x=1"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/console", "/consolex\\evil", "/a"])
def test_signing_in_never_leads_to_another_site(visitor: Visitor, elsewhere: str) -> None:
    make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK)
    assert str(sign_in(visitor, "wang", path=elsewhere).url).startswith(f"{visitor.address}/console")


def test_the_first_address_makes_the_first_sign_in_and_is_then_used_up(visitor: Visitor) -> None:
    assert "一次性的设置网址" in words_of(visitor.get("/sign-in"))
    address = f"/welcome/{invite(visitor.store, None, BEGIN)}"
    answer = {"name": "Li Na", "password": SECRET, "again": SECRET, "language": "zh"}
    assert "不一样" in words_of(visitor.post(address, {**answer, "again": "another one"}))
    assert "密码太短" in words_of(visitor.post(address, {**answer, "password": "x", "again": "x"}))
    assert visitor.post(address, answer).url.path == "/console"
    assert visitor.get(address).status_code == 410
    assert sign_in(fresh(visitor), "li na").url.path == "/console"


def test_signing_out_ends_the_session_itself_not_only_the_cookie(visitor: Visitor) -> None:
    as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK)
    cookies = dict(visitor.client.cookies)
    visitor.post("/sign-out")
    stolen = httpx.Client(base_url=visitor.address, cookies=cookies)
    assert stolen.get("/console").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK)
    data = {"name": "wang", "password": SECRET}
    cookies = visitor.client.post("/sign-in", data=data, follow_redirects=False).headers.get_list("set-cookie")
    assert cookies
    assert all("httponly" in each.lower() and "samesite=lax" in each.lower() for each in cookies)


def test_a_code_is_asked_for_after_the_password_where_one_is_set(visitor: Visitor) -> None:
    login, secret = make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK), new_code_secret()
    with writing(visitor.store.engine) as connection:
        set_code_secret(connection, visitor.store.seal, login, secret)
    asked = sign_in(visitor, "wang")
    assert heading_of(asked) == "动态验证码"
    assert visitor.get("/console").url.path == "/sign-in"
    ticket = asked.text.split('name="ticket" value="')[1].split('"')[0]
    assert "不对" in words_of(visitor.post("/sign-in/code", {"ticket": ticket, "code": "000000"}))
    code = pyotp.TOTP(secret).at(visitor.clock.moment)
    assert visitor.post("/sign-in/code", {"ticket": ticket, "code": code}).url.path == "/console"
    assert visitor.post("/sign-in/code", {"ticket": ticket + "x", "code": code}).status_code == 422


def test_guessing_makes_the_guesser_wait_and_not_the_one_whose_name_it_is(visitor: Visitor) -> None:
    make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK)
    sign_in(visitor, "wang")
    visitor.post("/sign-out")
    stranger = fresh(visitor)
    tries = [sign_in(stranger, "wang", "wrong password").status_code for _ in range(MOST + 1)]
    assert tries == [422] * MOST + [429]
    assert sign_in(stranger, "wang").status_code == 429
    assert sign_in(visitor, "wang").url.path == "/console"


def test_a_mark_of_one_name_helps_nobody_to_guess_another(visitor: Visitor) -> None:
    make_login(visitor, "wang", HERS, person=TOWNSHIP_DESK)
    make_login(visitor, "ops", [Grant(Role.OPS, EVERYWHERE)])
    sign_in(visitor, "wang")
    visitor.post("/sign-out")
    tries = [sign_in(visitor, "ops", "wrong password").status_code for _ in range(MOST + 1)]
    assert tries[-1] == 429


def test_ops_see_no_button_for_names_and_an_admin_no_case(visitor: Visitor) -> None:
    as_role(visitor, Role.OPS)
    assert "显示姓名" not in visitor.get("/console").text
    visitor.post("/sign-out")
    assert as_role(visitor, Role.COORDINATOR, TOWNSHIP, person=TOWNSHIP_DESK).get("/console").status_code == 200
    visitor.post("/sign-out")
    make_login(visitor, "admin", [Grant(Role.ADMIN, EVERYWHERE)])
    assert sign_in(visitor, "admin").status_code == 403
