"""From which day each duty of a case was counted: the day it was opened, or the one an answer or an activity named."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from domain import facts as f
from domain.calendar import local_day
from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.rules.unfolding import ACTIVITY_DAY, NOTHING

SAME_PROMISE: Final = frozenset({"calendar", "handover", "moved", "programme", "unpaired"})
"""Why a duty is opened anew that goes on being counted as the one before it."""

ANOTHER_LENGTH: Final = frozenset({"risk", "life"})
"""Why it is opened anew to be counted differently, from the day on which the one before it was opened."""

COUNTING: Final[tuple[type[f.Fact], ...]] = (f.DutyOpened, f.DutySuperseded, f.DutyMet, f.Raised, f.Invited)
"""The facts from which the days are known; no other need be read."""


class _Opened(NamedTuple):
    fact: f.DutyOpened
    on: date
    counted_from: date


def counted_from(journal: Iterable[f.Recorded], programmes: Mapping[str, Programme]) -> Mapping[int, date]:
    """For each duty ever opened the day it was counted from, through every duty it took the place of."""
    past = _Past()
    for recorded in journal:
        programme = programmes.get(recorded.programme)
        if programme is not None:
            past.take(recorded, programme)
    return {number: opened.counted_from for number, opened in past.opened.items()}


class _Past:
    """What of a journal the days are counted from: answers given, days of activities, duties opened."""

    def __init__(self) -> None:
        self.opened: dict[int, _Opened] = {}
        self.answers: dict[int, Mapping[str, Any]] = {}
        self.last: dict[str, int] = {}
        """By trigger the duty that set it off last."""
        self.invited: dict[CaseId | str, date] = {}

    def take(self, recorded: f.Recorded, programme: Programme) -> None:
        match recorded.fact:
            case f.DutyOpened() as fact:
                day = local_day(recorded.at, programme.time_zone)
                self.opened[fact.duty] = _Opened(fact, day, self._named_day(fact, programme) or day)
            case f.DutyMet() as fact if fact.duty in self.opened:
                self.answers[fact.duty] = fact.answers
                word = "refused" if fact.refused else "met"
                self.last[f"{word}:{self.opened[fact.duty].fact.kind}"] = fact.duty
            case f.Raised() as fact:
                self.last[f"raised:{fact.name}"] = fact.duty
            case f.Invited() as fact:
                self.invited[fact.activity] = fact.on
            case f.DutySuperseded() as fact:
                self._follow(fact)
            case _:
                pass

    def _named_day(self, fact: f.DutyOpened, programme: Programme) -> date | None:
        """The day that was answered to the question named by ``on``, or the one of the activity."""
        duty = programme.duties.get(fact.kind)
        named = duty.opens.on if duty is not None else None
        if named is None:
            return None
        answers = self.answers.get(self.last.get(fact.because, 0), NOTHING)
        if named in answers:
            return date.fromisoformat(str(answers[named]))
        return self.invited.get(fact.about or "") if named == ACTIVITY_DAY else None

    def _follow(self, fact: f.DutySuperseded) -> None:
        before, after = self.opened.get(fact.duty), self.opened.get(fact.by_duty)
        if before is None or after is None or before.fact.kind != after.fact.kind:
            return
        because = after.fact.because.partition(":")[0]
        if because in SAME_PROMISE:
            self.opened[fact.by_duty] = after._replace(counted_from=before.counted_from)
        elif because in ANOTHER_LENGTH:
            self.opened[fact.by_duty] = after._replace(counted_from=before.on)
