"""What was sent to whom: nudges and the causes they carry, by ids only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, select

from domain.ids import CaseId, DutyId, NudgeId, PersonId, duty_id
from domain.store import tables as t
from domain.store.moments import moment, moment_or_none


class Cause(NamedTuple):
    """One thing a message is about. ``rung`` counts from 1; ``moot``: the duty ended before the message left."""

    duty: DutyId
    kind: str
    rung: int
    due_on: str
    moot: bool
    programme: str


class Message(NamedTuple):
    """One message to one person. ``why``: what ``shouwang why`` takes.

    ``code`` and ``provider_id``: what its provider said when it was handed over; ``receipt``: what it reported
    afterwards. ``says``: it answers a text message. ``replaced_by``: the one that took its place.
    """

    id: NudgeId
    why: str
    person: PersonId
    channel: str
    state: str
    urgent: bool
    planned_at: datetime
    not_before: datetime
    settled_at: datetime | None
    tries: int
    outcome: str | None
    code: str | None
    provider_id: str | None
    receipt: str | None
    receipt_code: str | None
    receipt_at: datetime | None
    replaces: NudgeId | None
    replaced_by: NudgeId | None
    resent_by: PersonId | None
    says: str | None
    causes: tuple[Cause, ...]


def messages(
    connection: Connection, *, person: PersonId | None = None, case: CaseId | None = None, state: str | None = None,
    most: int = 50,
) -> list[Message]:  # fmt: skip
    """The newest messages, to a person, about a case or in a state; the newest first."""
    statement = select(t.nudge).order_by(t.nudge.c.id.desc()).limit(most)
    if person is not None:
        statement = statement.where(t.nudge.c.person == person)
    if state is not None:
        statement = statement.where(t.nudge.c.state == state)
    if case is not None:
        about = select(t.notice.c.nudge).where(t.notice.c.case == case, t.notice.c.nudge.is_not(None))
        statement = statement.where(t.nudge.c.id.in_(about))
    return messages_by(connection, statement)


def message(connection: Connection, number: int) -> Message | None:
    """One message; nothing where there is none of that number."""
    found = messages_by(connection, select(t.nudge).where(t.nudge.c.id == number))
    return found[0] if found else None


def messages_by(connection: Connection, statement: Select[Any]) -> list[Message]:
    """The messages whose rows a statement finds, in its order."""
    rows = connection.execute(statement).all()
    numbers = [row.id for row in rows]
    causes, successors = _causes(connection, numbers), _successors(connection, numbers)
    return [_message(row, successors.get(row.id), tuple(causes.get(row.id, ()))) for row in rows]


def _successors(connection: Connection, nudges: Sequence[int]) -> dict[int, NudgeId]:
    statement = select(t.nudge.c.replaces, t.nudge.c.id).where(t.nudge.c.replaces.in_(nudges)).order_by(t.nudge.c.id)
    return {row.replaces: row.id for row in connection.execute(statement)}


def _causes(connection: Connection, nudges: Sequence[int]) -> dict[int, list[Cause]]:
    order = (t.notice.c.due_on, t.notice.c.case, t.notice.c.duty, t.notice.c.rung)
    found: dict[int, list[Cause]] = {}
    for row in connection.execute(select(t.notice).where(t.notice.c.nudge.in_(nudges)).order_by(*order)):
        found.setdefault(row.nudge, []).append(_cause(row))
    return found


def _cause(row: Row[Any]) -> Cause:
    return Cause(duty_id(row.case, row.duty), row.kind, row.rung + 1, row.due_on, row.state == "moot", row.programme)


def first_of(line: Sequence[Row[Any]], notices: Sequence[Row[Any]]) -> Message:
    """The first message of a line in which each took the place of the one before, with the notices it carries."""
    successors = [row.id for row in line if row.replaces == line[0].id]
    return _message(line[0], successors[-1] if successors else None, tuple(map(_cause, notices)))


def _message(row: Row[Any], replaced_by: NudgeId | None, causes: tuple[Cause, ...]) -> Message:
    return Message(
        row.id, f"n{row.id}", row.person, row.channel, row.state, row.urgent, moment(row.planned_at),
        moment(row.not_before), moment_or_none(row.settled_at), row.tries, row.outcome, row.code, row.provider_id,
        row.receipt, row.receipt_code, moment_or_none(row.receipt_at), row.replaces, replaced_by, row.resent_by,
        row.says, causes,
    )  # fmt: skip
