"""The tree as a whole: its units, which county each lies in, and a township that goes to another county."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select, update

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level, Stage
from domain.rules.commands import LetTimePass, MoveCase
from domain.rules.office import Office
from domain.rules.refusals import Reason, Refusal
from domain.store import tables as t
from domain.store.acting import in_one_act
from domain.store.lists_overdue import within
from domain.store.offices import office, office_changed
from domain.store.store import Store, among
from domain.store.units import county_of, subtree
from domain.store.writing import Outcome, carry_out_within


class UnitLine(NamedTuple):
    """One unit: where it stands, who sits at its desk, how many open cases stand in it and below it."""

    unit: UnitId
    name: str
    level: str
    parent: UnitId | None
    people: tuple[PersonId, ...]
    cases: int


def units(connection: Connection, store: Store, unit: UnitId | None = None) -> list[UnitLine]:
    """The tree, or one unit and what lies below it, each unit after the one above it."""
    around = office(connection, store)
    open_cases = _open_cases(connection, around)
    wanted = connection.execute(select(t.unit.c.id).where(*within(connection, t.unit.c.id, unit)))
    return [
        UnitLine(each.id, each.name, each.level.value, each.parent, around.desks.get(each.id, ()),
                 open_cases.get(each.id, 0))
        for each in sorted((around.units[row.id] for row in wanted), key=lambda each: _way(around, each.id))
    ]  # fmt: skip


def _way(around: Office, unit: UnitId) -> tuple[UnitId, ...]:
    return tuple(above.id for above in around.upward(unit))[::-1]


def _open_cases(connection: Connection, around: Office) -> dict[UnitId, int]:
    rows = connection.execute(
        select(t.snapshot.c.unit, func.count().label("cases"))
        .where(t.snapshot.c.stage != Stage.CLOSED.value)
        .group_by(t.snapshot.c.unit)
    )
    found: dict[UnitId, int] = {}
    for row in rows:
        for above in around.upward(row.unit):
            found[above.id] = found.get(above.id, 0) + row.cases
    return found


def counties_of(connection: Connection, places: Sequence[str]) -> dict[str, UnitId]:
    """The county each place lies in by the tree as it is now; for one that is not in it, by its code."""
    parents = {row.id: row for row in connection.execute(select(t.unit.c.id, t.unit.c.parent, t.unit.c.level))}
    found = {}
    for place in places:
        row = parents.get(UnitId(place))
        while row is not None and row.level != Level.COUNTY.value:
            row = parents.get(row.parent)
        found[place] = UnitId(row.id) if row is not None else county_of(place)
    return found


MOVABLE: Final = Level.TOWNSHIP


class Moved(NamedTuple):
    """A township that lies in another county now, with so many cases, closed ones too; ``stayed``: without these."""

    unit: UnitId
    before: UnitId | None
    county: UnitId
    cases: int
    stayed: tuple[CaseId, ...] = ()


def move_township(store: Store, township: UnitId, county: UnitId, by: PersonId, now: datetime) -> Moved:
    """Put a township below another county, with all that lies below it and every case there, in one transaction.

    What has come due by then is still told to those who sat above. A case that fails the engine itself is set aside and
    named; done again, whatever stayed behind follows. A Refusal where one of the two is no such unit.
    """
    return in_one_act(store, lambda connection: _move(connection, store, township, county, by, now))


def _move(
    connection: Connection, store: Store, township: UnitId, county: UnitId, by: PersonId, now: datetime
) -> Moved:  # fmt: skip
    around = office(connection, store)
    places = _cases_below(connection, township, county)
    before = _checked(around, township, county, left_behind=bool(places))
    sound = _sound(places, carry_out_within(connection, store, [LetTimePass(case=case) for case in places], now))
    connection.execute(update(t.unit).where(t.unit.c.id == township).values(parent=county))
    office_changed(connection)
    commands = [MoveCase(case=case, unit=places[case], county=county, by=by) for case in sound]
    moved = _sound(sound, carry_out_within(connection, store, commands, now))
    return Moved(township, before, county, len(moved), tuple(case for case in places if case not in moved))


def _sound(cases: Iterable[CaseId], outcomes: Iterable[Outcome]) -> dict[CaseId, Outcome]:
    """Those of the cases with which it went well."""
    return {case: done for case, done in zip(cases, outcomes, strict=True) if not isinstance(done, Refusal)}


def _checked(around: Office, township: UnitId, county: UnitId, *, left_behind: bool) -> UnitId | None:
    for unit, level in ((township, MOVABLE), (county, Level.COUNTY)):
        if unit not in around.units or around.units[unit].level is not level:
            raise Refusal(Reason.NO_SUCH_UNIT, unit)
    before = around.units[township].parent
    if before == county and not left_behind:
        raise Refusal(Reason.SAME_UNIT, county)
    return before


def _cases_below(connection: Connection, unit: UnitId, county: UnitId) -> dict[CaseId, UnitId]:
    """The cases there that do not belong to the county yet, and where each stands."""
    below = subtree(connection, unit)
    rows = connection.execute(
        select(t.snapshot.c.case, t.snapshot.c.unit)
        .where(among(connection, t.snapshot.c.unit, below), t.snapshot.c.county != county)
        .order_by(t.snapshot.c.case)
    )
    return {row.case: row.unit for row in rows}
