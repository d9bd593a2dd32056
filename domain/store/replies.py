"""Text messages people sent back: what each meant and what came of it.

Their words are sealed, those of known people with their own key.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, exists, insert, select, update

from domain.ids import DutyId, PersonId
from domain.store import tables as t
from domain.store.moments import moment, stamp
from domain.store.people import note_reading
from domain.store.sealing import Seal

UNREAD: Final = ("unclear", "words", "stranger", "refused")
"""What somebody at a desk should read: not understood, words beside a digit, from a number unknown, not possible."""


class NewReply(NamedTuple):
    """A text message as it was understood. ``outcome``: done, or why not; of ``UNREAD`` where somebody must read it."""

    channel: str
    key: str
    at: datetime
    person: PersonId | None
    meant: str
    duty: DutyId | None
    outcome: str
    text: str


class ReplyLine(NamedTuple):
    """A text message as a list shows it; its words only where they were asked for."""

    id: int
    channel: str
    at: datetime
    person: PersonId | None
    meant: str
    duty: DutyId | None
    outcome: str
    seen_by: PersonId | None
    text: str | None = None


def is_known(connection: Connection, channel: str, key: str) -> bool:
    """Whether this very message was taken before."""
    mine = exists().where(t.reply.c.channel == channel, t.reply.c.key == key)
    return bool(connection.scalar(select(mine)))


def keep_reply(connection: Connection, seal: Seal, reply: NewReply) -> None:
    """Write a text message down; IntegrityError where somebody else did so in this moment."""
    place = f"reply/sealed/{reply.channel}/{reply.key}/{reply.person or ''}"
    data_key = _key_of(connection, reply.person)
    words = reply.text.encode()
    connection.execute(
        insert(t.reply),
        {
            "channel": reply.channel, "key": reply.key, "at": stamp(reply.at), "person": reply.person,
            "meant": reply.meant, "duty": reply.duty, "outcome": reply.outcome,
            "sealed": seal.seal(data_key, words, place) if data_key else seal.lock(words, place),
        },
    )  # fmt: skip


def replies(
    connection: Connection, seal: Seal, *, unread: bool = False, person: PersonId | None = None, words: bool = False,
    most: int = 50,
) -> list[ReplyLine]:  # fmt: skip
    """The newest text messages; ``unread``: only those a person should read and nobody has."""
    statement = (
        select(t.reply, t.person.c.data_key)
        .join(t.person, t.person.c.id == t.reply.c.person, isouter=True)
        .order_by(t.reply.c.id.desc())
        .limit(most)
    )
    if unread:
        statement = statement.where(t.reply.c.outcome.in_(UNREAD), t.reply.c.seen_at.is_(None))
    if person is not None:
        statement = statement.where(t.reply.c.person == person)
    return [reply_line(seal, row, words=words) for row in connection.execute(statement)]


def read_replies(
    connection: Connection, seal: Seal, *, by: PersonId, now: datetime, unread: bool = False,
    person: PersonId | None = None, most: int = 50,
) -> list[ReplyLine]:  # fmt: skip
    """The same with their words. The reading itself is recorded where the sender is known: whose words, by whom."""
    found = replies(connection, seal, unread=unread, person=person, words=True, most=most)
    read = {each.person for each in found if each.person is not None and each.text is not None}
    note_reading(connection, sorted(read), by=by, purpose="reply", now=now)
    return found


def known_numbers(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Those numbers that are a text message's."""
    return set(connection.scalars(select(t.reply.c.id).where(t.reply.c.id.in_(numbers))))


def mark_seen(connection: Connection, numbers: Sequence[int], by: PersonId, now: datetime) -> int:
    """Note that somebody has read messages; how many nobody had read before."""
    fresh = update(t.reply).where(t.reply.c.id.in_(numbers), t.reply.c.seen_at.is_(None))
    return connection.execute(fresh.values(seen_by=by, seen_at=stamp(now))).rowcount


def said_lately(connection: Connection, person: PersonId, says: str, now: datetime, within: timedelta) -> bool:
    """Whether somebody was answered so within a while."""
    mine = (t.nudge.c.person == person, t.nudge.c.says == says, t.nudge.c.planned_at > stamp(now - within))
    return bool(connection.scalar(select(exists().where(*mine))))


def _key_of(connection: Connection, person: PersonId | None) -> bytes | None:
    if person is None:
        return None
    return connection.scalar(select(t.person.c.data_key).where(t.person.c.id == person))


def reply_line(seal: Seal, row: Row[Any], *, words: bool) -> ReplyLine:
    """A row of the table with its person's ``data_key``, as a list shows it."""
    text = None
    if words:
        place = f"reply/sealed/{row.channel}/{row.key}/{row.person or ''}"
        if row.person is None:
            text = seal.unlock(row.sealed, place).decode()
        elif row.data_key is not None:
            text = seal.unseal(row.data_key, row.sealed, place).decode()
    return ReplyLine(
        row.id, row.channel, moment(row.at), row.person, row.meant, row.duty, row.outcome, row.seen_by, text
    )  # fmt: skip
