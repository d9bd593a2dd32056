"""Volunteers as programs ask for them: who they are, their room and papers, whom they are bound to."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, select

from domain.ids import CaseId, PersonId, UnitId
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.offices import read_papers
from domain.store.people import Identity, identities

A_PAGE: Final = 50


class Helper(NamedTuple):
    """One volunteer. ``papers``: until when each is valid, nothing for good."""

    person: PersonId
    name: str
    phone: str | None
    kind: str
    unit: UnitId
    load: int
    capacity: int
    serving: bool
    skills: tuple[str, ...]
    papers: dict[str, date | None]
    serves_until: date | None


class Page(NamedTuple):
    """Some volunteers in the order of their ids, and where to go on; nothing where these were the last."""

    helpers: Sequence[Helper]
    after: PersonId | None


def helpers(look: Looking, unit: UnitId | None = None, after: str = "") -> Page:
    """A page of the volunteers of a unit and below it, or of all the viewer may see."""
    begun = (t.helper.c.person > after,) if after else ()
    rows = _rows(look, A_PAGE + 1, *look.within(t.helper.c.unit, unit), *begun)
    found = _known(look, rows[:A_PAGE])
    return Page(found, found[-1].person if len(rows) > A_PAGE else None)


def helper(look: Looking, person: PersonId) -> tuple[Helper, Sequence[CaseId]]:
    """One volunteer the viewer may see, and the cases among the viewer's to which he or she is bound; NotFound."""
    found = _known(look, _rows(look, 1, t.helper.c.person == person, *look.within(t.helper.c.unit)))
    if not found:
        raise NotFound(person)
    bound = (
        select(t.tie.c.case)
        .join(t.snapshot, t.snapshot.c.case == t.tie.c.case)
        .where(t.tie.c.person == person, t.tie.c.until.is_(None), *look.within(t.snapshot.c.unit))
        .order_by(t.tie.c.case)
        .distinct()
    )
    return found[0], list(look.connection.scalars(bound))


def _rows(look: Looking, most: int, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    return look.connection.execute(
        select(t.helper).where(*conditions).order_by(t.helper.c.person).limit(most)
    ).all()  # fmt: skip


def _known(look: Looking, rows: Sequence[Any]) -> list[Helper]:
    known = identities(look.connection, look.store.seal, [row.person for row in rows])
    return [_helper(row, known.get(row.person)) for row in rows]


def _helper(row: Any, known: Identity | None) -> Helper:
    return Helper(
        row.person, known.name if known else "", known.phone if known else None, row.kind, row.unit, row.load,
        row.capacity, bool(row.serving), tuple(json.loads(row.skills)), read_papers(row.papers),
        date.fromisoformat(row.serves_until) if row.serves_until else None,
    )  # fmt: skip
