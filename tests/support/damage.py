"""A database damaged in one way at a time, in a transaction that is undone afterwards."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from support.past import Past

from domain.case import fold
from domain.facts import Fact, stored_name, version_of, write_fact
from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.journal import journal_of
from domain.store.rows import write_state
from domain.store.store import Store

Fields = dict[str, Any]
Damage = Callable[[Connection, Past], None]

DAMAGES: Final[dict[str, tuple[Damage, Kind]]] = {}
"""Ways to damage the database that was lived in (``support.past``), and what the audit must call each."""


def damage(kind: Kind) -> Callable[[Damage], Damage]:
    """Keep a way to damage the database under its name."""

    def keep(function: Damage) -> Damage:
        DAMAGES[function.__name__] = (function, kind)
        return function

    return keep


@contextmanager
def undone(store: Store) -> Iterator[Connection]:
    """A connection whose changes are gone at the end."""
    with store.engine.connect() as connection:
        yield connection
        connection.rollback()


def rows_of(connection: Connection, name: str) -> list[Any]:
    """The journal's rows of one kind of fact, oldest case first."""
    statement = select(t.journal).where(t.journal.c.name == name)
    return list(connection.execute(statement.order_by(t.journal.c.case, t.journal.c.position)))


def a_fact(connection: Connection, name: str, when: Callable[[Fields], bool] = lambda _: True) -> Any:
    """The first row of a kind of fact whose body fits."""
    return next(row for row in rows_of(connection, name) if when(json.loads(row.body)))


def last_fact(connection: Connection, name: str, when: Callable[[Fields], bool] = lambda _: True) -> Any:
    """The last row of a kind of fact whose body fits."""
    return [row for row in rows_of(connection, name) if when(json.loads(row.body))][-1]


def rewrite(connection: Connection, row: Any, **columns: Any) -> None:
    """Change columns of a journal row."""
    connection.execute(update(t.journal).where(_is(row)).values(**columns))


def rewrite_body(connection: Connection, row: Any, **fields: Any) -> None:
    """Change fields of the fact a journal row holds."""
    rewrite(connection, row, body=json.dumps(json.loads(row.body) | fields))


def tear_out(connection: Connection, row: Any) -> None:
    """Delete a journal row."""
    connection.execute(delete(t.journal).where(_is(row)))


def forge(connection: Connection, case: str, fact: Fact) -> None:
    """Write a fact after the last one of a case, as true at that one's moment."""
    last = connection.execute(
        select(t.journal).where(t.journal.c.case == case).order_by(t.journal.c.position.desc()).limit(1)
    ).one()
    name = stored_name(fact)
    row = dict(last._mapping) | {
        "position": last.position + 1, "name": name, "version": version_of(name), "body": write_fact(fact),
    }  # fmt: skip
    connection.execute(insert(t.journal).values(**row))


def refold(connection: Connection, case: str) -> None:
    """Make the snapshot what the damaged journal says."""
    state = fold(journal_of(connection, case))  # type: ignore[arg-type]
    connection.execute(
        update(t.snapshot).where(t.snapshot.c.case == case).values(
            position=state.position, stage=state.stage.value, risk=state.risk, state=write_state(state)
        )
    )  # fmt: skip


def change_state(connection: Connection, case: str, **fields: Any) -> None:
    """Change fields inside a snapshot's state."""
    state = connection.scalar(select(t.snapshot.c.state).where(t.snapshot.c.case == case))
    changed = json.dumps(json.loads(state or "{}") | fields)
    connection.execute(update(t.snapshot).where(t.snapshot.c.case == case).values(state=changed))


def a_notice(connection: Connection, **columns: Any) -> Any:
    """The last notice with these values whose nudge carries others too (or that is in none)."""
    crowded = select(t.notice.c.nudge).group_by(t.notice.c.nudge).having(func.count() > 1)
    statement = select(t.notice).where(
        and_(*(t.notice.c[name] == value for name, value in columns.items())),
        t.notice.c.nudge.is_(None) | t.notice.c.nudge.in_(crowded),
    )
    return connection.execute(statement.order_by(t.notice.c.id.desc()).limit(1)).one()


def _is(row: Any) -> Any:
    return (t.journal.c.case == row.case) & (t.journal.c.position == row.position)
