"""What somebody may do about an open duty at a moment: answer it, decide, say that it was seen, or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.case import Case, Duty
from domain.ids import PersonId, UnitId
from domain.programme.schema import Desk, Helper, Proposed
from domain.rules.moments import Circumstances
from domain.rules.passing import in_role, paused
from domain.rules.unfolding import Unfolding


class Way(StrEnum):
    """What a person can do about an open duty: the first four are done, all others only told."""

    FORM = "form"
    PROPOSAL = "proposal"
    DECISION = "decision"
    ACKNOWLEDGE = "acknowledge"

    EARLY = "early"
    ACKNOWLEDGED = "acknowledged"
    BY_ITSELF = "by-itself"
    NOT_YOURS = "not-yours"


ANSWERED: Final = frozenset({Way.FORM, Way.PROPOSAL, Way.DECISION, Way.ACKNOWLEDGE})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One person before a case, at a moment."""

    person: PersonId
    case: Case
    around: Circumstances
    now: datetime

    @property
    def today(self) -> date:
        """The local day."""
        return self.around.day(self.now)

    def way(self, duty: Duty) -> Way:
        """What there is to do about an open duty of the case."""
        return self._way_of_owner(duty) if self.owes(duty) else self._way_of_desks(duty, self.case.unit)

    def owes(self, duty: Duty) -> bool:
        """Whether a duty is this person's to meet, in person, at a desk, or standing in for somebody away."""
        if isinstance(self.around.programme.roles[self._owed_by(duty)], Proposed):
            return self.case.proposal is not None and self.case.proposal.person == self.person
        return any(self._answers_for(owner, duty) for owner in self._owners(duty))

    def role(self, duty: Duty) -> str:
        """The role whose people meet a duty now: the lowest desk's, where the one that owes it is empty or rests."""
        name, programme = self._owed_by(duty), self.around.programme
        if not isinstance(programme.roles[name], Helper):
            return name
        tie = self.case.tied(name)
        if (tie or duty.owed_by) and not (tie and paused(self._unfolding, tie, duty, self.today)):
            return name
        desks = {key: role.desk for key, role in programme.roles.items() if isinstance(role, Desk)}
        return next(key for key, level in desks.items() if level is programme.lowest_desk)

    def _way_of_owner(self, duty: Duty) -> Way:
        kind = self.around.programme.duties[duty.kind]
        if self.today < duty.opens_on:
            return Way.EARLY
        if isinstance(self.around.programme.roles[kind.owed_by], Proposed):
            return Way.PROPOSAL
        if "approved" in kind.met_by:
            return Way.DECISION
        if kind.asks or not kind.met_by:
            return Way.FORM
        # Whoever was to do it cannot hold up those who were told of it since.
        watching = self._way_of_desks(duty, duty.desk) if duty.desk else Way.NOT_YOURS
        return Way.BY_ITSELF if watching is Way.NOT_YOURS else watching

    def _way_of_desks(self, duty: Duty, unit: UnitId) -> Way:
        """Once it has climbed, the desks from a unit on upward may say that it has been seen: told are they all."""
        if duty.climbed_to is None or not self._sits_above(unit, duty):
            return Way.NOT_YOURS
        if duty.waits_until is not None and duty.waits_until > self.now:
            return Way.ACKNOWLEDGED
        rungs = self.around.programme.rungs_of[duty.kind]
        reached = rungs[min(duty.rungs, len(rungs)) - 1]
        return Way.ACKNOWLEDGE if reached.acknowledged_for is not None else Way.NOT_YOURS

    def _owners(self, duty: Duty) -> Iterator[PersonId]:
        """Whose it is to meet a duty, whether they are away or not: those who owe it, those who take part."""
        owed_by = self._owed_by(duty)
        yield from in_role(self._unfolding, owed_by, duty, self.now)[0]
        for role in self.around.programme.duties[duty.kind].together_with:
            ties = self.case.all_tied(role)
            yield from (tie.person for tie in ties) if ties else in_role(self._unfolding, role, duty, self.now)[0]

    def _sits_above(self, unit: UnitId, duty: Duty) -> bool:
        office = self.around.office
        return any(
            self._answers_for(other, duty) for above in office.upward(unit) for other in office.desks.get(above.id, ())
        )

    def _answers_for(self, other: PersonId, duty: Duty) -> bool:
        """In person, or standing in for somebody today, or on the day on which the duty was told last."""
        if self.person == other:
            return True
        # Who was told as a stand-in has the message; the one who came back has not.
        days = {self.today} | ({self.around.day(duty.reached_at)} if duty.reached_at else set())
        return any(self.around.office.answering(other, day) == self.person for day in days)

    def _owed_by(self, duty: Duty) -> str:
        return self.around.programme.duties[duty.kind].owed_by

    @property
    def _unfolding(self) -> Unfolding:
        """The case among people none of whom is away."""
        return Unfolding(self.case, replace(self.around, office=replace(self.around.office, absences={})))
