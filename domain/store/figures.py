"""Figures of each unit, beside those of its neighbours and of the year before; all of them from the journal."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from domain.ids import UnitId
from domain.places import place
from domain.programme.schema import Level
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.figures_columns import Column, Group, closures, fixed_columns
from domain.store.figures_period import Period
from domain.store.figures_places import REST, Places, stem_of
from domain.store.figures_programme import programme_columns
from domain.store.figures_reading import read_books
from domain.store.figures_table import Counted, Line, Table, line_of, lines_of
from domain.store.figures_tally import Book, Key, Tally, together
from domain.store.figures_walk import Books
from domain.store.offices import office
from domain.store.store import Store

__all__ = ["Asked", "Column", "Line", "Period", "Table", "figures"]


class Asked(NamedTuple):
    """What figures are asked for: a period, a unit (nothing: all), the level to list, one programme by its key."""

    period: Period
    unit: UnitId | None = None
    level: Level | None = None
    programme: str | None = None


def figures(connection: Connection, store: Store, asked: Asked, now: datetime) -> Table:
    """Every figure of a unit and of each unit of a level below it, as known at ``now``."""
    tree = office(connection, store)
    places = Places(tree, asked.unit, asked.level)
    books = Books(Book(asked.period, places), Book(asked.period.year_before(), places))
    left_out = read_books(connection, store, books, now, asked.programme)
    _add_roster(connection, books.asked)
    total = _counted_in_all(books, tree, asked.unit)
    columns = _columns(store, total)
    lines = lines_of(columns, list(_counted(books)))
    level = places.level.value if places.level else ""
    return Table(asked.period, columns, line_of(columns, total), lines, level, left_out)


def _counted(books: Books) -> Iterator[Counted]:
    for unit in books.asked.places.listed:
        yield Counted(unit.id, unit.name, unit.level.value, books.asked.row(unit.id), books.before.row(unit.id))


def _counted_in_all(books: Books, tree: Office, unit: UnitId | None) -> Counted:
    now, before = (together(book.tallies.values()) for book in books[:2])
    found = tree.units.get(unit) if unit is not None else stem_of(tree)
    if found is not None:
        return Counted(found.id, found.name, found.level.value, now, before)
    return Counted(unit or REST, _division(unit), "", now, before)


def _division(unit: UnitId | None) -> str:
    """The name of a division of the country that nothing here stands in yet."""
    try:
        return place(unit).name if unit is not None else ""
    except KeyError:
        return ""


def _columns(store: Store, total: Counted) -> tuple[Column, ...]:
    seen: set[Key] = {*total.now.counts, *total.before.counts}
    reasons = sorted(key[1] for key in seen if key[0] == "closed")
    found = [*fixed_columns(reasons), *closures(reasons), *programme_columns(store.programmes, seen)]
    order = {group: number for number, group in enumerate(Group)}
    return tuple(sorted(found, key=lambda column: order[column.group]))


def _add_roster(connection: Connection, book: Book) -> None:
    """Who serves today, and who of them has no case; the roster keeps no history."""
    free = func.sum(case((t.helper.c.load == 0, 1), else_=0)).label("free")
    statement = select(t.helper.c.unit, func.count().label("serving"), free).where(t.helper.c.serving)
    rows: list[Tally] = [book.row(row) for row in (*(unit.id for unit in book.places.listed), REST)]
    for tally in rows:
        tally.add("roster", "serving", many=0)
        tally.add("roster", "idle", many=0)
    for row in connection.execute(statement.group_by(t.helper.c.unit)):
        tally = book.of(row.unit)
        tally.add("roster", "serving", many=row.serving)
        tally.add("roster", "idle", many=int(row.free))
