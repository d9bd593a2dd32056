"""One act of several writes: what was read of the office in it holds afterwards only if the act itself does."""

import pytest
from sqlalchemy import Connection
from support.office import TOWNSHIP, ZHOU, open_office

from domain.ids import PersonId, UnitId
from domain.rules.refusals import Reason, Refusal
from domain.store.acting import in_one_act
from domain.store.engine import reading
from domain.store.offices import office
from domain.store.store import Store
from domain.store.units import seat


@pytest.fixture
def store(database_url: str) -> Store:
    """The small office."""
    return open_office(database_url)


def seated(store: Store, *, then: Refusal | None = None) -> None:
    """Put Zhou at the township's desk and look at it at once."""

    def act(connection: Connection) -> None:
        seat(connection, TOWNSHIP, ZHOU)
        assert ZHOU in office(connection, store).desks[TOWNSHIP]
        if then is not None:
            raise then

    in_one_act(store, act)


def people_at(store: Store, unit: UnitId) -> tuple[PersonId, ...]:
    """Who sits there now."""
    with reading(store.engine) as connection:
        return office(connection, store).desks[unit]


def test_a_desk_filled_in_a_refused_act_is_as_it_was(store: Store) -> None:
    with pytest.raises(Refusal):
        seated(store, then=Refusal(Reason.HELPER_FULL))
    assert ZHOU not in people_at(store, TOWNSHIP)


def test_a_desk_filled_in_an_act_stays_filled_and_the_tree_is_not_read_again(store: Store) -> None:
    seated(store)
    known = next(iter(store.offices.values()))
    assert ZHOU in people_at(store, TOWNSHIP)
    assert next(iter(store.offices.values())) is known
