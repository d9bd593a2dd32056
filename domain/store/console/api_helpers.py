"""Volunteers as programs ask for them: by their ids from a cursor on, so that none is missed while others come."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, select

from domain.ids import CaseId, PersonId, UnitId
from domain.store import tables as t
from domain.store.console.looking import Looking, NotFound
from domain.store.console.who import Who, shown

A_PAGE: Final = 50


class Page(NamedTuple):
    """Some volunteers in the order of their ids, and where to go on; nothing where these were the last."""

    helpers: Sequence[Who]
    after: PersonId | None


def helpers(look: Looking, unit: UnitId | None = None, after: str = "") -> Page:
    """A page of the volunteers of a unit and below it, or of all the viewer may see."""
    begun = (t.helper.c.person > after,) if after else ()
    rows = _rows(look, A_PAGE + 1, *look.within(t.helper.c.unit, unit), *begun)
    found = shown(look, rows[:A_PAGE])
    return Page(found, found[-1].person if len(rows) > A_PAGE else None)


def helper(look: Looking, person: PersonId) -> tuple[Who, Sequence[CaseId]]:
    """One volunteer the viewer may see, and the cases among the viewer's to which he or she is bound; NotFound."""
    found = shown(look, _rows(look, 1, t.helper.c.person == person, *look.within(t.helper.c.unit)))
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
