"""Signing in at the office's own identity provider: whom it vouches for comes in, and no lie, copy or leftover does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from peers.oidc import CLIENT, SECRET, Peer, provider
from pydantic import ValidationError
from support.office import BEGIN, COUNTY, open_office
from support.signed_in import fresh, make_login
from support.site import Visitor, everything, heading_of, visiting, words_of

from domain.ids import LoginId
from domain.rules.access import Grant, Role
from domain.settings import Settings
from domain.store.engine import reading, writing
from domain.store.logins import add_login, login_named, new_code_secret, set_active, set_code_secret, set_subject

SCREEN = {"preferred_username": "li.na"}


@dataclass
class Office:
    """Somebody before the console of an office that has a provider."""

    visitor: Visitor
    peer: Peer

    def come(self, path: str = "/sign-in/oidc?next=/console/me") -> httpx.Response:
        """Go through the provider and back."""
        return self.visitor.get(path)

    def subject(self, name: str = "li.na") -> str | None:
        """Who it is at the provider, as it is kept."""
        with reading(self.visitor.store.engine) as connection:
            found = login_named(connection, name)
        assert found is not None
        return found.subject


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    settings = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with (
        provider(BEGIN) as peer,
        visiting(open_office(database_url), BEGIN, tmp_path / "spool", oidc_issuer=peer.issuer, **settings) as visitor,
    ):
        peer.claims = dict(SCREEN)
        yield Office(visitor, peer)


def make(office: Office, name: str = "li.na") -> LoginId:
    """A sign-in as an admin makes it, without a password yet."""
    with writing(office.visitor.store.engine) as connection:
        return add_login(connection, name, [Grant(Role.AUDITOR, COUNTY)], BEGIN)


def nobody_came_in(office: Office, came: httpx.Response, words: str) -> None:
    """The page says why, and no session has begun."""
    assert came.status_code in {400, 403}
    assert heading_of(came) == "没有登录成功"
    assert words in words_of(came)
    assert everything(office.visitor.store)["session"] == []


def test_an_office_with_a_provider_offers_it_and_one_without_does_not(office: Office, tmp_path: Path) -> None:
    assert "用单位统一认证登录" in words_of(office.visitor.get("/sign-in"))
    store = office.visitor.store
    with visiting(store, BEGIN, tmp_path) as plain:
        assert "统一认证" not in words_of(plain.get("/sign-in"))
        assert plain.get("/sign-in/oidc").status_code == 404


def test_whom_the_provider_vouches_for_comes_in_where_he_was_going_and_is_known_for_good(office: Office) -> None:
    make(office)
    assert office.come().url.path == "/console/me"
    assert office.subject() == f"{office.peer.issuer} s-1"
    office.peer.claims = {"preferred_username": "renamed-there"}
    office.visitor = fresh(office.visitor)
    assert office.come().url.path == "/console/me"


def test_a_verified_mail_address_counts_as_a_name_and_an_unverified_one_does_not(office: Office) -> None:
    make(office, "li@example.org")
    office.peer.claims = {"email": "Li@example.org", "email_verified": False}
    nobody_came_in(office, office.come(), "还没有守望的账号")
    office.peer.claims["email_verified"] = True
    assert office.come().url.path == "/console/me"


def test_nobody_comes_by_a_sign_in_that_somebody_else_has_a_password_for(office: Office) -> None:
    make_login(office.visitor, "li.na", [Grant(Role.ADMIN, COUNTY)])
    nobody_came_in(office, office.come(), "还没有守望的账号")
    assert office.subject() is None


def test_one_known_as_somebody_else_at_the_provider_is_not_taken_over(office: Office) -> None:
    login = make(office)
    with writing(office.visitor.store.engine) as connection:
        set_subject(connection, login, f"{office.peer.issuer} s-2")
    nobody_came_in(office, office.come(), "还没有守望的账号")


def test_who_was_switched_off_here_stays_out(office: Office) -> None:
    login = make(office)
    with writing(office.visitor.store.engine) as connection:
        set_subject(connection, login, f"{office.peer.issuer} s-1")
        set_active(connection, login, active=False)
    nobody_came_in(office, office.come(), "还没有守望的账号")


def test_one_time_codes_are_asked_for_here_too(office: Office) -> None:
    login, secret = make(office), new_code_secret()
    with writing(office.visitor.store.engine) as connection:
        set_code_secret(connection, office.visitor.store.seal, login, secret)
    page = office.come()
    assert heading_of(page) == "动态验证码"
    ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
    code = pyotp.TOTP(secret).at(BEGIN)
    assert office.visitor.post("/sign-in/code", {"ticket": ticket, "code": code}).url.path == "/console/me"


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "somebody else"}, {"aud": [CLIENT, "other"]}, {"azp": "other"},
        {"iss": "https://evil.example"}, {"exp": int(BEGIN.timestamp()) - 61}, {"exp": None}, {"exp": "tomorrow"},
        {"iat": int(BEGIN.timestamp()) + 3600}, {"sub": None}, {"sub": "x" * 121}, {"sub": 7},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_wrong_in_any_way_lets_nobody_in(office: Office, lie: dict[str, object]) -> None:
    make(office)
    office.peer.lies = lie
    nobody_came_in(office, office.come(), "核对不上")


def test_a_token_signed_by_somebody_else_lets_nobody_in(office: Office) -> None:
    make(office)
    office.peer.signs_with = "forger"
    nobody_came_in(office, office.come(), "核对不上")


def test_a_provider_that_changes_its_key_is_still_understood(office: Office) -> None:
    make(office)
    office.come()
    office.peer.signs_with = office.peer.knows = "next"
    office.visitor = fresh(office.visitor)
    assert office.come().url.path == "/console/me"


def the_way_back(office: Office) -> str:
    """The address the provider sends somebody back to, not yet opened."""
    client = office.visitor.client
    there = client.get("/sign-in/oidc", follow_redirects=False).headers["location"]
    return httpx.get(there, trust_env=False).headers["location"]


def test_an_answer_is_good_once(office: Office) -> None:
    make(office)
    back = the_way_back(office)
    stolen = fresh(office.visitor)
    stolen.client.cookies.update(office.visitor.client.cookies)
    assert office.visitor.get(back).status_code == 200
    assert heading_of(office.visitor.get(back)) == "没有登录成功"
    assert "已经用过" in words_of(stolen.get(back))


def test_an_answer_is_good_only_in_the_browser_that_asked(office: Office) -> None:
    make(office)
    nobody_came_in(office, fresh(office.visitor).get(the_way_back(office)), "核对不上")


def test_an_answer_to_another_question_lets_nobody_in(office: Office) -> None:
    make(office)
    first = the_way_back(office)
    the_way_back(office)
    nobody_came_in(office, office.visitor.get(first), "核对不上")


def test_a_code_is_worth_nothing_without_the_verifier_that_only_the_browser_has(office: Office) -> None:
    make(office)
    code = parse_qs(urlsplit(the_way_back(office)).query)["code"][0]
    given = {"grant_type": "authorization_code", "code": code, "client_secret": SECRET, "code_verifier": "guessed"}
    assert httpx.post(f"{office.peer.issuer}/token", data=given, trust_env=False).status_code == 400


def test_whoever_takes_too_long_begins_anew(office: Office) -> None:
    make(office)
    back = the_way_back(office)
    office.visitor.clock.moment += timedelta(minutes=10)
    nobody_came_in(office, office.visitor.get(back), "过期")


def test_a_provider_that_says_no_or_is_away_is_told_of_in_words(office: Office) -> None:
    make(office)
    office.peer.refuses = True
    nobody_came_in(office, office.come(), "没有同意这次登录")


def test_a_provider_that_calls_itself_by_another_name_is_not_believed(office: Office) -> None:
    make(office)
    office.peer.issuer = "https://evil.example"
    nobody_came_in(office, office.come(), "核对不上")


def test_an_office_whose_provider_is_away_hears_so(database_url: str, tmp_path: Path) -> None:
    away = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT}
    with visiting(open_office(database_url), BEGIN, tmp_path / "spool", **away) as visitor:
        assert "暂时连不上" in words_of(visitor.get("/sign-in/oidc"))


def test_a_provider_is_reached_by_https_or_on_this_machine_only() -> None:
    Settings(oidc_issuer="https://id.example.org")
    with pytest.raises(ValidationError):
        Settings(oidc_issuer="http://id.example.org")
