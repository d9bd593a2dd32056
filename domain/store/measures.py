"""What a monitor watches: how much waits and for how long, without a person or a case."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from domain.store import tables as t
from domain.store.lists_overdue import is_overdue
from domain.store.moments import moment_or_none, stamp
from domain.store.replies import UNREAD


class Standing(NamedTuple):
    """How the rounds and what people wrote stand. ``diary_since``: when the oldest due entry came due."""

    cases_overdue: int
    diary_due: int
    diary_since: datetime | None
    replies_unread: int
    posts_unsettled: int


def standing(connection: Connection, now: datetime) -> Standing:
    """All of it in one statement."""
    is_due = t.diary.c.next_moment <= stamp(now)
    unread = (t.reply.c.outcome.in_(UNREAD), t.reply.c.seen_at.is_(None))
    row = connection.execute(
        select(
            select(func.count(t.diary.c.case.distinct())).where(is_overdue(now)).scalar_subquery().label("overdue"),
            select(func.count()).select_from(t.diary).where(is_due).scalar_subquery().label("due"),
            select(func.min(t.diary.c.next_moment)).where(is_due).scalar_subquery().label("since"),
            select(func.count()).select_from(t.reply).where(*unread).scalar_subquery().label("unread"),
            select(func.count())
            .select_from(t.post)
            .where(t.post.c.settled_at.is_(None))
            .scalar_subquery()
            .label("posts"),
        )
    ).one()
    return Standing(row.overdue, row.due, moment_or_none(row.since), row.unread, row.posts)
