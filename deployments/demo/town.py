"""The made-up people at work: who hears of what, what they do about it, each act a command to the engine."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from deployments.demo.acts import Act, Acting, What
from deployments.demo.deeds import Deeds
from domain.calendar import local_day
from domain.case import Case
from domain.facts import RungReached
from domain.ids import CaseId
from domain.programme.schema import Programme, Stage
from domain.rules.commands import AnswerProposal, Command
from domain.store.engine import reading
from domain.store.rounds import due_cases, run_round
from domain.store.rows import read_state
from domain.store.store import Store
from domain.store.writing import Carried, Outcome, carry_out, read_states

EVERYTHING: Final = 10**9
_ONE_DAY: Final = timedelta(days=1)


@dataclass
class Town:
    """All open cases as they stand, and what people are going to do about them."""

    store: Store
    programme: Programme
    acting: Acting
    deeds: Deeds
    last: date
    cases: dict[CaseId, Case] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    set_aside: int = 0
    urgent: bool = False
    """Whether somebody has to be told of something at once."""
    silent: set[tuple[CaseId, int]] = field(default_factory=set)
    """Duties of which nobody says anything more."""
    _agenda: dict[date, list[Act]] = field(default_factory=lambda: defaultdict(list))
    _heard: set[tuple[CaseId | int, ...]] = field(default_factory=set)

    def open_cases(self) -> list[Case]:
        """Those that are watched, in the order of their numbers."""
        return [case for _, case in sorted(self.cases.items()) if case.base is not Stage.CLOSED]

    @property
    def facts(self) -> int:
        """How many facts all of it has come to."""
        return sum(case.position for case in self.cases.values())

    def make_the_round(self, now: datetime) -> None:
        """Let the engine do what has come due, and everybody hear of it."""
        with reading(self.store.engine) as connection:
            due = due_cases(connection, now, limit=EVERYTHING)
        self.set_aside += run_round(self.store, now).set_aside
        self.look_at(due, now)
        self._note_promises()

    def look_at(self, cases: Sequence[CaseId], now: datetime) -> None:
        """See how cases stand that something other than these people's acts has changed."""
        with reading(self.store.engine) as connection:
            states = read_states(connection, cases)
        self._hear(map(read_state, states.values()), now)

    def act(self, slot: int, now: datetime) -> None:
        """Everybody does what is on the agenda of this part of the day."""
        today = self._today(now)
        due = sorted((act for act in self._agenda[today] if act.slot <= slot), key=lambda act: act[1:4])
        self._agenda[today] = [act for act in self._agenda[today] if act.slot > slot]
        self._note_promises()
        wanted = [act for act in due if (act.case, act.duty) not in self.silent]
        commands = [self.deeds.command(self.cases[act.case], act, today) for act in wanted]
        self.carry([command for command in commands if command is not None], now)

    def carry(self, commands: Sequence[Command], now: datetime) -> None:
        """Give commands to the engine, and let everybody hear what came of them."""
        if not commands:
            return
        outcomes = carry_out(self.store, commands, now)
        carried = [outcome for outcome in outcomes if isinstance(outcome, Carried)]
        self.refused.update(outcome.reason.value for outcome in outcomes if not isinstance(outcome, Carried))
        self._give_up(commands, outcomes, now)
        self.urgent |= any(self._is_urgent(outcome) for outcome in carried)
        self._hear({outcome.case.id: outcome.case for outcome in carried}.values(), now)

    def _give_up(self, commands: Sequence[Command], outcomes: Sequence[Outcome], now: datetime) -> None:
        """Who wants to help and may not any more, has to be let off by the desk."""
        today = self._today(now)
        for command, outcome in zip(commands, outcomes, strict=True):
            if isinstance(command, AnswerProposal) and not isinstance(outcome, Carried):
                self._put(Act(today, 0, command.case, 0, What.GIVE_UP, command.by), today)

    def _is_urgent(self, outcome: Carried) -> bool:
        duties = outcome.case.duties
        told = [fact.duty for fact, _ in outcome.facts if isinstance(fact, RungReached) and fact.duty in duties]
        rungs = [self.acting.rung_reached(duties[number]) for number in told]
        return any(rung.urgent for rung in rungs if rung is not None)

    def _hear(self, cases: Iterable[Case], now: datetime) -> None:
        today = self._today(now)
        for case in cases:
            before = self.cases.get(case.id)
            self.cases[case.id] = case
            for act in self._news(before, case, today):
                self._put(act, today)

    def _news(self, before: Case | None, case: Case, today: date) -> Iterator[Act]:
        for duty in case.duties.values():
            if self._is_new(case.id, duty.number):
                yield from self.acting.about(case, duty, today)
            if duty.climbed_to and self._is_new(case.id, duty.number, duty.rungs):
                yield from self.acting.about_climbing(case, duty, today)
        if case.proposal and (before is None or case.proposal != before.proposal):
            yield from self.acting.about_proposal(case, case.proposal, today)

    def _note_promises(self) -> None:
        self.deeds.promised = {case.proposal.person for case in self.cases.values() if case.proposal}

    def _is_new(self, case: CaseId, *what: int) -> bool:
        known = (case, *what) in self._heard
        self._heard.add((case, *what))
        return not known

    def _put(self, act: Act, today: date) -> None:
        """What is decided on a day is done on the next one at the earliest."""
        on = max(act.on, today + _ONE_DAY)
        if on <= self.last:
            self._agenda[on].append(act)

    def _today(self, now: datetime) -> date:
        return local_day(now, self.programme.time_zone)
