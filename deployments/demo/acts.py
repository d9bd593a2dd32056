"""What made-up people do about a case and on which day, decided by the seed when they first hear of something."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random
from typing import Final, NamedTuple, assert_never

from deployments.demo.behaviour import Late, NeedsHelp, Never, OnTime, answer_for
from domain.case import Case, Duty, Proposal
from domain.ids import CaseId, PersonId
from domain.programme.schema import Programme, Proposed, Rung

SLOTS: Final = 3
"""Parts of a working day in which people act."""

_SEEN_TO: Final = 0.02
_DESK_DECIDES: Final = {0: 20, 1: 30, 2: 20, 3: 12, 5: 10, 9: 5, 16: 3}
_HELPER_SAYS: Final = {0: 25, 1: 35, 2: 20, 4: 10, 6: 5, None: 5}
"""After how many days, and how many of a hundred; nothing: never."""
_DESK_DECLINES: Final = 0.03
_HELPER_DECLINES: Final = 0.05
_GIVEN_UP_AFTER: Final = (12, 18)


class What(Enum):
    """What somebody does."""

    ANSWER = auto()
    ANSWER_TROUBLED = auto()
    CRY_FOR_HELP = auto()
    ANSWER_FROM_ABOVE = auto()
    ACKNOWLEDGE = auto()
    EXCUSE = auto()
    REPLACE = auto()
    APPROVE = auto()
    TURN_DOWN = auto()
    CONSENT = auto()
    DECLINE = auto()
    GIVE_UP = auto()


_AFTER_CLIMBING: Final = {
    What.ACKNOWLEDGE: 45, What.ANSWER: 20, What.ANSWER_FROM_ABOVE: 20, What.EXCUSE: 4, What.REPLACE: 5, None: 6,
}  # fmt: skip
"""What comes of a step up, and how many of a hundred; nothing comes of some."""


class Act(NamedTuple):
    """Something to be done on a day; about one duty, or about the proposal of one person."""

    on: date
    slot: int
    what: What
    case: CaseId
    duty: int = 0
    person: PersonId | None = None


@dataclass(frozen=True)
class Acting:
    """How people act under a programme."""

    programme: Programme
    seed: int

    def about(self, case: Case, duty: Duty, on: date) -> Iterator[Act]:
        """What comes of a duty heard of on a day; nothing, where somebody never answers."""
        kind = self.programme.duties[duty.kind]
        if isinstance(self.programme.roles[kind.owed_by], Proposed):
            return
        if kind.met_by and not kind.asks:
            if "tie-ended" not in kind.met_by:
                return
            what = What.REPLACE
        else:
            what = What.ANSWER
        draws = self._draws(case.id, duty.number)
        earliest = max(duty.opens_on, min(on + timedelta(days=1), max(duty.due_on, on)))
        match answer_for(case.id, duty.kind, duty.due_on, self.seed):
            case OnTime(before):
                what = What.ANSWER_TROUBLED if what is What.ANSWER and draws.random() < _SEEN_TO else what
                day = duty.due_on - timedelta(days=before)
            case NeedsHelp(before):
                what = What.CRY_FOR_HELP if what is What.ANSWER else what
                day = duty.due_on - timedelta(days=before)
            case Late(days):
                day = duty.due_on + timedelta(days=days)
            case Never():
                return
            case other:
                assert_never(other)
        yield Act(max(day, earliest), draws.randrange(SLOTS), what, case.id, duty.number)

    def about_climbing(self, case: Case, duty: Duty, on: date) -> Iterator[Act]:
        """What comes of a step of a ladder to a desk."""
        rung = self.rung_reached(duty)
        if rung is None or rung.climb is None:
            return
        draws = self._draws(case.id, duty.number, duty.rungs)
        what = _one_of(_AFTER_CLIMBING, draws)
        if what is What.ACKNOWLEDGE and rung.acknowledged_for is None:
            what = What.ANSWER_FROM_ABOVE
        if what is not None:
            days = draws.randint(0, 1) if what is What.ACKNOWLEDGE or rung.urgent else draws.randint(1, 5)
            yield Act(on + timedelta(days=days), draws.randrange(SLOTS), what, case.id, duty.number)

    def about_proposal(self, case: Case, proposal: Proposal, on: date) -> Iterator[Act]:
        """What the desk says to a proposal, and then the helper, each after some days."""
        draws = self._draws(case.id, proposal.person, proposal.approved)
        if proposal.approved:
            days, no = _one_of(_HELPER_SAYS, draws), draws.random() < _HELPER_DECLINES
            what = What.DECLINE if no else What.CONSENT
        else:
            days, no = _one_of(_DESK_DECIDES, draws), draws.random() < _DESK_DECLINES
            what = What.TURN_DOWN if no else What.APPROVE
        if days is None:
            days, what = draws.randint(*_GIVEN_UP_AFTER), What.GIVE_UP
        yield Act(
            on + timedelta(days=days),
            draws.randrange(SLOTS),
            what,
            case.id,
            person=proposal.person,
        )

    def rung_reached(self, duty: Duty) -> Rung | None:
        """The step of its ladder that a duty reached last."""
        rungs = self.programme.ladders[self.programme.duties[duty.kind].ladder].rungs
        return rungs[min(duty.rungs, len(rungs)) - 1] if duty.rungs else None

    def _draws(self, *what: object) -> Random:
        return Random("/".join(str(part) for part in (self.seed, *what)))


def _one_of[T](shares: dict[T, int], draws: Random) -> T:
    return draws.choices(list(shares), list(shares.values()))[0]
