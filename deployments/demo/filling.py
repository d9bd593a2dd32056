"""Fills an empty install with a made-up city and some months of its past, all of it through the engine itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from deployments.demo.acts import Acting
from deployments.demo.arrivals import Gate, Sheets, write_sheets
from deployments.demo.deeds import Deeds
from deployments.demo.happenings import Happenings
from deployments.demo.post import Post, only_spool, open_post
from deployments.demo.town import Town
from domain.calendar import local_day, start_of
from domain.ids import PersonId, UnitId
from domain.programme.schema import Programme
from domain.programme.spans import months_later
from domain.settings import Settings
from domain.store.engine import reading, writing
from domain.store.moments import whole
from domain.store.pairs import propose_in
from domain.store.people import Kind, people_of
from domain.store.signals import forget_settled
from domain.store.store import Store
from domain.words import sentences

CHILDREN: Final = 5_317
VOLUNTEERS: Final = 8_000
TENTH: Final = 10
MONTHS: Final = 4
MOST_MONTHS: Final = 24
PREFECTURE_DIGITS: Final = 4
DAYS_BETWEEN_PAIRINGS: Final = 7
_KINDS: Final[tuple[Kind, ...]] = ("child", "elder", "volunteer", "coordinator")
_HOURS: Final = (
    timedelta(hours=8, minutes=30),
    timedelta(hours=11),
    timedelta(hours=15, minutes=30),
    timedelta(hours=18, minutes=30),
)
"""When in a day the round is made, and when people act."""


class Progress(NamedTuple):
    """How far the filling is: of so many days so many are over; 0 of 0 while the sheets are written."""

    days: int
    of: int


class Filled(NamedTuple):
    """What was brought about: people taken in, cases opened, facts written, messages sent, since which day.

    ``refused``: commands the rules did not allow, as people do what was overtaken meanwhile. ``set_aside``: cases
    that failed the engine itself, which never should.
    """

    coordinators: int
    volunteers: int
    cases: int
    facts: int
    messages: int
    since: date
    refused: int
    set_aside: int


class CannotFill(Exception):
    """This install is not to be filled; ``key`` names the sentence that says why (``demo.…``)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def fill(
    store: Store,
    settings: Settings,
    *,
    children: int = CHILDREN // TENTH + 1,
    volunteers: int = VOLUNTEERS // TENTH,
    months: int = MONTHS,
    seed: int = 1,
    now: datetime,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Filled:
    """Let so many children and volunteers live through the last months, up to ``now``; all messages go to the spool.

    The same seed and moment give the same journal. CannotFill when somebody is in the install already, or its
    messages would leave the house.
    """
    programme = _check(store, settings)
    with TemporaryDirectory(prefix="shouwang-demo-") as folder:
        last = local_day(now, programme.time_zone)
        begin = months_later(last, -months)
        progress(Progress(0, 0))
        sheets = write_sheets(
            Path(folder), programme, children=children, volunteers=volunteers, seed=seed, begin=begin, last=last
        )
        past = _Past(store, programme, settings, sheets, begin, whole(now), seed)
        past.live_through(progress)
    return past.told()


def is_empty(store: Store) -> bool:
    """Whether nobody is in the install yet."""
    with reading(store.engine) as connection:
        return not any(people_of(connection, kind) for kind in _KINDS)


def _check(store: Store, settings: Settings) -> Programme:
    if not is_empty(store):
        raise CannotFill("not-empty")
    if not only_spool(settings):
        raise CannotFill("not-only-spool")
    fitting = [
        programme
        for programme in store.programmes.values()
        if programme.subject == "child" and programme.pairing and len(programme.area) == PREFECTURE_DIGITS
    ]
    if not fitting:
        raise CannotFill("no-programme")
    return max(fitting, key=lambda programme: (programme.programme, programme.version))


@dataclass
class _Past:
    """Months being lived through, one day after another."""

    store: Store
    programme: Programme
    settings: Settings
    sheets: Sheets
    begin: date
    now: datetime
    seed: int

    def __post_init__(self) -> None:
        words = _notes(self.settings.language)
        self.last = local_day(self.now, self.programme.time_zone)
        self.gate = Gate(self.store, self.programme)
        self.deeds = Deeds(self.store, self.programme, self.seed, words)
        self.town = Town(self.store, self.programme, Acting(self.programme, self.seed), self.deeds, self.last)
        self.happenings = Happenings(self.town, self.seed)
        self.post: Post = open_post(self.store, self.settings, self.programme)
        self.coordinators = 0
        self.helpers: dict[PersonId, str] = {}

    def live_through(self, progress: Callable[[Progress], None]) -> None:
        """Day by day from the first sheet to now."""
        self._take_helpers()
        days = (self.last - self.begin).days
        for number in range(days + 1):
            progress(Progress(number, days))
            self._live(self.begin + timedelta(days=number))
        self._end_at_now()

    def told(self) -> Filled:
        """What came of it."""
        town = self.town
        return Filled(
            self.coordinators, len(self.helpers), len(town.cases), town.facts, self.post.sent, self.begin,
            town.refused.total(), town.set_aside,
        )  # fmt: skip

    def _take_helpers(self) -> None:
        first = start_of(self.begin, self.programme.time_zone)
        self.coordinators = self.gate.take_coordinators(self.sheets.coordinators, first)
        self.helpers = self.gate.take_volunteers(self.sheets.volunteers, first)
        self.deeds.know_helpers(self.helpers)

    def _live(self, today: date) -> None:
        morning, *later = self._moments(today)
        if morning <= self.now:
            self._begin_day(today, morning)
        for slot, moment in enumerate(later):
            if moment <= self.now:
                self.town.act(slot, moment)
                self._tell(moment, only_urgent=True)
        if today < self.last:
            self.post.forget_signals(later[-1])

    def _begin_day(self, today: date, now: datetime) -> None:
        arrived = self._take_surveys(today, now)
        self.town.make_the_round(now)
        if arrived or (today - self.begin).days % DAYS_BETWEEN_PAIRINGS == 0:
            self._pair(now)
        if today < self.last:
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

    def _end_at_now(self) -> None:
        """The last touches: whoever looks now shall see something of everything."""
        town, today = self.town, self.last
        town.make_the_round(self.now)
        if not any(case.proposal for case in town.open_cases()):
            self.happenings.leave_some_over(today, self.now)
            self._pair(self.now)
        self.happenings.leave_some_over(today, self.now)
        self.happenings.cry_for_help(today, self.now)
        town.make_the_round(self.now)
        self._tell(self.now)
        with writing(self.store.engine) as connection:
            forget_settled(connection, self.now)

    def _tell(self, now: datetime, *, only_urgent: bool = False) -> None:
        """The post goes every morning, and at once when something cannot wait."""
        if self.town.urgent or not only_urgent:
            self.post.go(now)
        self.town.urgent = False

    def _moments(self, today: date) -> Iterator[datetime]:
        midnight = start_of(today, self.programme.time_zone)
        return (midnight + hours for hours in _HOURS)


def _notes(language: str) -> tuple[str, ...]:
    return tuple(text for key, text in sentences("demo", language).items() if key.startswith("note-"))
