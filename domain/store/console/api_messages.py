"""Messages as programs ask for them: those to people of the viewer's units, about cases that are the viewer's."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select

from domain.ids import CaseId, NudgeId, PersonId, case_of
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.lists_messages import Message, messages_by
from domain.store.store import among

A_PAGE: Final = 50


class Page(NamedTuple):
    """Some messages, the newest first, and where to go on; nothing where these were the last."""

    messages: Sequence[Message]
    before: NudgeId | None


def messages(
    look: Looking, *, person: PersonId | None = None, state: str = "", before: int | None = None
) -> Page:  # fmt: skip
    """A page of messages, to a person or in a state, older than one."""
    wanted: list[ColumnElement[bool]] = []
    if person is not None:
        wanted.append(t.nudge.c.person == person)
    if state:
        wanted.append(t.nudge.c.state == state)
    if before is not None:
        wanted.append(t.nudge.c.id < before)
    found = _found(look, A_PAGE + 1, *wanted)
    shown = found[:A_PAGE]
    return Page(shown, shown[-1].id if len(found) > A_PAGE else None)


def message(look: Looking, number: int) -> Message:
    """One message; NotFound."""
    found = _found(look, 1, t.nudge.c.id == number)
    if not found:
        raise NotFound(str(number))
    return found[0]


def _found(look: Looking, most: int, *wanted: ColumnElement[bool]) -> list[Message]:
    statement = select(t.nudge).where(*wanted, *_in_sight(look)).order_by(t.nudge.c.id.desc()).limit(most)
    found = messages_by(look.connection, statement)
    cases = _cases_in_sight(look, {case_of(cause.duty) for each in found for cause in each.causes})
    return [_as_seen(each, cases) for each in found]


def _in_sight(look: Looking) -> tuple[ColumnElement[bool], ...]:
    if look.units is None:
        return ()
    mine = select(t.person.c.id).where(t.person.c.id == t.nudge.c.person, *look.within(t.person.c.unit))
    return (mine.exists(),)


def _cases_in_sight(look: Looking, cases: Iterable[CaseId]) -> set[CaseId]:
    wanted = sorted(set(cases))
    mine = select(t.snapshot.c.case).where(
        among(look.connection, t.snapshot.c.case, wanted), *look.within(t.snapshot.c.unit)
    )
    return set(look.connection.scalars(mine)) if wanted else set()


def _as_seen(each: Message, cases: set[CaseId]) -> Message:
    """One digest may speak of cases that have been handed to other units since: of these nothing is told."""
    return each._replace(causes=tuple(cause for cause in each.causes if case_of(cause.duty) in cases))
