"""What befalls people of itself: illness, moves, changed risks, departures; drawn for each day from the seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeVar

from deployments.simulate.behaviour import Behaviour
from deployments.simulate.chances import Chances, how_many, is_hit
from deployments.simulate.deeds import Deeds, Wanted
from deployments.simulate.others import activities_of
from deployments.simulate.world import World
from domain.case import Case
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level, Programme, Stage
from domain.rules import commands as c
from domain.store.activities import Planned
from domain.store.units import county_of

Somebody = TypeVar("Somebody")

FARTHEST: Final = 400
"""So many days are looked ahead for something to happen; a longer quiet is looked at in stretches."""


class ToPlan(NamedTuple):
    """An activity to be planned by somebody, and the cases that are asked to come."""

    planned: Planned
    by: PersonId
    guests: tuple[CaseId, ...]


class Away(NamedTuple):
    """Somebody is away between two days, both included."""

    person: PersonId
    since: date
    until: date
    stand_in: PersonId


@dataclass
class Happened:
    """What befell on a day."""

    commands: list[c.Command | Wanted] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    activities: list[ToPlan] = field(default_factory=list)
    stopped: list[PersonId] = field(default_factory=list)


class _Counts(NamedTuple):
    """How many are hit by what on one day."""

    ill: int
    leave: int
    away: int
    risk: int
    move: int
    gone: int
    back: int
    activities: int


class Fate:
    """Draws what happens. Who is hit is an index into lists in the order of ids, so no order of rows matters."""

    def __init__(
        self, programme: Programme, world: World, deeds: Deeds, behaviour: Behaviour, chances: Chances
    ) -> None:
        self.world, self.deeds, self.behaviour, self.chances = world, deeds, behaviour, chances
        self._activities = activities_of(programme)
        self._desks: list[PersonId] = []
        self._places: list[UnitId] = []

    def look_around(self) -> None:
        """See who sits at desks and where families may move."""
        office = self.world.office
        self._desks = sorted({person for people in office.desks.values() for person in people})
        levels = (Level.VILLAGE, Level.TOWNSHIP)
        found = [sorted(unit.id for unit in office.units.values() if unit.level is level) for level in levels]
        self._places = found[0] or found[1]

    def next_day(self, since: int) -> int:
        """The first day from ``since`` on on which something may happen."""
        return next((day for day in range(since, since + FARTHEST) if any(self._counts(day))), since + FARTHEST)

    def _counts(self, day: int) -> _Counts:
        helpers, office, families = self.behaviour.helpers, self.behaviour.office, self.behaviour.families
        first, second = self.chances.four("fate", day), self.chances.four("fate", day, "more")
        volunteers, cases = len(self.world.volunteers), len(self.world.numbers)
        return _Counts(
            how_many(helpers.ill, volunteers, first.a), how_many(helpers.leave, volunteers, first.b),
            how_many(office.away, len(self._desks), first.c), how_many(families.risk, cases, first.d),
            how_many(families.move, cases, second.a), how_many(families.leave, cases, second.b),
            how_many(families.come_back, cases, second.c),
            how_many(office.activities * len(self._activities), cases, second.d),
        )  # fmt: skip

    def since(self, first: int, today: date) -> Happened:
        """Everything that happened from a day on until today: the machine may have stood still meanwhile."""
        happened = Happened()
        for day in range(first, today.toordinal() + 1):
            counts = self._counts(day)
            if any(counts):
                self._happen(counts, day, today, happened)
        return happened

    def _happen(self, counts: _Counts, day: int, today: date, happened: Happened) -> None:
        world = self.world
        for place in range(counts.ill):
            self._fall_ill(self._one("ill", day, place, world.volunteers), today, happened)
        for place in range(counts.leave):
            self._leave(self._one("leave", day, place, world.volunteers), today, happened)
        for place in range(counts.away):
            self._go_away(self._one("away", day, place, self._desks), today, happened)
        for name, count in (("risk", counts.risk), ("move", counts.move), ("gone", counts.gone), ("back", counts.back)):
            for place in range(count):
                case = world.cases[self._one(name, day, place, world.numbers)]
                happened.commands.extend(self._to_case(name, case, today))
        for place in range(counts.activities):
            self._plan(self._one("activity", day, place, world.numbers), day, place, today, happened)

    def _one(self, what: str, day: int, place: int, among: Sequence[Somebody]) -> Somebody:
        return among[int(self.chances.one(what, day, place) * len(among))]

    def _plan(self, near: CaseId, day: int, place: int, today: date, happened: Happened) -> None:
        """Somebody plans an activity where a case is, and asks cases in the order of their numbers from there on."""
        case, draws = self.world.cases[near], self.chances.four("activity", day, place, "what")
        by, kind = self.deeds.lowest_desk(case, today), self._activities[int(draws.a * len(self._activities))]
        if by is None or case.base is Stage.CLOSED:
            return
        on = today + timedelta(days=14 + int(draws.b * 60))
        first, count = self.world.numbers.index(near), 1 + int(draws.c * self.behaviour.office.activity_guests)
        guests = [
            each for each in self.world.numbers[first : first + count] if self._may_come(self.world.cases[each], kind)
        ]
        unit = UnitId(case.unit.partition("-")[0])
        happened.activities.append(ToPlan(Planned(kind, unit, f"{kind} {today}", on), by, tuple(guests)))

    def _may_come(self, case: Case, activity: str) -> bool:
        """Whether anything is asked about a case that is invited."""
        duties = self.deeds.programme(case).duties
        asked = (duties[kind].kinds for kind in self.deeds.programme(case).opened_by.get(f"invited:{activity}", ()))
        watched = case.base not in {Stage.IDENTIFICATION, Stage.CLOSED} and case.kind not in self._activities
        return watched and any(not kinds or case.kind in kinds for kinds in asked)

    def _fall_ill(self, person: PersonId, today: date, happened: Happened) -> None:
        """A helper with cases; another one nearby stands in."""
        if not self.world.bound.get(person) or person in self.world.gone:
            return
        near = (other for other in self.world.nearby(self.world.helpers[person].unit) if other != person)
        stand_in = next((other for other in near if other not in self.world.gone), None)
        if stand_in is not None:
            self._away(person, stand_in, self.behaviour.helpers.ill_days, today, happened)

    def _go_away(self, person: PersonId, today: date, happened: Happened) -> None:
        """Somebody at a desk; the nearest desk above stands in."""
        office = self.world.office
        own = next((unit for unit in sorted(office.desks) if person in office.desks[unit]), None)
        above = [each.id for each in office.upward(own)] if own else []
        others = (other for unit in above for other in office.desks.get(unit, ()) if other != person)
        stand_in = next(others, None)
        if stand_in is not None:
            self._away(person, stand_in, self.behaviour.office.away_days, today, happened)

    def _away(self, person: PersonId, stand_in: PersonId, days: int, today: date, happened: Happened) -> None:
        length = int(self.chances.one("away", person, today) * days)
        happened.away.append(Away(person, today, today + timedelta(days=length), stand_in))

    def _leave(self, person: PersonId, today: date, happened: Happened) -> None:
        """A helper stops: said ahead, or from one day to the next."""
        if person in self.world.gone or person in happened.stopped:
            return
        happened.stopped.append(person)
        helpers, draws = self.behaviour.helpers, self.chances.four("leaves", person, today)
        cases = [self.world.cases[case] for case in sorted(self.world.bound.get(person, ()))]
        if is_hit(draws.a, helpers.leave_announced):
            last = today + timedelta(days=1 + int(draws.b * helpers.leave_announced_days))
            happened.commands.extend(self._announced(person, cases, last, today))
            return
        for case in cases:
            happened.commands.extend(self._left(person, case, today, replaced=is_hit(draws.c, helpers.leave_succeeded)))

    def _announced(self, person: PersonId, cases: Sequence[Case], last: date, today: date) -> Iterator[c.Command]:
        for case in cases:
            by = self.deeds.lowest_desk(case, today)
            for tie in case.ties:
                if tie.person == person and by is not None:
                    yield c.AnnounceEnding(case=case.id, role=tie.role, person=person, on=last, by=by, reason="retires")

    def _left(self, person: PersonId, case: Case, today: date, *, replaced: bool) -> Iterator[c.Command | Wanted]:
        for each in self.deeds.let_go(case, person, "moved-away", today):
            if isinstance(each, Wanted) and not replaced:
                yield c.EndTie(case=case.id, role=each.role, by=each.by, reason=each.reason)
            else:
                yield each

    def _to_case(self, name: str, case: Case, today: date) -> Iterator[c.Command]:
        by, closed = self.deeds.lowest_desk(case, today), case.base is Stage.CLOSED
        if by is None or closed is not (name == "back") or case.base is Stage.IDENTIFICATION:
            return
        draw = self.chances.one(name, case.id, today)
        match name:
            case "risk":
                others = [risk for risk in self.deeds.programme(case).risks if risk != case.risk]
                if others:
                    yield c.ChangeRisk(case=case.id, risk=others[int(draw * len(others))], by=by)
            case "move":
                to = self._places[int(draw * len(self._places))]
                if case.transfer is None and to != case.unit:
                    yield c.AskTransfer(case=case.id, unit=to, county=county_of(to), by=by, reason="moved-away")
            case "gone":
                yield c.CloseCase(case=case.id, by=by, reason="moved-away")
            case _:
                yield c.ReopenCase(case=case.id, by=by, reason="came-back")


def invitations(activity: CaseId, of: ToPlan) -> Iterator[c.Command]:
    """The guests of an activity are asked to come."""
    for guest in of.guests:
        yield c.Invite(case=guest, activity=activity, kind=of.planned.kind, on=of.planned.on, by=of.by)
