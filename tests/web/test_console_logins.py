"""Who may sign in: admins let people in, change what they may, and can never shut everybody out."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.counting import statements
from support.office import (
    BEGIN,
    CITY,
    COUNTY,
    COUNTY_DESK,
    OTHER_COUNTY,
    OTHER_COUNTY_DESK,
    TOWNSHIP,
    TOWNSHIP_DESK,
    open_office,
)
from support.signed_in import SECRET, fresh, make_login, sign_in
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain.ids import LoginId
from domain.rules.access import EVERYWHERE, Grant, Role
from domain.store.engine import reading, writing
from domain.store.logins import all_logins, login_named, new_code_secret, set_code_secret

ADMIN = Grant(Role.ADMIN, EVERYWHERE)


@pytest.fixture
def visitor(database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    with visiting(open_office(database_url), BEGIN, tmp_path / "spool") as someone:
        make_login(someone, "boss", [ADMIN])
        sign_in(someone, "boss")
        yield someone


def add(visitor: Visitor, **given: str | list[str]) -> httpx.Response:
    """Let somebody in through the form."""
    form = {"name": "li", "person": TOWNSHIP_DESK, "language": "zh", "role": "coordinator"} | given
    return visitor.post("/console/logins", form)


def grants(visitor: Visitor, name: str) -> set[Grant]:
    """What somebody may."""
    with reading(visitor.store.engine) as connection:
        found = login_named(connection, name)
    return set(found.grants) if found else set()


def page_of(visitor: Visitor, name: str) -> str:
    """The address of somebody's page."""
    with reading(visitor.store.engine) as connection:
        found = login_named(connection, name)
    assert found is not None
    return f"/console/logins/{found.id}"


def test_an_admin_is_led_to_where_there_is_something_to_do(visitor: Visitor) -> None:
    assert visitor.get("/console").url.path == "/console/logins"


def test_a_coordinator_without_a_sign_in_is_offered_and_let_in_at_his_own_desk(visitor: Visitor) -> None:
    assert "某004 · 兰山街道" in words_of(visitor.get("/console/logins"))
    page = add(visitor)
    assert grants(visitor, "li") == {Grant(Role.COORDINATOR, TOWNSHIP)}
    assert "某004 · 兰山街道" not in words_of(page)
    address = re.findall(r"/welcome/[\w-]+", page.text)[0]
    welcomed = fresh(visitor).post(address, {"name": "li", "password": SECRET, "again": SECRET})
    assert welcomed.url.path == "/console"
    assert re.findall(r"/welcome/[\w-]+", visitor.get("/console/logins").text) == []


def test_units_are_given_by_code_or_by_name(visitor: Visitor) -> None:
    add(visitor, name="a", person="", role=["auditor", "ops"], **{"unit-auditor": f"{CITY}，兰山区"})
    assert grants(visitor, "a") == {
        Grant(Role.AUDITOR, CITY), Grant(Role.AUDITOR, COUNTY), Grant(Role.OPS, EVERYWHERE),
    }  # fmt: skip


def test_every_mistake_is_told_at_once_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    before = everything(visitor.store)["login"]
    page = add(visitor, name=" ", role=["king", "auditor"], **{"unit-auditor": "火星"})
    assert page.status_code == 422
    for words in ("请填写登录名", "没有“火星”这个单位", "请选择一个角色"):
        assert words in words_of(page)
    assert 'value="火星"' in page.text
    assert everything(visitor.store)["login"] == before


def test_a_name_that_is_taken_and_a_role_that_is_missing_are_refused_with_why(visitor: Visitor) -> None:
    assert "已经有人用了" in words_of(add(visitor, name="BOSS "))
    assert "至少选择一个角色" in words_of(add(visitor, role=[]))
    assert "请填写协调员负责的单位" in words_of(add(visitor, person=""))
    for nobody in ("", "p000000011", "p999999999"):
        assert "协调员账号须对应名册" in words_of(add(visitor, person=nobody, **{"unit-coordinator": COUNTY}))


def test_roles_change_at_once_for_who_is_signed_in(visitor: Visitor) -> None:
    make_login(visitor, "li", [Grant(Role.COORDINATOR, TOWNSHIP)], person=TOWNSHIP_DESK)
    other = fresh(visitor)
    assert heading_of(sign_in(other, "li")).startswith("今日")
    page = visitor.post(page_of(visitor, "li"), {"do": "roles", "role": "admin", "unit-admin": "371302"})
    assert "角色已保存" in words_of(page)
    assert other.get("/console").url.path == "/console/logins"


def test_switching_off_ends_the_session_and_switching_on_lets_in_again(visitor: Visitor) -> None:
    make_login(visitor, "li", [Grant(Role.AUDITOR, COUNTY)])
    other = fresh(visitor)
    sign_in(other, "li")
    assert "账号已停用" in words_of(visitor.post(page_of(visitor, "li"), {"do": "off"}))
    assert heading_of(other.get("/console")) == "登录"
    assert sign_in(other, "li").status_code == 422
    assert "账号已恢复" in words_of(visitor.post(page_of(visitor, "li"), {"do": "on"}))
    assert sign_in(other, "li").url.path == "/console"


def test_the_last_admin_can_neither_go_nor_give_the_role_up(visitor: Visitor) -> None:
    mine = page_of(visitor, "boss")
    add(visitor, name="never-signed-in", person="", role="admin")
    make_login(visitor, "county", [Grant(Role.ADMIN, COUNTY)])
    for asked in ({"do": "off"}, {"do": "roles", "role": "auditor"}):
        refused = visitor.post(mine, asked)
        assert (refused.status_code, "唯一还能登录的管理员" in words_of(refused)) == (409, True)
    assert grants(visitor, "boss") == {ADMIN}
    make_login(visitor, "second", [ADMIN])
    assert visitor.post(mine, {"do": "roles", "role": ["auditor", "admin"]}).status_code == 200
    assert heading_of(visitor.post(mine, {"do": "off"})) == "登录"


def test_a_lost_telephone_is_no_disaster(visitor: Visitor) -> None:
    login = make_login(visitor, "li", [Grant(Role.AUDITOR, COUNTY)])
    with writing(visitor.store.engine) as connection:
        set_code_secret(connection, visitor.store.seal, login, new_code_secret())
    assert heading_of(sign_in(fresh(visitor), "li")) == "动态验证码"
    assert "动态验证码已关闭" in words_of(visitor.post(page_of(visitor, "li"), {"do": "no-codes"}))
    assert sign_in(fresh(visitor), "li").url.path == "/console"


def test_who_has_forgotten_the_password_gets_an_address(visitor: Visitor) -> None:
    make_login(visitor, "li", [Grant(Role.AUDITOR, COUNTY)])
    page = visitor.post(page_of(visitor, "li"), {"do": "address"})
    address = re.findall(r"/welcome/[\w-]+", page.text)[0]
    answer = {"name": "li", "password": "a brand new password", "again": "a brand new password"}
    assert fresh(visitor).post(address, answer).url.path == "/console"


def test_an_admin_of_one_county_gives_nothing_beyond_it_and_sees_nobody_beyond_it(visitor: Visitor) -> None:
    make_login(visitor, "county-admin", [Grant(Role.ADMIN, COUNTY)])
    make_login(visitor, "there", [Grant(Role.COORDINATOR, OTHER_COUNTY)], person=OTHER_COUNTY_DESK)
    make_login(visitor, "here", [Grant(Role.COORDINATOR, COUNTY)], person=COUNTY_DESK)
    local = fresh(visitor)
    sign_in(local, "county-admin")
    said = words_of(local.get("/console/logins"))
    assert ("here" in said, "there" in said, "boss" in said) == (True, False, False)
    assert "某003" not in said
    before = everything(visitor.store)
    for name in ("there", "boss"):
        for asked in ({"do": "off"}, {"do": "address"}, {"do": "no-codes"}, {"do": "roles", "role": "ops"}):
            assert local.post(page_of(visitor, name), asked).status_code == 404
    for unit in (OTHER_COUNTY, CITY, ""):
        refused = add(local, name="x", person="", role="auditor", **{"unit-auditor": unit})
        assert (refused.status_code, "超出您自己的范围" in words_of(refused)) == (409, True)
    assert add(local, name="x", person=OTHER_COUNTY_DESK, **{"unit-coordinator": COUNTY}).status_code == 409
    assert everything(visitor.store) == before


def test_the_list_asks_the_database_little_however_long_it_is(visitor: Visitor) -> None:
    with writing(visitor.store.engine) as connection:
        assert len(all_logins(connection)) == 1
    for number in range(3):
        make_login(visitor, f"a{number}", [Grant(Role.AUDITOR, COUNTY)])
    with statements(visitor.store) as asked:
        visitor.get("/console/logins")
    assert len(asked) <= 10
    assert visitor.get(f"/console/logins/{LoginId('u999999999')}").status_code == 404
