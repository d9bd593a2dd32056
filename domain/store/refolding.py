"""Snapshots and diary made anew from the journals, once the software makes more of the same facts than it did."""

from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from domain.case import BrokenJournal, Case, fold
from domain.programme.schema import Programme
from domain.rules.moments import Circumstances
from domain.store import tables as t
from domain.store.engine import reading, writing
from domain.store.journal import UNREADABLE, recorded
from domain.store.migrating import WrittenByNewer, alone
from domain.store.offices import office
from domain.store.ranges import Range, ranges
from domain.store.rows import Rows, write_state
from domain.store.saving import save, upsert
from domain.store.store import Store
from domain.store.tallies import recount

SHAPE: Final = 3
"""Which state is made of the facts. To be raised whenever the same facts make another one (``domain/case.py``)."""

_FIRST: Final = 1
_COUNTER: Final = "shape"


def bring_up_to_date(store: Store) -> int:
    """Fold every case anew where an older version made the snapshots, all or nothing; how many cases.

    Two processes at once do it once. WrittenByNewer when a newer version made them: what it knows would be lost.
    """
    if _shape(store.engine) == SHAPE:
        return 0
    with writing(store.engine) as connection:
        alone(connection)
        made = _shape_within(connection)
        refolded = 0 if made == SHAPE else _refold(connection, store)
        connection.execute(upsert(connection, t.counter), {"name": _COUNTER, "last": SHAPE})
    return refolded


def _shape(engine: Engine) -> int:
    with reading(engine) as connection:
        return _shape_within(connection)


def _shape_within(connection: Connection) -> int:
    found = connection.scalar(select(t.counter.c.last).where(t.counter.c.name == _COUNTER))
    if found is not None and found > SHAPE:
        raise WrittenByNewer(f"state {found}")
    return found or _FIRST


def _refold(connection: Connection, store: Store) -> int:
    refolded = sum(_refold_some(connection, store, some) for some in ranges(connection))
    recount(connection)
    return refolded


def _refold_some(connection: Connection, store: Store, some: Range) -> int:
    """One range of cases. A journal that cannot be folded is left as it is: the audit names it."""
    journal = select(t.journal).where(some.of(t.journal)).order_by(t.journal.c.case, t.journal.c.position)
    rows = Rows("")
    around = {name: _around(connection, store, programme) for name, programme in store.programmes.items()}
    for _, of_case in groupby(connection.execute(journal), key=lambda row: row.case):
        case = _folded(list(of_case), rows)
        if case is None:
            continue
        rows.changed.append(_snapshot(case))
        if case.programme in around:
            rows.reckon_anew(case, around[case.programme])
    save(connection, rows)
    return len(rows.changed)


def _folded(journal: list[Any], rows: Rows) -> Case | None:
    try:
        facts = [recorded(row) for row in journal]
        case = fold(facts)
    except (BrokenJournal, *UNREADABLE):
        return None
    rows.hear(case.id, (), {}, [(fact.fact, fact.at) for fact in facts])
    return case


def _around(connection: Connection, store: Store, programme: Programme) -> Circumstances:
    return Circumstances(programme, store.calendar, office(connection, store), store.programmes)


def _snapshot(case: Case) -> dict[str, Any]:
    return {
        "of_case": case.id, "position": case.position, "programme": case.programme, "stage": case.stage.value,
        "unit": case.unit, "county": case.county, "risk": case.risk, "state": write_state(case),
        "tied": len(case.ties),
    }  # fmt: skip
