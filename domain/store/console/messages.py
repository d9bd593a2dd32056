"""What was sent to whom, as far as the viewer may know: messages to people of his or her units, and about its cases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from domain.ids import CaseId, NudgeId, PersonId, UnitId
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_gateways import GatewayLine, bearing_lines, gateway_lines
from domain.store.lists_messages import Cause, Message, with_causes
from domain.store.moments import stamp
from domain.store.people import identities
from domain.store.receipts import UNDELIVERED
from domain.store.replies import UNREAD
from domain.store.store import among

A_PAGE: Final = 50
SENDER: Final = t.person.c.id == t.reply.c.person
WAITS: Final = and_(t.reply.c.outcome.in_(UNREAD), t.reply.c.seen_at.is_(None))
"""A text message somebody should read."""

STATES: Final = ("queued", "claimed", "sent", "failed", "doubtful", "moot")
SPANS: Final = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "all": None}
HELPERS: Final = ("volunteer", "coordinator")
COUNTED: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for. ``failed``: only what did not arrive; ``before``: only messages older than this one."""

    state: str = ""
    channel: str = ""
    person: str = ""
    case: str = ""
    failed: bool = False
    span: str = "week"
    before: int | None = None


class Told(NamedTuple):
    """A message as the viewer may know it. ``to``: whoever it went to, nothing for somebody of elsewhere.

    ``others``: about so many more matters of elsewhere, which are not shown.
    """

    message: Message
    to: PersonId | None
    name: str
    causes: tuple[tuple[Cause, str], ...]
    others: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of messages, the newest first. ``older``: where the next one begins, nothing where this is the last."""

    told: Sequence[Told]
    older: int | None


def messages(look: Looking, asked: Asked) -> Page:
    """The messages the viewer may know of that fit."""
    rows = look.connection.execute(_wanted(look, asked)).all()
    shown = _told(look, rows[:A_PAGE])
    return Page(told=shown, older=shown[-1].message.id if len(rows) > A_PAGE else None)


def _wanted(look: Looking, asked: Asked) -> Select[Any]:
    """With what whoever it went to is, and where. Numbers are given in the order in which messages are planned."""
    newest = (t.nudge.c.planned_at.desc(), t.nudge.c.id.desc())
    wanted = select(t.nudge, t.person.c.kind, t.person.c.unit).join(t.person, t.person.c.id == t.nudge.c.person)
    return wanted.where(*in_sight(look), *_fitting(look, asked)).order_by(*newest).limit(A_PAGE + 1)


def in_sight(look: Looking) -> tuple[ColumnElement[bool], ...]:
    """The condition that a message went to somebody of the viewer's units, or is about a case of theirs."""
    if look.units is None:
        return ()
    person = t.person.alias()
    whose = exists().where(person.c.id == t.nudge.c.person, *look.within(person.c.unit))
    about = (
        select(t.notice.c.id)
        .join(t.snapshot, t.snapshot.c.case == t.notice.c.case)
        .where(t.notice.c.nudge == t.nudge.c.id, *look.within(t.snapshot.c.unit))
        .exists()
    )
    return (or_(whose, about),)


def _fitting(look: Looking, asked: Asked) -> list[ColumnElement[bool]]:
    nudge, wanted = t.nudge.c, []
    if asked.state:
        wanted.append(nudge.state == asked.state)
    if asked.channel:
        wanted.append(nudge.channel == asked.channel)
    if asked.person:
        wanted.append(nudge.person == asked.person)
    if asked.case:
        wanted.append(nudge.id.in_(select(t.notice.c.nudge).where(t.notice.c.case == asked.case, *_known(look))))
    if asked.failed:
        wanted.append(or_(nudge.state.in_(("failed", "doubtful")), nudge.receipt == UNDELIVERED))
    if asked.before is not None:
        wanted.append(nudge.id < asked.before)
    since = SPANS.get(asked.span, SPANS["week"])
    return wanted if since is None else [*wanted, nudge.planned_at >= stamp(look.now - since)]


def _known(look: Looking) -> tuple[ColumnElement[bool], ...]:
    """Of a case nobody is to learn anything by looking for its number elsewhere."""
    given = t.notice.c.nudge.is_not(None)
    if look.units is None:
        return (given,)
    cases = select(t.snapshot.c.case).where(t.snapshot.c.case == t.notice.c.case, *look.within(t.snapshot.c.unit))
    return (given, cases.exists())


def _told(look: Looking, rows: Sequence[Row[Any]]) -> list[Told]:
    """Messages as the viewer may know them: no case and nobody of elsewhere, names where these may be seen."""
    found = with_causes(look.connection, rows)
    cases = cases_in_sight(look, {CaseId(cause.duty.partition("/")[0]) for each in found for cause in each.causes})
    people = [Person(row.person, row.kind, row.unit) for row in rows]
    names, mine = names_of(look, people), {each.id for each in people if in_area(look, each)}
    return [told_as(look, each, cases, mine, names) for each in found]


def told_as(
    look: Looking, each: Message, cases: Collection[CaseId], mine: Collection[PersonId], names: Mapping[PersonId, str]
) -> Told:
    """A message as the viewer may know it, from the cases and people that are his or hers."""
    shown = [cause for cause in each.causes if cause.duty.partition("/")[0] in cases]
    titled = tuple((cause, look.store.title(cause.kind, look.language, cause.programme)) for cause in shown)
    to = each.person if each.person in mine else None
    return Told(each, to, names.get(each.person, ""), titled, len(each.causes) - len(shown))


def cases_in_sight(look: Looking, cases: set[CaseId]) -> set[CaseId]:
    """Those the viewer may see."""
    if look.units is None or not cases:
        return cases
    wanted = among(look.connection, t.snapshot.c.case, sorted(cases))
    return set(look.connection.scalars(select(t.snapshot.c.case).where(wanted, *look.within(t.snapshot.c.unit))))


class Person(NamedTuple):
    """Somebody by what he or she is, and where; whether the viewer may know of it is still to be asked."""

    id: PersonId
    kind: str
    unit: UnitId | None


def people_among(look: Looking, people: Iterable[PersonId]) -> list[Person]:
    """What people are and where they stand."""
    wanted = among(look.connection, t.person.c.id, sorted(set(people)))
    rows = look.connection.execute(select(t.person.c.id, t.person.c.kind, t.person.c.unit).where(wanted))
    return [Person(*row) for row in rows]


def in_area(look: Looking, person: Person) -> bool:
    """Whether somebody stands where the viewer looks."""
    return look.units is None or look.sees(person.unit)


def names_of(look: Looking, people: Iterable[Person]) -> dict[PersonId, str]:
    """Names of helpers and coordinators the viewer may know; a guardian's or child's is nobody's to see here."""
    if not look.viewer.may(Right.SEE_PEOPLE):
        return {}
    by = look.also(Right.SEE_PEOPLE)
    named = {each.id for each in people if each.kind in HELPERS and by.sees(each.unit)}
    found = identities(look.connection, look.store.seal, sorted(named)) if named else {}
    return {person: identity.name for person, identity in found.items()}


class Bearing(NamedTuple):
    """How a channel stands. ``line``: its figures, only for those who look everywhere, since they count everything."""

    channel: str
    bearing: str
    rests_until: datetime | None
    code: str
    line: GatewayLine | None


def bearings(look: Looking, channels: Sequence[str]) -> list[Bearing]:
    """How the channels stand, in the order of the settings."""
    if look.units is not None:
        return [_bearing(each, None) for each in bearing_lines(look.connection, channels, look.now)]
    found = gateway_lines(look.connection, channels, look.now, look.now - COUNTED)
    return [_bearing(each, each) for each in found]


def _bearing(each: GatewayLine, line: GatewayLine | None) -> Bearing:
    return Bearing(each.channel, each.bearing, each.rests_until, each.code, line)


class Heads(NamedTuple):
    """What stands above the list: messages lost in the last week, replies nobody has read yet."""

    failures: int
    unread: int


def heads(look: Looking) -> Heads:
    """Both counted in one query."""
    lost = or_(t.nudge.c.state == "failed", t.nudge.c.receipt == UNDELIVERED)
    since = t.nudge.c.settled_at >= stamp(look.now - timedelta(days=7))
    failures = select(func.count()).select_from(t.nudge).where(lost, since, *in_sight(look))
    row = look.connection.execute(select(failures.scalar_subquery(), unread(look).scalar_subquery())).one()
    return Heads(*row)


def unread(look: Looking) -> Select[tuple[int]]:
    """How many text messages in sight nobody has read yet: from people of the viewer's units.

    From numbers nobody knows only for those who look everywhere.
    """
    counting = select(func.count()).select_from(t.reply).join(t.person, SENDER, isouter=True)
    return counting.where(WAITS, *look.within(t.person.c.unit))


def is_number(text: str) -> NudgeId | None:
    """The number of a message as an address carries it (``n12`` or ``12``)."""
    digits = text.strip().lower().removeprefix("n")
    return NudgeId(int(digits)) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
