"""One case as its journal tells it: read fact by fact, folded again, its duties followed from opening to end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from domain import facts as f
from domain.case import BrokenJournal, Case, evolve, opened
from domain.ids import CaseId, PersonId
from domain.programme.schema import Programme
from domain.rules.notices import Notice, notices
from domain.rules.office import Office
from domain.store.audit_duties import DutyBook
from domain.store.audit_findings import Finding, Kind, found
from domain.store.journal import recorded
from domain.store.moments import stamp
from domain.store.store import Store

UNSOUND: Final = frozenset({
    Kind.JOURNAL_GAP, Kind.JOURNAL_BEGINNING, Kind.FACT_UNREADABLE, Kind.JOURNAL_BROKEN, Kind.DUTY_MISNUMBERED,
    Kind.DUTY_NEVER_OPENED, Kind.DUTY_ENDED_TWICE, Kind.RUNG_SKIPPED, Kind.RUNG_DOUBLED, Kind.RUNG_AFTER_END,
})  # fmt: skip
"""Damage after which the journal says nothing about the tables folded from it."""

BLINDING: Final = frozenset({Kind.JOURNAL_GAP, Kind.JOURNAL_BEGINNING, Kind.FACT_UNREADABLE, Kind.DUTY_MISNUMBERED})
"""Damage after which nothing further in the journal itself can be judged."""


@dataclass
class TieSpan:
    """A tie as the journal tells it, in the form of its row."""

    role: str
    person: PersonId
    since: str
    until: str | None = None


@dataclass
class Trail:
    """What a case's journal says, and what in it does not fit.

    ``state`` is nothing once the journal is unsound, ``programme`` where this install does not have it.
    """

    case: CaseId
    store: Store
    office: Office
    state: Case | None = None
    programme: Programme | None = None
    position: int = 0
    sound: bool = True
    blind: bool = False
    findings: list[Finding] = field(default_factory=list)
    ties: list[TieSpan] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    excusers: dict[PersonId, int] = field(default_factory=dict)
    duties: DutyBook = field(init=False)

    def __post_init__(self) -> None:
        self.duties = DutyBook(self.case, self.office, self.note)

    def note(self, kind: Kind, duty: int | None = None, /, **detail: str | int) -> None:
        """Keep a finding about this case."""
        self.findings.append(found(kind, self.case, duty, **detail))
        if kind in UNSOUND:
            self.sound, self.state = False, None
            self.blind = self.blind or kind in BLINDING

    def follow(self, rows: Iterable[Any]) -> int:
        """Read the case's rows in order, to the first after which nothing can be proved; how many were read."""
        read = 0
        for row in rows:
            read += 1
            entry = None if self.blind else self._readable(row)
            if entry is not None:
                self._take(entry)
        self._at_the_end()
        return read

    def _readable(self, row: Any) -> f.Recorded | None:
        if row.position != self.position + 1:
            self.note(Kind.JOURNAL_GAP, position=self.position + 1, found=row.position)
            return None
        self.position = row.position
        try:
            entry = recorded(row)
        except (f.UnknownFact, msgspec.DecodeError, ValueError):
            entry = None
        if entry is None or f.stored_name(entry.fact) != row.name:
            self.note(Kind.FACT_UNREADABLE, position=row.position, name=row.name, version=row.version)
            return None
        return entry

    def _take(self, entry: f.Recorded) -> None:
        fact = entry.fact
        if entry.position == 1:
            self._begin(entry)
            return
        self._check_moment(entry)
        self._check_programme(entry)
        self.duties.take(entry, self.programme, self.state)
        self._call_for(entry)
        self._bind(fact, stamp(entry.at))
        self._fold(entry)

    def _begin(self, entry: f.Recorded) -> None:
        if not isinstance(entry.fact, f.CaseOpened):
            self.note(Kind.JOURNAL_BEGINNING, name=f.stored_name(entry.fact))
            return
        self.state = opened(self.case, entry.fact, entry.at)
        self.programme = self.store.programmes.get(self.state.programme)
        self._check_moment(entry)
        self._check_programme(entry)
        if self.programme is None:
            self.note(Kind.PROGRAMME_UNKNOWN, programme=self.state.programme)

    def _check_moment(self, entry: f.Recorded) -> None:
        if entry.at > entry.recorded_at:
            self.note(
                Kind.MOMENT_AHEAD, position=entry.position, at=stamp(entry.at), recorded_at=stamp(entry.recorded_at)
            )
        if self.state is not None and entry.at < self.state.opened_at:
            self.note(Kind.MOMENT_EARLY, position=entry.position, at=stamp(entry.at), since=stamp(self.state.opened_at))

    def _check_programme(self, entry: f.Recorded) -> None:
        if self.state is not None and entry.programme != self.state.programme:
            self.note(
                Kind.PROGRAMME_CHANGED, position=entry.position, programme=entry.programme, began=self.state.programme
            )

    def _call_for(self, entry: f.Recorded) -> None:
        if not isinstance(entry.fact, f.RungReached) or self.state is None or self.programme is None:
            return
        kind = self.state.duties[entry.fact.duty].kind
        if kind in self.programme.duties:
            called = [(entry.position, entry.fact, entry.at)]
            self.notices += notices(called, dict(self.state.duties), self.programme)

    def _bind(self, fact: f.Fact, at: str) -> None:
        match fact:
            case f.TieBegun():
                self.ties.append(TieSpan(fact.role, fact.person, at))
            case f.TieEnded():
                self._end_ties(at, (fact.role, fact.person))
            case f.CaseClosed():
                self._end_ties(at)
            case f.DutyExcused():
                self.excusers.setdefault(fact.by, fact.duty)
            case _:
                pass

    def _end_ties(self, at: str, only: tuple[str, PersonId] | None = None) -> None:
        for tie in self.ties:
            if tie.until is None and only in {None, (tie.role, tie.person)}:
                tie.until = at

    def _fold(self, entry: f.Recorded) -> None:
        if self.state is None:
            return
        try:
            self.state = evolve(self.state, entry.fact, entry.at)
        except (BrokenJournal, ValueError):
            self.note(Kind.JOURNAL_BROKEN, position=entry.position, name=f.stored_name(entry.fact))

    def _at_the_end(self) -> None:
        if self.position == 0 and self.sound:
            self.note(Kind.JOURNAL_BEGINNING, name="")
        if self.sound:
            self.duties.close_book(self.state)
