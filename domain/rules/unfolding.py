"""A decision in the making: each fact changes the case at once and brings about what the programme says follows."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from domain import facts as f
from domain.case import Case, Duty, evolve, settles_transfer
from domain.ids import PersonId
from domain.programme.schema import Desk, DutyKind, Helper, Programme, Stage
from domain.programme.spans import earlier
from domain.rules.moments import Circumstances, DueDuty, first_day, least_of, length_for, next_occurrence, own_moment

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
ONE_DAY: Final = timedelta(days=1)
ACTIVITY_DAY: Final = "on"
"""What ``opens.on`` calls the day of the activity to which somebody is invited."""


class Decided(NamedTuple):
    """A fact and the moment it became true."""

    fact: f.Fact
    at: datetime


class About(NamedTuple):
    """What the duties that something opens know of it.

    ``answers`` of the duty met; the ``activity`` it is about, and the day ``on`` which that is. ``anew``: whatever
    stands open about the activity already, this is asked again, because its day is another one.
    """

    answers: Mapping[str, Any]
    activity: str | None = None
    on: date | None = None
    anew: bool = False


NOT_ABOUT: Final = About(NOTHING)
_TELLS_MORE: Final = frozenset({f.Invited, f.DutyMet, f.DutyLapsed, f.Raised})


class Ahead(NamedTuple):
    """The next thing that comes due: a duty's rung or lapse, or (no duty) a life stage."""

    moment: datetime
    duty: Duty | None
    lapses: bool


class Unfolding:
    """A case together with the facts decided about it so far."""

    def __init__(self, case: Case, around: Circumstances) -> None:
        self.case = case
        self.around = around
        self.facts: list[Decided] = []
        self.reckoned: dict[int, tuple[Duty, str, Ahead | None]] = {}
        self.answers: dict[int, Mapping[str, Any]] = {}
        self._own: tuple[tuple[object, ...], DueDuty | None] | None = None

    def add(self, fact: f.Fact, at: datetime, by: PersonId | None = None) -> None:
        """Let a fact happen, with all that follows from it by the programme."""
        happened = triggers(fact, self.case, self.around.programme)
        about = self._about(fact) if type(fact) in _TELLS_MORE else NOT_ABOUT
        self.case = evolve(self.case, fact, at)
        self.facts.append(Decided(fact, at))
        for trigger in happened:
            self.follow(trigger, at, by, about)

    def own_moment(self) -> DueDuty | None:
        """What happens next to the case without a duty, reckoned once as long as nothing that decides it changes."""
        case = self.case
        decides = (case.life, case.ties, case.watched_since, case.programme)
        if self._own is None or self._own[0] != decides:
            self._own = decides, own_moment(case, self.around)
        return self._own[1]

    def note(self, fact: f.Fact, at: datetime) -> None:
        """Let a fact happen from which nothing follows: it is past already."""
        self.case = evolve(self.case, fact, at)
        self.facts.append(Decided(fact, at))

    def _about(self, fact: f.Fact) -> About:
        """What the duties that a fact opens know of it: the answers given, and the activity it is about."""
        match fact:
            case f.Invited():
                return About(NOTHING, fact.activity, fact.on, anew=True)
            case f.DutyMet() | f.DutyLapsed():
                if type(fact) is f.DutyMet:
                    self.answers[fact.duty] = fact.answers
                activity = self.case.duties[fact.duty].about
                on = self.case.invited.get(activity) if activity is not None else None
                return About(self.answers.get(fact.duty, NOTHING), activity if on else None, on)
            case f.Raised():
                return About(self.answers.get(fact.duty, NOTHING))
            case _:
                return NOT_ABOUT

    def open(
        self,
        kind: str,
        at: datetime,
        because: str,
        due_on: date | None = None,
        *,
        after: date | None = None,
        rhythm_from: date | None = None,
        about: str | None = None,
    ) -> int:
        """Open a duty of a kind, or name the one of this kind, about the same, that stands open already."""
        standing = next((duty for duty in self._of_kind(kind) if duty.about == about), None)
        if standing is not None and not self.kind(kind).several:
            return standing.number
        return self.open_another(kind, at, because, due_on, after=after, rhythm_from=rhythm_from, about=about)

    def open_another(
        self,
        kind: str,
        at: datetime,
        because: str,
        due_on: date | None = None,
        *,
        after: date | None = None,
        rhythm_from: date | None = None,
        about: str | None = None,
    ) -> int:
        """Open a duty of a kind whatever stands open already; ``after`` is the due day of the one before it."""
        number = self.case.opened_duties + 1
        day = due_on or self._due_on(kind, at)
        fact = f.DutyOpened(
            duty=number, kind=kind, opens_on=self._opens_on(kind, day, at, after), due_on=day, because=because,
            owed_by=self.owner(kind), rhythm_from=rhythm_from, about=about,
        )  # fmt: skip
        self.add(fact, at)
        return number

    def standing(self, kind: str) -> Duty | None:
        """The open duty of a kind, if there is one."""
        return next(self._of_kind(kind), None)

    def _of_kind(self, kind: str) -> Iterator[Duty]:
        return (duty for duty in self.case.duties.values() if duty.kind == kind)

    def owner(self, kind: str) -> PersonId | None:
        """Who owes duties of a kind in person; nobody where a desk does or the role is not filled."""
        name = self.kind(kind).owed_by
        match self.around.programme.roles[name]:
            case Helper():
                tie = self.case.tied(name)
                return tie.person if tie else None
            case Desk():
                return None
            case _:
                return self.case.proposal.person if self.case.proposal else None

    def kind(self, kind: str) -> DutyKind:
        """What the programme says of a kind."""
        return self.around.programme.duties[kind]

    def belongs(self, kind: str) -> bool:
        """Whether a kind is owed by this kind of case, in the stage in which it stands."""
        duty = self.kind(kind)
        return self.case.base in duty.stages and (not duty.kinds or self.case.kind in duty.kinds)

    def keep_standing(self, at: datetime) -> None:
        """Open whatever is owed by itself in this stage and is not open yet."""
        for kind in self.around.programme.standing:
            if self.belongs(kind) and self.standing(kind) is None:
                self._open_standing(kind, at)

    def open_next(self, ended: Duty, at: datetime) -> None:
        """After a recurring duty ended: its next occurrence, while the case is still in its stage."""
        if not self.belongs(ended.kind) or not self.kind(ended.kind).opens.recurs or self._unfilled(ended.kind):
            return
        day = next_occurrence(self.case, ended, self.around.day(at), self.around)
        if day is not None and self.standing(ended.kind) is None:
            anchor = ended.rhythm_from
            self.open_another(ended.kind, at, "rhythm", day, after=ended.due_on, rhythm_from=anchor)

    def supersede(self, duty: Duty, by_duty: int, because: str, at: datetime) -> None:
        """End a duty in favour of another one of the case."""
        self.add(f.DutySuperseded(duty=duty.number, by_duty=by_duty, because=because), at)

    def leave_behind(self, at: datetime, opened_before: int) -> None:
        """After the stage changed: rhythms of the stage left behind give way to what was opened since."""
        if self.case.opened_duties == opened_before:
            return
        for duty in tuple(self.case.duties.values()):
            recurs = self.kind(duty.kind).opens.recurs
            if recurs and not self.belongs(duty.kind) and duty.number <= opened_before:
                self.supersede(duty, opened_before + 1, "stage", at)

    def _open_standing(self, kind: str, at: datetime) -> None:
        opens = self.kind(kind).opens
        if self._unfilled(kind) or (opens.age is not None and kind in self.case.last_met):
            return
        day = first_day(self.case, kind, self.around.day(at), self.around)
        if day is not None:
            anchor = day if opens.every is not None else None
            self.open(kind, at, "stage", day, rhythm_from=anchor, about=opens.paper)

    def _unfilled(self, kind: str) -> bool:
        name = self.kind(kind).owed_by
        return isinstance(self.around.programme.roles[name], Helper) and self.case.tied(name) is None

    def _due_on(self, kind: str, at: datetime, counted: date | None = None) -> date:
        within = self.kind(kind).opens.within
        day = counted or self.around.day(at)
        return self.around.later(day, length_for(self.case, within, day, self.around)) if within is not None else day

    def _opens_on(self, kind: str, due_on: date, at: datetime, after: date | None) -> date:
        ahead = self.kind(kind).answerable_before
        if ahead is not None:
            return earlier(due_on, ahead, self.around.calendar)
        today = self.around.day(at)
        return min(due_on, max(today, date.fromordinal(after.toordinal() + 1)) if after else today)

    def follow(self, trigger: str, at: datetime, by: PersonId | None, about: About = NOT_ABOUT) -> None:
        """What the programme says follows from a trigger: duties it meets, duties it opens."""
        for kind in self.around.programme.met_by.get(trigger, ()):
            standing = self._meant(kind, about)
            if standing is not None and not self._still_missing(kind, trigger):
                on = self.around.day(at)
                self.add(f.DutyMet(duty=standing.number, by=by, on=on, through="event"), at, by)
        if self.case.base is not Stage.CLOSED:
            for kind in self.around.programme.opened_by.get(trigger, ()):
                if self.belongs(kind) and not (self.kind(kind).once and kind in self.case.last_met):
                    self._open_after(kind, trigger, at, about)

    def _still_missing(self, kind: str, trigger: str) -> bool:
        """Whether a search for helpers goes on although somebody was bound: its role needs more of them."""
        word, _, name = trigger.partition(":")
        role = self.around.programme.roles.get(name)
        if word != "tie-begun" or role is None or f"tie-ended:{name}" not in self.kind(kind).opens.after:
            return False
        return len(self.case.all_tied(name)) < least_of(role)

    def _meant(self, kind: str, about: About) -> Duty | None:
        """The open duty of a kind that is about the same activity, or about none: never one about another."""
        if about.activity is None:
            return self.standing(kind)
        found = {duty.about: duty for duty in self._of_kind(kind)}
        return found.get(about.activity) or found.get(None)

    def _open_after(self, kind: str, trigger: str, at: datetime, about: About) -> None:
        day = self._counted(kind, at, about)
        # What counts from an activity's own day is not done before it.
        after = about.on - ONE_DAY if about.on is not None and self.kind(kind).opens.on == ACTIVITY_DAY else None
        if about.anew:
            self.open_another(kind, at, trigger, day, after=after, about=about.activity)
        else:
            self.open(kind, at, trigger, day, after=after, about=about.activity)

    def _counted(self, kind: str, at: datetime, about: About) -> date | None:
        """The due day of a kind that counts from an answered day or an activity's; nothing where it does not.

        What an invitation asks for without counting from the day itself is wanted the day before, at the latest.
        """
        named = self.kind(kind).opens.on
        if named is not None:
            day = _answered_day(about, named)
            return self._due_on(kind, at, day) if day is not None else None
        if about.anew and about.on is not None:
            return min(self._due_on(kind, at), max(self.around.day(at), about.on - ONE_DAY))
        return None


def _answered_day(about: About, named: str) -> date | None:
    if named in about.answers:
        return date.fromisoformat(str(about.answers[named]))
    return about.on if named == ACTIVITY_DAY else None


def triggers(fact: f.Fact, before: Case, programme: Programme) -> tuple[str, ...]:
    """What happened, in the words a programme may wait for."""
    match fact:
        case f.RungReached() | f.DutyOpened() | f.DutyAcknowledged() | f.DutyExcused() | f.DutySuperseded():
            return ()
        case f.DutyMet():
            return (f"{'refused' if fact.refused else 'met'}:{before.duties[fact.duty].kind}",)
        case f.DutyLapsed():
            return (f"lapsed:{before.duties[fact.duty].kind}",)
        case f.Raised():
            return (f"raised:{fact.name}",)
        case f.LifeStageReached():
            return (f"life-stage:{fact.stage}",)
        case f.RiskChanged():
            return (f"risk:{fact.risk}",)
        case f.TieBegun():
            return _tie_begun(fact, before, programme)
        case f.TieEnded():
            return ("tie-ended", f"tie-ended:{fact.role}") if fact.gap else ()
        case f.ServiceEnding():
            return (f"leaving:{fact.role}",) if fact.on is not None else ()
        case f.Invited():
            return (f"invited:{fact.kind}",)
        case f.CaseMoved() if fact.unit == fact.before and not settles_transfer(before, fact):
            # The tree changed above the case; the subject has not moved.
            return ()
        case _:
            word = _PLAIN.get(type(fact))
            return (word,) if word else ()


def _tie_begun(fact: f.TieBegun, before: Case, programme: Programme) -> tuple[str, ...]:
    role = programme.roles[fact.role]
    succeeds = isinstance(role, Helper) and role.tie == "one" and before.tied(fact.role) is not None
    return ("tie-begun", f"tie-begun:{fact.role}", *((f"succeeded:{fact.role}",) if succeeds else ()))


_PLAIN: dict[type, str] = {
    f.CaseAdmitted: "admitted",
    f.PairingProposed: "proposed",
    f.ProposalApproved: "approved",
    f.ProposalDeclined: "declined",
    f.TellingFailed: "telling-failed",
    f.CaseReopened: "reopened",
    f.CaseMoved: "moved",
    f.TransferAsked: "transfer-asked",
    f.TransferDeclined: "transfer-declined",
    f.ProgrammeChanged: "programme-changed",
    f.CaseClosed: "closed",
}


def after_move(unfolding: Unfolding, before: Case, now: datetime) -> None:
    """After something changed the stage: open what is owed there, let go of the rhythms left behind."""
    if unfolding.case.base is Stage.CLOSED:
        return
    opened_before = unfolding.case.opened_duties if unfolding.case.base is before.base else before.opened_duties
    unfolding.keep_standing(now)
    if unfolding.case.base is not before.base:
        unfolding.leave_behind(now, opened_before)


def starts(unfolding: Unfolding) -> f.Admission:
    """The stage in which a case of this kind is watched first."""
    kind = unfolding.around.programme.eligible.kinds.get(unfolding.case.kind)
    return kind.starts if kind is not None else "pairing"
