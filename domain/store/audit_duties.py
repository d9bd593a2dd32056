"""Conservation: every duty opened ends exactly once, in one of four ways, and its ladder is climbed rung by rung."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import msgspec

from domain import facts as f
from domain.case import Case, Duty
from domain.ids import UnitId
from domain.programme.schema import Programme, Rung, Stage
from domain.rules.notices import Notice, notices
from domain.rules.passing import climbs_from
from domain.store.audit_findings import Kind
from domain.store.audit_here import Here, Notebook, Place
from domain.store.audit_paths import Paths

Ending = f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed
Called = tuple[Notice, str, str]
"""A notice that a rung calls for, the moment of the rung as it stands in the journal, the programme named there."""


class DutyTrail:
    """A duty from its opening on; moments as the journal has them. ``ended``: the name of the fact that ended it."""

    __slots__ = ("desk", "ended", "kind", "opened_at", "reached_at", "rungs")

    def __init__(self, kind: str, opened_at: str) -> None:
        self.kind, self.opened_at = kind, opened_at
        self.ended: str | None = None
        self.rungs = 0
        self.reached_at = ""
        self.desk: UnitId | None = None


class DutyBook:
    """Every duty a case ever had, as its facts come by, and the notices its rungs call for."""

    def __init__(self, here: Here, paths: Paths, notes: Notebook) -> None:
        self.here, self.paths, self.notes = here, paths, notes
        self.duties: dict[int, DutyTrail] = {}
        self.called: list[Called] = []
        self.excusers: dict[str, int] = {}

    @property
    def ended(self) -> Counter[str]:
        """How many duties ended in which way."""
        return Counter(duty.ended for duty in self.duties.values() if duty.ended)

    def take(self, fact: f.Fact, state: Case | None) -> None:
        """One more fact. ``state`` is the case just before it; nothing when the journal is unsound already."""
        handler = _HANDLERS.get(type(fact))
        if handler is not None:
            handler(self, fact, state)

    def close_book(self, state: Case | None) -> None:
        """After the last fact: a closed case leaves nothing open."""
        left = [number for number, duty in self.duties.items() if duty.ended is None]
        if state is not None and state.base is Stage.CLOSED and left:
            self.notes.note(Kind.LEFT_OPEN, left[0], count=len(left))

    def open(self, fact: f.DutyOpened, _state: Case | None) -> None:
        """A duty begins: the next number, of a kind its programme knows."""
        expected = len(self.duties) + 1
        if fact.duty != expected:
            self.notes.note(Kind.DUTY_MISNUMBERED, fact.duty, position=self.here.position, expected=expected)
            return
        self.duties[expected] = DutyTrail(fact.kind, self.here.at)
        programme = self.here.programme
        if programme is not None and fact.kind not in programme.duties:
            self._no_rule(fact.duty, programme, fact.kind)

    def known(self, fact: f.DutyAcknowledged | f.Raised | f.TellingFailed, _state: Case | None) -> None:
        """A fact that speaks of a duty."""
        self._known(fact.duty)

    def _known(self, number: int) -> DutyTrail | None:
        duty = self.duties.get(number)
        if duty is None:
            self.notes.note(Kind.DUTY_NEVER_OPENED, number, position=self.here.position)
        elif self.here.at < duty.opened_at:
            place: Place = {"position": self.here.position, "at": self.here.at, "since": duty.opened_at}
            self.notes.note(Kind.MOMENT_EARLY, number, **place)
        return duty

    def end(self, fact: Ending, _state: Case | None) -> None:
        """A duty ends."""
        duty, name = self._known(fact.duty), f.stored_name(fact)
        if duty is None:
            return
        if duty.ended is not None:
            place: Place = {"position": self.here.position, "before": duty.ended, "again": name}
            self.notes.note(Kind.DUTY_ENDED_TWICE, fact.duty, **place)
            return
        duty.ended = name
        self._check_end(fact, duty)

    def _check_end(self, fact: Ending, duty: DutyTrail) -> None:
        match fact:
            case f.DutyMet():
                return
            case f.DutyExcused():
                self._check_excuse(fact)
            case f.DutySuperseded():
                self._check_into(Kind.SUCCESSOR_MISSING, fact.duty, fact.by_duty)
            case f.DutyLapsed():
                self._check_into(Kind.LAPSED_INTO_NOTHING, fact.duty, fact.into)
                if fact.onto != duty.desk or not (fact.onto is None or fact.onto in self.paths.office.units):
                    place: Place = {"position": self.here.position, "onto": fact.onto or "—"}
                    self.notes.note(Kind.LAPSED_ONTO_NO_DESK, fact.duty, **place)

    def _check_excuse(self, fact: f.DutyExcused) -> None:
        if fact.by and fact.reason:
            self.excusers.setdefault(fact.by, fact.duty)
        else:
            self.notes.note(Kind.EXCUSE_UNNAMED, fact.duty, person=fact.by or "—", position=self.here.position)

    def _check_into(self, kind: Kind, number: int, into: int) -> None:
        """The duty that stands in another's place is another one, and open."""
        successor = self.duties.get(into)
        if successor is None or successor.ended is not None:
            self.notes.note(kind, number, into=into)

    def climb(self, fact: f.RungReached, state: Case | None) -> None:
        """A step of a ladder comes due: the one whose turn it is, by its rule, to people told once."""
        duty = self._known(fact.duty)
        if duty is None:
            return
        here = self.here
        if duty.ended is not None or fact.rung != duty.rungs:
            self._out_of_turn(fact, duty)
        elif here.programme is not None and state is not None:
            self._check_rule(fact, duty, here.programme, state)
        if here.at < duty.reached_at:
            place: Place = {"position": here.position, "rung": fact.rung + 1, "at": here.at, "before": duty.reached_at}
            self.notes.note(Kind.RUNG_BACKWARDS, fact.duty, **place)
        duty.rungs, duty.reached_at, duty.desk = fact.rung + 1, here.at, fact.desk or duty.desk

    def _out_of_turn(self, fact: f.RungReached, duty: DutyTrail) -> None:
        place: Place = {"position": self.here.position, "rung": fact.rung + 1}
        if duty.ended is not None:
            self.notes.note(Kind.RUNG_AFTER_END, fact.duty, **place, before=duty.ended)
        else:
            kind = Kind.RUNG_SKIPPED if fact.rung > duty.rungs else Kind.RUNG_DOUBLED
            self.notes.note(kind, fact.duty, **place, expected=duty.rungs + 1)

    def _check_rule(self, fact: f.RungReached, duty: DutyTrail, programme: Programme, state: Case) -> None:
        rung = rung_in(programme, duty.kind, fact.rung)
        if rung is None:
            self._no_rule(fact.duty, programme, f"{duty.kind} {fact.rung + 1}")
            return
        if rung.climb is not None:
            self._check_climb(fact, rung, _seen_from(duty.kind, programme, state))
        if len(fact.told) > 1 and len(set(fact.told)) < len(fact.told):
            twice = next(person for person in fact.told if fact.told.count(person) > 1)
            self.notes.note(Kind.TOLD_DOUBLED, fact.duty, position=self.here.position, rung=fact.rung + 1, person=twice)
        place = ((self.here.position, fact, self.here.moment),)
        for notice in notices(place, cast(dict[int, Duty], state.duties), programme):
            self.called.append((notice, self.here.at, self.here.named))

    def _check_climb(self, fact: f.RungReached, rung: Rung, state: Case) -> None:
        place: Place = {"position": self.here.position, "rung": fact.rung + 1, "desk": fact.desk or "—"}
        if rung.climb is not None and not self.paths.skips_none(fact, rung.climb, state):
            self.notes.note(Kind.LEVEL_SKIPPED, fact.duty, **place, passed=" ".join(fact.empty) or "—")
        if fact.desk is not None and not fact.told:
            self.notes.note(Kind.RUNG_UNTOLD, fact.duty, **place)

    def _no_rule(self, duty: int, programme: Programme, rule: str) -> None:
        self.notes.note(Kind.RULE_MISSING, duty, position=self.here.position, rule=rule, programme=programme.name)


_HANDLERS: Final[Mapping[type, Callable[[DutyBook, Any, Case | None], None]]] = {
    f.DutyOpened: DutyBook.open, f.RungReached: DutyBook.climb, f.DutyMet: DutyBook.end, f.DutyExcused: DutyBook.end,
    f.DutySuperseded: DutyBook.end, f.DutyLapsed: DutyBook.end, f.DutyAcknowledged: DutyBook.known,
    f.Raised: DutyBook.known, f.TellingFailed: DutyBook.known,
}  # fmt: skip
"""Every fact that speaks of a duty. Asked by type: with twenty million facts a chain of ``case`` costs a minute."""


def _seen_from(kind: str, programme: Programme, state: Case) -> Case:
    """The case where the desks are that answer for a duty: a unit asked to take it over climbs above itself."""
    place = climbs_from(programme.roles[programme.duties[kind].owed_by], state)
    if place == state.unit or state.transfer is None:
        return state
    return msgspec.structs.replace(state, unit=place, county=state.transfer.county)


def rung_in(programme: Programme, kind: str, number: int) -> Rung | None:
    """The rule behind a rung: the last one stands for its repeats; nothing where the programme has none."""
    rungs = programme.rungs_of.get(kind)
    if rungs is None or number < 0:
        return None
    if number < len(rungs):
        return rungs[number]
    return rungs[-1] if rungs[-1].repeat is not None else None
