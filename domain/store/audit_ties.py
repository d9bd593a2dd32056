"""Who was bound to a case, in which role, since when and until when, as its journal tells it."""

from dataclasses import dataclass, field

from domain import facts as f
from domain.case import Case
from domain.ids import PersonId
from domain.rules.tying import heard_from
from domain.store.audit_findings import Kind
from domain.store.audit_here import Here, Notebook, Place

TYING = f.TieBegun | f.TieEnded | f.ServiceEnding | f.CaseClosed
"""The facts that a book of ties must be told of."""


@dataclass
class TieSpan:
    """A tie in the form of its row."""

    role: str
    person: PersonId
    since: str
    until: str | None = None
    heard_at: str | None = None


@dataclass
class TieBook:
    """Every tie a case ever had, as its facts come by; several people may fill one role."""

    here: Here
    notes: Notebook
    spans: list[TieSpan] = field(default_factory=list)

    def take(self, fact: TYING) -> None:
        """One more fact."""
        match fact:
            case f.TieBegun():
                self._begin(fact)
            case f.TieEnded():
                span = self._open(fact.role, fact.person)
                if span is not None:
                    span.until = self.here.at
            case f.ServiceEnding():
                self._open(fact.role, fact.person)
            case f.CaseClosed():
                for span in self.spans:
                    span.until = span.until or self.here.at

    def hear(self, fact: f.DutyMet, state: Case | None) -> None:
        """Something owed was met; ``state`` is the case just before."""
        duty = state.duties.get(fact.duty) if state is not None else None
        heard = heard_from(fact, duty.owed_by if duty else None)
        for span in self.spans:
            if span.heard_at is None and span.until is None and span.person in heard and span.since < self.here.at:
                span.heard_at = self.here.at

    def _begin(self, fact: f.TieBegun) -> None:
        programme = self.here.programme
        if programme is not None and fact.role not in programme.roles:
            place: Place = {"position": self.here.position, "rule": fact.role, "programme": programme.name}
            self.notes.note(Kind.RULE_MISSING, None, **place)
        if any((each.role, each.person, each.until) == (fact.role, fact.person, None) for each in self.spans):
            self.notes.note(Kind.TIE_DOUBLED, position=self.here.position, role=fact.role, person=fact.person)
        self.spans.append(TieSpan(fact.role, fact.person, self.here.at))

    def _open(self, role: str, person: PersonId) -> TieSpan | None:
        """The tie a fact speaks of: the one that is not over yet."""
        for span in self.spans:
            if (span.role, span.person, span.until) == (role, person, None):
                if self.here.at < span.since:
                    place: Place = {"position": self.here.position, "at": self.here.at, "since": span.since}
                    self.notes.note(Kind.MOMENT_EARLY, None, **place)
                return span
        self.notes.note(Kind.TIE_NEVER_BEGUN, position=self.here.position, role=role, person=person)
        return None
