"""Cases a few at a time, by ranges of their keys: so that what goes through all of them holds few in memory."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select, true

from domain.store import tables as t

CASES_AT_A_TIME: Final = 500
FACTS_AT_A_TIME: Final = 20_000
"""Cases looked at together, and about how many facts of theirs."""

ROWS_AT_A_TIME: Final = 2_000


class Range(NamedTuple):
    """Cases after one and up to another, that one included; without ``last`` all that are left."""

    after: str | None
    last: str | None

    def of(self, table: Table) -> ColumnElement[bool]:
        """The rows of a table that belong to these cases, or to cases that are not there but would stand among them."""
        above = table.c.case > self.after if self.after is not None else true()
        return and_(above, table.c.case <= self.last) if self.last is not None else and_(above)


def ranges(connection: Connection) -> Iterator[Range]:
    """All cases that have a snapshot, in ranges that together hold every row of every table kept by case."""
    after: str | None = None
    while True:
        last = _last_of_next(connection, after)
        yield Range(after, last)
        if last is None:
            return
        after = last


def _last_of_next(connection: Connection, after: str | None) -> str | None:
    """The last case to look at together with the ones before it; nothing when all that are left fit."""
    rows = _next_cases(connection, after)
    facts = 0
    for row in rows:
        facts += row.position
        if facts >= FACTS_AT_A_TIME:
            return str(row.case)
    return str(rows[-1].case) if len(rows) == CASES_AT_A_TIME else None


def _next_cases(connection: Connection, after: str | None) -> list[Any]:
    statement = select(t.snapshot.c.case, t.snapshot.c.position).where(Range(after, None).of(t.snapshot))
    return list(connection.execute(statement.order_by(t.snapshot.c.case).limit(CASES_AT_A_TIME)))


def tuples(connection: Connection, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver gives them, plain tuples: for those read by the million, where a ``Row`` costs double.

    To be used for one range at a time: PostgreSQL's driver holds the whole answer.
    """
    cursor: Any = connection.execute(statement).cursor
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        yield from rows
