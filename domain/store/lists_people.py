"""Who is there, by ids: helpers with their papers and room, kinds of people; never a name."""

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.ids import PersonId, UnitId
from domain.store import tables as t
from domain.store.lists_overdue import within
from domain.store.offices import read_papers
from domain.store.sealing import CannotUnseal
from domain.store.store import Store, among


class HelperLine(NamedTuple):
    """One helper. ``papers``: until when each is valid (nothing: for good); ``serves_until``: the last day, if set."""

    person: PersonId
    kind: str
    unit: UnitId
    sex: str
    load: int
    capacity: int
    serving: bool
    skills: tuple[str, ...]
    papers: dict[str, date | None]
    serves_until: date | None


def helpers(connection: Connection, unit: UnitId | None = None) -> list[HelperLine]:
    """The helpers of a unit and below it, or all, by unit and id."""
    statement = select(t.helper).where(*within(connection, t.helper.c.unit, unit))
    return [
        HelperLine(
            row.person, row.kind, row.unit, row.sex, row.load, row.capacity, row.serving,
            tuple(json.loads(row.skills)), read_papers(row.papers),
            date.fromisoformat(row.serves_until) if row.serves_until else None,
        )
        for row in connection.execute(statement.order_by(t.helper.c.unit, t.helper.c.person))
    ]  # fmt: skip


def kinds_of(connection: Connection, people: Sequence[PersonId]) -> dict[PersonId, str]:
    """What each of these people is (child, volunteer, …); strangers are left out."""
    rows = connection.execute(select(t.person.c.id, t.person.c.kind).where(among(connection, t.person.c.id, people)))
    return {row.id: row.kind for row in rows}


def check_key(connection: Connection, store: Store) -> None:
    """CannotUnseal when the master key is not the one that people here were sealed with."""
    statement = select(t.person).where(t.person.c.data_key.is_not(None)).order_by(t.person.c.id).limit(1)
    row = connection.execute(statement).one_or_none()
    if row is not None and not store.seal.unseal(row.data_key, row.sealed, f"person/sealed/{row.id}"):
        raise CannotUnseal(row.id)
