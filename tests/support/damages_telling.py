"""Damages of notices, messages, sealed notes and counts; each is one the audit must name exactly."""

from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, text, update
from support.damage import Struck, a_notice, damage, folded
from support.office import CITY_DESK, OTHER_COUNTY, SECOND_TOWNSHIP, SUN, ZHOU, days, village
from support.past import NOW, Past

from domain.ids import duty_id
from domain.store import tables as t
from domain.store.audit import Kind
from domain.store.moments import stamp
from domain.store.offices import office_changed

NEW: Final = 9_999_999

# Notices


@damage(Kind.NOTICE_MISSING)
def a_rung_has_no_notice(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned")
    connection.execute(delete(t.notice).where(t.notice.c.id == row.id))
    return _of(row)


@damage(Kind.NOTICE_STRAY)
def a_notice_has_no_fact_behind_it(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned")
    _another_notice(connection, row, rung=77)
    return _of(row)


@damage(Kind.NOTICE_STRAY)
def a_notice_goes_to_somebody_the_rung_did_not_tell(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned", case=past.unpaired)
    _another_notice(connection, row, person=ZHOU)
    return _of(row)


@damage(Kind.NOTICE_STRAY)
def a_notice_belongs_to_no_case(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned")
    _another_notice(connection, row, case="999999-00001")
    return Struck("999999-00001", row.duty)


@damage(Kind.CAUSE_DOUBLED)
def one_cause_is_told_in_two_notices(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned")
    _allow_doubles(connection)
    _another_notice(connection, row)
    return _of(row)


def _allow_doubles(connection: Connection) -> None:
    """The table itself keeps a cause from standing in it twice: without that guard, as after a careless repair."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE notice DROP CONSTRAINT uq_notice_case_duty_rung_person"))
        return
    connection.execute(text("ALTER TABLE notice RENAME TO guarded"))
    connection.execute(text("CREATE TABLE notice AS SELECT * FROM guarded"))


def _another_notice(connection: Connection, row: Any, **columns: Any) -> None:
    another = dict(row._mapping) | {"id": NEW, "state": "moot", "nudge": None} | columns
    connection.execute(insert(t.notice).values(**another))


@damage(Kind.NOTICE_DIFFERS)
def a_notice_names_another_fact(connection: Connection, past: Past) -> Struck:
    position = a_notice(connection, state="planned").position
    return _changed_notice(connection, position=position + 1)


@damage(Kind.NOTICE_DIFFERS)
def a_notice_says_another_day(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, due_on="2036-09-01")


@damage(Kind.NOTICE_DIFFERS)
def a_notice_says_something_else(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, what="asked", kind="dance")


@damage(Kind.NOTICE_DIFFERS)
def a_notice_bears_another_moment(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, at="2036-09-01T00:00:00Z")


@damage(Kind.NOTICE_DIFFERS)
def a_notice_follows_another_version(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, programme="linyi-1204@9")


@damage(Kind.NOTICE_STATE)
def a_notice_is_planned_in_no_message(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, nudge=None)


@damage(Kind.NOTICE_STATE)
def a_notice_is_in_a_state_nobody_knows(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, state="asleep")


@damage(Kind.NUDGE_MISSING)
def a_message_is_gone(connection: Connection, past: Past) -> Struck:
    return _changed_notice(connection, nudge=NEW)


def _changed_notice(connection: Connection, **columns: Any) -> Struck:
    row = a_notice(connection, state="planned")
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(**columns))
    return _of(row)


def _of(row: Any) -> Struck:
    return Struck(row.case, row.duty)


# Messages


@damage(Kind.NUDGE_ELSEWHERE)
def a_message_goes_to_somebody_else(connection: Connection, past: Past) -> Struck:
    row = _a_lonely_notice(connection)
    connection.execute(update(t.nudge).where(t.nudge.c.id == row.nudge).values(person=SUN))
    return _of(row)


def _a_lonely_notice(connection: Connection) -> Any:
    """A notice of Zhou's that is alone in its message."""
    alone = select(t.notice.c.nudge).group_by(t.notice.c.nudge).having(func.count() == 1)
    statement = select(t.notice).where(t.notice.c.state == "planned", t.notice.c.nudge.in_(alone))
    return connection.execute(statement.where(t.notice.c.person == ZHOU).order_by(t.notice.c.id).limit(1)).one()


@damage(Kind.NUDGE_EMPTY)
def an_empty_message_was_sent(connection: Connection, past: Past) -> Struck:
    another_nudge(connection, NEW)
    return Struck()


@damage(Kind.NUDGE_STATE)
def a_message_is_in_a_state_nobody_knows(connection: Connection, past: Past) -> Struck:
    return _changed_nudge(connection, state="asleep")


@damage(Kind.NUDGE_STATE)
def a_message_was_sent_at_no_moment(connection: Connection, past: Past) -> Struck:
    return _changed_nudge(connection, settled_at=None)


@damage(Kind.NUDGE_STATE)
def a_message_is_in_nobodys_hands(connection: Connection, past: Past) -> Struck:
    return _changed_nudge(connection, state="claimed", claimed_until=stamp(NOW + days(1)))


@damage(Kind.NUDGE_STUCK)
def a_message_stays_in_the_hands_of_a_worker_that_died(connection: Connection, past: Past) -> Struck:
    held = {"state": "claimed", "claimed_by": "w", "claimed_until": stamp(NOW - days(2)), "settled_at": None}
    return _changed_nudge(connection, **held)


@damage(Kind.NUDGES_WAIT)
def a_message_does_not_leave(connection: Connection, past: Past) -> Struck:
    return _changed_nudge(connection, state="queued", settled_at=None, not_before=stamp(NOW - days(2)))


def _changed_nudge(connection: Connection, **columns: Any) -> Struck:
    sent = select(func.max(t.nudge.c.id)).where(t.nudge.c.state == "sent").scalar_subquery()
    connection.execute(update(t.nudge).where(t.nudge.c.id == sent).values(**columns))
    return Struck()


@damage(Kind.TOLD_TWICE)
def a_message_that_went_out_was_followed_by_another(connection: Connection, past: Past) -> Struck:
    row = a_notice(connection, state="planned")
    another_nudge(connection, NEW, person=row.person, replaces=row.nudge)
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=NEW))
    return Struck()


@damage(Kind.TOLD_TWICE)
def a_message_that_failed_was_followed_by_two(connection: Connection, past: Past) -> Struck:
    failed = connection.execute(select(t.nudge).where(t.nudge.c.replaces.is_not(None)).limit(1)).one().replaces
    crowded = select(t.notice.c.nudge).where(t.notice.c.state == "planned").group_by(t.notice.c.nudge)
    two = list(connection.scalars(crowded.having(func.count() > 1).limit(2)))
    connection.execute(update(t.nudge).where(t.nudge.c.id.in_(two)).values(replaces=failed))
    return Struck()


@damage(Kind.FAILURE_UNANSWERED)
def a_message_failed_and_nobody_was_told(connection: Connection, past: Past) -> Struck:
    still_open = (t.diary.c.case == t.notice.c.case) & (t.diary.c.number == t.notice.c.duty)
    owed = select(t.notice).join(t.diary, still_open).where(t.notice.c.person == CITY_DESK)
    row = connection.execute(owed.where(t.notice.c.state == "planned").order_by(t.notice.c.id).limit(1)).one()
    another_nudge(connection, NEW, person=CITY_DESK, state="failed", settled_at=stamp(NOW - days(5)))
    connection.execute(update(t.notice).where(t.notice.c.id == row.id).values(nudge=NEW))
    return _of(row)


def another_nudge(connection: Connection, number: int, **columns: Any) -> None:
    """Write a message like one that was sent."""
    row = connection.execute(select(t.nudge).where(t.nudge.c.state == "sent").limit(1)).one()
    connection.execute(insert(t.nudge).values(**dict(row._mapping) | {"id": number} | columns))


# Around the cases


@damage(Kind.LOAD_DIFFERS)
def a_helper_is_counted_with_too_many(connection: Connection, past: Past) -> Struck:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(load=3))
    return Struck()


@damage(Kind.OVER_CAPACITY)
def a_helper_carries_more_than_he_can(connection: Connection, past: Past) -> Struck:
    connection.execute(update(t.helper).where(t.helper.c.person == SUN).values(capacity=0))
    return Struck()


@damage(Kind.SIGNALS_WAIT)
def a_signal_was_never_carried_on(connection: Connection, past: Past) -> Struck:
    first = select(func.min(t.signal.c.id)).scalar_subquery()
    connection.execute(update(t.signal).where(t.signal.c.id == first).values(settled_at=None))
    return Struck()


@damage(Kind.SET_ASIDE)
def a_case_rests(connection: Connection, past: Past) -> Struck:
    row = {"until": stamp(NOW + days(1)), "since": stamp(NOW), "error": "KeyError", "times": 3}
    connection.execute(insert(t.set_aside).values(case=past.uphill, **row))
    return Struck(past.uphill)


@damage(Kind.UNIT_UNKNOWN)
def a_unit_leaves_the_tree(connection: Connection, past: Past) -> Struck:
    connection.execute(delete(t.unit).where(t.unit.c.id == village(SECOND_TOWNSHIP)))
    office_changed(connection)
    return Struck(past.renewed)


@damage(Kind.COUNTY_ELSEWHERE)
def a_township_goes_to_another_county_without_its_cases(connection: Connection, past: Past) -> Struck:
    connection.execute(update(t.unit).where(t.unit.c.id == SECOND_TOWNSHIP).values(parent=OTHER_COUNTY))
    office_changed(connection)
    return Struck(past.renewed)


# Sealed notes


@damage(Kind.NOTE_STRAY)
def a_note_belongs_to_a_duty_that_never_was(connection: Connection, past: Past) -> Struck:
    return _note(connection, past.grown, 77, folded(connection, past.grown).subject)


@damage(Kind.NOTE_STRAY)
def a_note_belongs_to_another_child(connection: Connection, past: Past) -> Struck:
    return _note(connection, past.grown, 1, folded(connection, past.moved).subject)


@damage(Kind.NOTE_STRAY)
def a_note_belongs_to_no_case(connection: Connection, past: Past) -> Struck:
    return _note(connection, "999999-00001", 1, folded(connection, past.moved).subject)


def _note(connection: Connection, case: str, duty: int, person: str) -> Struck:
    note = {"duty": duty_id(case, duty), "question": "note", "person": person, "sealed": b"sealed"}  # type: ignore[arg-type]
    connection.execute(insert(t.sealed_note).values(**note))
    return Struck(case, duty)
