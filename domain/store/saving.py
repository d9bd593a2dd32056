"""Writing what was decided: one bulk statement per table."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Table, TextClause, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.facts import PaperRenewed
from domain.ids import CaseId, PersonId
from domain.store import tables as t
from domain.store.engine import straight
from domain.store.rows import Place, Row, Rows
from domain.store.store import among

CHANGE_SNAPSHOT: Final = (
    update(t.snapshot)
    .where(t.snapshot.c.case == bindparam("of_case"))
    .values(
        {
            name: bindparam(name)
            for name in ("position", "stage", "risk", "state", "programme", "unit", "county", "tied")
        }
    )
)
FORGET_ENTRY: Final = delete(t.diary).where(
    t.diary.c.case == bindparam("of_case"), t.diary.c.number == bindparam("of_number")
)
FORGET_CASE: Final = delete(t.diary).where(t.diary.c.case == bindparam("of_case"))
END_TIE: Final = (
    update(t.tie)
    .where(
        t.tie.c.case == bindparam("of_case"),
        t.tie.c.role == bindparam("of_role"),
        t.tie.c.person == bindparam("of_person"),
        t.tie.c.until.is_(None),
    )
    .values(until=bindparam("ended"))
)
HEAR: Final = (
    update(t.tie)
    .where(
        t.tie.c.case == bindparam("of_case"),
        t.tie.c.role == bindparam("of_role"),
        t.tie.c.person == bindparam("of_person"),
        t.tie.c.since == bindparam("begun"),
        t.tie.c.heard_at.is_(None),
    )
    .values(heard_at=bindparam("at"))
)
STAND: Final = text(
    "INSERT INTO tally (unit, programme, stage, cases) VALUES (:unit, :programme, :stage, :cases)"
    " ON CONFLICT (unit, programme, stage) DO UPDATE SET cases = tally.cases + excluded.cases"
)
BEAR: Final = (
    update(t.helper)
    .where(
        t.helper.c.person == bindparam("of_person"),
        t.helper.c.load + bindparam("change") <= t.helper.c.capacity,
    )
    .values(load=t.helper.c.load + bindparam("change"))
)
PUT_DOWN: Final = (
    update(t.helper)
    .where(t.helper.c.person == bindparam("of_person"))
    .values(load=t.helper.c.load + bindparam("change"))
)
RENEW: Final = update(t.helper).where(t.helper.c.person == bindparam("of_person")).values(papers=bindparam("papers"))
_INSERT: Final = {table.name: insert(table) for table in (t.journal, t.snapshot, t.tie, t.signal)}
"""Statements are made once: making one anew costs as much as several rows."""


class Overtaken(Exception):
    """Somebody else filled a helper's last place in the meantime."""


def save(connection: Connection, rows: Rows) -> None:
    """Everything a batch decided, in one transaction of the caller's. The journal goes first: it settles races."""
    _many(connection, _INSERT[t.journal.name], rows.journal)
    _many(connection, _INSERT[t.snapshot.name], rows.opened)
    _many(connection, CHANGE_SNAPSHOT, rows.changed)
    _many(connection, FORGET_CASE, rows.unsure)
    _many(connection, FORGET_ENTRY, _forgotten(rows))
    write(connection, t.diary, [row for row in rows.diary.values() if row is not None], replacing=True)
    write(connection, t.notice, rows.notices)
    _many(connection, _INSERT[t.tie.name], rows.ties)
    _many(connection, HEAR, rows.heard)
    _many(connection, END_TIE, rows.untied)
    _many(connection, _INSERT[t.signal.name], list(rows.signals.values()))
    _stand(connection, rows.tally)
    _bear_loads(connection, rows.load)
    _renew_papers(connection, rows.papers)


def write(connection: Connection, table: Table, rows: Sequence[Row], *, replacing: bool = False) -> None:
    """Insert rows of one form into a table: what is there already stays, or is replaced by its primary key."""
    if rows:
        _many(connection, _writing(table, tuple(rows[0]), replacing=replacing), rows)


@lru_cache
def _writing(table: Table, columns: tuple[str, ...], *, replacing: bool) -> TextClause:
    """As text: SQLAlchemy 2.0 makes a statement with a conflict clause anew every time it is carried out."""
    keys = [column.name for column in table.primary_key]
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    names, values = (", ".join(form.format(name) for name in columns) for form in ('"{}"', ":{}"))
    known = ", ".join(f'"{name}"' for name in keys)
    conflict = f"({known}) DO UPDATE SET {changed}" if replacing else "DO NOTHING"
    return text(f'INSERT INTO "{table.name}" ({names}) VALUES ({values}) ON CONFLICT {conflict}')


def upsert(connection: Connection, table: Table) -> Any:
    """Insert into a table, or replace the row of the same primary key."""
    return _upsert(connection.dialect.name, table)


@lru_cache
def _upsert(system: str, table: Table) -> Any:
    dialect = sqlite if system == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def once(connection: Connection, table: Table) -> Any:
    """Insert into a table what is not there yet."""
    return _once(connection.dialect.name, table)


@lru_cache
def _once(system: str, table: Table) -> Any:
    dialect = sqlite if system == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def set_aside(connection: Connection, row: Row) -> None:
    """Note a case to be left alone until a moment, counting how often."""
    known = connection.scalar(select(t.set_aside.c.times).where(t.set_aside.c.case == row["case"]))
    connection.execute(upsert(connection, t.set_aside), {**row, "times": (known or 0) + 1})


def tied_cases(connection: Connection, person: PersonId) -> list[CaseId]:
    """The cases a helper is tied to now."""
    ties = select(t.tie.c.case).where(t.tie.c.person == person, t.tie.c.until.is_(None))
    return list(connection.scalars(ties.order_by(t.tie.c.case)))


def recovered(connection: Connection, cases: Sequence[str]) -> None:
    """Strike from the cases set aside those that went through after all."""
    resting = set(connection.scalars(_RESTING))
    back = sorted(resting.intersection(cases))
    if back:
        connection.execute(delete(t.set_aside).where(among(connection, t.set_aside.c.case, back)))


_RESTING: Final = select(t.set_aside.c.case)


def _many(connection: Connection, statement: Any, rows: Sequence[Row]) -> None:
    """One statement for many rows of one form, handed to the driver as they are: SQLAlchemy would go through each."""
    if rows:
        made = _made(connection.dialect, statement, tuple(rows[0]))
        connection.exec_driver_sql(made.text, rows if made.order is None else list(map(made.order, rows)))


class _Made(NamedTuple):
    """A statement in a driver's words; ``order`` puts a row's values in their places, for drivers without names."""

    text: str
    order: Callable[[Row], tuple[Any, ...]] | None


@lru_cache
def _made(dialect: Dialect, statement: Any, columns: tuple[str, ...]) -> _Made:
    keys = list(columns) if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    names = compiled.positiontup
    if names is None:
        return _Made(str(compiled), None)
    return _Made(str(compiled), itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],))


def change(connection: Connection, statement: Any, row: Row) -> int:
    """Carry out one statement for one row, handed to the driver as it is; how many rows it changed."""
    return int(_straight(connection, statement, row).rowcount)


def answered(connection: Connection, statement: Any, row: Row) -> tuple[Any, ...]:
    """Carry out one statement in the same way, and give the one row that it answers with."""
    found: tuple[Any, ...] = _straight(connection, statement, row).fetchone()
    return found


def _straight(connection: Connection, statement: Any, row: Row) -> Any:
    made = _changing(connection.dialect, statement)
    given = {**made.fixed, **row}
    return straight(connection, made.text, given if made.names is None else tuple(given[name] for name in made.names))


class _Changing(NamedTuple):
    """A statement in a driver's words, and what stands in it already; ``names`` in order, for drivers without names."""

    text: str
    fixed: Row
    names: Sequence[str] | None


@lru_cache
def _changing(dialect: Dialect, statement: Any) -> _Changing:
    compiled = statement.compile(dialect=dialect)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    return _Changing(str(compiled), fixed, compiled.positiontup)


def _forgotten(rows: Rows) -> list[Row]:
    return [{"of_case": case, "of_number": number} for (case, number), row in rows.diary.items() if row is None]


def _stand(connection: Connection, tally: Mapping[Place, int]) -> None:
    """In one order, so that two who write at once wait for each other at most."""
    changed = sorted((*place, cases) for place, cases in tally.items() if cases)
    _many(
        connection, STAND, [dict(zip(("unit", "programme", "stage", "cases"), each, strict=True)) for each in changed]
    )


def _bear_loads(connection: Connection, load: dict[PersonId, int]) -> None:
    for person, change in sorted(load.items()):
        statement = BEAR if change > 0 else PUT_DOWN
        if connection.execute(statement, {"of_person": person, "change": change}).rowcount != 1:
            raise Overtaken(person)


def _renew_papers(connection: Connection, renewed: Sequence[tuple[CaseId, PaperRenewed]]) -> None:
    people = sorted({fact.person for _, fact in renewed})
    if not people:
        return
    rows = connection.execute(
        select(t.helper.c.person, t.helper.c.papers).where(among(connection, t.helper.c.person, people))
    )
    papers = {row.person: json.loads(row.papers) for row in rows}
    for _, fact in renewed:
        papers[fact.person][fact.paper] = fact.until.isoformat() if fact.until else None
    _many(connection, RENEW, [{"of_person": who, "papers": json.dumps(what)} for who, what in papers.items()])
