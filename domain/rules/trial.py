"""A case lived forward in memory: what a programme would ask of people if they answered as they are wont to."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain import facts as f
from domain.case import Case, Duty
from domain.facts import Answer
from domain.ids import PersonId
from domain.programme.schema import Desk, DutyKind, Helper, Level, Stage
from domain.rules.commands import AnswerDuty, LetTimePass
from domain.rules.decide import decide
from domain.rules.moments import Circumstances, due
from domain.rules.refusals import Refusal
from domain.rules.unfolding import Decided

Delay = int | None
"""Days after the due day on which somebody answers (negative: before it); nothing where nobody ever does."""

NOON = timedelta(hours=12)


@dataclass(frozen=True)
class Wont:
    """How people answer: with which delay, and with what."""

    delay: Callable[[Case, Duty], Delay]
    form: Callable[[Case, DutyKind, date], tuple[Mapping[str, Answer], Mapping[str, str]]]


@dataclass
class Load:
    """What a stretch of time asked of people: figures that add up over cases."""

    visits: int = 0
    """Duties of helpers that were answered."""
    messages: int = 0
    """Causes told, one for each person and rung."""
    late: int = 0
    """Duties that became overdue."""
    desks: Counter[Level] = field(default_factory=Counter)
    """Duties that a desk had to see to: its own, and those that climbed to it."""

    def add(self, other: "Load") -> None:
        """Take in another case's."""
        self.visits += other.visits
        self.messages += other.messages
        self.late += other.late
        self.desks.update(other.desks)


def run_forward(case: Case, around: Circumstances, wont: Wont, since: datetime, until: datetime) -> Load:
    """The load of one case between two moments; nothing is written anywhere."""
    return _Run(case, around, wont, since).until(until)


class _Run:
    def __init__(self, case: Case, around: Circumstances, wont: Wont, since: datetime) -> None:
        self.case, self.around, self.wont, self.now = case, around, wont, since
        self.load = Load()
        self._silent: set[int] = set()
        self._planned: dict[int, datetime | None] = {}
        self._overdue: set[int] = set()
        self._desk_of: set[tuple[int, Level]] = set()

    def until(self, end: datetime) -> Load:
        while self.case.base is not Stage.CLOSED:
            engine = min((each.next_moment for each in due(self.case, self.around)), default=end)
            answer = min(filter(None, map(self._answer_at, self.case.duties.values())), default=end)
            moment = max(min(engine, answer), self.now)
            if moment >= end:
                break
            self.now = moment
            self._pass() if engine <= answer else self._answer(moment)
        self._count_overdue(end)
        return self.load

    def _pass(self) -> None:
        self._take(decide(self.case, LetTimePass(case=self.case.id), self.around, self.now))

    def _answer(self, moment: datetime) -> None:
        duty = next(each for each in self.case.duties.values() if self._answer_at(each) == moment)
        kind = self.around.programme.duties[duty.kind]
        answers, notes = self.wont.form(self.case, kind, self.around.day(moment))
        command = AnswerDuty(
            case=self.case.id, duty=duty.number, by=duty.owed_by or SOMEBODY, answers=answers, notes=notes,
            holders=dict.fromkeys(notes, self.case.family) if self.case.family else {},
        )  # fmt: skip
        if not self._take(decide(self.case, command, self.around, moment)):
            self._silent.add(duty.number)

    def _take(self, decided: tuple[Case, tuple[Decided, ...]] | Refusal) -> bool:
        if isinstance(decided, Refusal):
            return False
        before = self.case
        self._count_overdue(self.now)
        self.case, facts = decided
        self._count(before, (fact for fact, _ in facts))
        return True

    def _answer_at(self, duty: Duty) -> datetime | None:
        """When somebody answers a duty; nothing where nobody does or nobody can."""
        if duty.number in self._silent:
            return None
        if duty.number not in self._planned:
            self._planned[duty.number] = self._plan(duty)
        planned = self._planned[duty.number]
        return max(planned, self.now) if planned is not None else None

    def _plan(self, duty: Duty) -> datetime | None:
        kind = self.around.programme.duties[duty.kind]
        delay = self.wont.delay(self.case, duty) if kind.asks or not kind.met_by else None
        if delay is None:
            return None
        day = max(duty.opens_on, duty.due_on + timedelta(days=delay))
        return self.around.start(day) + NOON

    def _count_overdue(self, at: datetime) -> None:
        for number, duty in self.case.duties.items():
            if number not in self._overdue and duty.due_on < self.around.day(at):
                self._overdue.add(number)
                self.load.late += 1

    def _count(self, before: Case, facts: Iterable[f.Fact]) -> None:
        kinds = {**{n: d.kind for n, d in before.duties.items()}, **{n: d.kind for n, d in self.case.duties.items()}}
        for fact in facts:
            match fact:
                case f.DutyOpened():
                    kinds[fact.duty] = fact.kind
                    self._desk(fact.duty, fact.kind)
                case f.DutyMet() if isinstance(self._role(kinds[fact.duty]), Helper) and fact.through != "event":
                    self.load.visits += 1
                case f.RungReached():
                    self.load.messages += len(fact.told)
                    if fact.climbed_to is not None:
                        self._at_desk(fact.duty, Level(fact.climbed_to))
                case _:
                    pass

    def _role(self, kind: str) -> object:
        return self.around.programme.roles[self.around.programme.duties[kind].owed_by]

    def _desk(self, duty: int, kind: str) -> None:
        role = self._role(kind)
        if isinstance(role, Desk):
            self._at_desk(duty, role.desk)

    def _at_desk(self, duty: int, level: Level) -> None:
        if (duty, level) not in self._desk_of:
            self._desk_of.add((duty, level))
            self.load.desks[level] += 1


SOMEBODY = PersonId("p000000000")
"""Whoever sits at a desk in a trial: nobody in particular."""
