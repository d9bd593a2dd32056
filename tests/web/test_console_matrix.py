"""Every role × every place × every address: who may is let in, who may not sees nothing and changes nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.matrix import MARKS, NOW, Address, Place, Visiting, addresses, answered, come, open_township
from support.matrix import undeclared as without_a_right
from support.matrix import unknown_kinds as unknown
from support.programmes import LINYI, linyi
from support.site import everything, visiting

from domain.calendar import Calendar
from domain.rules.access import Role
from domain.store.engine import open_engine
from domain.store.sealing import Seal
from domain.store.store import Store
from web.app import application
from web.site import Site


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("township")
    open_township(folder).engine.dispose()
    return folder / "shouwang.sqlite"


@pytest.fixture
def store(township: Path, tmp_path: Path) -> Iterator[Store]:
    copied = shutil.copy(township, tmp_path / "shouwang.sqlite")
    seal = Seal(b"a key for tests, thirty-two long")
    opened = Store(open_engine(f"sqlite:///{copied}"), {LINYI: linyi()}, Calendar(), seal)
    yield opened
    opened.engine.dispose()


def routes(site: Site) -> list[Address]:
    """Every address of console and API."""
    found = addresses(application(site))
    assert {each.program for each in found} == {True, False}
    return found


def test_every_address_says_which_right_it_takes(store: Store) -> None:
    with visiting(store, NOW) as visitor:
        app = application(visitor.site)
        assert without_a_right(app) == []
        assert unknown(app) == set(), "say in tests/support/matrix.py what this is"


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("role", Role)
def test_whoever_may_not_is_refused_sees_nothing_and_changes_nothing(
    store: Store, tmp_path: Path, role: Role, place: Place
) -> None:
    with visiting(store, NOW, tmp_path / "spool") as visitor:
        who = come(store, role, place)
        client = httpx.Client(base_url=visitor.address, trust_env=False)
        all_of_them = routes(visitor.site)
        refused = [each for each in all_of_them if not is_let_in(who, each)]
        assert refusals(client, who, refused) == []
        welcome = (welcomed(client, who, each) for each in all_of_them if is_let_in(who, each))
        assert [each for each in welcome if each] == []


def is_let_in(who: Visiting, address: Address) -> bool:
    """Whether somebody may open an address about what stands in the township."""
    known = who.is_over_it or not address.about_a_unit
    return who.may(address) and known and not address.about_somebodys_own


def refusals(client: httpx.Client, who: Visiting, refused: list[Address]) -> list[str]:
    """What is wrong with how these were refused; together they must not have changed a single row."""
    cookie, wrong = who.session(), []
    for address in refused:
        # A token is noted as used once a minute; that is no change of what is kept.
        answered(client, address, who, cookie)
    before = everything(who.store)
    for address in refused:
        status, said = answered(client, address, who, cookie)
        expected = {404} if who.may(address) else {204} if address.path == "/console/live" else {403}
        if address.path == "/console" and not who.may(address):
            expected = {303}
        if status not in expected or any(mark in said for mark in MARKS):
            wrong.append(f"{address.method} {address.path}: {status}, {[mark for mark in MARKS if mark in said]}")
    return wrong if everything(who.store) == before else [*wrong, "something was changed"]


def welcomed(client: httpx.Client, who: Visiting, address: Address) -> str:
    """What is wrong with how somebody was let in: refused, broken, or told of what is elsewhere."""
    before = everything(who.store) if address.method == "POST" and not who.is_over_it else None
    status, said = answered(client, address, who, who.session())
    if before is not None and changed_elsewhere(before, everything(who.store)):
        return f"{address.method} {address.path} changed what stands elsewhere"
    seen = [] if who.is_over_it else [mark for mark in MARKS if mark in said]
    # A form may name what is elsewhere, which then is not there; and the form of one page is nonsense to another.
    refused = {401, 403, 500} if address.method == "POST" and not address.program else {401, 403, 404, 422, 500}
    return f"{address.method} {address.path}: {status} {seen}" if status in refused or seen else ""


def changed_elsewhere(before: object, after: object) -> bool:
    """Whether something of the case itself was changed; one's own account may be."""
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    return any(before[name] != after[name] for name in ("journal", "snapshot", "diary", "tie", "nudge", "notice"))


def test_who_has_not_signed_in_is_let_in_nowhere(store: Store) -> None:
    with visiting(store, NOW) as visitor, httpx.Client(base_url=visitor.address, trust_env=False) as client:
        for address in routes(visitor.site):
            status = client.request(address.method, address.filled()).status_code
            code_asks = address.program or address.path.startswith("/console/flows")
            expected = 401 if code_asks else 204 if address.path == "/console/live" else 303
            assert (address.path, status) == (address.path, expected)
