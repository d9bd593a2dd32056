"""What is counted for a unit in a period: numbers, lengths of time, people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.ids import CaseId, PersonId, UnitId
from domain.store.figures_period import Period
from domain.store.figures_places import Places

Key = tuple[str, ...]
"""What is counted, such as ``("duty", "late")`` or ``("closed", "moved-away")``."""


@dataclass
class Tally:
    """The counts of one unit. ``spans`` are hours; ``people`` are ids, so that nobody counts twice in a total."""

    counts: dict[Key, int] = field(default_factory=dict)
    spans: dict[Key, list[float]] = field(default_factory=dict)
    people: dict[Key, set[PersonId]] = field(default_factory=dict)

    def add(self, *key: str, many: int = 1) -> None:
        """One more, or so many."""
        self.counts[key] = self.counts.get(key, 0) + many

    def note(self, *key: str, hours: float) -> None:
        """One more length of time."""
        self.spans.setdefault(key, []).append(hours)

    def meet(self, *key: str, person: PersonId) -> None:
        """Somebody, once however often."""
        self.people.setdefault(key, set()).add(person)

    def count(self, *key: str) -> int:
        """How many."""
        return self.counts.get(key, 0)


def together(tallies: Iterable[Tally]) -> Tally:
    """Several units as one. What only moved from one of them to another is no move of the whole."""
    whole = Tally()
    for tally in tallies:
        for key, many in tally.counts.items():
            whole.add(*key, many=many)
        for key, spans in tally.spans.items():
            whole.spans.setdefault(key, []).extend(spans)
        for key, people in tally.people.items():
            whole.people.setdefault(key, set()).update(people)
    for way in ("in", "out"):
        whole.counts.pop(("moved", way, "near"), None)
    return whole


class Score(NamedTuple):
    """The points one case was given, question by question, and where it stood."""

    case: CaseId
    unit: UnitId
    points: dict[str, int]


@dataclass
class Book:
    """Everything counted in one period. ``outside`` takes what other units did, and is thrown away."""

    period: Period
    places: Places
    tallies: dict[UnitId, Tally] = field(default_factory=dict)
    outside: Tally = field(default_factory=Tally)
    scores: dict[CaseId, Score] = field(default_factory=dict)

    def of(self, unit: UnitId) -> Tally:
        """The tally that a unit's figures go into."""
        row = self.places.row_of(unit)
        return self.outside if row is None else self.row(row)

    def row(self, row: UnitId) -> Tally:
        """The tally of one line; empty where nothing was counted."""
        found = self.tallies.get(row)
        if found is None:
            found = self.tallies[row] = Tally()
        return found
