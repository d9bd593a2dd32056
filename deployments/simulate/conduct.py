"""What people will do about a case and on which day: a pure function of how it stands, the behaviour and the seed."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Final, NamedTuple

from deployments.simulate.behaviour import Behaviour, Habit
from deployments.simulate.chances import NEVER, Chances, is_hit, pick
from domain.calendar import local_day
from domain.case import Case, Duty
from domain.ids import CaseId, PersonId
from domain.programme.schema import Programme, Proposed, Stage

TRIED_AGAIN_AFTER: Final = 7
"""What could not be done on a day is tried again so many days later, and again."""


class What(Enum):
    """What somebody does."""

    ANSWER = auto()
    DO_AT_DESK = auto()
    ACKNOWLEDGE = auto()
    EXCUSE = auto()
    REPLACE = auto()
    DECIDE = auto()
    CONSENT = auto()
    WITHDRAW = auto()
    BIND = auto()
    TAKE_OVER = auto()


class Intent(NamedTuple):
    """Something to be done on a day (its ordinal) or as soon after it as there is somebody to do it."""

    on: int
    what: What
    duty: int = 0
    role: str = ""


_AFTER_CLIMBING: Final = {
    "acknowledged": What.ACKNOWLEDGE, "owner_roused": What.ANSWER, "done_at_desk": What.DO_AT_DESK,
    "excused": What.EXCUSE, "helper_replaced": What.REPLACE,
}  # fmt: skip


_Known = tuple[int, bool, tuple[Intent, ...]]
"""How many rungs a duty had reached, whether its ladder waited, and what people meant to do about it then."""


class _Place(NamedTuple):
    """A role helpers fill around cases: how many it needs, and whether pairing finds them."""

    role: str
    least: int
    paired: bool


class Conduct:
    """How people behave towards cases of the programmes of an install."""

    def __init__(self, programmes: Mapping[str, Programme], behaviour: Behaviour, chances: Chances) -> None:
        self.programmes, self.behaviour, self.chances = programmes, behaviour, chances
        self._climbed = behaviour.office.climbed.model_dump()
        self._habits: dict[PersonId, Habit] = {}
        self._known: dict[CaseId, dict[int, _Known]] = {}
        self._roles: dict[tuple[str, str], tuple[_Place, ...]] = {}
        self._done: dict[str, dict[str, What | None]] = {
            name: {kind: _done_by(programme, kind) for kind in programme.duties}
            for name, programme in programmes.items()
        }

    def next_day(self, case: Case, since: int) -> int | None:
        """The first day from ``since`` on on which somebody will do something about a case."""
        if case.base is Stage.CLOSED:
            return None
        first = NEVER
        for _, _, intents in self._about_duties(case):
            for intent in intents:
                on = intent.on if intent.on >= since else _again(intent.on, since)
                first = min(first, on)
        for intent in self._about_case(case, since):
            first = min(first, intent.on)
        return first if first < NEVER else None

    def intents(self, case: Case, since: int) -> Iterator[Intent]:
        """Everything people will do about a case as it stands, none of it before ``since``."""
        if case.base is Stage.CLOSED:
            return
        for _, _, intents in self._about_duties(case):
            for intent in intents:
                yield intent if intent.on >= since else intent._replace(on=_again(intent.on, since))
        yield from self._about_case(case, since)

    def _about_duties(self, case: Case) -> Iterable[_Known]:
        """What people will do about each open duty; reckoned once as long as nothing of the duty changes."""
        known = self._known.get(case.id)
        if known is None:
            known = self._known[case.id] = {}
        if len(known) != len(case.duties) or known.keys() != case.duties.keys():
            for number in known.keys() - case.duties.keys():
                del known[number]
        for number, duty in case.duties.items():
            before = known.get(number)
            waits = duty.waits_until is not None
            if before is None or before[0] != duty.rungs or before[1] is not waits:
                known[number] = (duty.rungs, waits, tuple(self._about_duty(case, duty)))
        return known.values()

    def _about_duty(self, case: Case, duty: Duty) -> Iterator[Intent]:
        done = self._done[case.programme][duty.kind]
        if done is not None:
            on = self._answered_on(case, duty)
            if on is not None:
                yield Intent(on, done, duty.number)
        if duty.climbed_to is not None and duty.waits_until is None:
            yield from self._after_climbing(case, duty, done)

    def _answered_on(self, case: Case, duty: Duty) -> int | None:
        """The day on which whoever owes a duty does it; nothing where that never happens by itself."""
        draws = self.chances.four(case.id, duty.number)
        habit = self.behaviour.office if duty.owed_by is None else self.habit_of(duty.owed_by)
        days = self.behaviour.office if duty.owed_by is None else self.behaviour.helpers
        if is_hit(draws.a, habit.never):
            return None
        if is_hit(draws.a, habit.never + habit.late):
            return duty.due_on.toordinal() + 1 + int(min(draws.b, draws.c) * days.days_late)
        early = duty.due_on.toordinal() - int(draws.b * (days.days_early + 1))
        return max(early, duty.opens_on.toordinal(), self._day(case, duty))

    def habit_of(self, person: PersonId) -> Habit:
        """How a helper is wont to answer."""
        habit = self._habits.get(person)
        if habit is None:
            habits = self.behaviour.helpers.habits
            name = pick({name: habit.of for name, habit in habits.items()}, self.chances.one("habit", person))
            habit = self._habits[person] = habits[name or list(habits)[-1]]
        return habit

    def _after_climbing(self, case: Case, duty: Duty, done: What | None) -> Iterator[Intent]:
        draws = self.chances.four(case.id, duty.number, duty.rungs)
        name = pick(self._climbed, draws.a)
        what = _AFTER_CLIMBING[name] if name else None
        if what in {What.ANSWER, What.DO_AT_DESK} and done is not What.ANSWER:
            what = done
        if what is None or duty.reached_at is None:
            return
        rungs = self.programmes[case.programme].rungs_of[duty.kind]
        soon = what is What.ACKNOWLEDGE or rungs[min(duty.rungs, len(rungs)) - 1].urgent
        days = int(draws.b * 2) if soon else 1 + int(draws.b * self.behaviour.office.climbed_days)
        zone = self.programmes[case.programme].time_zone
        yield Intent(local_day(duty.reached_at, zone).toordinal() + days, what, duty.number)

    def _about_case(self, case: Case, since: int) -> Iterator[Intent]:
        if case.proposal is not None:
            yield self._about_proposal(case, case.proposal.person, since, approved=case.proposal.approved)
        if case.transfer is not None and "transfer-asked" not in self.programmes[case.programme].opened_by:
            yield Intent(self._falls(since, self.behaviour.office.proposal_days, "taken", case.id), What.TAKE_OVER)
        if case.base is not Stage.IDENTIFICATION:
            for role, from_day in self._unfilled(case):
                days = self.behaviour.office.bind_days
                yield Intent(self._falls(max(since, from_day), days, "bound", case.id, role), What.BIND, 0, role)

    def _unfilled(self, case: Case) -> Iterator[tuple[str, int]]:
        """The places around a case that its desk fills by hand, and from which day on it looks for somebody.

        Pairing looks after its own; who leaves is succeeded some time ahead.
        """
        for place in self._places(case):
            from_day = None if place.paired and case.born is not None else self._gap_from(case, place)
            if from_day is not None:
                yield place.role, from_day

    def waits(self, case: Case, day: int) -> bool:
        """Whether pairing has somebody to find for a case by a day."""
        if case.base in {Stage.IDENTIFICATION, Stage.CLOSED} or case.proposal is not None or case.born is None:
            return False
        gaps = (self._gap_from(case, place) for place in self._places(case) if place.paired)
        return any(gap is not None and gap <= day for gap in gaps)

    def _gap_from(self, case: Case, place: _Place) -> int | None:
        """From which day on somebody is looked for to fill a place; nothing while enough fill it for good."""
        tied = case.all_tied(place.role)
        last_days = sorted(tie.serves_until.toordinal() for tie in tied if tie.serves_until)
        missing = place.least - len(tied) + len(last_days)
        if missing <= 0:
            return None
        return 0 if missing > len(last_days) else last_days[-missing] - self.behaviour.office.successor_days

    def _places(self, case: Case) -> tuple[_Place, ...]:
        key = (case.programme, case.kind)
        if key not in self._roles:
            programme = self.programmes[case.programme]
            own = programme.pairing.role if programme.pairing is not None else None
            self._roles[key] = tuple(
                _Place(name, role.least if role.tie == "several" else 1, name == own)
                for name, role in programme.helper_roles(case.kind).items()
            )
        return self._roles[key]

    def _about_proposal(self, case: Case, person: PersonId, since: int, *, approved: bool) -> Intent:
        office, helpers = self.behaviour.office, self.behaviour.helpers
        side, silent = ("asked", helpers.asked_silent) if approved else ("proposed", office.proposal_never)
        if is_hit(self.chances.one("silent", side, case.id, person), silent):
            days, what = office.proposal_withdrawn_days, What.WITHDRAW
        else:
            days = helpers.asked_days if approved else office.proposal_days
            what = What.CONSENT if approved else What.DECIDE
        return Intent(self._falls(since, days, side, case.id, person), what)

    def _falls(self, since: int, days: int, *what: object) -> int:
        return self.chances.falls_on(since, 1 / days, *what)

    def _day(self, case: Case, duty: Duty) -> int:
        zone = self.programmes[case.programme].time_zone
        return local_day(duty.opened_at, zone).toordinal()


def _again(on: int, since: int) -> int:
    """The day on which what was not done on its own day is tried, from ``since`` on."""
    return on + -(-(since - on) // TRIED_AGAIN_AFTER) * TRIED_AGAIN_AFTER


def _done_by(programme: Programme, kind: str) -> What | None:
    """How a kind of duty is done: by its form, by a change of helper; nothing where other things settle it."""
    duty = programme.duties[kind]
    if isinstance(programme.roles[duty.owed_by], Proposed):
        return None
    if duty.asks or not duty.met_by:
        return What.ANSWER
    ends_tie = any(trigger.partition(":")[0] == "tie-ended" for trigger in duty.met_by)
    return What.REPLACE if ends_tie else None
