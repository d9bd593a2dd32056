"""What a link opens: who is asked which duty of which case, and what there is for this person to do about it now."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.calendar import local_day
from domain.case import Case, Duty
from domain.facts import DutyLapsed, DutyMet
from domain.ids import DutyId, PersonId, UnitId, case_of
from domain.programme.schema import Desk, DutyKind, Helper, Level, Programme, Proposed, Stage
from domain.rules.office import Office
from domain.store.engine import reading
from domain.store.journal import journal_of, snapshot_of
from domain.store.offices import office
from domain.store.people import language_of
from domain.store.store import Store
from web.endings import Ending, ending_of


class Way(StrEnum):
    """What a person can do about a duty: the first four are answered, all others only told."""

    FORM = "form"
    PROPOSAL = "proposal"
    DECISION = "decision"
    ACKNOWLEDGE = "acknowledge"

    EARLY = "early"
    ACKNOWLEDGED = "acknowledged"
    BY_ITSELF = "by-itself"
    NOT_YOURS = "not-yours"
    DONE = "done"
    DONE_BY_OTHERS = "done-by-others"
    EXCUSED = "excused"
    REPLACED = "replaced"
    MOVED = "moved"
    NOT_NEEDED = "not-needed"
    LAPSED = "lapsed"
    CLOSED = "closed"


ANSWERED: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.DECISION, Way.ACKNOWLEDGE})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One person before one duty, open or ended (then with its ``ending``), at a moment."""

    person: PersonId
    language: str
    case: Case
    programme: Programme
    office: Office
    number: int
    now: datetime
    ending: Ending | None = None

    @property
    def duty(self) -> Duty | None:
        """The duty, while it is open."""
        return self.case.duties.get(self.number)

    @property
    def kind(self) -> DutyKind | None:
        """What the programme says of the open duty."""
        return self.programme.duties[self.duty.kind] if self.duty else None

    @property
    def title(self) -> str:
        """What the open duty is called; empty once it has ended."""
        return self.kind.title.say(self.language) if self.kind else ""

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.now, self.programme.time_zone)

    @property
    def days_late(self) -> int:
        """Whole days after the due day of the open duty; 0 while it is in time."""
        return max((self.today - self.duty.due_on).days, 0) if self.duty else 0

    @property
    def way(self) -> Way:
        """What there is to do."""
        if self.duty is None:
            return _way_when_ended(self)
        if self.owes(self.duty):
            return _way_of_owner(self, self.duty)
        return _way_of_others(self, self.duty)

    @property
    def heir(self) -> Duty | None:
        """The open duty that stands in the place of the one that ended, if this person owes it."""
        heir = self.case.duties.get(self.ending.heir or 0) if self.ending else None
        return heir if heir is not None and self.owes(heir) else None

    def owes(self, duty: Duty) -> bool:
        """Whether a duty is this person's to meet, in person, at a desk, or standing in for somebody away."""
        name = self.programme.duties[duty.kind].owed_by
        match self.programme.roles[name]:
            case Desk(desk=level):
                return self._sits_at(level)
            case Proposed():
                return self.case.proposal is not None and self.case.proposal.person == self.person
            case Helper():
                tie = self.case.tied(name)
                owner = tie.person if tie else duty.owed_by
                return self._sits_at(self.programme.lowest_desk) if owner is None else self._is_or_stands_in_for(owner)

    def sits_above(self, unit: UnitId) -> bool:
        """Whether this person sits at the desk of a unit or of one above it."""
        return any(self._sits_in(above.id) for above in self.office.upward(unit))

    def _sits_at(self, level: Level) -> bool:
        """At the desk of a level above the case; where that is empty, at the next one that is not."""
        found = self.office.desk(self.case.unit, level, self.today)
        return found.unit is not None and self._sits_in(found.unit)

    def _sits_in(self, unit: UnitId) -> bool:
        return any(self._is_or_stands_in_for(other) for other in self.office.desks.get(unit, ()))

    def _is_or_stands_in_for(self, other: PersonId) -> bool:
        return self.person in (other, self.office.answering(other, self.today))


def ask(store: Store, person: PersonId, duty: DutyId, fallback: str, now: datetime) -> Asked | None:
    """Read what a person is asked; nothing where there is no such duty. ``fallback``: for who has no language."""
    case_id, number = case_of(duty), int(duty.rpartition("/")[2])
    with reading(store.engine) as connection:
        case = snapshot_of(connection, case_id)
        if case is None or not 0 < number <= case.opened_duties:
            return None
        ended = number not in case.duties
        return Asked(
            person=person, language=language_of(connection, person) or fallback, case=case,
            programme=store.programmes[case.programme], office=office(connection, store), number=number, now=now,
            ending=ending_of(case, journal_of(connection, case_id), number) if ended else None,
        )  # fmt: skip


def _way_of_owner(asked: Asked, duty: Duty) -> Way:
    kind = asked.programme.duties[duty.kind]
    role = asked.programme.roles[kind.owed_by]
    if asked.today < duty.opens_on:
        return Way.EARLY
    if isinstance(role, Proposed):
        return Way.PROPOSAL
    if "approved" in kind.met_by:
        return Way.DECISION
    if kind.asks or not kind.met_by:
        return Way.FORM
    watching = _way_of_others(asked, duty)
    return Way.BY_ITSELF if watching is Way.NOT_YOURS else watching


def _way_of_others(asked: Asked, duty: Duty) -> Way:
    """Who sits where it has climbed to, or above, may say that it has been seen."""
    if duty.desk is None or duty.climbed_to is None or not asked.sits_above(duty.desk):
        return Way.NOT_YOURS
    if duty.waits_until is not None and duty.waits_until > asked.now:
        return Way.ACKNOWLEDGED
    rungs = asked.programme.rungs_of[duty.kind]
    reached = rungs[min(duty.rungs, len(rungs)) - 1]
    return Way.ACKNOWLEDGE if reached.acknowledged_for is not None else Way.NOT_YOURS


def _way_when_ended(asked: Asked) -> Way:
    ending = asked.ending
    if ending is not None and ending.met_by(asked.person):
        return Way.DONE
    if asked.case.base is Stage.CLOSED:
        return Way.CLOSED
    if ending is None:
        return Way.NOT_NEEDED
    if asked.heir is not None:
        return Way.LAPSED if isinstance(ending.fact, DutyLapsed) else Way.MOVED
    if ending.handed_over:
        return Way.REPLACED
    match ending.fact:
        case DutyMet():
            return Way.DONE_BY_OTHERS
        case DutyLapsed():
            return Way.LAPSED
        case _:
            return Way.EXCUSED if ending.heir is None else Way.NOT_NEEDED
