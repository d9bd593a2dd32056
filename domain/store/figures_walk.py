"""One case followed through its journal, and what of it counts in a period and in the same period a year before.

Everything counts as the books stood when the period ended, so a period that is over never changes. What happened
counts where the case stood then; a duty counts where the case stood when it ended or became overdue.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from domain import facts as f
from domain.case import BrokenJournal, Case, evolve, opened
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.stages import ESCALATES
from domain.store.figures_duties import HOUR, DutyBook, View
from domain.store.figures_method import Method, Methods
from domain.store.figures_tally import Book, Tally
from domain.store.moments import moment

_PAIRED: Final = frozenset({Stage.CHECK_IN, Stage.FOLLOW_UP})


class Books(NamedTuple):
    """The period asked about and the one a year before; ``scored`` is a kind of duty whose points are kept too."""

    asked: Book
    before: Book
    scored: str | None = None


def walk(case: CaseId, rows: Iterable[Any], books: Books, methods: Methods) -> bool:
    """Follow a case (case, name, version, moment, body of each fact); whether its journal could be read to its end."""
    steps = iter(rows)
    on_its_way: Walk | None = None
    try:
        _, name, version, at, body = next(steps)
        on_its_way = Walk(case, f.read_fact(name, version, body), at, books, methods)
        for _, name, version, at, body in steps:
            on_its_way.take(f.read_fact(name, version, body), at)
    except (f.UnknownFact, BrokenJournal, ValueError):
        return False
    finally:
        if on_its_way is not None:
            on_its_way.finish()
    return True


class Walk:
    """A case on its way: its duties in a book of their own, all else by ``evolve``, which knows the stages."""

    def __init__(self, case: CaseId, first: f.Fact, at: str, books: Books, methods: Methods) -> None:
        if not isinstance(first, f.CaseOpened):
            raise BrokenJournal("a case begins with case-opened")
        self._books, self._methods = books, methods
        self._case = opened(case, first, moment(at))
        method, self._views = self._under(first.programme)
        self._duties = DutyBook(self._case, method, self._views, books.scored)
        self._gaps: dict[str, int] = {}
        self._left: dict[str, PersonId] = {}
        self._alone = self._paired = False
        # The year before ends first. Where the case was opened later, there is nothing to note of it.
        self._ahead = [view for view in reversed(self._views) if at < view.seen.ends]
        self._count(at, "opened")

    def _under(self, programme: str) -> tuple[Method, tuple[View, View]]:
        method = self._methods.of(programme)
        asked, before = method.bounds
        return method, (View(self._books.asked, asked), View(self._books.before, before))

    def take(self, fact: f.Fact, at: str) -> None:
        """Follow one more fact."""
        while self._ahead and at >= self._ahead[0].seen.ends:
            self._stand(self._ahead.pop(0))
        match fact:
            case (
                f.DutyOpened() | f.RungReached() | f.DutyMet() | f.DutyAcknowledged()
                | f.DutySuperseded() | f.DutyLapsed() | f.DutyExcused()
            ):  # fmt: skip
                self._duties.take(fact, at)
            case _:
                self._go_on(fact, at)

    def finish(self) -> None:
        """Nothing more is known."""
        for view in self._ahead:
            self._stand(view)
        self._duties.finish()

    def _go_on(self, fact: f.Fact, at: str) -> None:
        before = self._case
        self._case = self._duties.case = evolve(before, fact, moment(at))
        match fact:
            case f.CaseMoved():
                self._move(before.unit, fact.unit, at)
            case f.ProgrammeChanged():
                self._duties.method, self._views = self._under(fact.programme)
                self._duties.views = self._views
            case f.CaseAdmitted():
                self._alone = self._case.base is not Stage.PAIRING
            case f.CaseReopened():
                self._alone, self._paired = self._case.base is not Stage.PAIRING, False
                self._count(at, "reopened")
            case f.TieBegun():
                self._tie(before, fact, at)
            case f.TieEnded():
                self._served(at, [fact.person])
                self._gaps[fact.role] = self._gaps.get(fact.role, 0) + 1
                self._left[fact.role] = fact.person
            case f.Invited():
                # An activity is invited to itself, which tells its day and brings nobody.
                if fact.activity != self._case.id:
                    self._duties.invite(fact)
                    self._count(at, "invited")
            case f.CaseClosed():
                self._served(at, [tie.person for tie in before.ties])
                self._gaps.clear()
                self._count(at, "closed", fact.reason)
            case f.CaseRefused():
                self._count(at, "closed", "not-eligible")
            case _:
                pass

    def _tallies(self, at: str) -> list[Tally]:
        return [view.book.of(self._case.unit) for view in self._views if view.holds(at)]

    def _count(self, at: str, *key: str) -> None:
        for tally in self._tallies(at):
            tally.add(*key)

    def _served(self, at: str, people: Iterable[PersonId]) -> None:
        """Note helpers whose tie ended within a period; those bound at its end are noted then."""
        for tally in self._tallies(at):
            for person in people:
                tally.meet("served", person=person)

    def _move(self, source: UnitId, target: UnitId, at: str) -> None:
        self._duties.move(source, at)
        for view in self._views:
            left, come = view.book.places.row_of(source), view.book.places.row_of(target)
            if left != come and view.holds(at):
                view.book.of(source).add("moved", "out", "far" if come is None else "near")
                view.book.of(target).add("moved", "in", "far" if left is None else "near")

    def _tie(self, before: Case, fact: f.TieBegun, at: str) -> None:
        if self._succeeds(before, fact):
            self._count(at, "succeeded")
        if not self._paired and self._case.base in _PAIRED:
            self._paired = True
            hours = (moment(at) - self._case.watched_since).total_seconds() / HOUR
            for tally in self._tallies(at):
                tally.add("paired")
                tally.note("paired", hours=hours)

    def _succeeds(self, before: Case, fact: f.TieBegun) -> bool:
        """Whether a helper takes the place of another: of one who left, or of one who is about to leave."""
        gaps = self._gaps.get(fact.role, 0)
        leaving = any(tie.serves_until is not None for tie in before.all_tied(fact.role))
        if gaps <= 0 and not leaving:
            return False
        self._gaps[fact.role] = gaps - 1
        return leaving or self._left[fact.role] != fact.person

    def _stand(self, view: View) -> None:
        """Note how the case stands as a period ends."""
        tally = view.book.of(self._case.unit)
        tally.add("stage", self._stage.value)
        if self._case.base is Stage.CLOSED:
            return
        tally.add("open")
        tally.add("kind", self._duties.method.programme, self._case.kind)
        for tie in self._case.ties:
            tally.meet("helpers", person=tie.person)
            tally.meet("served", person=tie.person)
        if self._case.base is not Stage.IDENTIFICATION and not self._alone:
            tally.add("to-pair")
            if self._case.base is Stage.PAIRING or not self._case.ties:
                tally.add("waiting")
        self._duties.wait(tally, view.seen)

    @property
    def _stage(self) -> Stage:
        return Stage.ESCALATION if self._case.base in ESCALATES and self._duties.climbed else self._case.base
