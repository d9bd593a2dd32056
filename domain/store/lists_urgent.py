"""What is urgent on a list: told by urgent rungs, or about a case at the highest risk there is."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.ids import CaseId, DutyId
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.lists import OpenDuty
from domain.store.lists_cases import CaseLine
from domain.store.lists_overdue import A_DUTY
from domain.store.store import Store, among


class _Stands(NamedTuple):
    programme: str
    risk: str


def urgent_duties(connection: Connection, store: Store, duties: Sequence[OpenDuty]) -> frozenset[DutyId]:
    """Which of these duties are urgent."""
    stands = _standing(connection, list({each.case for each in duties}))
    return frozenset(each.id for each in duties if _is_urgent(store, stands.get(each.case), each.kind))


def urgent_first(connection: Connection, store: Store, duties: Sequence[OpenDuty]) -> list[OpenDuty]:
    """The urgent ones before all others; else in the order they are in."""
    urgent = urgent_duties(connection, store, duties)
    return sorted(duties, key=lambda each: each.id not in urgent)


def urgent_cases(connection: Connection, store: Store, cases: Sequence[CaseLine]) -> frozenset[CaseId]:
    """Which of these cases are at the highest risk, or are owed something urgent."""
    stands = {each.case: _Stands(each.programme, each.risk) for each in cases}
    kinds = {kind for programme in store.programmes.values() for kind in programme.duties if urges(programme, kind)}
    rows = connection.execute(
        select(t.diary.c.case, t.diary.c.kind).where(A_DUTY, among(connection, t.diary.c.kind, sorted(kinds)))
    )
    owed = {row.case for row in rows if _is_urgent(store, stands.get(row.case), row.kind)}
    return frozenset(case for case, each in stands.items() if case in owed or _at_highest_risk(store, each))


def _standing(connection: Connection, cases: Sequence[CaseId]) -> dict[CaseId, _Stands]:
    rows = connection.execute(
        select(t.snapshot.c.case, t.snapshot.c.programme, t.snapshot.c.risk).where(
            among(connection, t.snapshot.c.case, cases)
        )
    )
    return {row.case: _Stands(row.programme, row.risk) for row in rows}


def _is_urgent(store: Store, stands: _Stands | None, kind: str) -> bool:
    programme = store.programmes.get(stands.programme) if stands else None
    if programme is None or stands is None:
        return False
    return urges(programme, kind) or _at_highest_risk(store, stands)


def urges(programme: Programme, kind: str) -> bool:
    """Whether a kind of duty has a rung that is urgent."""
    return any(rung.urgent for rung in programme.rungs_of.get(kind, ()))


def _at_highest_risk(store: Store, stands: _Stands) -> bool:
    programme = store.programmes.get(stands.programme)
    levels = list(programme.risks) if programme else []
    return len(levels) > 1 and stands.risk == levels[-1]
