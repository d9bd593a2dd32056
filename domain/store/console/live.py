"""What has just become urgent, for pages that stand open: by the notices the engine wrote since the last look."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select

from domain.ids import CaseId, PersonId
from domain.store import tables as t
from domain.store.engine import reading
from domain.store.store import Store, among


class Urgent(NamedTuple):
    """One person is told something urgent about a duty of a case."""

    person: PersonId
    case: CaseId
    duty: int
    kind: str
    programme: str


def last_notice(store: Store) -> int:
    """The number of the newest notice there is; 0 where there is none."""
    with reading(store.engine) as connection:
        return connection.scalar(select(func.max(t.notice.c.id))) or 0


def urgent_since(store: Store, people: Iterable[PersonId], after: int) -> tuple[int, list[Urgent]]:
    """The newest notice's number now, and what urgent these people were told after another one, each duty once."""
    with reading(store.engine) as connection:
        newest = connection.scalar(select(func.max(t.notice.c.id))) or 0
        if newest <= after:
            return newest, []
        rows = connection.execute(
            select(t.notice)
            .where(t.notice.c.id > after, t.notice.c.urgent, among(connection, t.notice.c.person, sorted(people)))
            .order_by(t.notice.c.id)
        )
        found = [Urgent(row.person, row.case, row.duty, row.kind, row.programme) for row in rows]
        return newest, list(dict.fromkeys(found))
