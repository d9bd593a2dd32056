"""Cases as the console finds them: by number, name, place or volunteer, filtered, fifty a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.rules.access import Right, Viewer
from domain.rules.office import Office
from domain.store import tables as t
from domain.store.console.cases_asked import AT_A_TIME, Asked, Search
from domain.store.console.looking import Looking, looked
from domain.store.engine import writing
from domain.store.lists_overdue import A_DUTY, late_by
from domain.store.moments import moment, stamp
from domain.store.people import identities, read_record
from domain.store.store import Store, among

PURPOSE = "console"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case. ``next_day``: the next day something is due; ``days_late``: how long the longest has been late."""

    case: CaseId
    subject: PersonId
    unit: UnitId
    stage: Stage
    risk: str
    risk_title: str
    programme: str
    pressing: bool
    helpers: tuple[str, ...]
    duties: int
    late: int
    days_late: int
    next_day: date | None


class Found(NamedTuple):
    """One page of what was found, and how many there are in all; ``late``: of these with something late."""

    lines: Sequence[Line]
    total: int
    late: int


def find(look: Looking, asked: Asked) -> Found:
    """One page of the cases asked for."""
    rows, total, late = _asked(look, asked, asked.page * AT_A_TIME, AT_A_TIME)
    return Found(_lines(look, rows), total, late)


def all_found(look: Looking, asked: Asked, most: int) -> Sequence[Line]:
    """All cases asked for, up to so many, in the same order: for a file."""
    return _lines(look, _asked(look, asked, 0, most)[0])


def _asked(look: Looking, asked: Asked, first: int, count: int) -> tuple[Sequence[Any], int, int]:
    """So many rows from one on, how many there are in all, and how many of these are late."""
    search = Search(look, asked)
    if search.is_counted_with_its_page:
        rows = look.connection.execute(search.late_page(first, count)).all()
        if rows:
            return rows, rows[0].every, rows[0].every
    total, late = look.connection.execute(search.counting()).one()
    rows = look.connection.execute(search.page(total, late, first, count)).all() if first < total else []
    return rows, total, late


def names_of(
    store: Store, viewer: Viewer, people: Mapping[PersonId, UnitId], now: datetime, around: Office
) -> dict[PersonId, str]:  # fmt: skip
    """What children and others are called whom the viewer may know, by subject and unit. Each reading is recorded.

    In a transaction of its own: nobody waits to write while a page is being found.
    """
    if not people:
        return {}
    with writing(store.engine) as connection:
        look = looked(connection, store, viewer, Right.SEE_NAMES, now, around)
        mine = [person for person, unit in people.items() if look.sees(unit)]
        by = viewer.person or viewer.login
        known = read_record(connection, store.seal, mine, by=by, purpose=PURPOSE, now=now)
    return {person: who.name for person, who in known.items()}


class _Owed(NamedTuple):
    """What is owed to a case now."""

    duties: int = 0
    late: int = 0
    since: str | None = None
    next_day: str | None = None


def _lines(look: Looking, rows: Sequence[Any]) -> list[Line]:
    numbers = [row.case for row in rows]
    owed, tied = _owed(look, numbers), _tied(look, numbers)
    names = _helpers(look, tied)
    return [_line(look, row, owed.get(row.case, _Owed()), [names[each] for each in tied.get(row.case, ())])
            for row in rows]  # fmt: skip


def _line(look: Looking, row: Any, owed: _Owed, helpers: Iterable[str]) -> Line:
    programme = look.store.programmes.get(row.programme)
    risks = list(programme.risks) if programme else []
    title = programme.risks[row.risk].say(look.language) if programme and row.risk in programme.risks else row.risk
    return Line(
        case=row.case, subject=row.subject, unit=row.unit, stage=Stage(row.stage), risk=row.risk, risk_title=title,
        programme=row.programme, pressing=len(risks) > 1 and row.risk == risks[-1], helpers=tuple(helpers),
        duties=owed.duties, late=owed.late, days_late=late_by(moment(owed.since), look.now) if owed.since else 0,
        next_day=date.fromisoformat(owed.next_day) if owed.next_day else None,
    )  # fmt: skip


def _owed(look: Looking, cases: Sequence[str]) -> dict[str, _Owed]:
    late = t.diary.c.overdue_from <= stamp(look.now)
    statement = (
        select(
            t.diary.c.case,
            func.count().label("duties"),
            func.count().filter(late).label("late"),
            func.min(t.diary.c.overdue_from).filter(late).label("since"),
            func.min(t.diary.c.due_on).filter(~late).label("next_day"),
        )
        .where(A_DUTY, among(look.connection, t.diary.c.case, cases))
        .group_by(t.diary.c.case)
    )
    return {row.case: _Owed(*row[1:]) for row in look.connection.execute(statement)} if cases else {}


def _tied(look: Looking, cases: Sequence[str]) -> dict[str, list[PersonId]]:
    """Who is tied to each case now, the longest first."""
    found: dict[str, list[PersonId]] = {}
    statement = select(t.tie.c.case, t.tie.c.person).where(
        t.tie.c.until.is_(None), among(look.connection, t.tie.c.case, cases)
    )
    for row in look.connection.execute(statement.order_by(t.tie.c.since)) if cases else ():
        found.setdefault(row.case, []).append(row.person)
    return found


def _helpers(look: Looking, tied: Mapping[str, Sequence[PersonId]]) -> dict[PersonId, str]:
    """What helpers are called; their ids for who may not know."""
    people = list(dict.fromkeys(person for some in tied.values() for person in some))
    names: dict[PersonId, str] = {each: each for each in people}
    if people and look.viewer.may(Right.SEE_PEOPLE):
        known = identities(look.connection, look.store.seal, people)
        names.update({person: who.name for person, who in known.items()})
    return names
