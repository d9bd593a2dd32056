"""``notices(facts, …)``: who must hear what. One notice for one cause: (duty, rung, person)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from domain import facts as f
from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Programme


class Notice(NamedTuple):
    """One thing one person must hear. ``position`` is the fact behind it, ``at`` the moment that came due."""

    duty: int
    rung: int
    person: PersonId
    what: str
    urgent: bool
    kind: str
    due_on: str
    at: datetime
    position: int


def notices(
    decided: Iterable[tuple[int, f.Fact, datetime]], duties: dict[int, Duty], programme: Programme
) -> list[Notice]:
    """The notices that facts (position, fact, moment) call for; ``duties`` knows every duty they speak of."""
    found: list[Notice] = []
    for position, fact, at in decided:
        if type(fact) is f.RungReached:
            found.extend(_of_rung(position, fact, at, duties[fact.duty], programme))
    return found


def _of_rung(position: int, fact: f.RungReached, at: datetime, duty: Duty, programme: Programme) -> Iterable[Notice]:
    kind = programme.duties[duty.kind]
    rungs = programme.ladders[kind.ladder].rungs
    rung = rungs[min(fact.rung, len(rungs) - 1)]
    what = "climbed" if rung.climb else "asked" if rung.at_once else "reminded"
    for person in fact.told:
        yield Notice(fact.duty, fact.rung, person, what, rung.urgent, duty.kind, duty.due_on.isoformat(), at, position)


def known_duties(before: Case | None, after: Case, decided: Iterable[f.Fact]) -> dict[int, Duty]:
    """Every duty that facts may speak of: those open before, those open after, and those opened and ended between."""
    found = dict(before.duties) if before else {}
    found.update(after.duties)
    for fact in decided:
        if type(fact) is f.DutyOpened and fact.duty not in found:
            found[fact.duty] = Duty(
                number=fact.duty,
                kind=fact.kind,
                opens_on=fact.opens_on,
                due_on=fact.due_on,
                opened_at=after.opened_at,
            )
    return found
