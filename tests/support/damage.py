"""A database damaged in one way at a time, in a transaction that is undone afterwards."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from support.past import NEWER, Past
from support.programmes import LINYI, linyi

from domain.calendar import Calendar
from domain.case import Case, fold
from domain.facts import Fact, stored_name, version_of, write_fact
from domain.ids import CaseId
from domain.rules.moments import Circumstances
from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.journal import journal_of
from domain.store.offices import office
from domain.store.rows import Rows, write_state
from domain.store.saving import save
from domain.store.sealing import Seal
from domain.store.store import Store
from domain.store.tallies import recount

Fields = dict[str, Any]


class Struck(NamedTuple):
    """What was damaged: the case and the duty that the audit has to name."""

    case: str | None = None
    duty: int | None = None


Damage = Callable[[Connection, Past], Struck]

DAMAGES: Final[dict[str, tuple[Damage, Kind]]] = {}
"""Ways to damage the database that was lived in (``support.past``), and what the audit must call each."""


def damage(kind: Kind) -> Callable[[Damage], Damage]:
    """Keep a way to damage the database under its name."""

    def keep(function: Damage) -> Damage:
        assert function.__name__ not in DAMAGES, function.__name__
        DAMAGES[function.__name__] = (function, kind)
        return function

    return keep


@contextmanager
def undone(store: Store) -> Iterator[Connection]:
    """A connection whose changes are gone at the end."""
    with store.engine.connect() as connection:
        yield connection
        connection.rollback()


def rows_of(connection: Connection, name: str, case: str | None = None) -> list[Any]:
    """The journal's rows of one kind of fact, oldest case first; of one case alone where it is named."""
    statement = select(t.journal).where(t.journal.c.name == name)
    if case is not None:
        statement = statement.where(t.journal.c.case == case)
    return list(connection.execute(statement.order_by(t.journal.c.case, t.journal.c.position)))


def a_fact(
    connection: Connection, name: str, when: Callable[[Fields], bool] = lambda _: True, case: str | None = None
) -> Any:
    """The first row of a kind of fact whose body fits."""
    return next(row for row in rows_of(connection, name, case) if when(said(row)))


def last_fact(
    connection: Connection, name: str, when: Callable[[Fields], bool] = lambda _: True, case: str | None = None
) -> Any:
    """The last row of a kind of fact whose body fits."""
    return [row for row in rows_of(connection, name, case) if when(said(row))][-1]


def said(row: Any) -> Fields:
    """What the fact of a journal row says."""
    found: Fields = json.loads(row.body)
    return found


def struck(row: Any) -> Struck:
    """The case of a journal row, and the duty its fact speaks of."""
    return Struck(row.case, said(row).get("duty"))


def rewrite(connection: Connection, row: Any, **columns: Any) -> None:
    """Change columns of a journal row."""
    connection.execute(update(t.journal).where(_is(row)).values(**columns))


def rewrite_body(connection: Connection, row: Any, **fields: Any) -> None:
    """Change fields of the fact a journal row holds."""
    body = json.dumps(said(row) | fields, ensure_ascii=False, separators=(",", ":"))
    rewrite(connection, row, body=body)


def tear_out(connection: Connection, row: Any) -> None:
    """Delete a journal row."""
    connection.execute(delete(t.journal).where(_is(row)))


def forge(connection: Connection, case: str, fact: Fact) -> None:
    """Write a fact after the last one of a case, as true from the moment that one was written."""
    last = _last_row(connection, case)
    name = stored_name(fact)
    row = dict(last._mapping) | {
        "position": last.position + 1, "name": name, "version": version_of(name), "body": write_fact(fact),
        "at": last.recorded_at,
    }  # fmt: skip
    connection.execute(insert(t.journal).values(**row))


def write_again(connection: Connection, row: Any) -> None:
    """Write a row of the journal once more, after the last one of its case."""
    last = _last_row(connection, row.case)
    moments = {"at": last.recorded_at, "recorded_at": last.recorded_at}
    connection.execute(insert(t.journal).values(**dict(row._mapping) | moments | {"position": last.position + 1}))


def _last_row(connection: Connection, case: str) -> Any:
    newest = select(t.journal).where(t.journal.c.case == case).order_by(t.journal.c.position.desc()).limit(1)
    return connection.execute(newest).one()


def folded(connection: Connection, case: str) -> Case:
    """The case that the damaged journal makes."""
    return fold(journal_of(connection, CaseId(case)))


def refold(connection: Connection, case: str) -> None:
    """Make the snapshot what the damaged journal says."""
    state = folded(connection, case)
    connection.execute(
        update(t.snapshot).where(t.snapshot.c.case == case).values(
            position=state.position, stage=state.stage.value, risk=state.risk, tied=len(state.ties),
            state=write_state(state),
        )
    )  # fmt: skip
    recount(connection)


def refold_all(connection: Connection, case: str) -> None:
    """Make the snapshot and the diary what the damaged journal says."""
    refold(connection, case)
    programmes = {LINYI: linyi(), NEWER: linyi().model_copy(update={"version": 2})}
    store = Store(connection.engine, programmes, Calendar(), Seal(bytes(32)))
    state, rows = folded(connection, case), Rows("")
    around = Circumstances(programmes[state.programme], store.calendar, office(connection, store), programmes)
    rows.reckon_anew(state, around)
    save(connection, rows)


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
