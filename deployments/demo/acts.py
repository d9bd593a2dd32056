"""What made-up people do about a case and on which day, decided by the seed when they first hear of something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random
from typing import Final, NamedTuple, TypeVar, assert_never

from deployments.demo.behaviour import Late, NeedsHelp, Never, OnTime, answer_for
from domain.case import Case, Duty, Proposal
from domain.ids import CaseId, PersonId
from domain.programme.schema import DutyKind, Programme, Proposed, Rung

Key = TypeVar("Key")

SLOTS: Final = 3
"""Parts of a day in which people act."""

_TROUBLED: Final = 0.02
_DESK_DECLINES: Final = 0.03
_HELPER_DECLINES: Final = 0.05
_GIVEN_UP_AFTER: Final = (12, 18)
_ONE_DAY: Final = timedelta(days=1)


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


_DESK_DECIDES: Final[Mapping[int | None, int]] = {0: 20, 1: 30, 2: 20, 3: 12, 5: 10, 9: 5, 16: 3}
_HELPER_SAYS: Final[Mapping[int | None, int]] = {0: 25, 1: 35, 2: 20, 4: 10, 6: 5, None: 5}
"""After how many days (nothing: never), and how many of a hundred."""

_AFTER_CLIMBING: Final[Mapping[What | None, int]] = {
    What.ACKNOWLEDGE: 45, What.ANSWER: 20, What.ANSWER_FROM_ABOVE: 20, What.EXCUSE: 4, What.REPLACE: 5, None: 6,
}  # fmt: skip
"""What comes of a step up to a desk (nothing: nothing), and how many of a hundred."""


class Act(NamedTuple):
    """Something to be done on a day: about one duty, or about the proposal of one person."""

    on: date
    slot: int
    case: CaseId
    duty: int
    what: What
    person: PersonId | None = None


@dataclass(frozen=True)
class Acting:
    """How people act under a programme; ``on`` is the day on which they hear of something."""

    programme: Programme
    seed: int

    def about(self, case: Case, duty: Duty, on: date) -> Iterator[Act]:
        """What comes of a duty; nothing where it is never answered, or met by something else."""
        kind = self.programme.duties[duty.kind]
        wanted = self._answered_by(kind)
        if wanted is None:
            return
        draws = self._draws(case.id, duty.number)
        match answer_for(case.id, duty.kind, duty.due_on, self.seed):
            case OnTime(before):
                what, day = self._as_usual(wanted, draws), duty.due_on - timedelta(days=before)
            case NeedsHelp(before):
                what = What.CRY_FOR_HELP if wanted is What.ANSWER else wanted
                day = duty.due_on - timedelta(days=before)
            case Late(days):
                what, day = wanted, duty.due_on + timedelta(days=days)
            case Never():
                return
            case other:
                assert_never(other)
        yield Act(max(day, _earliest(duty, on)), draws.randrange(SLOTS), case.id, duty.number, what)

    def about_climbing(self, case: Case, duty: Duty, on: date) -> Iterator[Act]:
        """What comes of the step of its ladder that a duty has reached, when that is one to a desk."""
        rung = self.rung_reached(duty)
        if rung is None or rung.climb is None:
            return
        draws = self._draws(case.id, duty.number, duty.rungs)
        what = _one_of(_AFTER_CLIMBING, draws)
        if what is not None:
            soon = what is What.ACKNOWLEDGE or rung.urgent
            days = timedelta(days=draws.randint(0, 1) if soon else draws.randint(1, 5))
            yield Act(on + days, draws.randrange(SLOTS), case.id, duty.number, what)

    def about_proposal(self, case: Case, proposal: Proposal, on: date) -> Iterator[Act]:
        """What the desk says to a proposal, and then the helper, each after some days."""
        draws = self._draws(case.id, proposal.person, proposal.approved)
        shares, declines = (_HELPER_SAYS, _HELPER_DECLINES) if proposal.approved else (_DESK_DECIDES, _DESK_DECLINES)
        yes, no = (What.CONSENT, What.DECLINE) if proposal.approved else (What.APPROVE, What.TURN_DOWN)
        days, what = _one_of(shares, draws), no if draws.random() < declines else yes
        if days is None:
            days, what = draws.randint(*_GIVEN_UP_AFTER), What.GIVE_UP
        slot = draws.randrange(SLOTS)
        yield Act(on + timedelta(days=days), slot, case.id, 0, what, proposal.person)

    def _answered_by(self, kind: DutyKind) -> What | None:
        """How a kind is done away with: by its form, or by a change of helper; nothing for what proposals settle."""
        if kind.asks or not kind.met_by:
            return What.ANSWER
        proposed = isinstance(self.programme.roles[kind.owed_by], Proposed)
        return What.REPLACE if "tie-ended" in kind.met_by and not proposed else None

    def _as_usual(self, wanted: What, draws: Random) -> What:
        troubled = wanted is What.ANSWER and draws.random() < _TROUBLED
        return What.ANSWER_TROUBLED if troubled else wanted

    def rung_reached(self, duty: Duty) -> Rung | None:
        """The step of its ladder that a duty has reached last."""
        rungs = self.programme.ladders[self.programme.duties[duty.kind].ladder].rungs
        return rungs[min(duty.rungs, len(rungs)) - 1] if duty.rungs else None

    def _draws(self, *what: object) -> Random:
        return Random("/".join(str(part) for part in (self.seed, *what)))


def _earliest(duty: Duty, on: date) -> date:
    """Nobody answers before it counts, nor on the day of the question when there is time until tomorrow."""
    return max(duty.opens_on, on + _ONE_DAY if duty.due_on > on else on)


def _one_of(shares: Mapping[Key, int], draws: Random) -> Key:
    return draws.choices(list(shares), list(shares.values()))[0]
