"""What somebody asks for among the cases, as conditions the database answers from its indexes alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, null, select, true, union

from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.rules.access import Right
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.lists_overdue import is_overdue
from domain.store.name_tokens import named, token_of
from domain.store.store import among, unled

AT_A_TIME: Final = 50
MOST_MEANT: Final = 2_000
"""So many cases that typed words may mean are looked for once and kept by their numbers."""
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
        late = select(func.count().label("cases")).select_from(self._late).subquery()
        return select(late.c.cases if self.asked.late else self._total, late.c.cases)

    @property
    def is_counted_with_its_page(self) -> bool:
        """Whether each row of a page also says (``every``) how many there are: all that is asked for is late."""
        return self.asked.late and self.asked.order is Order.LATE

    def page(self, total: int, late: int, first: int, count: int) -> Select[Any]:
        """So many cases from one on, in the order asked for; ``total`` and ``late``: what ``counting`` found."""
        if self.asked.order is not Order.LATE:
            return self._in_order(self._conditions, total, first, count)
        parts: list[Any] = []
        if first < late:
            parts.append(self.late_page(first, min(count, late - first)))
        if first + count > late and not self.asked.late:
            left, conditions = count - max(late - first, 0), [*self._conditions, self._not_late]
            parts.append(self._in_order(conditions, total - late, max(first - late, 0), min(count, left)))
        if len(parts) == 1:
            return parts[0]  # type: ignore[no-any-return]
        both = [select(part.subquery()) for part in parts]
        return select(both[0].union_all(both[1]).subquery()) if both else select(*_COLUMNS).where(false())

    @property
    def _total(self) -> Any:
        """From the kept sums where these know all that is asked, else counted."""
        asked, sums = self.asked, t.tally.c
        if asked.risk or asked.alone or asked.words.strip():
            return select(func.count()).select_from(t.snapshot).where(*self._conditions).scalar_subquery()
        conditions = [*self.look.within(sums.unit, asked.unit), self._of_stage(sums.stage)]
        if asked.programme:
            conditions.append(sums.programme == asked.programme)
        if asked.climbed:
            conditions.append(sums.stage == Stage.ESCALATION.value)
        return select(func.coalesce(func.sum(sums.cases), 0)).where(*conditions).scalar_subquery()

    def _in_order(self, conditions: Sequence[ColumnElement[bool]], total: int, first: int, count: int) -> Select[Any]:
        """By what the indexes hold: no row with its long state is read for a case that is not shown.

        What lies beyond the middle of all is reached from the end.
        """
        after = max(total - first - count, 0)
        if first <= after:
            return self._walked(conditions, count, first)
        left = max(min(count, total - first), 0)
        from_end = self._walked(conditions, left, after, from_end=True).subquery()
        return select(from_end).order_by(*self._order(from_end.c))

    def _walked(
        self, conditions: Sequence[ColumnElement[bool]], count: int, passing: int, *, from_end: bool = False
    ) -> Select[Any]:
        statement = select(*_COLUMNS, null().label("since"), literal(0).label("every")).where(*conditions)
        statement = statement.order_by(*self._order(t.snapshot.c, from_end=from_end)).limit(count).offset(passing)
        if not self._leads_everywhere:
            return statement
        # Half of all cases and more: walked in the order wanted, until the page is full.
        return statement.with_hint(t.snapshot, f"INDEXED BY {_WALKED[self.asked.order is Order.NEWEST]}", "sqlite")

    def _order(self, of: Any, *, from_end: bool = False) -> list[ColumnElement[Any]]:
        """The columns by which what is listed stands in order: numbers, or registration with the newest first."""
        newest = self.asked.order is Order.NEWEST
        by = [of.subject] if newest else []
        if not self._leads_everywhere:
            by.append(self._unled(of.case))
        elif not newest:
            by.append(of.case)
        return [each.desc() for each in by] if newest is not from_end else by

    @cached_property
    def _leads_everywhere(self) -> bool:
        """Whether most cases there are would be listed: nothing narrow is asked, of a wide part of the tree."""
        asked = self.asked
        units = self.look.units if asked.unit is None else list(self.look.office.below(asked.unit))
        wide = units is None or len(units) * 2 > len(self.look.office.units)
        return wide and not (asked.late or asked.alone or asked.climbed or asked.stage or asked.words.strip())

    def late_page(self, first: int, count: int) -> Select[Any]:
        """So many of the late ones, the longest late first."""
        late = self._late
        every = func.count().over().label("every")
        chosen = select(late, every).order_by(late.c.since, late.c.case).limit(count).offset(first).subquery()
        return (
            select(*_COLUMNS, chosen.c.since, chosen.c.every)
            .join(chosen, chosen.c.case == t.snapshot.c.case)
            .order_by(chosen.c.since, t.snapshot.c.case)
        )

    @cached_property
    def _late(self) -> Any:
        """The cases asked for that have something late, since when. Places are asked of the diary, which is at hand."""
        statement = (
            select(t.diary.c.case, func.min(t.diary.c.overdue_from).label("since"))
            .where(is_overdue(self.look.now), self.look.place_by_place(t.diary.c.unit, self.asked.unit))
            .group_by(self._unled(t.diary.c.case), t.diary.c.case)
        )
        if self._narrow:
            # Not joined: of each late case its whole row would be read.
            wanted = select(t.snapshot.c.case).where(*self._wanted)
            statement = statement.where(self._unled(t.diary.c.case).in_(wanted))
        return statement.subquery()

    @property
    def _not_late(self) -> ColumnElement[bool]:
        return t.snapshot.c.case.not_in(self._late_cases)

    @property
    def _late_cases(self) -> Select[Any]:
        return select(t.diary.c.case).where(is_overdue(self.look.now), self.look.place_by_place(t.diary.c.unit))

    @property
    def _conditions(self) -> list[ColumnElement[bool]]:
        late = [self._unled(t.snapshot.c.case).in_(self._late_cases)] if self.asked.late else []
        return [*self._wanted, *late]

    @cached_property
    def _wanted(self) -> list[ColumnElement[bool]]:
        """All that is asked of a case itself."""
        led_elsewhere = self.asked.words.strip() or self._leads_everywhere
        unit = self._unled(t.snapshot.c.unit) if led_elsewhere else t.snapshot.c.unit
        return [*self.look.within(unit, self.asked.unit), self._of_stage(t.snapshot.c.stage), *self._narrow]

    def _unled(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Also of cases: in their own order SQLite would walk all of the table, with every case's long state."""
        return unled(self.look.connection, column)

    def _of_stage(self, stages: ColumnElement[str]) -> ColumnElement[bool]:
        stage = self.asked.stage
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
            found.append(self._of_stage(snapshot.stage))
        if asked.alone:
            found.append(without_tie(self.look))
        return [*found, *self._by_words()]

    def _by_words(self) -> Iterator[ColumnElement[bool]]:
        """The cases that what was typed may mean, found once; of very many it is asked with each statement."""
        if not self.asked.words.strip():
            return
        meant = self._meant()
        cases = self.look.connection.scalars(meant.limit(MOST_MEANT + 1)).all()
        few = len(cases) <= MOST_MEANT
        yield among(self.look.connection, t.snapshot.c.case, cases) if few else t.snapshot.c.case.in_(meant)

    def _meant(self) -> Select[Any]:
        typed, case = self.asked.words.strip(), t.snapshot.c.case
        if NUMBER.fullmatch(typed):
            here = self.look.within(self._unled(t.snapshot.c.unit), self.asked.unit)
            numbered = case.contains(re.sub(r"[－—_ ]", "-", typed), autoescape=True)
            return select(case).where(numbered, *here).with_hint(t.snapshot, f"INDEXED BY {_WALKED[False]}", "sqlite")
        # Each by its own index; asked of every case one would wait for it.
        found = [select(case).where(each) for each in (*self._in_places(typed), *self._called(typed))]
        if not found:
            return select(case).where(false())
        together = union(*found).subquery()
        return select(together.c.case)

    def _in_places(self, typed: str) -> Iterator[ColumnElement[bool]]:
        """Villages and other units whose name holds what was typed, with all below them."""
        office, look = self.look.office, self.look
        met = [unit.id for unit in office.units.values() if typed in unit.name and look.sees(unit.id)]
        units = list(dict.fromkeys(each for unit in met for each in office.below(unit)))
        if units:
            yield among(look.connection, t.snapshot.c.unit, units)

    def _called(self, typed: str) -> Iterator[ColumnElement[bool]]:
        """Children and others by name, for who may see names there; volunteers by name, for who may see people."""
        look = self.look
        token = token_of(look.store.seal, typed)
        if token and look.viewer.may(Right.SEE_NAMES):
            here = look.also(Right.SEE_NAMES).within(self._unled(t.snapshot.c.unit))
            yield and_(t.snapshot.c.subject.in_(named(token)), *here)
        if token and look.viewer.may(Right.SEE_PEOPLE):
            tied = select(t.tie.c.case).where(t.tie.c.person.in_(named(token, HELPERS)), t.tie.c.until.is_(None))
            here = look.also(Right.SEE_PEOPLE).within(self._unled(t.snapshot.c.unit))
            yield and_(t.snapshot.c.case.in_(tied), *here)


def without_tie(look: Looking) -> ColumnElement[bool]:
    """Nobody is tied to the case, though its programme pairs and it is past being identified."""
    pairing = [name for name, programme in look.store.programmes.items() if programme.pairing is not None]
    return and_(
        t.snapshot.c.tied == t.NOBODY,
        unled(look.connection, t.snapshot.c.stage).in_([stage.value for stage in WAITING]),
        unled(look.connection, t.snapshot.c.programme).in_(pairing) if pairing else true(),
    )


_WALKED: Final = {False: "ix_snapshot_in_order", True: "ix_snapshot_subject"}
"""The index in the order of the cases' numbers, and in that of their registration, the newest at its end."""

_COLUMNS: Final = tuple(
    t.snapshot.c[name] for name in ("case", "unit", "stage", "risk", "programme", "subject")
)  # fmt: skip
