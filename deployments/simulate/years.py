"""Year after year of a simulated office, from one day on which something is to be done to the next."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final, NamedTuple

from deployments.simulate.arrivals import Arrivals, Size
from deployments.simulate.behaviour import Behaviour
from deployments.simulate.chances import Chances
from deployments.simulate.conduct import Conduct
from deployments.simulate.deeds import Deeds, Wanted
from deployments.simulate.fate import Fate, Happened, invitations
from deployments.simulate.forms import Forms
from deployments.simulate.intake import Intake
from deployments.simulate.outages import Running
from deployments.simulate.papers import renewed_papers
from deployments.simulate.post import Post
from deployments.simulate.world import Due, World
from domain.calendar import local_day, start_of
from domain.facts import PaperRenewed
from domain.ids import PersonId, UnitId
from domain.programme.schema import Programme
from domain.programme.spans import months_later
from domain.rules.commands import Command
from domain.rules.refusals import Reason
from domain.store.activities import plan_within
from domain.store.engine import reading, writing
from domain.store.lists_people import HelperLine, helpers
from domain.store.pairs import propose_in
from domain.store.rounds import turns
from domain.store.serving import keep_papers, stop_serving
from domain.store.store import Store
from domain.store.units import send_all_away
from domain.store.virtual_clock import lived_until, next_due, next_leaving, note_lived, something_urgent
from domain.store.writing import Carried, Outcome, carry_out_within
from notifiers.settings import Telling

ROUND_AT: Final = timedelta(hours=8)
ACTING_AT: Final = timedelta(hours=17)
STEPS: Final = 10
"""Steps of a day in the number that says how far was lived."""
ACTED, TOLD = 1, 2
FORGET_EVERY: Final = 30


@dataclass(frozen=True)
class Plan:
    """What is to be simulated. The same plan gives the same journal, on any database and however often stopped."""

    programme: Programme
    behaviour: Behaviour
    size: Size
    years: int
    seed: int
    begin: date
    words: tuple[str, ...]

    @property
    def end(self) -> date:
        """The last day."""
        return months_later(self.begin, 12 * self.years)


class Lived(NamedTuple):
    """How far it has come: the day that is over, and how much of the whole that is."""

    day: date
    share: float


_SELDOM: Final = (100_000, 20, 20)


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Let Python look for circles of garbage seldom: a city's cases stay, and going through them costs a tenth."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Years:
    """One simulated office. Everything it knows can be read from the database again, so it can be stopped anywhere."""

    def __init__(self, store: Store, telling: Telling, plan: Plan) -> None:
        chances = Chances(plan.seed)
        self.store, self.plan, self.chances = store, plan, chances
        self.arrivals = Arrivals(plan.programme, plan.behaviour, chances, plan.size, plan.begin)
        self.intake = Intake(store, plan.programme, self.arrivals)
        self.post = Post(store, telling, plan.behaviour.telling, chances)
        self.running = Running(plan.behaviour.machine, chances, plan.begin, plan.end)
        self.refused: Counter[str] = Counter()
        self.set_aside = 0

    def live(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Lived]:
        """Live on from wherever it was left, day by day, to the end or until ``stop`` says so."""
        self._wake()
        last = self.plan.end.toordinal()
        with _seldom_swept():
            while self.acted < last and not stop():
                day = min(self._next_day(self.acted + 1), last)
                self._live(day)
                yield Lived(date.fromordinal(day), (day - self.first) / max(1, last - self.first))

    @property
    def is_over(self) -> bool:
        """Whether the last day has been lived."""
        return self.acted >= self.plan.end.toordinal()

    def _wake(self) -> None:
        """See how far it was lived, and how everything stands."""
        with reading(self.store.engine) as connection:
            self.acted, step = divmod(lived_until(connection), STEPS)
        self.first = self.plan.begin.toordinal()
        if not self.acted:
            self.intake.begin()
            self.acted, step = self.first - 1, TOLD
        self.conduct = Conduct(self.store.programmes, self.plan.behaviour, self.chances)
        self.world = World(self.store, self.conduct)
        self.deeds = Deeds(
            self.world, self.conduct, Forms(self.plan.behaviour, self.chances, self.plan.words), self.chances
        )
        self.fate = Fate(self.plan.programme, self.world, self.deeds, self.plan.behaviour, self.chances)
        self.intake.make_whole()
        self.world.look_around()
        self.fate.look_around()
        self.world.look_at_all(self.acted + 1)
        if step == ACTED:
            self._tell_in_the_evening(self.acted)

    def _next_day(self, since: int) -> int:
        """The next day on which the machine runs and there is anything to do."""
        if self.world.next_day == since:
            return self.running.day(since)
        with reading(self.store.engine) as connection:
            moments = (next_due(connection), next_leaving(connection))
        days = [local_day(moment, self.plan.programme.time_zone).toordinal() for moment in moments if moment]
        if self.world.next_day is not None:
            days.append(self.world.next_day)
        if self.world.somebody_waits(self._pairing_day(since)):
            days.append(self._pairing_day(since))
        days += [self.fate.next_day(since), self.arrivals.next_day(since)]
        return self.running.day(max(since, min(days)))

    def _pairing_day(self, since: int) -> int:
        every = self.plan.behaviour.office.pair_every
        return since + (self.first - since) % every

    def _live(self, day: int) -> None:
        morning = start_of(date.fromordinal(day), self.plan.programme.time_zone) + ROUND_AT
        since = self.acted + 1
        self._arrive(since, day, morning)
        for outcomes in turns(self.store, morning):
            self._hear(outcomes, since)
        if self._pairing_day(since) <= day:
            self._pair(day, morning, since)
        self._tell(morning, since)
        self._act(day, morning - ROUND_AT + ACTING_AT)
        self._tell_in_the_evening(day)
        if day // FORGET_EVERY != (since - 1) // FORGET_EVERY or self.is_over:
            self.post.forget_signals(morning + ACTING_AT)

    def _arrive(self, since: int, day: int, now: datetime) -> None:
        """Whoever came since the last day that was lived: the machine may have stood still meanwhile."""
        came = False
        for each in range(since, day + 1):
            if self.arrivals.is_quiet(each):
                continue
            came = True
            year = self.arrivals.year_of(each)
            if year:
                self.intake.take_helpers(year)
            self.world.look_at(self.intake.take_surveys(date.fromordinal(each), now), since)
        if came:
            self.world.look_around()
            self.world.know_helpers()
            self.fate.look_around()

    def _pair(self, day: int, now: datetime, since: int) -> None:
        """Those who wait sign anew what runs out; then the best pairs are proposed."""
        programme = self.plan.programme
        if programme.pairing is None:
            return
        with writing(self.store.engine) as connection:
            waiting = [one for one in helpers(connection) if one.serving and not self.world.bound.get(one.person)]
            keep_papers(connection, self._signed(waiting, date.fromordinal(day)))
        if self.world.somebody_waits(day):
            found = propose_in(self.store, programme, UnitId(programme.area), now)
            self.world.look_at([proposal.case for proposal in found.proposals], since)

    def _signed(self, waiting: Sequence[HelperLine], today: date) -> Mapping[PersonId, Mapping[str, date | None]]:
        share = self.plan.behaviour.helpers.papers_kept
        return renewed_papers(waiting, self.plan.programme, self.store.calendar, self.chances, share, today)

    def _tell(self, now: datetime, since: int) -> None:
        self.world.look_at(self.post.go(now), since)

    def _tell_in_the_evening(self, day: int) -> None:
        """What cannot wait until tomorrow."""
        now = start_of(date.fromordinal(day), self.plan.programme.time_zone) + ACTING_AT
        with reading(self.store.engine) as connection:
            urgent = something_urgent(connection, now)
        if urgent:
            self._tell(now, day + 1)
            with writing(self.store.engine) as connection:
                note_lived(connection, day * STEPS + TOLD)

    def _act(self, day: int, now: datetime) -> None:
        """Everything people do and everything that befalls them, in one transaction."""
        today, due = date.fromordinal(day), list(self.world.due(day))
        happened = self.fate.since(self.acted + 1, today)
        commands = self._commands(due, happened, today)
        with writing(self.store.engine) as connection:
            send_all_away(connection, happened.away)
            stop_serving(connection, happened.stopped)
            planned = [
                plan_within(connection, self.store, self.plan.programme, each.planned, each.by, now)
                for each in happened.activities
            ]
            commands += chain.from_iterable(map(invitations, planned, happened.activities))
            outcomes = carry_out_within(connection, self.store, commands, now)
            note_lived(connection, day * STEPS + ACTED)
        self.acted = day
        self.world.gone |= set(happened.stopped)
        if happened.away:
            self.world.look_around()
        self._hear(outcomes, day + 1)
        self.world.look_at(planned, day + 1)
        self.world.plan_anew([case.id for case, _ in due], day + 1)

    def _commands(self, due: Iterable[Due], happened: Happened, today: date) -> list[Command]:
        self.deeds.promised.clear()
        wanted = list(chain(self.deeds.commands(due, today), happened.commands))
        places = [each for each in wanted if isinstance(each, Wanted)]
        commands = [each for each in wanted if not isinstance(each, Wanted)]
        return [*commands, *self.deeds.fill(places, today)]

    def _hear(self, outcomes: Sequence[Outcome], since: int) -> None:
        """What came of it. A paper signed for one child is signed for all of a helper's children."""
        carried = [outcome for outcome in outcomes if isinstance(outcome, Carried)]
        refused = [each.reason for each in outcomes if not isinstance(each, Carried)]
        self.refused.update(reason.value for reason in refused)
        self.set_aside += refused.count(Reason.SET_ASIDE)
        self.world.hear({each.case.id: each.case for each in carried}.values(), since)
        signed = {
            (fact.person, each.case.id) for each in carried for fact, _ in each.facts if isinstance(fact, PaperRenewed)
        }
        others = {case for person, own in signed for case in self.world.bound.get(person, ()) if case != own}
        self.world.look_at(sorted(others), since)
