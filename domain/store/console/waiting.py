"""Which cases are on their way to a helper, and how far: asked of the diary, so that it costs what waits."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import CompoundSelect, Select, Subquery, case, exists, func, literal, or_, select, union_all

from domain.case import Case
from domain.ids import UnitId
from domain.programme.schema import Programme
from domain.programme.spans import months_later
from domain.rules.tying import may_be_paired
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import A_DUTY
from domain.store.pairs import MONTHS_AHEAD
from domain.store.rows import read_state

A_PAGE: Final = 50


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

    case: Case
    programme: Programme


def kinds_of_part(programmes: Iterable[Programme], part: Part) -> list[str]:
    """The kinds of duties that say so: to decide on a proposal, to answer one, to find somebody."""
    found: set[str] = set()
    for programme in programmes:
        if programme.pairing is not None:
            found |= _kinds(programme, part, programme.pairing.role)
    return sorted(found)


def _kinds(programme: Programme, part: Part, role: str) -> set[str]:
    if part in {Part.DECIDE, Part.ASKED}:
        own = programme.opened_by.get("proposed" if part is Part.DECIDE else "approved", ())
        later = (programme.duties[kind].lapses_into for kind in own)
        return {*own, *(kind for kind in later if kind)}
    searched = ("tie-begun", f"tie-begun:{role}")
    asked = _kinds(programme, Part.DECIDE, role) | _kinds(programme, Part.ASKED, role)
    return {
        kind
        for kind, duty in programme.duties.items()
        if kind not in asked and any(trigger in duty.met_by for trigger in searched) and duty.opens.ending is None
    }


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


def without_helper(look: Looking, programme: Programme, unit: UnitId, most: int) -> list[Case]:
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
    cases = [case for case in map(read_state, rows) if may_be_paired(case, look.programme(case))]
    return [case for case in cases if case.proposal is None and case.born is not None and case.sex is not None]


def _on_the_way(look: Looking, unit: UnitId | None) -> Subquery:
    """Each such case once: how far it is, and since when."""
    every: CompoundSelect[Any] = union_all(_by_duties(look, unit), _by_last_days(look, unit))
    all_of_them = every.subquery()
    return (
        select(
            all_of_them.c.case, func.max(all_of_them.c.rank).label("rank"), func.min(all_of_them.c.since).label("since")
        )
        .group_by(all_of_them.c.case)
        .subquery()
    )


def _by_duties(look: Looking, unit: UnitId | None) -> Select[Any]:
    programmes = list(look.store.programmes.values())
    kinds = {part: kinds_of_part(programmes, part) for part in (Part.DECIDE, Part.ASKED, Part.WAITING)}
    rank = case(
        (t.diary.c.kind.in_(kinds[Part.DECIDE]), RANKS[Part.DECIDE]),
        (t.diary.c.kind.in_(kinds[Part.ASKED]), RANKS[Part.ASKED]),
        else_=RANKS[Part.WAITING],
    )
    bound = exists().where(
        t.tie.c.case == t.diary.c.case, t.tie.c.role.in_(_roles(programmes)), t.tie.c.until.is_(None)
    )
    asked = [*kinds[Part.DECIDE], *kinds[Part.ASKED]]
    return select(t.diary.c.case, rank.label("rank"), t.diary.c.overdue_from.label("since")).where(
        A_DUTY,
        t.diary.c.kind.in_([*asked, *kinds[Part.WAITING]]),
        *look.within(t.diary.c.unit, unit),
        or_(t.diary.c.kind.in_(asked), ~bound),
    )


def _roles(programmes: Sequence[Programme]) -> list[str]:
    return sorted({each.pairing.role for each in programmes if each.pairing is not None})


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
    rank = literal(RANKS[Part.LEAVING]).label("rank")
    return (
        select(t.tie.c.case, rank, t.helper.c.serves_until.label("since"))
        .join(t.helper, t.helper.c.person == t.tie.c.person)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(
            t.helper.c.serves_until <= last,
            t.tie.c.until.is_(None),
            t.tie.c.role.in_(_roles(list(look.store.programmes.values()))),
            *look.within(t.snapshot.c.unit, unit),
            ~succeeded,
        )
    )
