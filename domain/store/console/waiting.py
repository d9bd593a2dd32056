"""Which cases are on their way to a helper, and how far: asked of the diary, so that it costs what waits."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Case, CompoundSelect, Select, Subquery, case, exists, func, select, union_all

from domain.case import Case as CareCase
from domain.ids import UnitId
from domain.programme.schema import Desk, Programme
from domain.programme.spans import months_later
from domain.rules.tying import may_be_paired
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import A_DUTY
from domain.store.pairs import MONTHS_AHEAD
from domain.store.rows import read_state
from domain.store.store import Store

A_PAGE: Final = 50
OPEN_PROPOSAL: Final = '%"proposal":{"person":"%","approved":'
"""How a case's snapshot says that somebody is proposed; whether the desk agreed follows."""


class Part(StrEnum):
    """How far a case is on its way to a helper."""

    DECIDE = "decide"
    """Somebody is proposed; the desk has not decided."""
    ASKED = "asked"
    """The desk agreed; the helper has not answered."""
    WAITING = "waiting"
    """Nobody is proposed, and nobody is there."""
    LEAVING = "leaving"
    """Whoever is there leaves within half a year, and nobody is proposed to succeed."""


RANKS: Final[Mapping[Part, int]] = {Part.DECIDE: 4, Part.ASKED: 3, Part.WAITING: 2, Part.LEAVING: 1}


class Entry(NamedTuple):
    """One case on its way."""

    case: CareCase
    programme: Programme


def searches(programmes: Iterable[Programme]) -> list[str]:
    """The kinds of duties that stand open while somebody is looked for or proposed; desks owe them."""
    return sorted({kind for each in programmes if each.pairing is not None for kind in _searches(each)})


def _searches(programme: Programme) -> Iterator[str]:
    role = programme.pairing.role if programme.pairing is not None else ""
    met = {"tie-begun", f"tie-begun:{role}"}
    for kind, duty in programme.duties.items():
        if isinstance(programme.roles[duty.owed_by], Desk) and met & set(duty.met_by):
            yield kind
    yield from programme.opened_by.get("proposed", ())


def how_many(look: Looking, unit: UnitId | None) -> dict[Part, int]:
    """How many cases are at each point of the way."""
    found = _on_the_way(look, unit)
    rows = look.connection.execute(select(found.c.rank, func.count().label("cases")).group_by(found.c.rank))
    counted = {row.rank: row.cases for row in rows}
    return {part: counted.get(rank, 0) for part, rank in RANKS.items()}


def entries(look: Looking, part: Part, unit: UnitId | None, page: int) -> tuple[list[Entry], bool]:
    """The cases at one point of the way, the longest waiting first; whether there are more than this page."""
    found = _on_the_way(look, unit)
    rows = look.connection.execute(
        select(t.snapshot.c.state)
        .join(found, found.c.case == t.snapshot.c.case)
        .where(found.c.rank == RANKS[part])
        .order_by(found.c.since, found.c.case)
        .limit(A_PAGE + 1)
        .offset((page - 1) * A_PAGE)
    ).all()
    cases = [read_state(row.state) for row in rows[:A_PAGE]]
    return [Entry(each, look.programme(each)) for each in cases], len(rows) > A_PAGE


def without_helper(look: Looking, programme: Programme, unit: UnitId, most: int) -> list[CareCase]:
    """The cases in a unit for which somebody may be proposed now, by all versions of a programme, in their order."""
    found = _on_the_way(look, unit)
    rows = look.connection.scalars(
        select(t.snapshot.c.state)
        .join(found, found.c.case == t.snapshot.c.case)
        .where(
            found.c.rank.in_((RANKS[Part.WAITING], RANKS[Part.LEAVING])),
            t.snapshot.c.programme.like(f"{programme.programme}@%"),
        )
        .order_by(t.snapshot.c.case)
        .limit(most)
    )
    cases = [each for each in map(read_state, rows) if may_be_paired(each, look.programme(each))]
    return [each for each in cases if each.proposal is None and each.born is not None and each.sex is not None]


def _on_the_way(look: Looking, unit: UnitId | None) -> Subquery:
    """Each such case once: how far it is, and since when."""
    every: CompoundSelect[Any] = union_all(_by_duties(look, unit), _by_last_days(look, unit))
    found = every.subquery()
    since = func.min(found.c.since).label("since")
    once = select(found.c.case, since).group_by(found.c.case).subquery()
    return (
        select(once.c.case, once.c.since, _rank(look).label("rank"))
        .join(t.snapshot, t.snapshot.c.case == once.c.case)
        .subquery()
    )


def _rank(look: Looking) -> Case[int]:
    """How far a case is, by its snapshot: only those of cases on their way are looked into."""
    bound = exists().where(
        t.tie.c.case == t.snapshot.c.case, t.tie.c.role.in_(_roles(look.store)), t.tie.c.until.is_(None)
    )
    return case(
        (t.snapshot.c.state.like(f"{OPEN_PROPOSAL}false%"), RANKS[Part.DECIDE]),
        (t.snapshot.c.state.like(f"{OPEN_PROPOSAL}true%"), RANKS[Part.ASKED]),
        (bound, RANKS[Part.LEAVING]),
        else_=RANKS[Part.WAITING],
    )


def _by_duties(look: Looking, unit: UnitId | None) -> Select[Any]:
    kinds = searches(look.store.programmes.values())
    return select(t.diary.c.case, t.diary.c.overdue_from.label("since")).where(
        A_DUTY, t.diary.c.owed_by.is_(None), t.diary.c.kind.in_(kinds), *look.within(t.diary.c.unit, unit)
    )


def _roles(store: Store) -> list[str]:
    return sorted({each.pairing.role for each in store.programmes.values() if each.pairing is not None})


def _by_last_days(look: Looking, unit: UnitId | None) -> Select[Any]:
    """Cases whose helper leaves before long, and who has no successor yet."""
    last = months_later(look.today, MONTHS_AHEAD).isoformat()
    after = t.tie.alias("after")
    succeeded = exists().where(
        after.c.case == t.tie.c.case,
        after.c.role == t.tie.c.role,
        after.c.since > t.tie.c.since,
        after.c.until.is_(None),
    )
    return (
        select(t.tie.c.case, t.helper.c.serves_until.label("since"))
        .join(t.helper, t.helper.c.person == t.tie.c.person)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(
            t.helper.c.serves_until <= last,
            t.tie.c.until.is_(None),
            t.tie.c.role.in_(_roles(look.store)),
            *look.within(t.snapshot.c.unit, unit),
            ~succeeded,
        )
    )


def open_proposals(look: Looking) -> list[CareCase]:
    """The cases everywhere in which a proposal is open."""
    kinds = searches(look.store.programmes.values())
    cases = select(t.diary.c.case).where(A_DUTY, t.diary.c.owed_by.is_(None), t.diary.c.kind.in_(kinds))
    rows = look.connection.scalars(
        select(t.snapshot.c.state).where(t.snapshot.c.case.in_(cases), t.snapshot.c.state.like(f"{OPEN_PROPOSAL}%"))
    )
    return [read_state(state) for state in rows]
