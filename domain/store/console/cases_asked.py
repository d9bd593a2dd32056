"""What somebody asks for among the cases, as conditions the database answers from its indexes alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, null, select, true

from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import is_overdue
from domain.store.name_tokens import named, token_of
from domain.store.store import among

AT_A_TIME: Final = 50
NUMBER: Final = re.compile(r"(?=.*\d)[\d\-－—_ ]+")
"""What may be part of a case number."""

HELPERS: Final = ("volunteer",)
CALLED: Final = ("child", "elder", "school", "unit", "project")
WAITING: Final = (Stage.PAIRING, Stage.CHECK_IN, Stage.ESCALATION, Stage.FOLLOW_UP)
"""The stages in which somebody should be tied to a case."""


class Order(StrEnum):
    """How what was found is ordered."""

    LATE = "late"
    NEWEST = "newest"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody looks for. ``words``: typed as one types; ``stage`` empty: all that are open."""

    words: str = ""
    unit: UnitId | None = None
    stage: Stage | None = None
    risk: str = ""
    programme: str = ""
    late: bool = False
    alone: bool = False
    climbed: bool = False
    order: Order = Order.LATE
    page: int = 0


@dataclass(frozen=True)
class Search:
    """The statements that answer what was asked, within what the viewer may see."""

    look: Looking
    asked: Asked

    def counting(self) -> Select[Any]:
        """How many cases there are in all, and how many of them have something late."""
        wanted = select(func.count()).select_from(t.snapshot).where(*self._conditions)
        late = select(func.count()).select_from(self._late)
        return select(wanted.scalar_subquery(), late.scalar_subquery())

    def page(self, late: int, first: int, count: int) -> Select[Any]:
        """So many cases from one on, in the order asked for; ``late``: how many have something late."""
        if self.asked.order is not Order.LATE:
            return self._in_order(self._conditions, first, count)
        parts: list[Any] = []
        if first < late:
            parts.append(self._late_page(first, min(count, late - first)))
        if first + count > late and not self.asked.late:
            left = count - max(late - first, 0)
            parts.append(self._in_order([*self._conditions, self._not_late], max(first - late, 0), min(count, left)))
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        both = [select(part.subquery()) for part in parts]
        return select(both[0].union_all(both[1]).subquery()) if both else select(*_COLUMNS).where(false())

    def _in_order(self, conditions: Sequence[ColumnElement[bool]], first: int, count: int) -> Select[Any]:
        """By what the index holds: no row with its long state is read for a case that is not shown."""
        newest = self.asked.order is Order.NEWEST
        by = [t.snapshot.c.subject.desc()] if newest else []
        return (
            select(*_COLUMNS, null().label("since"))
            .where(*conditions)
            .order_by(*by, _unhurried(t.snapshot.c.case, descending=newest))
            .limit(count)
            .offset(first)
        )

    def _late_page(self, first: int, count: int) -> Select[Any]:
        late = self._late
        chosen = select(late).order_by(late.c.since, late.c.case).limit(count).offset(first).subquery()
        return (
            select(*_COLUMNS, chosen.c.since)
            .join(chosen, chosen.c.case == t.snapshot.c.case)
            .order_by(chosen.c.since, t.snapshot.c.case)
        )

    @cached_property
    def _late(self) -> Any:
        """The cases asked for that have something late, since when. Places are asked of the diary, which is at hand."""
        statement = (
            select(t.diary.c.case, func.min(t.diary.c.overdue_from).label("since"))
            .where(is_overdue(self.look.now), self.look.place_by_place(t.diary.c.unit, self.asked.unit))
            .group_by(_unhurried(t.diary.c.case), t.diary.c.case)
        )
        if self._narrow:
            wanted = select(t.snapshot.c.case).where(*self._conditions)
            statement = statement.where(_unhurried(t.diary.c.case).in_(wanted))
        return statement.subquery()

    @property
    def _not_late(self) -> ColumnElement[bool]:
        return t.snapshot.c.case.not_in(self._late_cases)

    @property
    def _late_cases(self) -> Select[Any]:
        return select(t.diary.c.case).where(is_overdue(self.look.now), self.look.place_by_place(t.diary.c.unit))

    @cached_property
    def _conditions(self) -> list[ColumnElement[bool]]:
        typed = self.asked.words.strip()
        unit = _unled(t.snapshot.c.unit) if typed and not NUMBER.fullmatch(typed) else t.snapshot.c.unit
        found = [*self.look.within(unit, self.asked.unit), self._of_stage, *self._narrow]
        if self.asked.late:
            found.append(_unhurried(t.snapshot.c.case).in_(self._late_cases))
        return found

    @property
    def _of_stage(self) -> ColumnElement[bool]:
        stage, stages = self.asked.stage, t.snapshot.c.stage
        return stages == stage.value if stage else stages != Stage.CLOSED.value

    @cached_property
    def _narrow(self) -> list[ColumnElement[bool]]:
        """What is asked beside place and being open."""
        asked, snapshot = self.asked, t.snapshot.c
        found = [snapshot.risk == asked.risk] if asked.risk else []
        if asked.programme:
            found.append(snapshot.programme == asked.programme)
        if asked.climbed:
            found.append(snapshot.stage == Stage.ESCALATION.value)
        if asked.stage:
            found.append(self._of_stage)
        if asked.alone:
            found.append(without_tie(self.look))
        return [*found, *self._by_words()]

    def _by_words(self) -> Iterator[ColumnElement[bool]]:
        typed = self.asked.words.strip()
        if not typed:
            return
        if NUMBER.fullmatch(typed):
            yield t.snapshot.c.case.contains(re.sub(r"[－—_ ]", "-", typed), autoescape=True)
        else:
            # Found out once, each by its own index; asked of every case one would wait for it.
            found = [select(t.snapshot.c.case).where(each) for each in (self._in_places(typed), *self._called(typed))]
            yield t.snapshot.c.case.in_(found[0].union(*found[1:]) if found[1:] else found[0])

    def _in_places(self, typed: str) -> ColumnElement[bool]:
        """Villages and other units whose name holds what was typed, with all below them."""
        office, look = self.look.office, self.look
        met = [unit.id for unit in office.units.values() if typed in unit.name and look.sees(unit.id)]
        units = list(dict.fromkeys(each for unit in met for each in office.below(unit)))
        return among(look.connection, t.snapshot.c.unit, units) if units else false()

    def _called(self, typed: str) -> Iterator[ColumnElement[bool]]:
        """Children and others by name, for who may see names there; volunteers by name, for who may see people."""
        look = self.look
        token = token_of(look.store.seal, typed)
        if token and look.viewer.may(Right.SEE_NAMES):
            here = look.also(Right.SEE_NAMES).within(_unled(t.snapshot.c.unit))
            yield and_(t.snapshot.c.subject.in_(named(token)), *here)
        if token and look.viewer.may(Right.SEE_PEOPLE):
            tied = select(t.tie.c.case).where(t.tie.c.person.in_(named(token, HELPERS)), t.tie.c.until.is_(None))
            here = look.also(Right.SEE_PEOPLE).within(_unled(t.snapshot.c.unit))
            yield and_(t.snapshot.c.case.in_(tied), *here)


def without_tie(look: Looking) -> ColumnElement[bool]:
    """Nobody is tied to the case, though its programme pairs and it is past being identified."""
    pairing = [name for name, programme in look.store.programmes.items() if programme.pairing is not None]
    tied = select(t.tie.c.case).where(t.tie.c.case == t.snapshot.c.case, t.tie.c.until.is_(None))
    return and_(
        t.snapshot.c.stage.in_([stage.value for stage in WAITING]),
        t.snapshot.c.programme.in_(pairing) if pairing else true(),
        ~tied.exists(),
    )


def _unhurried(column: ColumnElement[Any], *, descending: bool = False) -> ColumnElement[Any]:
    """Not by the table's own order: SQLite would otherwise walk all of it, with every case's long state."""
    plain = column + literal("")
    return plain.desc() if descending else plain


def _unled(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Checked of what was found by something narrower, not looked for by its own index."""
    return column + literal("")


_COLUMNS: Final = tuple(
    t.snapshot.c[name] for name in ("case", "unit", "stage", "risk", "programme", "subject")
)  # fmt: skip
