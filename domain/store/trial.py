"""A new version tried on the cases there are: both versions lived forward in memory, nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from domain import facts as f
from domain.case import Case, Duty
from domain.facts import read_fact
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import DutyKind, Level, Programme, Stage
from domain.rules.commands import ChangeProgramme
from domain.rules.decide import decide
from domain.rules.moments import Circumstances
from domain.rules.refusals import Refusal
from domain.rules.trial import Delay, Load, Wont, run_forward
from domain.store import tables as t
from domain.store.lists_overdue import within
from domain.store.moments import stamp
from domain.store.offices import office
from domain.store.rows import read_state
from domain.store.store import Store, among

FEWEST: Final = 20
"""Fewer answers than this tell nothing of how a role answers; then everybody's are taken together."""

MADE_UP: Final[Sequence[Delay]] = (-3, -2, -1, 0, 0, 0, -1, -2, 4, 9, None)
"""Delays in days where nobody has answered anything yet: nearly three in four on time, one in eleven never."""

Form = Callable[[Case, DutyKind, date], tuple[Mapping[str, f.Answer], Mapping[str, str]]]


class Compared(NamedTuple):
    """The load of a township's cases under the version they have and under the new one."""

    unit: UnitId | None
    cases: int
    old: Load
    new: Load


class Trial(NamedTuple):
    """Township by township, the whole, and the cases that cannot be moved, with the reason."""

    townships: tuple[Compared, ...]
    whole: Compared
    refused: tuple[tuple[CaseId, Refusal], ...]
    answers_seen: int


def try_version(
    connection: Connection, store: Store, new: Programme, unit: UnitId | None, form: Form, now: datetime,
    until: datetime, say: Callable[[int, int], None] = lambda _done, _all: None,
) -> Trial:  # fmt: skip
    """Live every open case of a unit forward to ``until`` twice."""
    everybody = office(connection, store)
    programmes = {**store.programmes, new.name: new}
    cases = [case for case in open_cases(connection, unit) if case.programme.partition("@")[0] == new.programme]
    habits = habits_of(connection, programmes, [case.id for case in cases], since=now - timedelta(days=365))
    wont = Wont(delay=habits.delay, form=form)
    loads: dict[UnitId | None, list[Compared]] = defaultdict(list)
    refused: list[tuple[CaseId, Refusal]] = []
    for place, case in enumerate(cases):
        around = Circumstances(programmes[case.programme], store.calendar, everybody, programmes)
        moved = _moved(case, new, around, now)
        if isinstance(moved, Refusal):
            refused.append((case.id, moved))
        else:
            old = run_forward(case, around, wont, now, until)
            fresh = run_forward(moved, replace(around, programme=new), wont, now, until)
            township = next((u.id for u in everybody.upward(case.unit) if u.level is Level.TOWNSHIP), None)
            loads[township].append(Compared(township, 1, old, fresh))
        say(place + 1, len(cases))
    townships = tuple(_summed(key, loads[key]) for key in sorted(loads, key=str))
    return Trial(townships, _summed(unit, townships), tuple(refused), habits.seen)


def _moved(case: Case, new: Programme, around: Circumstances, now: datetime) -> Case | Refusal:
    if case.programme == new.name:
        return case
    command = ChangeProgramme(case=case.id, programme=new.name, by=PersonId("p000000000"), reason="trial")
    decided = decide(case, command, around, now)
    return decided if isinstance(decided, Refusal) else decided[0]


def _summed(unit: UnitId | None, parts: Sequence[Compared]) -> Compared:
    old, new = Load(), Load()
    for part in parts:
        old.add(part.old)
        new.add(part.new)
    return Compared(unit, sum(part.cases for part in parts), old, new)


def open_cases(connection: Connection, unit: UnitId | None) -> list[Case]:
    """The cases of a unit that are not closed, in the order of their numbers."""
    statement = select(t.snapshot.c.state).where(
        t.snapshot.c.stage != Stage.CLOSED.value, *within(connection, t.snapshot.c.unit, unit)
    )
    return [read_state(state) for state in connection.scalars(statement.order_by(t.snapshot.c.case)).all()]


class Habits(NamedTuple):
    """How duties were answered of late, role by role: delays in days, nothing for those that never were."""

    by_role: Mapping[str, Sequence[Delay]]
    programmes: Mapping[str, Programme]
    seen: int

    def delay(self, case: Case, duty: Duty) -> Delay:
        """The delay of one duty: always the same for the same case, kind and day, under whichever version."""
        kind = self.programmes[case.programme].duties.get(duty.kind) if case.programme in self.programmes else None
        known = self.by_role.get(kind.owed_by if kind is not None else "", ())
        delays = known if len(known) >= FEWEST else [each for many in self.by_role.values() for each in many]
        chosen = delays if len(delays) >= FEWEST else MADE_UP
        digest = hashlib.blake2b(f"{case.id}/{duty.kind}/{duty.due_on}".encode(), digest_size=8).digest()
        return chosen[int.from_bytes(digest, "big") % len(chosen)]


def habits_of(
    connection: Connection, programmes: Mapping[str, Programme], cases: Sequence[CaseId], since: datetime
) -> Habits:
    """How the duties of cases were answered since a moment."""
    by_role: dict[str, list[Delay]] = defaultdict(list)
    for role, delay in _answered(connection, programmes, cases, since):
        by_role[role].append(delay)
    return Habits(by_role, programmes, sum(map(len, by_role.values())))


def _answered(
    connection: Connection, programmes: Mapping[str, Programme], cases: Sequence[CaseId], since: datetime
) -> Iterator[tuple[str, Delay]]:
    names = ("duty-opened", "duty-met", "duty-lapsed")
    rows = connection.execute(
        select(t.journal)
        .where(among(connection, t.journal.c.case, cases), t.journal.c.name.in_(names), t.journal.c.at >= stamp(since))
        .order_by(t.journal.c.case, t.journal.c.position),
        execution_options={"yield_per": 5_000},
    )
    opened: dict[tuple[str, int], f.DutyOpened] = {}
    for row in rows:
        fact = read_fact(row.name, row.version, row.body)
        match fact:
            case f.DutyOpened():
                opened[row.case, fact.duty] = fact
            case f.DutyMet(through=through) if through != "event":
                duty = opened.pop((row.case, fact.duty), None)
                yield from _delay(programmes, row.programme, duty, fact.on)
            case f.DutyLapsed():
                duty = opened.pop((row.case, fact.duty), None)
                yield from _delay(programmes, row.programme, duty, None)
            case _:
                pass


def _delay(
    programmes: Mapping[str, Programme], programme: str, duty: f.DutyOpened | None, on: date | None
) -> Iterator[tuple[str, Delay]]:
    known = programmes.get(programme)
    if duty is None or known is None or duty.kind not in known.duties:
        return
    yield known.duties[duty.kind].owed_by, (on - duty.due_on).days if on is not None else None
