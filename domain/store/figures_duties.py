"""The duties of one case followed from opening to end, and what each means for figures."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from domain import facts as f
from domain.case import BrokenJournal, Case
from domain.ids import UnitId
from domain.programme.schema import FieldKind
from domain.store.figures_answers import add_answers, points_of
from domain.store.figures_method import Method
from domain.store.figures_period import Bounds
from domain.store.figures_tally import Book, Score, Tally
from domain.store.moments import moment

HOUR: Final = 3600.0
End = f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed

KEPT_OR_MISSED: Final[Mapping[str, str]] = {
    "on-time": "kept", "late": "missed", "lapsed": "missed", "overdue": "missed"
}  # fmt: skip
"""Of these ends the share of what was done in time is reckoned; a duty let go or replaced is neither."""


class View(NamedTuple):
    """A book, and what is seen of its period from where the case is."""

    book: Book
    seen: Bounds

    def holds(self, at: str) -> bool:
        """Whether a moment lies in the period."""
        return self.seen.begins <= at < self.seen.ends


class OpenDuty:
    """A duty that stands open. ``unit`` is where it counts, once it is overdue and the case has moved on.

    ``raised_at`` is when the matter itself came up: earlier than this duty, where it stands in the place of another.
    """

    __slots__ = (
        "about", "acted_at", "due_on", "kind", "level", "opened_at", "overdue_from", "raised_at", "unit", "urgent",
    )  # fmt: skip

    def __init__(self, fact: f.DutyOpened, at: str, overdue_from: str, urgent: bool) -> None:
        self.kind, self.due_on, self.about = fact.kind, fact.due_on, fact.about
        self.opened_at = self.raised_at = at
        self.overdue_from, self.urgent = overdue_from, urgent
        self.level: str | None = None
        self.acted_at: str | None = None
        self.unit: UnitId | None = None

    def is_due(self, view: View) -> bool:
        """Whether it falls due in a period, as far as that period knows of it."""
        period = view.book.period
        return period.first <= self.due_on <= period.last and self.opened_at < view.seen.ends

    def open_end(self, view: View) -> str:
        """What a period that ends before it does says of it."""
        return "overdue" if self.overdue_from < view.seen.ends else "open"

    def end(self, fact: End, at: str) -> str:
        """How it ended."""
        match fact:
            case f.DutyMet():
                return "late" if at >= self.overdue_from else "on-time"
            case f.DutyExcused():
                return "excused"
            case f.DutySuperseded():
                return "superseded"
            case f.DutyLapsed():
                return "lapsed"


class DutyBook:
    """What is open in a case. ``method`` and ``views`` change when the case goes on under another programme."""

    def __init__(self, case: Case, method: Method, views: tuple[View, ...], scored: str | None) -> None:
        self.case, self.method, self.views, self._scored = case, method, views, scored
        self.open: dict[int, OpenDuty] = {}
        self._invited: dict[str, date] = {}

    @property
    def climbed(self) -> bool:
        """Whether anything open stands above the one who owes it."""
        return any(duty.level is not None for duty in self.open.values())

    def take(self, fact: f.DutyOpened | f.RungReached | f.DutyAcknowledged | End, at: str) -> None:
        """Follow a fact about a duty; BrokenJournal where that duty is not open."""
        if isinstance(fact, f.DutyOpened):
            self._begin(fact, at)
            return
        duty = self.open.get(fact.duty)
        if duty is None:
            raise BrokenJournal(f"{self.case.id}: duty {fact.duty} is not open")
        if isinstance(fact, f.RungReached):
            self._climb(duty, fact.climbed_to, at)
        elif isinstance(fact, f.DutyAcknowledged):
            self._act(duty, at)
        else:
            del self.open[fact.duty]
            self._end(duty, fact, at)

    def invite(self, fact: f.Invited) -> None:
        """Note on which day an activity is."""
        self._invited[fact.activity] = fact.on

    def move(self, source: UnitId, at: str) -> None:
        """The case leaves a unit: what is overdue by then counts there for good."""
        for duty in self.open.values():
            if duty.unit is None and duty.overdue_from <= at:
                duty.unit = source

    def finish(self) -> None:
        """Nothing more is known: what is still open counts as open."""
        for duty in self.open.values():
            for view in self.views:
                if duty.is_due(view):
                    self._settle(view, duty, duty.open_end(view))

    def wait(self, tally: Tally, seen: Bounds) -> None:
        """Count what is urgent and nobody has acted on as a period ends."""
        for duty in self.open.values():
            if duty.urgent and duty.acted_at is None and duty.opened_at < seen.ends:
                tally.add("urgent", "waiting")

    def _tally(self, view: View, duty: OpenDuty) -> Tally:
        return view.book.of(duty.unit or self.case.unit)

    def _begin(self, fact: f.DutyOpened, at: str) -> None:
        urgent = self.method.kind(fact.kind).urgent
        duty = self.open[fact.duty] = OpenDuty(fact, at, self.method.overdue_from(fact.due_on), urgent)
        if urgent:
            for view in self.views:
                if view.holds(at):
                    self._tally(view, duty).add("urgent")

    def _climb(self, duty: OpenDuty, level: str | None, at: str) -> None:
        if level is None or level == duty.level:
            return
        duty.level = level
        for view in self.views:
            if view.holds(at):
                self._tally(view, duty).add("climbed", level)

    def _act(self, duty: OpenDuty, at: str) -> None:
        """Somebody acts on a duty for the first time; of an urgent one the hours count."""
        if duty.acted_at is not None:
            return
        duty.acted_at = at
        if duty.urgent:
            hours = (moment(at) - moment(duty.raised_at)).total_seconds() / HOUR
            for view in self.views:
                if view.holds(duty.raised_at) and at < view.seen.ends:
                    self._tally(view, duty).note("urgent", hours=hours)

    def _end(self, duty: OpenDuty, fact: End, at: str) -> None:
        if isinstance(fact, f.DutyMet | f.DutyExcused):
            self._act(duty, at)
        elif isinstance(fact, f.DutySuperseded) and self._goes_on(duty, self.open.get(fact.by_duty)):
            return
        for view in self.views:
            if isinstance(fact, f.DutyMet) and view.holds(at):
                self._meet(view, duty, fact)
            if duty.is_due(view):
                self._settle(view, duty, duty.end(fact, at) if at < view.seen.ends else duty.open_end(view))

    def _goes_on(self, duty: OpenDuty, successor: OpenDuty | None) -> bool:
        """Whether the same is owed for the same day as before: then it is one duty, and where it is late it stays.

        An urgent matter stays one however its day moves.
        """
        if successor is None:
            return False
        if duty.urgent and successor.urgent:
            for view in self.views:
                if view.holds(successor.raised_at):
                    self._tally(view, successor).add("urgent", many=-1)
            successor.raised_at, successor.acted_at = duty.raised_at, duty.acted_at
        if (successor.kind, successor.due_on) != (duty.kind, duty.due_on):
            return False
        successor.opened_at, successor.unit = duty.opened_at, duty.unit
        return True

    def _meet(self, view: View, duty: OpenDuty, fact: f.DutyMet) -> None:
        tally = self._tally(view, duty)
        tally.add("done", self.method.programme, duty.kind)
        add_answers(tally, self.method, duty.kind, fact.answers)
        if duty.about in self._invited and self._attended(duty, fact):
            tally.add("attended")
        if duty.kind == self._scored:
            self._score(view.book, duty, fact)

    def _attended(self, duty: OpenDuty, fact: f.DutyMet) -> bool:
        """What is owed for the day of an activity or after it is attendance, unless its first yes or no is a no."""
        if fact.refused or duty.due_on < self._invited[str(duty.about)]:
            return False
        questions = self.method.kind(duty.kind).questions
        first = next((key for key, asked in questions.items() if asked is FieldKind.YES_NO), "")
        return fact.answers.get(first) is not False

    def _score(self, book: Book, duty: OpenDuty, fact: f.DutyMet) -> None:
        unit, points = duty.unit or self.case.unit, points_of(self.method, duty.kind, fact.answers)
        if points and book.places.row_of(unit) is not None:
            book.scores[self.case.id] = Score(self.case.id, unit, points)

    def _settle(self, view: View, duty: OpenDuty, end: str) -> None:
        tally = self._tally(view, duty)
        tally.add("duty", end)
        if end in KEPT_OR_MISSED:
            tally.add(KEPT_OR_MISSED[end], self.method.programme, duty.kind)
