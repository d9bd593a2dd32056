"""Sabotage: a good database damaged in one way, and the audit names exactly that: the breach, the case, the duty."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from support import damages_duties, damages_journal, damages_ladders, damages_telling
from support.damage import DAMAGES, undone
from support.databases import postgres_database
from support.past import NOW, Past, live_through, open_lived_office

from domain.store.audit import Kind, audit
from domain.store.store import Store
from domain.words import LANGUAGES

WAYS = (damages_journal, damages_duties, damages_ladders, damages_telling)
ELSEWHERE = frozenset({
    Kind.PROGRAMME_UNKNOWN, Kind.NO_NEXT_MOMENT, Kind.ROUND_BEHIND, Kind.NOBODY_ANSWERS, Kind.NOTHING_OWED,
    Kind.NOTICES_WAIT, Kind.ROLE_UNFILLED,
})  # fmt: skip
"""What test_audit.py brings about by other means than damage (a file that is gone, an empty office, time), and
test_sabotage_teams.py where several people fill several roles."""


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Past]]:
    """A hundred days of an office, made once: each test damages them in a transaction that is undone."""
    if request.param == "sqlite":
        store = open_lived_office(f"sqlite:///{tmp_path_factory.mktemp('sabotage') / 'lived.sqlite'}")
        yield store, live_through(store)
        return
    with postgres_database(request.getfixturevalue("postgres_port")) as url:
        store = open_lived_office(url)
        yield store, live_through(store)
        store.engine.dispose()


@pytest.mark.parametrize("name", DAMAGES)
def test_a_good_database_damaged_in_one_way_is_named_exactly_that(name: str, lived: tuple[Store, Past]) -> None:
    store, past = lived
    harm, kind = DAMAGES[name]
    with undone(store) as connection:
        struck = harm(connection, past)
        found = list(audit(connection, replace(store, offices={}), NOW))
    assert [(each.kind, each.case, each.duty) for each in found] == [(kind, struck.case, struck.duty)]
    for language in LANGUAGES:
        assert found[0].sentence(language)


def test_nothing_is_found_in_the_good_database(lived: tuple[Store, Past]) -> None:
    store, _ = lived
    with undone(store) as connection:
        assert [each.sentence("en") for each in audit(connection, store, NOW)] == []


def test_every_kind_of_finding_is_brought_about_on_purpose() -> None:
    assert all(way.__doc__ for way in WAYS)
    assert {kind for _, kind in DAMAGES.values()} | ELSEWHERE == set(Kind)
