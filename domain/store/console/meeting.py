"""The monthly meeting on one screen: what was done in a month, what is late and why, what the next month brings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select

from domain import facts as f
from domain.ids import UnitId
from domain.programme.schema import Desk
from domain.programme.spans import months_later
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.console.meeting_late import Late, all_late
from domain.store.console.meeting_plan import Plan, plan_of
from domain.store.figures_period import Bounds, Period, bounds
from domain.store.lists_findings import DESKS, Noticed, as_never_paired, waiting_for_a_pair
from domain.store.moments import moment, stamp
from domain.store.ranges import tuples
from domain.store.store import among, unled

MOST_ONE_BY_ONE: Final = 2_000
"""So many facts of a month are read with the page; of more what was done and what is to come are counted after it."""

MOST_AFTERWARDS: Final = 50_000
"""So many facts are read for these: a month of a city of ten thousand cases. A wider unit is asked by those below."""

MOST_FOUND: Final = 12
_WIDE: Final = 10
_OPENED_WITHIN: Final = timedelta(days=800)


class Kind(NamedTuple):
    """How often one kind of duty was met in the month, and how often after its day."""

    title: str
    met: int
    late: int


class _Opening(msgspec.Struct, gc=False):
    """What is needed of the opening of a duty: tens of thousands are read, and each as a whole fact costs thrice."""

    duty: int
    kind: str
    due_on: str


_opening: Final = msgspec.json.Decoder(_Opening).decode


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a month came to. ``kinds`` is nothing where there were too many to tell apart at once (``kinds_of``)."""

    met: int
    by_helpers: int
    opened: int
    reopened: int
    closed: Mapping[str, int]
    paired: int
    kinds: Sequence[Kind] | None


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """All of one meeting of one unit. Where much was done ``done`` and ``plan`` are nothing: they come after it."""

    unit: UnitId
    month: Period
    next_month: Period
    done: Done | None
    late: Late
    plan: Plan | None
    noticed: Sequence[Noticed]
    more_noticed: bool
    empty_desks: Sequence[str]


def month_of(first: date) -> Period:
    """The whole month that begins on a day."""
    return Period(first, months_later(first, 1) - timedelta(days=1))


def usual_month(today: date) -> date:
    """The first day of the month a meeting speaks of: this one from its middle on, else the one before."""
    this = today.replace(day=1)
    return this if today.day > 15 else months_later(this, -1)


def meeting(look: Looking, unit: UnitId, first: date) -> Meeting:
    """What the meeting of a unit looks at, for the month that begins on ``first``; NotFound."""
    look.must_see(unit)
    month, next_month = month_of(first), month_of(months_later(first, 1))
    done, noticed = _done_at_once(look, unit, month), _waiting(look, unit)
    return Meeting(
        unit=unit, month=month, next_month=next_month, done=done, late=all_late(look, unit),
        plan=plan_of(look, unit, next_month) if done else None, noticed=noticed[:MOST_FOUND],
        more_noticed=len(noticed) > MOST_FOUND, empty_desks=_empty_desks(look, unit),
    )  # fmt: skip


def done_in(look: Looking, unit: UnitId, first: date) -> Done:
    """What the month that begins on ``first`` came to in a unit; NotFound."""
    look.must_see(unit)
    month = month_of(first)
    return _done_at_once(look, unit, month) or _counted(look, _told_in(look, unit, _seen(look, month)))


def plan_after(look: Looking, unit: UnitId, first: date) -> Plan:
    """What the month after the one that begins on ``first`` brings to a unit; NotFound."""
    look.must_see(unit)
    return plan_of(look, unit, month_of(months_later(first, 1)))


def kinds_of(look: Looking, unit: UnitId, first: date) -> tuple[list[Kind], int] | None:
    """What was met in a unit in a month by kind, and how much of it helpers owed; nothing of very many. NotFound."""
    look.must_see(unit)
    seen = _seen(look, month_of(first))
    met = and_(_told_in(look, unit, seen), t.journal.c.name == f.stored_name(f.DutyMet))
    rows = look.connection.execute(_one_by_one(met, MOST_AFTERWARDS))
    facts = ((row.case, row.programme, f.read_fact(row.name, row.version, row.body)) for row in rows)
    found = [(case, programme, fact) for case, programme, fact in facts if isinstance(fact, f.DutyMet)]
    return _kinds(look, found, seen) if found else None


def _seen(look: Looking, month: Period) -> Bounds:
    return bounds(month, look.now, next(each.time_zone for each in look.store.programmes.values()))


def _told_in(look: Looking, unit: UnitId, seen: Bounds) -> ColumnElement[bool]:
    fact = t.journal.c
    return and_(t.TOLD_AT_MEETINGS, fact.at >= seen.begins, fact.at < seen.ends, _of_cases(look, unit))


def _done_at_once(look: Looking, unit: UnitId, month: Period) -> Done | None:
    """What a month came to with its kinds of duties; nothing where there is too much of it."""
    seen = _seen(look, month)
    told = _told_in(look, unit, seen)
    rows = look.connection.execute(_one_by_one(told, MOST_ONE_BY_ONE)).all()
    if not rows and look.connection.scalar(select(exists().where(told))):
        return None
    facts = [(row.case, row.programme, f.read_fact(row.name, row.version, row.body)) for row in rows]
    met = [(case, programme, each) for case, programme, each in facts if isinstance(each, f.DutyMet)]
    kinds, by_helpers = _kinds(look, met, seen) if met else ([], 0)
    return _told(Counter(row.name for row in rows), [each for *_, each in facts], kinds, by_helpers)


def _of_cases(look: Looking, unit: UnitId) -> ColumnElement[bool]:
    """Facts of the cases of a unit: a narrow one's are looked for by case, a wide one's among all of the month.

    Of nearly all there are, the cases of the few other units are left out.
    """
    case, others = t.journal.c.case, look.few_others(unit)
    if others is not None:
        return case.not_in(select(t.snapshot.c.case).where(t.snapshot.c.unit.in_(others)))
    cases = select(t.snapshot.c.case).where(*look.within(t.snapshot.c.unit, unit))
    wide = sum(1 for _ in look.office.below(unit)) * _WIDE > len(look.office.units)
    return (unled(look.connection, case) if wide else case).in_(cases)


def _one_by_one(told: ColumnElement[bool], most: int) -> Select[Any]:
    """The facts themselves, or none where they are very many: which the database finds out before it reads any."""
    fact = t.journal.c
    few = select(fact.case).where(told).limit(most + 1).subquery()
    counted = select(func.count().label("many")).select_from(few).subquery()
    return (
        select(fact.case, fact.name, fact.version, fact.body, t.snapshot.c.programme)
        .select_from(counted)
        .join(t.journal, counted.c.many <= most)
        .join(t.snapshot, t.snapshot.c.case == fact.case)
        .where(told)
    )


def _counted(look: Looking, told: ColumnElement[bool]) -> Done:
    """Of very many facts the numbers, from the index alone; and of those few kinds that tell more each by itself."""
    fact = t.journal.c
    names = select(fact.name, literal(0).label("version"), literal("").label("body"), func.count().label("many"))
    each = select(fact.name, fact.version, fact.body, literal(0)).where(told, fact.name.in_(_READ))
    rows = look.connection.execute(names.where(told).group_by(fact.name).union_all(each)).all()
    often = {row.name: row.many for row in rows if row.many}
    told_more = [f.read_fact(row.name, row.version, row.body) for row in rows if row.body]
    return _told(often, told_more)


def _told(
    often: Mapping[str, int], facts: Sequence[f.Fact], kinds: Sequence[Kind] | None = None, helpers: int = 0
) -> Done:
    return Done(
        met=often.get(f.stored_name(f.DutyMet), 0), by_helpers=helpers, kinds=kinds,
        opened=often.get(f.stored_name(f.CaseOpened), 0), reopened=often.get(f.stored_name(f.CaseReopened), 0),
        closed=Counter(fact.reason for fact in facts if isinstance(fact, f.CaseClosed)),
        paired=sum(isinstance(fact, f.TieBegun) and fact.pairs for fact in facts),
    )  # fmt: skip


_READ: Final = (f.stored_name(f.CaseClosed), f.stored_name(f.TieBegun))
"""The facts in which a meeting asks about more than that they are there."""


def _kinds(look: Looking, met: Sequence[tuple[str, str, f.DutyMet]], seen: Bounds) -> tuple[list[Kind], int]:
    """What was met by kind, the most often first; and how many of it helpers owed."""
    opened = _openings(look, {case for case, *_ in met}, seen)
    often: Counter[tuple[str, str]] = Counter()
    late: Counter[tuple[str, str]] = Counter()
    by_helpers = 0
    for case, programme, fact in met:
        duty = opened.get((case, fact.duty))
        key = (programme, duty.kind if duty else "")
        often[key] += 1
        late[key] += duty is not None and fact.on.isoformat() > duty.due_on
        by_helpers += duty is not None and _is_helpers(look, programme, duty.kind)
    together: dict[str, list[int]] = {}
    for (programme, kind), many in often.items():
        title = look.store.title(kind, look.language, programme) if kind else ""
        counts = together.setdefault(title, [0, 0])
        counts[0] += many
        counts[1] += late[programme, kind]
    found = [Kind(title, *counts) for title, counts in together.items()]
    return sorted(found, key=lambda each: (-each.met, each.title)), by_helpers


def _openings(look: Looking, cases: set[str], seen: Bounds) -> dict[tuple[str, int], _Opening]:
    """The openings of duties of these cases, of the two years before the month ended."""
    since = stamp(moment(seen.begins) - _OPENED_WITHIN)
    statement = select(t.journal.c.case, t.journal.c.body).where(
        among(look.connection, t.journal.c.case, sorted(cases)), t.journal.c.name == f.stored_name(f.DutyOpened),
        t.journal.c.at >= since, t.journal.c.at < seen.ends,
    )  # fmt: skip
    found: dict[tuple[str, int], _Opening] = {}
    for case, body in tuples(look.connection, statement):
        opening = _opening(body)
        found[case, opening.duty] = opening
    return found


def _is_helpers(look: Looking, programme: str, kind: str) -> bool:
    method = look.store.programmes.get(programme)
    if method is None or kind not in method.duties:
        return False
    return not isinstance(method.roles[method.duties[kind].owed_by], Desk)


def _waiting(look: Looking, unit: UnitId) -> list[Noticed]:
    statement = waiting_for_a_pair(look.now).where(*look.within(t.snapshot.c.unit, unit)).limit(MOST_FOUND + 1)
    return as_never_paired(look.connection, statement, look.now)


def _empty_desks(look: Looking, unit: UnitId) -> list[str]:
    """Divisions in the unit where somebody should sit and nobody does."""
    return [place.name for place in look.office.unattended(look.office.below(unit), DESKS)]
