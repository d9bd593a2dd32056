"""Which cases are on their way to a helper, and how far: asked of the diary, so that it costs what waits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Case, CompoundSelect, Select, case, exists, func, select, union_all

from domain.case import Case as CareCase
from domain.ids import CaseId, UnitId
from domain.programme.schema import Desk, Programme
from domain.programme.spans import months_later
from domain.rules.tying import may_be_paired
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import A_DUTY
from domain.store.pairs import MONTHS_AHEAD
from domain.store.rows import read_state
from domain.store.store import Store, among, unled

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


class _Found(NamedTuple):
    """A case on its way: how far, and since when."""

    case: CaseId
    rank: int
    since: str


@dataclass(frozen=True)
class OnTheWay:
    """Every case of some units that is on its way to a helper, the longest waiting first."""

    look: Looking
    found: Sequence[_Found]

    def counts(self) -> dict[Part, int]:
        """How many are at each point of the way."""
        counted = Counter(each.rank for each in self.found)
        return {part: counted[rank] for part, rank in RANKS.items()}

    def page(self, part: Part, page: int) -> tuple[list[Entry], bool]:
        """Those at one point of the way, 50 a page; whether there are more."""
        cases = [each.case for each in self.found if each.rank == RANKS[part]]
        here = cases[(page - 1) * A_PAGE : page * A_PAGE]
        return [Entry(each, self.look.programme(each)) for each in self._read(here)], len(cases) > page * A_PAGE

    def without_helper(self, programme: Programme, most: int) -> list[CareCase]:
        """Those for whom somebody may be proposed now, by all versions of a programme, by their numbers."""
        ranks = {RANKS[Part.WAITING], RANKS[Part.LEAVING]}
        cases = sorted(each.case for each in self.found if each.rank in ranks)[: most * 2]
        return [each for each in self._read(cases) if self._may_be_paired(each, programme)][:most]

    def _may_be_paired(self, case: CareCase, programme: Programme) -> bool:
        own = self.look.programme(case)
        known = case.proposal is None and case.born is not None and case.sex is not None
        return known and own.programme == programme.programme and may_be_paired(case, own)

    def _read(self, cases: Sequence[CaseId]) -> list[CareCase]:
        rows = self.look.connection.execute(
            select(t.snapshot.c.case, t.snapshot.c.state).where(among(self.look.connection, t.snapshot.c.case, cases))
        )
        states = {row.case: row.state for row in rows}
        return [read_state(states[case]) for case in cases]


def on_the_way(look: Looking, unit: UnitId | None) -> OnTheWay:
    """Who is on the way to a helper in a unit, or everywhere the viewer looks; one statement."""
    every: CompoundSelect[Any] = union_all(_by_duties(look, unit), _by_last_days(look, unit))
    found = every.subquery()
    since = func.min(found.c.since).label("since")
    once = select(found.c.case, since).group_by(found.c.case).subquery()
    rows = look.connection.execute(
        select(once.c.case, _rank(look).label("rank"), once.c.since)
        .join(t.snapshot, t.snapshot.c.case == once.c.case)
        .order_by(once.c.since, once.c.case)
    )
    return OnTheWay(look, [_Found(*row) for row in rows])


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
            t.tie.c.person.in_(select(t.helper.c.person).where(t.helper.c.serves_until <= last)),
            t.tie.c.until.is_(None),
            t.tie.c.role.in_(_roles(look.store)),
            # Written so that no index leads to all cases of the units: few helpers leave, and they lead to few cases.
            *look.within(unled(look.connection, t.snapshot.c.unit), unit),
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
