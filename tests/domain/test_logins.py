"""Sign-ins in the database: passwords, one-time codes, sessions, addresses that are good once."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select
from support.office import BEGIN, TOWNSHIP, TOWNSHIP_DESK, open_office

from domain.ids import LoginId
from domain.rules.access import Grant, Role
from domain.store import logins, sessions
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.store import Store

SECRET = "nine rabbits on a hill"
HER_ROLE = Grant(Role.COORDINATOR, TOWNSHIP)


@pytest.fixture
def store(database_url: str) -> Store:
    return open_office(database_url)


@pytest.fixture
def wang(store: Store) -> LoginId:
    with writing(store.engine) as connection:
        login = logins.add_login(connection, "  Wang ", [HER_ROLE], BEGIN, person=TOWNSHIP_DESK)
        logins.set_password(connection, login, SECRET)
    return login


def knows(store: Store, name: str, password: str) -> bool:
    with reading(store.engine) as connection:
        return logins.knows_password(connection, logins.login_named(connection, name), password)


def signed_in(store: Store, secret: str, after: timedelta = timedelta()) -> sessions.Session | None:
    with reading(store.engine) as connection:
        return sessions.session_of(connection, store.seal, secret, BEGIN + after)


def begin(store: Store, login: LoginId) -> str:
    with writing(store.engine) as connection:
        return sessions.begin_session(connection, store.seal, login, BEGIN)


def test_a_name_is_the_same_in_capitals_and_with_blanks(store: Store, wang: LoginId) -> None:
    assert knows(store, "WANG", SECRET)
    assert not knows(store, "wang", SECRET.upper())
    assert not knows(store, "nobody", SECRET)
    with pytest.raises(logins.NameTaken), writing(store.engine) as connection:
        logins.add_login(connection, "wANG", [], BEGIN)


def test_no_password_and_no_cookie_can_be_read_back_from_the_database(store: Store, wang: LoginId) -> None:
    secret = begin(store, wang)
    with reading(store.engine) as connection:
        rows = [*connection.execute(select(t.login)), *connection.execute(select(t.session))]
    assert SECRET not in str(rows)
    assert secret not in str(rows)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_weak_password_is_refused(store: Store, wang: LoginId, password: str) -> None:
    with pytest.raises(logins.WeakPassword), writing(store.engine) as connection:
        logins.set_password(connection, wang, password)
    assert knows(store, "wang", SECRET)


def test_a_new_password_ends_what_was_signed_in_with_the_old_one(store: Store, wang: LoginId) -> None:
    secret = begin(store, wang)
    with writing(store.engine) as connection:
        logins.set_password(connection, wang, SECRET + "!")
    assert signed_in(store, secret) is None


def test_a_session_ends_when_nobody_is_there_and_at_the_latest_after_a_working_day(store: Store, wang: LoginId) -> None:
    secret = begin(store, wang)
    assert signed_in(store, secret, sessions.IDLE - timedelta(seconds=1))
    assert signed_in(store, secret, sessions.IDLE) is None
    with writing(store.engine) as connection:
        session = sessions.session_of(connection, store.seal, secret, BEGIN)
        assert session is not None
        sessions.touch(connection, session, BEGIN + sessions.LONGEST - timedelta(minutes=1))
    assert signed_in(store, secret, sessions.LONGEST - timedelta(seconds=1))
    assert signed_in(store, secret, sessions.LONGEST) is None


def test_what_somebody_may_changes_at_once_and_switched_off_means_signed_out(store: Store, wang: LoginId) -> None:
    secret = begin(store, wang)
    with writing(store.engine) as connection:
        logins.set_grants(connection, wang, [Grant(Role.AUDITOR, TOWNSHIP)])
    session = signed_in(store, secret)
    assert session is not None
    assert session.viewer.roles == {Role.AUDITOR}
    with writing(store.engine) as connection:
        logins.set_active(connection, wang, active=False)
    assert signed_in(store, secret) is None
    assert not knows(store, "wang", SECRET)


def test_a_one_time_code_is_good_once_and_for_a_minute(store: Store, wang: LoginId) -> None:
    secret = logins.new_code_secret()
    code = pyotp.TOTP(secret).at(BEGIN)
    with writing(store.engine) as connection:
        logins.set_code_secret(connection, store.seal, wang, secret)
        assert not logins.take_code(connection, store.seal, wang, "000000", BEGIN)
        assert not logins.take_code(connection, store.seal, wang, code, BEGIN + timedelta(minutes=2))
        assert logins.take_code(connection, store.seal, wang, f"{code[:3]} {code[3:]}", BEGIN)
        assert not logins.take_code(connection, store.seal, wang, code, BEGIN)


def test_an_address_that_is_good_once_is_good_once(store: Store, wang: LoginId) -> None:
    with writing(store.engine) as connection:
        first = sessions.invite(connection, store.seal, wang, BEGIN)
        second = sessions.invite(connection, store.seal, wang, BEGIN)
        assert sessions.invited(connection, store.seal, first, BEGIN) is None
        assert sessions.invited(connection, store.seal, second, BEGIN) == sessions.Invited(wang)
        assert sessions.invited(connection, store.seal, second, BEGIN + sessions.INVITED_FOR) is None
        assert sessions.use_up(connection, store.seal, second)
        assert not sessions.use_up(connection, store.seal, second)
