"""One case as its journal tells it: read fact by fact, folded again, its duties followed from opening to end."""

from collections.abc import Container, Iterable
from datetime import timedelta
from typing import Any, Final, cast

from domain import facts as f
from domain.case import BrokenJournal, Case, evolve, opened
from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.store.audit_duties import DutyBook
from domain.store.audit_findings import Kind
from domain.store.audit_here import DAWN, Here, Notebook, Place, written_moment
from domain.store.audit_paths import Paths
from domain.store.audit_ties import TYING, TieBook
from domain.store.audit_words import places_of_words
from domain.store.journal import UNREADABLE
from domain.store.store import Store

ACTS: Final = frozenset({
    f.CaseOpened, f.CaseAdmitted, f.CaseRefused, f.DutyAcknowledged, f.PairingProposed, f.ProposalApproved,
    f.ProposalDeclined, f.TieBegun, f.ServiceEnding, f.TransferAsked, f.TransferDeclined, f.CaseMoved,
    f.ProgrammeChanged, f.Invited, f.PaperRenewed, f.GuardianNamed, f.TellingFailed, f.CaseClosed,
    f.CaseReopened,
})  # fmt: skip
"""What somebody does: true from the moment it is written. Everything else may also come with the passing of time."""

COUNTING: Final = frozenset({f.RiskChanged, f.CaseMoved, f.ProgrammeChanged})
"""Facts that say what was before."""

CLOCKS_APART: Final = timedelta(hours=1)
"""How far what is written may lie behind what was written before it: a long round, or two machines' clocks."""

_TIES: Final = frozenset(TYING.__args__)


class Trail:
    """What a case's journal says, and what in it does not fit.

    ``state`` is nothing once the journal is unsound. ``ruled``: whether this install has every programme that the case
    ran under. ``words``: those that reasons of a pairing may name.
    """

    def __init__(self, case: CaseId, store: Store, paths: Paths, words: Container[str]) -> None:
        self.case, self.store, self.words = case, store, words
        self.here = Here()
        self.state: Case | None = None
        self.notes = Notebook(case)
        self.duties = DutyBook(self.here, paths, self.notes)
        self.ties = TieBook(self.here, self.notes)
        self.ruled = True
        self._written, self._put_back_from = DAWN, ""
        self._opened_at = ""
        self._under = ""
        self._named_ahead: tuple[int, str] | None = None

    @property
    def programme(self) -> Programme | None:
        """What the case runs under by the last fact; nothing where this install does not have it."""
        return self.store.programmes.get(self.state.programme) if self.state is not None else None

    def follow(self, rows: Iterable[Any]) -> int:
        """Read the case's rows in order, to the first after which nothing can be proved; how many were read."""
        read = list(rows)
        for row in read:
            if self.notes.blind:
                break
            fact = self._fact(row)
            if fact is not None:
                self._take(fact)
        for position, name in places_of_words(read, self.words if self.ruled else None):
            self.notes.note(Kind.FREE_WORDS, position=position, name=name)
        self._at_the_end()
        return len(read)

    def _fact(self, row: Any) -> f.Fact | None:
        _, position, name, version, at, recorded_at, programme, body = row
        here = self.here
        if position != here.position + 1:
            self.notes.note(Kind.JOURNAL_GAP, position=here.position + 1, found=position)
            return None
        here.position = position
        try:
            if recorded_at != here.recorded_at:
                self._next_act(recorded_at)
            if at != here.at:
                here.stand_at(at)
            fact = f.read_fact(name, version, body)
        except UNREADABLE:
            self._unreadable(name, version)
            return None
        if programme != here.named:
            self._stand_under(programme)
        return fact

    def _unreadable(self, name: str, version: int) -> None:
        known = name in _NAMES and version <= f.version_of(name)
        kind = Kind.FACT_UNREADABLE if known else Kind.FACT_UNKNOWN
        self.notes.note(kind, position=self.here.position, name=name, version=version)

    def _next_act(self, recorded_at: str) -> None:
        """Rows written at another moment than the ones before: what those left open is settled now."""
        self._settle_named()
        written = written_moment(recorded_at)
        if written < self._written - CLOCKS_APART:
            self._put_back_from = self.here.recorded_at
        self._written, self.here.recorded_at = written, recorded_at

    def _stand_under(self, programme: str) -> None:
        """The programme a row names is the one whose rules it is judged by."""
        programmes = self.store.programmes
        self.here.named, self.here.programme = programme, programmes.get(programme) or programmes.get(self._under)

    def _run_under(self, programme: str) -> None:
        """From this fact on the case runs under a programme."""
        self._under = programme
        if programme not in self.store.programmes:
            self.ruled = False
            self.notes.note(Kind.PROGRAMME_UNKNOWN, programme=programme)

    def _take(self, fact: f.Fact) -> None:
        here, kind = self.here, type(fact)
        if here.position == 1:
            self._begin(fact)
            return
        if here.at != here.recorded_at and (kind in ACTS or not self._opened_at <= here.at < here.recorded_at):
            self._check_moments(kind)
        if self._put_back_from:
            self._check_clock()
        if kind in COUNTING:
            self._check_before(fact)
        if here.named != self._under and self._named_ahead is None:
            self._named_ahead = (here.position, here.named)
        self.duties.take(fact, self.state)
        if kind in _TIES:
            self.ties.take(fact)  # type: ignore[arg-type]
        elif kind is f.DutyMet and self.ties.spans:
            self.ties.hear(cast("f.DutyMet", fact), self.state)
        self._fold(fact)

    def _begin(self, fact: f.Fact) -> None:
        if not isinstance(fact, f.CaseOpened):
            self.notes.note(Kind.JOURNAL_BEGINNING, name=f.stored_name(fact))
            return
        self.state = opened(self.case, fact, self.here.moment)
        self._opened_at = self.here.at
        self._run_under(fact.programme)
        if self.here.at != self.here.recorded_at:
            self._check_moments(f.CaseOpened)
        if self.here.named != self._under:
            self._named_ahead = (self.here.position, self.here.named)

    def _check_moments(self, kind: type[f.Fact]) -> None:
        place: Place = {"position": self.here.position, "at": self.here.at}
        recorded_at = self.here.recorded_at
        if self.here.at > recorded_at:
            self.notes.note(Kind.MOMENT_AHEAD, **place, recorded_at=recorded_at)
        elif self.here.at < self._opened_at:
            self.notes.note(Kind.MOMENT_EARLY, **place, since=self._opened_at)
        else:
            self.notes.note(Kind.MOMENT_OF_ACT, **place, recorded_at=recorded_at, name=f.stored_name(kind))

    def _check_clock(self) -> None:
        """What is written after something else is not written an hour and more before it."""
        if self.here.at <= self.here.recorded_at:
            place: Place = {"position": self.here.position, "recorded_at": self.here.recorded_at}
            self.notes.note(Kind.RECORDED_BACKWARDS, **place, before=self._put_back_from)
        self._put_back_from = ""

    def _check_before(self, fact: f.Fact) -> None:
        """What a fact says was before must be what was."""
        if isinstance(fact, f.ProgrammeChanged):
            said, was = fact.before, self._under
            self._run_under(fact.programme)
        elif isinstance(fact, f.RiskChanged) and self.state is not None:
            said, was = fact.before, self.state.risk
        elif isinstance(fact, f.CaseMoved) and self.state is not None:
            said, was = fact.before, self.state.unit
        else:
            return
        if said != was:
            self.notes.note(Kind.BEFORE_DIFFERS, position=self.here.position, said=said, was=was)

    def _settle_named(self) -> None:
        """Rows of one act may name the programme that a fact of the same act moves the case to."""
        if self._named_ahead is not None and self._named_ahead[1] != self._under:
            position, named = self._named_ahead
            self.notes.note(Kind.PROGRAMME_CHANGED, position=position, programme=named, began=self._under)
        self._named_ahead = None

    def _fold(self, fact: f.Fact) -> None:
        if self.state is None or not self.notes.sound:
            self.state = None
            return
        try:
            self.state = evolve(self.state, fact, self.here.moment)
        except (BrokenJournal, ValueError):
            self.notes.note(Kind.JOURNAL_BROKEN, position=self.here.position, name=f.stored_name(fact))
            self.state = None

    def _at_the_end(self) -> None:
        if self.here.position == 0 and self.notes.sound:
            self.notes.note(Kind.JOURNAL_BEGINNING, name="—")
        if not self.notes.sound:
            self.state = None
            return
        self._settle_named()
        self.duties.close_book(self.state)


_NAMES: Final = frozenset(f.stored_name(fact) for fact in f.FACTS)
