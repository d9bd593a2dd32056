"""Helpers as the console shows them: who they are to those who may see people, ids to everybody else."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from domain.ids import PersonId, UnitId
from domain.rules.access import Right
from domain.rules.pairing_words import titles
from domain.store import tables as t
from domain.store.console.looking import Looking
from domain.store.offices import read_papers
from domain.store.people import identities
from domain.store.store import among


@dataclass(frozen=True, kw_only=True)
class Who:
    """One helper. ``name`` is empty where the viewer may not see who it is; then nothing else is said either.

    ``kind`` is in words, ``kind_key`` as the programme has it.
    """

    person: PersonId
    name: str = ""
    phone: str = ""
    email: str = ""
    born: date | None = None
    unit: UnitId | None = None
    place: str = ""
    kind: str = ""
    kind_key: str = ""
    sex: str = ""
    load: int = 0
    capacity: int = 0
    serving: bool = False
    serves_until: date | None = None
    skills: tuple[str, ...] = ()
    papers: tuple[tuple[str, date | None], ...] = ()

    @property
    def seen(self) -> bool:
        """Whether the viewer may open this helper's page."""
        return bool(self.name)

    @property
    def room(self) -> int:
        """How many more children he or she may take."""
        return max(self.capacity - self.load, 0) if self.serving else 0

    @property
    def runs_out(self) -> date | None:
        """The day on which the first of the papers runs out."""
        return min((until for _, until in self.papers if until is not None), default=None)


def who_they_are(look: Looking, people: Iterable[PersonId]) -> dict[PersonId, Who]:
    """Helpers by person; two queries however many there are."""
    wanted = list(dict.fromkeys(people))
    rows = look.connection.execute(select(t.helper).where(among(look.connection, t.helper.c.person, wanted))).all()
    return {person: Who(person=person) for person in wanted} | {each.person: each for each in shown(look, rows)}


def shown(look: Looking, rows: Iterable[Any]) -> list[Who]:
    """Rows of the roster, as far as the viewer may see whose they are; one query."""
    rows = list(rows)
    if not look.viewer.may(Right.SEE_PEOPLE):
        return [Who(person=row.person) for row in rows]
    people = look.also(Right.SEE_PEOPLE)
    mine = {row.person for row in rows if people.sees(row.unit)}
    known = identities(look.connection, look.store.seal, mine) if mine else {}
    spoken = spoken_titles(look)
    return [
        who_is(look, row, known.get(row.person), spoken) if row.person in mine else Who(person=row.person)
        for row in rows
    ]  # fmt: skip


def who_is(look: Looking, row: Any, identity: Any, spoken: dict[str, str]) -> Who:
    """One row of the roster with what is unsealed of it."""
    return Who(
        person=row.person, name=identity.name if identity else row.person,
        phone=(identity.phone if identity else None) or "", email=(identity.email if identity else None) or "",
        born=identity.born if identity else None, unit=UnitId(row.unit), place=place_of(look, UnitId(row.unit)),
        kind=spoken.get(row.kind, row.kind), kind_key=row.kind, sex=row.sex, load=row.load, capacity=row.capacity,
        serving=bool(row.serving), serves_until=date.fromisoformat(row.serves_until) if row.serves_until else None,
        skills=tuple(json.loads(row.skills)), papers=tuple(read_papers(row.papers).items()),
    )  # fmt: skip


def place_of(look: Looking, unit: UnitId, most: int = 2) -> str:
    """A unit by its name and that of the one above it: ``兰山街道 东村``."""
    names = [above.name for above in look.office.upward(unit)][:most]
    return " ".join(reversed(names)) or unit


def spoken_titles(look: Looking) -> dict[str, str]:
    """What papers, kinds of helpers and risks are called in the viewer's language."""
    found: dict[str, str] = {}
    for programme in look.store.programmes.values():
        found |= titles(programme, look.language)
    return found
