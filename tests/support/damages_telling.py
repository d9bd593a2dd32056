"""Damages of notices, messages and ties; each is one the audit must name exactly."""

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from support.damage import (
    a_notice,
    damage,
)
from support.office import BEGIN, LIU, SUN, ZHOU, days
from support.past import NOW, Past

from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.moments import stamp

# Notices and nudges


@damage(Kind.NOTICE_MISSING)
def a_notice_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.notice).where(t.notice.c.id == a_notice(connection, state="planned").id))


@damage(Kind.NOTICE_STRAY)
def a_notice_has_no_fact_behind_it(connection: Connection, past: Past) -> None:
    row = dict(a_notice(connection, state="planned")._mapping) | {
        "id": 9_999_999,
        "rung": 77,
        "state": "moot",
        "nudge": None,
    }
    connection.execute(insert(t.notice).values(**row))


@damage(Kind.NOTICE_DIFFERS)
def a_notice_names_another_fact(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(position=row.position + 1))


@damage(Kind.NOTICE_STATE)
def a_planned_notice_is_in_no_message(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=None))


@damage(Kind.NOTICE_STATE)
def a_notice_is_in_a_state_nobody_knows(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(state="asleep"))


@damage(Kind.NUDGE_MISSING)
def a_message_is_gone(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=9_999_999))


@damage(Kind.NUDGE_ELSEWHERE)
def a_message_goes_to_somebody_else(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned", person=ZHOU)
    connection.execute(update(t.nudge).where(t.nudge.c.id == row.nudge).values(person=SUN))


@damage(Kind.NUDGE_EMPTY)
def an_empty_message_was_sent(connection: Connection, past: Past) -> None:
    another_nudge(connection, 9_999_999)


@damage(Kind.TOLD_TWICE)
def a_message_that_went_out_was_followed_by_another(connection: Connection, past: Past) -> None:
    row = a_notice(connection, state="planned")
    another_nudge(connection, 9_999_999, person=row.person, replaces=row.nudge)
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=9_999_999))


@damage(Kind.FAILURE_UNANSWERED)
def a_message_failed_and_nobody_was_told(connection: Connection, past: Past) -> None:
    still_open = select(t.notice.c.nudge).join(
        t.diary, (t.diary.c.case == t.notice.c.case) & (t.diary.c.number == t.notice.c.duty)
    )
    nudge = connection.scalar(
        select(t.nudge.c.id).where(t.nudge.c.id.in_(still_open), t.nudge.c.person == LIU).limit(1)
    )
    old = stamp(NOW - days(5))
    connection.execute(update(t.nudge).where(t.nudge.c.id == nudge).values(state="failed", settled_at=old))


def another_nudge(connection: Connection, number: int, **columns: Any) -> None:
    """Write a message like one that was sent."""
    row = connection.execute(select(t.nudge).where(t.nudge.c.state == "sent").limit(1)).one()
    connection.execute(insert(t.nudge).values(**dict(row._mapping) | {"id": number} | columns))


# Ties


@damage(Kind.TIE_MISSING)
def a_tie_of_the_past_is_gone(connection: Connection, past: Past) -> None:
    connection.execute(delete(t.tie).where(t.tie.c.case == past.replaced, t.tie.c.person == ZHOU))


@damage(Kind.TIE_MISSING)
def a_tie_ended_at_another_moment(connection: Connection, past: Past) -> None:
    ended = (t.tie.c.case == past.replaced) & (t.tie.c.person == ZHOU)
    connection.execute(update(t.tie).where(ended).values(until=stamp(NOW)))


@damage(Kind.TIE_STRAY)
def a_tie_is_written_that_never_was(connection: Connection, past: Past) -> None:
    never = {"case": past.unpaired, "role": "companion", "person": SUN, "since": stamp(BEGIN), "until": stamp(NOW)}
    connection.execute(insert(t.tie).values(**never))


@damage(Kind.LOAD_DIFFERS)
def a_helper_is_counted_with_too_many(connection: Connection, past: Past) -> None:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(load=2))


@damage(Kind.OVER_CAPACITY)
def a_helper_carries_more_than_he_can(connection: Connection, past: Past) -> None:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(capacity=0))
