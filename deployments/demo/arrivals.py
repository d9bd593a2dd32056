"""How the made-up people come in: as sheets of their offices, through the readers and the registry, one by one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from deployments.demo.people import MadeUpChild
from deployments.demo.population import people_of
from deployments.demo.sheets import write_coordinators, write_roster, write_survey
from domain.calendar import local_day
from domain.ids import CaseId, PersonId
from domain.places import children as places_below
from domain.programme.schema import Programme
from domain.rules.sheet_rules import roster_rules, survey_rules
from domain.sheets import read_survey, read_volunteers
from domain.sheets.coordinators import read_coordinators
from domain.sheets.volunteers import RosteredVolunteer
from domain.store.engine import reading, writing
from domain.store.people import known_by
from domain.store.registry import (
    Seen,
    import_coordinators,
    import_volunteers,
    note_sheet,
)
from domain.store.registry_survey import import_survey
from domain.store.store import Store

_UNNUMBERED: Final = 0.04
"""The share of children who come in without an ID number, to be looked into by their township."""

_SPREAD: Final = timedelta(days=28)
_LAST_BEFORE_NOW: Final = timedelta(days=3)
_ENOUGH_FOR_LAST: Final = 0.03


@dataclass(frozen=True)
class Survey:
    """A county's survey, and the day it comes in."""

    on: date
    file: Path


@dataclass(frozen=True)
class Sheets:
    """Everything the offices send in."""

    begin: date
    last: date
    surveys: tuple[Survey, ...]
    volunteers: Path
    coordinators: Path


def write_sheets(
    folder: Path, programme: Programme, *, children: int, volunteers: int, seed: int, begin: date, last: date
) -> Sheets:
    """Writes everybody's sheets; the counties' surveys come in one after another, one of them just before the end."""
    people = people_of(children=children, volunteers=volunteers, seed=seed, area=programme.area, on=begin)
    draws = Random(f"{seed}/arrivals")
    people = replace(people, children=tuple(_perhaps_unnumbered(child, draws) for child in people.children))
    counted = Counter(child.home.county.code for child in people.children)
    counties = [county for county in places_below(programme.area) if counted[county.code]]
    days = _days([counted[county.code] for county in counties], begin, last)
    surveys = (Survey(on, write_survey(folder, people, county)) for county, on in zip(counties, days, strict=True))
    return Sheets(begin, last, tuple(surveys), write_roster(folder, people), write_coordinators(folder, people))


def _perhaps_unnumbered(child: MadeUpChild, draws: Random) -> MadeUpChild:
    return replace(child, id_number="") if draws.random() < _UNNUMBERED else child


def _days(counts: Sequence[int], begin: date, last: date) -> list[date]:
    """Over a month, so that not everything is due in the same week; the smallest county of some size is the last."""
    spread = min(_SPREAD, (last - begin) / 3)
    days = [begin + spread * place // max(1, len(counts) - 1) for place in range(len(counts))]
    enough = max(2, _ENOUGH_FOR_LAST * sum(counts))
    sizes = [(count, place) for place, count in enumerate(counts) if count >= enough]
    if sizes and len(counts) > 1:
        days[min(sizes)[1]] = max(begin, last - _LAST_BEFORE_NOW)
    return days


@dataclass(frozen=True)
class Gate:
    """Where sheets are read and taken in."""

    store: Store
    programme: Programme

    def take_coordinators(self, file: Path, now: datetime) -> int:
        """Seat everybody of the list; how many."""
        report = read_coordinators(file, self.programme.area, self._seen("coordinator"))
        taken = import_coordinators(self.store, report)
        self._note(file, "coordinators", taken.new, now)
        return taken.new

    def take_volunteers(self, file: Path, now: datetime) -> dict[PersonId, str]:
        """Take in the roster; the helpers' townships."""
        report = read_volunteers(file, roster_rules(self.programme, self._day(now)), self._seen("volunteer"))
        taken = import_volunteers(self.store, self.programme, report)
        self._note(file, "volunteers", taken.new, now)
        return self._townships([row.item for row in report.rows if row.item is not None])

    def take_survey(self, file: Path, now: datetime) -> list[CaseId]:
        """Open a case for each child of a survey; their numbers."""
        report = read_survey(file, survey_rules(self.programme, self._day(now)), self._seen("child"))
        taken = import_survey(self.store, self.programme, report, now)
        self._note(file, "survey", taken.new, now)
        return [case for _, case in taken.cases]

    def _townships(self, volunteers: Sequence[RosteredVolunteer]) -> dict[PersonId, str]:
        with reading(self.store.engine) as connection:
            known = known_by(connection, self.store.seal, "volunteer", [one.identity() for one in volunteers])
        return {known[identity]: one.township for one in volunteers if (identity := one.identity()) in known}

    def _seen(self, what: str) -> Seen:
        with reading(self.store.engine) as connection:
            return Seen(connection, self.store, what)

    def _note(self, file: Path, kind: str, new: int, now: datetime) -> None:
        with writing(self.store.engine) as connection:
            note_sheet(connection, file.read_bytes(), kind, new, now)

    def _day(self, now: datetime) -> date:
        return local_day(now, self.programme.time_zone)
