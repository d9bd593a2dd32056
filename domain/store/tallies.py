"""How many cases stand where: kept with every snapshot, made anew from all of them, and proved."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select

from domain.store import tables as t
from domain.store.audit_findings import Finding, Kind, found
from domain.store.rows import Place

_WHERE: Final = ("unit", "programme", "stage")


def recount(connection: Connection) -> None:
    """Make every tally anew, once snapshots have been written by other hands than those of ``saving``."""
    connection.execute(delete(t.tally))
    connection.execute(insert(t.tally).from_select([*_WHERE, "cases"], _counted))


def check_tallies(connection: Connection, counted: Mapping[Place, int]) -> Iterator[Finding]:
    """Tallies that are not the number of cases there, as the journals have them."""
    rows = connection.execute(select(t.tally).where(t.tally.c.cases != 0))
    kept = {(row.unit, row.programme, row.stage): row.cases for row in rows}
    for place in sorted(counted.keys() | kept.keys()):
        if counted.get(place, 0) != kept.get(place, 0):
            names = dict(zip(_WHERE, place, strict=True))
            yield found(Kind.TALLY_DIFFERS, **names, cases=counted.get(place, 0), kept=kept.get(place, 0))


_columns: Final = tuple(t.snapshot.c[name] for name in _WHERE)
_counted: Final = select(*_columns, func.count().label("cases")).group_by(*_columns)
