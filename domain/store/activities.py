"""Camps, lessons, meetings: planned, who was invited, what came of it, put off and called off. All from the journal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection, Select, literal_column, select

from domain import facts as f
from domain.case import Case
from domain.facts import Answer
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Programme, Stage
from domain.rules import commands as c
from domain.store import tables as t
from domain.store.journal import recorded
from domain.store.lists_overdue import within
from domain.store.people import Identity, NewPerson, add_people, fresh_ids
from domain.store.registry_cases import case_numbers, expect_all, in_one
from domain.store.rows import read_state
from domain.store.store import Store, among
from domain.store.units import county_of, division_of, ensure_units
from domain.store.writing import Carried, carry_out_within

CALLED_OFF: Final = "activity-called-off"

Came = Literal["open", "met", "refused", "excused", "lapsed"]
"""What has become of something owed about an activity."""

_INVITED: Final = t.journal.c.name == literal_column("'invited'")
"""Written out, so that the index on just these rows is used."""

_FOLLOWED: Final = ("invited", "duty-opened", "duty-met", "duty-excused", "duty-superseded", "duty-lapsed")
_ENDS: Final = (f.DutyMet, f.DutyExcused, f.DutySuperseded, f.DutyLapsed)


class Planned(NamedTuple):
    """An activity to be planned."""

    kind: str
    unit: UnitId
    name: str
    on: date


class Activity(NamedTuple):
    """An activity and its day. ``ended``: nothing, or the reason for which its case was closed."""

    case: CaseId
    kind: str
    programme: str
    unit: UnitId
    subject: PersonId
    on: date
    ended: str | None

    @property
    def called_off(self) -> bool:
        """Whether it will not be held."""
        return self.ended == CALLED_OFF


class Owed(NamedTuple):
    """Something owed about an activity: what has become of it, and how it was answered."""

    duty: int
    kind: str
    came: Came
    answers: dict[str, Answer]


@dataclass
class Guest:
    """A case that was invited: the day it was invited to last, and what is owed about that by the duties' numbers."""

    case: CaseId
    on: date
    owed: dict[int, Owed] = field(default_factory=dict)

    @property
    def declined(self) -> bool:
        """Whether somebody said no, or let it go."""
        return any(each.came in {"refused", "excused"} for each in self.owed.values())

    @property
    def open(self) -> list[int]:
        """The duties about it that still stand open."""
        return [each.duty for each in self.owed.values() if each.came == "open"]


@dataclass
class Count:
    """How many of one kind of duty came to what, and how often each answer was given."""

    came: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, owed: Owed) -> None:
        """One more."""
        self.came[owed.came] += 1
        for question, answer in owed.answers.items():
            for each in answer if isinstance(answer, tuple | list) else (answer,):
                said = ("yes" if each else "no") if isinstance(each, bool) else str(each)
                self.answers.setdefault(question, Counter())[said] += 1


def counts(guests: Iterable[Guest]) -> dict[str, Count]:
    """By kind of duty, in the order in which they arose: consents, attendances."""
    found: dict[str, Count] = {}
    for guest in guests:
        for owed in guest.owed.values():
            found.setdefault(owed.kind, Count()).take(owed)
    return found


class OwesNothing(Exception):
    """The programme asks nothing of an activity of this kind: nobody would ever prepare or count it."""


def plan_activity(store: Store, programme: Programme, planned: Planned, by: PersonId, now: datetime) -> CaseId:
    """Open the case of an activity and invite it to itself, so that its day is known.

    Refusal and OwesNothing change nothing.
    """
    return in_one(store, lambda connection: plan_within(connection, store, programme, planned, by, now), 1)


def plan_within(
    connection: Connection, store: Store, programme: Programme, planned: Planned, by: PersonId, now: datetime
) -> CaseId:
    """The same inside a transaction of the caller's."""
    division = division_of(planned.unit)
    ensure_units(connection, [(division, "")])
    (subject,), (case,) = fresh_ids(connection, 1), case_numbers(connection, [division])
    add_people(connection, store.seal, [
        NewPerson(subject, "project", planned.unit, Identity(name=planned.name), ())
    ])  # fmt: skip
    opening = c.OpenCase(
        case=case, programme=programme.name, subject=subject, unit=planned.unit, county=county_of(division),
        kind=planned.kind, admit=True, by=by, family=subject,
    )  # fmt: skip
    day = c.Invite(case=case, activity=case, kind=planned.kind, on=planned.on, by=by)
    outcomes = carry_out_within(connection, store, [opening, day], now)
    expect_all(outcomes)
    if isinstance(outcomes[-1], Carried) and not outcomes[-1].case.duties:
        raise OwesNothing(planned.kind)
    return case


def activities(connection: Connection, unit: UnitId | None = None, year: int | None = None) -> list[Activity]:
    """The activities of a unit and below it, or all; of one year, or ever; by their days."""
    own = literal_column('\'%"activity":"\'').concat(t.journal.c.case).concat(literal_column("'\"%'"))
    states = {
        row.case: read_state(row.state)
        for row in connection.execute(
            select(t.snapshot.c.case, t.snapshot.c.state)
            .join(t.journal, t.journal.c.case == t.snapshot.c.case)
            .where(_INVITED, t.journal.c.body.like(own), *within(connection, t.snapshot.c.unit, unit))
        )
    }
    ended = _ended(connection, list(states))
    found = [_activity(state, ended.get(state.id)) for state in states.values() if state.id in state.invited]
    return sorted((each for each in found if year in {None, each.on.year}), key=lambda each: (each.on, each.case))


def activity(connection: Connection, case: CaseId) -> Activity | None:
    """One activity; nothing where that case is none."""
    text = connection.scalar(select(t.snapshot.c.state).where(t.snapshot.c.case == case))
    state = read_state(text) if text is not None else None
    if state is None or case not in state.invited:
        return None
    return _activity(state, _ended(connection, [case]).get(case))


def _activity(state: Case, ended: str | None) -> Activity:
    return Activity(state.id, state.kind, state.programme, state.unit, state.subject, state.invited[state.id], ended)


def _ended(connection: Connection, cases: Sequence[CaseId]) -> dict[CaseId, str]:
    rows = connection.execute(
        select(t.journal)
        .where(among(connection, t.journal.c.case, cases), t.journal.c.name == f.stored_name(f.CaseClosed))
        .order_by(t.journal.c.case, t.journal.c.position)
    )
    return {row.case: fact.reason for row in rows if isinstance(fact := recorded(row).fact, f.CaseClosed)}


def how_many_invited(connection: Connection) -> Counter[str]:
    """How many cases were ever invited to each activity, without its own."""
    rows = connection.execute(select(t.journal.c.case, t.journal.c.version, t.journal.c.body).where(_INVITED))
    pairs = {(row.case, f.read_fact("invited", row.version, row.body).activity) for row in rows}  # type: ignore[union-attr]
    return Counter(activity for case, activity in pairs if case != activity)


def guests(connection: Connection, of: CaseId) -> list[Guest]:
    """Everybody invited to an activity, by case number, with what is owed about the day of the last invitation."""
    return [guest for guest in followed(connection, of) if guest.case != of]


def followed(connection: Connection, of: CaseId) -> list[Guest]:
    """The same, and the activity's own case among them."""
    invited = select(t.journal.c.case).where(_INVITED, t.journal.c.body.like(f'%"activity":"{of}"%'))
    cases = list(dict.fromkeys(connection.scalars(invited)))
    found: dict[CaseId, Guest] = {}
    for entry in _facts_of(connection, cases):
        _follow(found, entry, of)
    return [found[case] for case in sorted(found)]


def _facts_of(connection: Connection, cases: Sequence[CaseId]) -> Iterator[f.Recorded]:
    statement: Select[Any] = select(t.journal).where(
        among(connection, t.journal.c.case, cases), t.journal.c.name.in_(_FOLLOWED)
    )
    for row in connection.execute(statement.order_by(t.journal.c.case, t.journal.c.position)):
        yield recorded(row)


def _follow(found: dict[CaseId, Guest], entry: f.Recorded, of: CaseId) -> None:
    fact = entry.fact
    if isinstance(fact, f.Invited) and fact.activity == of:
        found[entry.case] = Guest(entry.case, fact.on)
    elif entry.case not in found:
        return
    elif isinstance(fact, f.DutyOpened) and fact.about == of:
        found[entry.case].owed[fact.duty] = Owed(fact.duty, fact.kind, "open", {})
    elif isinstance(fact, _ENDS) and fact.duty in found[entry.case].owed:
        _end(found[entry.case].owed, fact)


def _end(owed: dict[int, Owed], fact: f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed) -> None:
    match fact:
        case f.DutyMet():
            came: Came = "refused" if fact.refused else "met"
            owed[fact.duty] = owed[fact.duty]._replace(came=came, answers=dict(fact.answers))
        case f.DutyExcused():
            owed[fact.duty] = owed[fact.duty]._replace(came="excused")
        case f.DutyLapsed():
            owed[fact.duty] = owed[fact.duty]._replace(came="lapsed")
        case f.DutySuperseded():
            del owed[fact.duty]


def may_come(connection: Connection, of: Activity, kind: str, unit: UnitId | None = None) -> list[CaseId]:
    """The open cases of a kind, in a unit and below it or everywhere, that were not invited to an activity yet."""
    asked = {guest.case for guest in followed(connection, of.case)}
    stages = (Stage.IDENTIFICATION.value, Stage.CLOSED.value)
    rows = connection.execute(
        select(t.snapshot.c.case, t.snapshot.c.state)
        .where(t.snapshot.c.stage.not_in(stages), *within(connection, t.snapshot.c.unit, unit))
        .order_by(t.snapshot.c.case)
    )
    states = (read_state(row.state) for row in rows if row.case not in asked)
    return [state.id for state in states if state.kind == kind and state.base is not Stage.IDENTIFICATION]


def invitations(of: Activity, cases: Iterable[CaseId], by: PersonId) -> list[c.Command]:
    """The commands that invite cases."""
    return [c.Invite(case=case, activity=of.case, kind=of.kind, on=of.on, by=by) for case in cases]


def putting_off(connection: Connection, of: Activity, on: date, by: PersonId) -> list[c.Command]:
    """The commands that put an activity off: to the new day everybody is asked again who has not said no."""
    coming = [guest.case for guest in guests(connection, of.case) if not guest.declined]
    return invitations(of._replace(on=on), [of.case, *coming], by)


def calling_off(connection: Connection, of: Activity, by: PersonId) -> list[c.Command]:
    """The commands that call an activity off: its case is closed, and whatever is owed about it let go by name."""
    excused = [
        c.ExcuseDuty(case=guest.case, duty=duty, by=by, reason=CALLED_OFF)
        for guest in guests(connection, of.case)
        for duty in guest.open
    ]
    return [c.CloseCase(case=of.case, by=by, reason=CALLED_OFF), *excused]
