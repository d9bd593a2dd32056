"""Months of a made-up city's past, lived through day by day: sheets come in, the round is made, people act."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from deployments.demo.acts import Acting
from deployments.demo.arrivals import Gate, Sheets
from deployments.demo.deeds import Deeds
from deployments.demo.happenings import Happenings
from deployments.demo.post import Post
from deployments.demo.town import Town
from domain.calendar import local_day, start_of
from domain.ids import UnitId
from domain.programme.schema import Programme
from domain.store.engine import writing
from domain.store.pairs import propose_in
from domain.store.signals import forget_settled
from domain.store.store import Store

DAYS_BETWEEN_PAIRINGS: Final = 7
ROUND_AT: Final = timedelta(hours=8, minutes=30)
ACTING_AT: Final = (timedelta(hours=11), timedelta(hours=15, minutes=30), timedelta(hours=18, minutes=30))
"""When in a day people act, one for each of its parts."""


class Living(NamedTuple):
    """How far the past has got: of so many days so many are over."""

    days: int
    of: int


class Past:
    """Everything from the first sheet to ``now``. The same seed, the same past."""

    def __init__(
        self, store: Store, programme: Programme, sheets: Sheets, post: Post, words: tuple[str, ...], seed: int
    ) -> None:
        self.store, self.programme, self.sheets, self.post = store, programme, sheets, post
        self.gate = Gate(store, programme)
        self.deeds = Deeds(store, programme, seed, words)
        self.town = Town(store, programme, Acting(programme, seed), self.deeds, sheets.last)
        self.happenings = Happenings(self.town, seed)
        self.coordinators = 0
        self.volunteers = 0

    def live_through(self, now: datetime, progress: Callable[[Living], None]) -> None:
        """Day by day, then what whoever looks at it now shall find."""
        begin, last = self.sheets.begin, local_day(now, self.programme.time_zone)
        self._take_helpers(begin)
        days = (last - begin).days
        for number in range(days):
            progress(Living(number, days))
            self._live(begin + timedelta(days=number), now)
        self._live(last, now)
        self._arrive_at(now, last)
        progress(Living(days, days))

    def _take_helpers(self, begin: date) -> None:
        first = start_of(begin, self.programme.time_zone)
        self.coordinators = self.gate.take_coordinators(self.sheets.coordinators, first)
        helpers = self.gate.take_volunteers(self.sheets.volunteers, first)
        self.volunteers = len(helpers)
        self.deeds.know_helpers(helpers)

    def _live(self, today: date, now: datetime) -> None:
        midnight = start_of(today, self.programme.time_zone)
        if midnight + ROUND_AT <= now:
            self._begin_day(today, midnight + ROUND_AT)
        for slot, hours in enumerate(ACTING_AT):
            if midnight + hours <= now:
                self.town.act(slot, midnight + hours)
                self._tell(midnight + hours, only_urgent=True)
        if today < self.sheets.last:
            self.post.forget_signals(midnight + ACTING_AT[-1])

    def _begin_day(self, today: date, now: datetime) -> None:
        arrived = self._take_surveys(today, now)
        self.town.make_the_round(now)
        if arrived or (today - self.sheets.begin).days % DAYS_BETWEEN_PAIRINGS == 0:
            self._pair(now)
        if today < self.sheets.last:
            self.happenings.of_day(today, now)
            self.happenings.fall_silent(today)
        self._tell(now)

    def _take_surveys(self, today: date, now: datetime) -> bool:
        due = [survey.file for survey in self.sheets.surveys if survey.on == today]
        for file in due:
            cases = self.gate.take_survey(file, now)
            self.deeds.look_around()
            self.town.look_at(cases, now)
        return bool(due)

    def _pair(self, now: datetime) -> None:
        found = propose_in(self.store, self.programme, UnitId(self.programme.area), now)
        self.town.look_at([proposal.case for proposal in found.proposals], now)

    def _arrive_at(self, now: datetime, today: date) -> None:
        """The last touches: proposals that wait, children left over, somebody who needs help."""
        self.town.make_the_round(now)
        if not any(case.proposal for case in self.town.open_cases()):
            self.happenings.leave_some_over(today, now)
            self._pair(now)
        self.happenings.leave_some_over(today, now)
        self.happenings.cry_for_help(today, now)
        self._tell(now)
        with writing(self.store.engine) as connection:
            forget_settled(connection, now)

    def _tell(self, now: datetime, *, only_urgent: bool = False) -> None:
        """The post goes every morning, and at once when something cannot wait."""
        if self.town.urgent or not only_urgent:
            self.post.go(now)
        self.town.urgent = False
