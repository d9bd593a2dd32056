"""Long stories in short words: time goes on, somebody says something, what was heard, who is bound."""

from datetime import datetime

from sqlalchemy import select
from support.office import BEGIN, TOWNSHIP_DESK, days
from support.taken import tell_everybody

from domain.case import Case
from domain.ids import CaseId, PersonId
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.journal import snapshot_of
from domain.store.leaving import Saying
from domain.store.rounds import run_round
from domain.store.store import Store


def now_of(store: Store, case: CaseId) -> Case:
    """How a case stands."""
    with reading(store.engine) as connection:
        found = snapshot_of(connection, case)
    assert found is not None
    return found


def go_on(store: Store, since: int, until: int) -> datetime:
    """A round and the post every third day; the moment of the last one."""
    for day in (*range(since, until, 3), until):
        run_round(store, BEGIN + days(day))
        tell_everybody(store, BEGIN + days(day))
    return BEGIN + days(until)


def heard(store: Store, person: PersonId, case: CaseId) -> list[tuple[str, int]]:
    """What somebody was told of a case: kind of duty and number of the duty, in order."""
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(t.notice.c.kind, t.notice.c.duty)
            .where(t.notice.c.person == person, t.notice.c.case == case)
            .order_by(t.notice.c.at, t.notice.c.id)
        )
        return [(row.kind, row.duty) for row in rows]


def load_of(store: Store, person: PersonId) -> int:
    """How many ties a helper has."""
    with reading(store.engine) as connection:
        return int(connection.scalar(select(t.helper.c.load).where(t.helper.c.person == person)) or 0)


def saying(now: datetime, reason: str = "moves") -> Saying:
    """The township says so."""
    return Saying(TOWNSHIP_DESK, reason, now)
