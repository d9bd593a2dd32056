"""What brought a fact about: from fact to fact back to the opening of the case."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from domain import facts as f

_PLAIN: Final[dict[str, type]] = {
    "opened": f.CaseOpened,
    "admitted": f.CaseAdmitted,
    "proposed": f.PairingProposed,
    "approved": f.ProposalApproved,
    "declined": f.ProposalDeclined,
    "tie-begun": f.TieBegun,
    "tie-ended": f.TieEnded,
    "telling-failed": f.TellingFailed,
    "reopened": f.CaseReopened,
    "closed": f.CaseClosed,
    "handover": f.TieBegun,
}
_STAGE_MOVES: Final = (f.CaseAdmitted, f.TieBegun, f.TieEnded, f.MovedToFollowUp, f.CaseReopened)
_ENDS: Final = (f.DutyMet, f.DutyExcused, f.DutyLapsed)

Fits = Callable[[f.Fact], bool]


class Step(NamedTuple):
    """One fact of a chain. ``left_out``: how often its rhythm had come round before, not told one by one."""

    entry: f.Recorded
    left_out: int = 0


def chain(journal: Sequence[f.Recorded], position: int) -> list[Step]:
    """A fact and what brought it about, newest first, back to the opening of the case."""
    looking = _Looking(journal)
    steps: list[Step] = []
    seen: set[int] = set()
    here: int | None = position
    while here is not None and here not in seen:
        seen.add(here)
        entry = looking.at(here)
        start, count = looking.rhythm(entry)
        steps.append(Step(entry, count))
        here = looking.cause(looking.at(start))
    return steps


class _Looking:
    """A journal in which causes are looked for."""

    def __init__(self, journal: Sequence[f.Recorded]) -> None:
        self.journal = journal
        self.kinds = {each.fact.duty: each.fact.kind for each in journal if isinstance(each.fact, f.DutyOpened)}

    def at(self, position: int) -> f.Recorded:
        """The fact at a position."""
        return self.journal[position - 1]

    def before(self, position: int, fits: Fits) -> int | None:
        """The newest fact before a position that fits."""
        return next((each.position for each in reversed(self.journal[: position - 1]) if fits(each.fact)), None)

    def opening(self, duty: int) -> int | None:
        """Where a duty was opened."""
        return self.before(len(self.journal) + 1, lambda fact: isinstance(fact, f.DutyOpened) and fact.duty == duty)

    def rhythm(self, entry: f.Recorded) -> tuple[int, int]:
        """Where the rhythm of an opened duty began, and how many of its kind stand between; itself when it has none."""
        position, count = entry.position, 0
        while True:
            fact = self.at(position).fact
            if not isinstance(fact, f.DutyOpened) or fact.because != "rhythm":
                return position, count
            kind = fact.kind
            earlier = self.before(position, lambda each: isinstance(each, f.DutyOpened) and each.kind == kind)  # noqa: B023
            if earlier is None:
                return position, count
            position, count = earlier, count + 1

    def cause(self, entry: f.Recorded) -> int | None:
        """The position of the fact that brought this one about; nothing where somebody simply decided it."""
        fact, here = entry.fact, entry.position
        match fact:
            case f.CaseOpened():
                return None
            case f.DutyOpened():
                return self._cause_of_duty(fact, here) or 1
            case f.RungReached() | f.DutyAcknowledged() | f.DutyMet() | f.DutyExcused():
                return self.opening(fact.duty)
            case f.DutySuperseded():
                return self.opening(fact.by_duty)
            case f.DutyLapsed():
                return self._last_climb(fact, here) or self.opening(fact.duty)
            case f.Raised():
                return self.before(here, lambda each: isinstance(each, f.DutyMet) and each.duty == fact.duty)
            case f.TellingFailed():
                return self._told(fact, here) or self.opening(fact.duty)
            case f.ProposalApproved() | f.ProposalDeclined():
                return self._newest(here, f.PairingProposed)
            case f.TieEnded():
                return self.before(here, lambda each: isinstance(each, f.TieBegun) and each.person == fact.person)
            case f.CaseReopened():
                return self._newest(here, f.CaseClosed)
            case f.TieBegun():
                return self.before(here, _approval_of(fact))
            case f.PairingProposed():
                return self._newest(here, f.CaseAdmitted, f.TieEnded, f.CaseReopened)
            case f.CaseAdmitted() | f.CaseRefused():
                return self._same_breath(entry) or 1
            case _:
                return self._same_breath(entry)

    def _cause_of_duty(self, fact: f.DutyOpened, here: int) -> int | None:
        name, _, what = fact.because.partition(":")
        match name:
            case "met" | "refused":
                return self.before(here, lambda each: self._met(each, what, refused=name == "refused"))
            case "lapsed":
                return self._lapse_into(fact.duty, here) or self.before(
                    here, lambda each: self._ended(each, what, f.DutyLapsed)
                )
            case "raised":
                return self.before(here, lambda each: isinstance(each, f.Raised) and each.name == what)
            case "life-stage":
                return self.before(here, lambda each: isinstance(each, f.LifeStageReached) and each.stage == what)
            case "risk":
                return self.before(here, lambda each: isinstance(each, f.RiskChanged) and each.risk == what)
            case "rhythm":
                return self.before(here, lambda each: self._ended(each, fact.kind, *_ENDS))
            case "stage":
                return self._newest(here, *_STAGE_MOVES)
            case _:
                return self._newest(here, _PLAIN[name]) if name in _PLAIN else None

    def _met(self, fact: f.Fact, kind: str, *, refused: bool) -> bool:
        return self._ended(fact, kind, f.DutyMet) and isinstance(fact, f.DutyMet) and fact.refused is refused

    def _ended(self, fact: f.Fact, kind: str, *ways: type) -> bool:
        return isinstance(fact, ways) and self.kinds.get(getattr(fact, "duty", 0)) == kind

    def _lapse_into(self, duty: int, here: int) -> int | None:
        """A duty that takes over a lapsed one is opened in the same breath, just before the other lapses."""
        after = self.journal[here : here + 1]
        return next(
            (each.position for each in after if isinstance(each.fact, f.DutyLapsed) and each.fact.into == duty), None
        )

    def _last_climb(self, fact: f.DutyLapsed, here: int) -> int | None:
        return self.before(here, lambda each: isinstance(each, f.RungReached) and each.duty == fact.duty)

    def _told(self, fact: f.TellingFailed, here: int) -> int | None:
        return self.before(
            here, lambda each: isinstance(each, f.RungReached) and each.duty == fact.duty and fact.person in each.told
        )

    def _newest(self, here: int, *kinds: type) -> int | None:
        return self.before(here, lambda each: isinstance(each, kinds))

    def _same_breath(self, entry: f.Recorded) -> int | None:
        """An answer or a birthday written at the same moment, of which this is a consequence."""
        found = self._newest(entry.position, f.DutyMet, f.LifeStageReached)
        if found is None or self.at(found).recorded_at != entry.recorded_at or self.at(found).at != entry.at:
            return None
        return found


def _approval_of(tie: f.TieBegun) -> Fits:
    return lambda each: isinstance(each, f.ProposalApproved) and each.person == tie.person
