"""The same plan gives the same journal, byte for byte: on either database, and however often it was stopped."""

from collections.abc import Iterator

import pytest
from support.databases import postgres_database
from support.lives import behaving, digest, empty_store, forgotten, journal, live, planned, proved

from deployments.simulate.years import Plan
from domain.store.store import Store


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A year and more in which everything happens to a handful of children."""
    busy = behaving(
        helpers={"ill": 200, "leave": 80, "urgent": 5, "troubled": 10, "asked_decline": 40},
        families={"survey_days": 20, "risk": 200, "move": 100, "leave": 30, "come_back": 300, "doubtful": 30},
        office={"pair_every": 7, "activities": 200, "away": 200}, telling={"refused": 10, "delayed": 10},
        machine={"round_every": 5, "outages": 4, "outage_days": 20},
    )  # fmt: skip
    return planned("linyi-1204@2", children=5, volunteers=14, seed=3, behaviour=busy)


@pytest.fixture(scope="module")
def lived(plan: Plan) -> Iterator[Store]:
    """That year, lived through at one go."""
    store = empty_store()
    years = live(store, plan)
    assert years.is_over
    assert proved(store, years).breaches == []
    yield store
    store.engine.dispose()


def test_everything_that_can_happen_happens_in_that_year(lived: Store) -> None:
    names = {row[2] for row in journal(lived)}
    assert {"duty-met", "duty-excused", "duty-superseded", "duty-lapsed", "duty-acknowledged", "rung-reached"} <= names
    assert {"proposal-declined", "tie-ended", "service-ending", "risk-changed", "telling-failed", "invited"} <= names
    assert {"transfer-asked", "case-moved", "case-closed", "case-reopened", "paper-renewed", "raised"} <= names


def test_postgres_holds_the_same_journal_as_sqlite(plan: Plan, lived: Store, postgres_port: int) -> None:
    with postgres_database(postgres_port) as url:
        store = empty_store(url)
        years = live(store, plan)
        assert digest(store) == digest(lived)
        assert proved(store, years).breaches == []
        store.engine.dispose()


@pytest.mark.parametrize("looks", [1, 7])
def test_stopped_and_begun_anew_again_and_again_it_is_the_same_journal(plan: Plan, lived: Store, looks: int) -> None:
    store = empty_store()
    stops = 0
    while not (years := live(store, plan, looks)).is_over:
        assert forgotten(store, years) == []
        stops += 1
    assert stops > 5
    assert digest(store) == digest(lived)
    store.engine.dispose()


def test_another_seed_is_another_journal(plan: Plan, lived: Store) -> None:
    store = empty_store()
    live(store, planned("linyi-1204@2", children=5, volunteers=14, seed=4, behaviour=plan.behaviour))
    assert digest(store) != digest(lived)
    store.engine.dispose()
