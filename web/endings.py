"""How a duty that is no longer open ended, as the journal tells it, and where it went from there."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from domain import facts as f
from domain.case import Case
from domain.facts import Recorded
from domain.ids import PersonId

End = f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed

_HANDED_OVER: Final = frozenset({"handover", "unpaired"})


class Ending(NamedTuple):
    """The end of one duty, or of the one that stood in for it in the end.

    ``heir``: the open duty that stands in its place, if there is one; ``handed_over``: on the way there it went to
    somebody else; ``on``: the local day it was met; ``raised``: the names of what its answer asked of others.
    """

    fact: End
    heir: int | None
    handed_over: bool
    on: date | None = None
    raised: tuple[str, ...] = ()

    def met_by(self, person: PersonId) -> bool:
        """Whether this person was the one who met it."""
        return isinstance(self.fact, f.DutyMet) and self.fact.by == person


def ending_of(case: Case, journal: Sequence[Recorded], number: int) -> Ending | None:
    """How duty ``number`` ended; nothing where the journal knows of no end."""
    ends = {entry.fact.duty: entry for entry in journal if isinstance(entry.fact, End)}
    handed_over, last = False, ends.get(number)
    while last is not None and isinstance(last.fact, f.DutySuperseded):
        handed_over |= last.fact.because in _HANDED_OVER
        if last.fact.by_duty in case.duties:
            return Ending(last.fact, last.fact.by_duty, handed_over)
        last = ends.get(last.fact.by_duty)
    if last is None:
        return None
    return _final(case, journal, last, handed_over=handed_over)


def _final(case: Case, journal: Sequence[Recorded], last: Recorded, *, handed_over: bool) -> Ending | None:
    match last.fact:
        case f.DutyMet():
            named = (entry.fact for entry in journal if isinstance(entry.fact, f.Raised))
            raised = tuple(fact.name for fact in named if fact.duty == last.fact.duty)
            return Ending(last.fact, None, handed_over, last.fact.on, raised)
        case f.DutyExcused():
            return Ending(last.fact, None, handed_over)
        case f.DutyLapsed():
            return Ending(last.fact, _next_of_kind(case, journal, last.fact.duty), handed_over)
        case _:
            return None


def _next_of_kind(case: Case, journal: Iterable[Recorded], number: int) -> int | None:
    kind = next(
        entry.fact.kind for entry in journal if isinstance(entry.fact, f.DutyOpened) and entry.fact.duty == number
    )
    return next((duty.number for duty in case.duties.values() if duty.kind == kind), None)
