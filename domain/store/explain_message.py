"""What became of one message, for those who ask why: its words where they are ours, its end, its receipt, its line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, select

from domain.ids import NudgeId, PersonId
from domain.store import tables as t
from domain.store.explain_reasons import reason
from domain.store.explain_words import CaseWords
from domain.store.moments import moment, moment_or_none, stamp
from domain.words import say


class Message(NamedTuple):
    """A nudge: to whom, through what, how it stands, what was reported of it.

    ``says`` and ``values``: an answer to a text message instead of notices; ``resent_by``: who had it sent anew in
    place of the one it ``replaces``; ``replaced_by``: the one that took its place.
    """

    id: NudgeId
    person: PersonId
    channel: str
    state: str
    planned_at: datetime
    settled_at: datetime | None
    outcome: str | None
    code: str | None
    receipt: str | None
    receipt_code: str | None
    receipt_at: datetime | None
    replaces: NudgeId | None
    replaced_by: NudgeId | None
    resent_by: PersonId | None
    says: str | None
    values: dict[str, str]


def message_of(connection: Connection, row: Row[Any]) -> Message:
    """A row of the table as it is told of."""
    successor = select(t.nudge.c.id).where(t.nudge.c.replaces == row.id).order_by(t.nudge.c.id.desc()).limit(1)
    return Message(
        row.id, row.person, row.channel, row.state, moment(row.planned_at), moment_or_none(row.settled_at), row.outcome,
        row.code, row.receipt, row.receipt_code, moment_or_none(row.receipt_at), row.replaces,
        connection.scalar(successor), row.resent_by, row.says, msgspec.json.decode(row.values) if row.values else {},
    )  # fmt: skip


def message_data(message: Message) -> dict[str, Any]:
    """Plain values."""
    moments = ("planned_at", "settled_at", "receipt_at")
    given = message._asdict()
    return given | {name: stamp(given[name]) for name in moments if given[name] is not None}


def message_sentences(message: Message, words: CaseWords) -> Iterator[str]:
    """The same in words, line by line."""
    yield words.say(
        "why-nudge", nudge=message.id, person=words.person(message.person), channel=message.channel,
        state=say(words.language, f"cli.state-{message.state}"), planned_at=words.moment(message.planned_at),
    )  # fmt: skip
    yield from _instead(message, words)
    if message.settled_at is not None:
        told = reason(words.language, message.outcome, message.code)
        yield words.say("why-nudge-settled", settled_at=words.moment(message.settled_at), outcome=told)
    if message.receipt is not None and message.receipt_at is not None:
        told = reason(words.language, message.receipt, message.receipt_code)
        yield words.say("why-nudge-receipt", at=words.moment(message.receipt_at), receipt=told)
    if message.replaced_by is not None:
        yield words.say("why-nudge-replaced", successor=message.replaced_by)


def _instead(message: Message, words: CaseWords) -> Iterator[str]:
    """Why it is there at all, where no notice says so."""
    if message.resent_by is not None:
        by = words.person(message.resent_by)
        yield words.say("why-nudge-resent", before=message.replaces, by=by, at=words.moment(message.planned_at))
    elif message.replaces is not None:
        yield words.say("why-nudge-instead", before=message.replaces)
    if message.says is not None:
        said = say(words.language, f"replies.{message.says}", **message.values)
        yield words.say("why-nudge-says", person=words.person(message.person), said=said)


def kinds_in(connection: Connection, message: Message) -> dict[PersonId, str]:
    """What the people of a message are."""
    people = [message.person, *filter(None, (message.resent_by,))]
    rows = connection.execute(select(t.person.c.id, t.person.c.kind).where(t.person.c.id.in_(people)))
    return {row.id: row.kind for row in rows}
