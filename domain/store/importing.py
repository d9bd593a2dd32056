"""The four kinds of sheets an office brings, judged and taken in: the same for the command line and the console."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.ids import PersonId, UnitId
from domain.programme.schema import Programme
from domain.rules.sheet_rules import body_rules, has_village_desks, roster_rules, survey_rules
from domain.sheets.bodies import ListedBody, judge_bodies
from domain.sheets.coordinators import Below, ListedCoordinator, judge_coordinators
from domain.sheets.grid import Grid
from domain.sheets.report import SheetReport
from domain.sheets.survey import SurveyedChild, judge_survey
from domain.sheets.volunteers import RosteredVolunteer, judge_volunteers
from domain.store.registry import Imported, Seen, desk_of, take_coordinators, take_volunteers
from domain.store.registry_bodies import BODY, take_bodies
from domain.store.registry_survey import take_survey
from domain.store.store import Store
from domain.store.units import bodies, village_id

Report = SheetReport[Any]
Item = SurveyedChild | RosteredVolunteer | ListedCoordinator | ListedBody


class SheetKind(StrEnum):
    """What a sheet is about."""

    SURVEY = "survey"
    VOLUNTEERS = "volunteers"
    COORDINATORS = "coordinators"
    UNITS = "units"


_SEEN = {
    SheetKind.SURVEY: "child", SheetKind.VOLUNTEERS: "volunteer", SheetKind.COORDINATORS: "coordinator",
    SheetKind.UNITS: BODY,
}  # fmt: skip


class NothingToRead(Exception):
    """The programme knows nobody, or nothing, that such a sheet could bring."""


@dataclass(frozen=True)
class Known:
    """Who is known before a sheet is read. ``bodies``: the ids of the schools, branches and partners of a name."""

    seen: Container[str]
    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def known_before(connection: Connection, store: Store, kind: SheetKind) -> Known:
    """Who of a kind is known already."""
    named: dict[str, tuple[str, ...]] = {}
    for body in bodies(connection) if kind is SheetKind.COORDINATORS else ():
        named[body.name] = (*named.get(body.name, ()), body.id)
    return Known(Seen(connection, store, _SEEN[kind]), named)


def readable(kind: SheetKind, programme: Programme, now: datetime) -> bool:
    """Whether a programme has anybody, or anything, that such a sheet could bring."""
    on = local_day(now, programme.time_zone)
    if kind is SheetKind.SURVEY:
        return bool(survey_rules(programme, on).kinds)
    return kind is not SheetKind.UNITS or bool(body_rules(programme, on).kinds)


def judged(kind: SheetKind, programme: Programme, grids: Sequence[Grid], known: Known, now: datetime) -> Report:
    """Every row with its verdict; NothingToRead, SheetError where the file as a whole cannot be taken."""
    if not readable(kind, programme, now):
        raise NothingToRead
    on = local_day(now, programme.time_zone)
    match kind:
        case SheetKind.SURVEY:
            return judge_survey(grids, survey_rules(programme, on), known.seen)
        case SheetKind.VOLUNTEERS:
            return judge_volunteers(grids, roster_rules(programme, on), known.seen)
        case SheetKind.COORDINATORS:
            below = Below(villages=has_village_desks(programme), bodies=known.bodies)
            return judge_coordinators(grids, programme.area, known.seen, below)
        case SheetKind.UNITS:
            return judge_bodies(grids, body_rules(programme, on), known.seen)


def take_in(
    connection: Connection, store: Store, kind: SheetKind, programme: Programme, report: Report, now: datetime,
    by: PersonId | None = None,
) -> Imported:  # fmt: skip
    """Take in what a report accepts and does not know yet, inside a transaction of the caller's."""
    match kind:
        case SheetKind.SURVEY:
            return take_survey(connection, store, programme, report, now, by)
        case SheetKind.VOLUNTEERS:
            return take_volunteers(connection, store, programme, report)
        case SheetKind.COORDINATORS:
            return take_coordinators(connection, store, report)
        case SheetKind.UNITS:
            return take_bodies(connection, store, programme, report, now, by)


def unit_of(item: Item) -> UnitId:
    """The unit of the tree in which a row is at home; it may not stand there yet."""
    match item:
        case SurveyedChild():
            return village_id(item.township, item.village)
        case ListedBody():
            return village_id(item.place, item.village)
        case ListedCoordinator():
            return desk_of(item)
        case RosteredVolunteer():
            return UnitId(item.township)
