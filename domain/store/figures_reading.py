"""The one pass over the journal that all figures come from: a few cases at a time, however many there are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, literal_column, not_, or_, select

from domain.facts import CaseMoved, RungReached, stored_name
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.figures_method import Methods
from domain.store.figures_walk import Books, walk
from domain.store.offices import office
from domain.store.store import Store, among
from domain.store.units import subtree

FACTS_AT_A_TIME: Final = 20_000
CASES_AT_A_TIME: Final = 500
"""About how many facts, and at most how many cases, are asked for together: what is held in memory."""


def read_books(connection: Connection, store: Store, books: Books, now: datetime, programme: str | None) -> int:
    """Fill both books from the journal; of how many cases the journal could not be read to its end."""
    methods = Methods(store, office(connection, store), books.asked.period, now)
    left_out = 0
    for cases in _batches(connection, books, programme):
        for case, rows in groupby(_facts(connection, cases), key=itemgetter(0)):
            left_out += not walk(CaseId(case), rows, books, methods)
    return left_out


def _batches(connection: Connection, books: Books, programme: str | None) -> Iterator[list[str]]:
    """The cases that may count, in order, so many at a time that their facts are not too many."""
    statement = select(t.snapshot.c.case, t.snapshot.c.position).order_by(t.snapshot.c.case)
    if programme is not None:
        statement = statement.where(t.snapshot.c.programme.startswith(f"{programme}@", autoescape=True))
    if books.asked.places.top is not None:
        below = among(connection, t.snapshot.c.unit, subtree(connection, books.asked.places.top))
        statement = statement.where(or_(below, t.snapshot.c.case.in_(_moved())))
    batch: list[str] = []
    facts = 0
    for case, position in connection.execute(statement).all():
        batch.append(case)
        facts += position
        if facts >= FACTS_AT_A_TIME or len(batch) >= CASES_AT_A_TIME:
            yield batch
            batch, facts = [], 0
    if batch:
        yield batch


def _moved() -> Any:
    """Cases that stood elsewhere once: what happened there still counts there."""
    # Written out, not as a parameter: an index over these facts alone can serve it.
    return select(t.journal.c.case).where(t.journal.c.name == literal_column(f"'{stored_name(CaseMoved)}'"))


def _counts() -> ColumnElement[bool]:
    """Everything but reminders: half of a journal, and only a rung that climbs says so in its first version."""
    reminder = and_(
        t.journal.c.name == stored_name(RungReached), t.journal.c.version == 1,
        not_(t.journal.c.body.contains('"climbed_to"', autoescape=True)),
    )  # fmt: skip
    return not_(reminder)


def _facts(connection: Connection, cases: Sequence[str]) -> Iterator[Any]:
    statement = (
        select(t.journal.c.case, t.journal.c.name, t.journal.c.version, t.journal.c.at, t.journal.c.body)
        .where(among(connection, t.journal.c.case, cases), _counts())
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    return iter(connection.execute(statement).all())
