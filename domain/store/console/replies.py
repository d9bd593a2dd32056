"""Text messages people of the viewer's units sent back: the unread first, their words only for who may read names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, select, update

from domain.ids import CaseId, PersonId
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.console.messages import SENDER, WAITS, cases_in_sight, names_of, people_among, unread
from domain.store.moments import stamp
from domain.store.people import note_reading
from domain.store.replies import UNREAD, ReplyLine, reply_line

MOST: Final = 50


class Heard(NamedTuple):
    """A text message. ``name``: whoever sent it, ``case``: what it was about, where the viewer may know these.

    ``unread``: somebody should read it.
    """

    reply: ReplyLine
    name: str
    case: str
    unread: bool


@dataclass(frozen=True, kw_only=True)
class Heap:
    """The unread ones and the newest of all others. ``more``: so many unread do not fit on the page."""

    heard: Sequence[Heard]
    more: int


def replies(look: Looking, by: str = "") -> Heap:
    """The text messages in sight; with their words where ``by`` reads them, which is recorded (a writing look)."""
    waiting, others = look.connection.execute(_found(look, WAITS)).all(), _others(look)
    rows = [*waiting, *others]
    words = bool(by) and look.viewer.may(Right.SEE_NAMES)
    reading = look.also(Right.SEE_NAMES) if words else look
    lines = [reply_line(look.store.seal, row, words=words and reading.sees(row.unit)) for row in rows]
    if words:
        read = {line.person for line in lines if line.person is not None and line.text is not None}
        note_reading(look.connection, sorted(read), by=by, purpose="reply", now=look.now)
    names = names_of(look, people_among(look, filter(None, (row.person for row in rows))))
    cases = cases_in_sight(look, {_case(line) for line in lines if line.duty})
    heard = [_heard(line, names, cases) for line in lines]
    return Heap(heard=heard, more=_more(look) if len(waiting) == MOST else 0)


def _more(look: Looking) -> int:
    return look.connection.execute(unread(look)).scalar_one() - MOST


def mark_seen(look: Looking, numbers: Sequence[int], by: str) -> int:
    """Note that these were read by somebody; NotFound where one is not in sight."""
    wanted = select(t.reply.c.id).join(t.person, SENDER, isouter=True).where(t.reply.c.id.in_(numbers))
    known = set(look.connection.scalars(wanted.where(*_in_sight(look))))
    if not numbers or known != set(numbers):
        raise NotFound("reply")
    fresh = update(t.reply).where(t.reply.c.id.in_(numbers), t.reply.c.seen_at.is_(None))
    return look.connection.execute(fresh.values(seen_by=by, seen_at=stamp(look.now))).rowcount


def _in_sight(look: Looking) -> tuple[ColumnElement[bool], ...]:
    """From people of the viewer's units; from numbers nobody knows only for those who look everywhere."""
    return look.within(t.person.c.unit)


def _found(look: Looking, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(t.reply, t.person.c.data_key, t.person.c.unit)
        .join(t.person, SENDER, isouter=True)
        .where(*conditions, *_in_sight(look))
        .order_by(t.reply.c.id.desc())
        .limit(MOST)
    )


def _others(look: Looking) -> Sequence[Row[Any]]:
    return look.connection.execute(_found(look, ~WAITS)).all()


def _heard(line: ReplyLine, names: Mapping[PersonId, str], cases: Collection[CaseId]) -> Heard:
    name, case = names.get(line.person, "") if line.person else "", _case(line)
    return Heard(line, name, case if case in cases else "", line.outcome in UNREAD and line.seen_by is None)


def _case(line: ReplyLine) -> CaseId:
    return CaseId((line.duty or "").partition("/")[0])
