"""Cases as programs ask for them: by their numbers from a cursor on, so that none is missed; one with its story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, select

from domain.case import Case
from domain.ids import CaseId, UnitId
from domain.programme.schema import Stage
from domain.rules.access import Right, Viewer
from domain.store import tables as t
from domain.store.console.looking import Looking, looked
from domain.store.engine import writing
from domain.store.explain import StoryLine, story
from domain.store.lists import OpenDuty, open_duties
from domain.store.lists_overdue import A_DUTY, is_overdue
from domain.store.people import read_record
from domain.store.store import Store, among

A_PAGE: Final = 50


class Line(NamedTuple):
    """One case of a list."""

    case: CaseId
    stage: str
    risk: str
    programme: str
    unit: UnitId
    open_duties: int
    overdue: int


class Page(NamedTuple):
    """Some cases in the order of their numbers, and where to go on; nothing where these were the last."""

    lines: Sequence[Line]
    after: CaseId | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for. ``number``: how a case number begins; without a stage all that are not closed."""

    unit: UnitId | None = None
    number: str = ""
    stage: Stage | None = None
    risk: str = ""
    after: str = ""


def cases(look: Looking, asked: Asked) -> Page:
    """A page of the cases that fit, counted from after a number."""
    statement = (
        select(t.snapshot)
        .where(*look.within(t.snapshot.c.unit, asked.unit), *_fitting(asked))
        .order_by(t.snapshot.c.case)
        .limit(A_PAGE + 1)
    )
    rows = look.connection.execute(statement).all()
    owed = _owed(look, [row.case for row in rows[:A_PAGE]])
    lines = [_line(row, *owed.get(row.case, (0, 0))) for row in rows[:A_PAGE]]
    return Page(lines, lines[-1].case if len(rows) > A_PAGE else None)


def _fitting(asked: Asked) -> list[ColumnElement[bool]]:
    snapshot = t.snapshot.c
    wanted = [snapshot.stage == asked.stage.value if asked.stage else snapshot.stage != Stage.CLOSED.value]
    if asked.number:
        wanted.append(snapshot.case.startswith(asked.number, autoescape=True))
    if asked.risk:
        wanted.append(snapshot.risk == asked.risk)
    if asked.after:
        wanted.append(snapshot.case > asked.after)
    return wanted


def _owed(look: Looking, of: Sequence[str]) -> dict[str, tuple[int, int]]:
    statement = (
        select(t.diary.c.case, func.count().label("open"), func.count().filter(is_overdue(look.now)).label("overdue"))
        .where(A_DUTY, among(look.connection, t.diary.c.case, of))
        .group_by(t.diary.c.case)
    )
    return {row.case: (row.open, row.overdue) for row in look.connection.execute(statement)}


def _line(row: Any, duties: int, overdue: int) -> Line:
    return Line(row.case, row.stage, row.risk, row.programme, row.unit, duties, overdue)


@dataclass(frozen=True, kw_only=True)
class Whole:
    """One case: as it stands, what is owed to it, and its story in sentences."""

    case: Case
    duties: Sequence[OpenDuty]
    story: Sequence[StoryLine]


def case(look: Looking, number: CaseId) -> Whole:
    """A case the viewer may see; NotFound."""
    found = look.case(number)
    return Whole(
        case=found, duties=open_duties(look.connection, look.now, case=number),
        story=story(look.connection, look.store, number, look.language),
    )  # fmt: skip


def names(
    store: Store, viewer: Viewer, of: Sequence[CaseId], now: datetime, purpose: str = "api"
) -> Mapping[CaseId, str]:
    """Who the subjects of cases are, as far as the viewer may know; that they were read is recorded. NotAllowed."""
    with writing(store.engine) as connection:
        look = looked(connection, store, viewer, Right.SEE_NAMES, now)
        wanted = select(t.snapshot.c.case, t.snapshot.c.subject).where(
            among(connection, t.snapshot.c.case, of), *look.within(t.snapshot.c.unit)
        )
        subjects = {row.case: row.subject for row in connection.execute(wanted)}
        found = read_record(
            connection, store.seal, list(subjects.values()), by=viewer.person or viewer.login, purpose=purpose, now=now
        )
    return {case: found[subject].name for case, subject in subjects.items() if subject in found}
