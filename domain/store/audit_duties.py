"""Conservation: every duty opened ends exactly once, in one of four ways, and its ladder is climbed rung by rung."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain import facts as f
from domain.case import Case
from domain.ids import CaseId, UnitId
from domain.programme.schema import CLIMB, DutyKind, Ladder, Level, Programme, Rung, Stage
from domain.rules.office import Office
from domain.store.audit_findings import Kind
from domain.store.moments import stamp

Ending = f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed


class Note(Protocol):
    """How a finding about the case at hand is kept."""

    def __call__(self, kind: Kind, duty: int | None = None, /, **detail: str | int) -> None: ...


@dataclass
class DutyTrail:
    """A duty from its opening on. ``ended`` is the stored name of the fact that ended it."""

    kind: str
    opened_at: datetime
    ended: str | None = None
    rungs: int = 0
    reached_at: datetime | None = None
    desk: UnitId | None = None


@dataclass
class DutyBook:
    """Every duty a case ever had, as its facts come by."""

    case: CaseId
    office: Office
    note: Note
    duties: dict[int, DutyTrail] = field(default_factory=dict)
    paths: dict[Level, Sequence[UnitId]] = field(default_factory=dict)

    @property
    def ended(self) -> Counter[str]:
        """How many duties ended in which way."""
        return Counter(duty.ended for duty in self.duties.values() if duty.ended)

    def take(self, entry: f.Recorded, programme: Programme | None, state: Case | None) -> None:
        """One more fact. ``state`` is the case just before it; nothing when the journal is unsound already."""
        fact = entry.fact
        match fact:
            case f.DutyOpened():
                self._open(fact, entry, programme)
            case f.RungReached():
                self._climb(fact, entry, programme, state)
            case f.DutyMet() | f.DutyExcused() | f.DutySuperseded() | f.DutyLapsed():
                self._end(fact, entry)
            case f.DutyAcknowledged() | f.Raised() | f.TellingFailed():
                self._known(fact.duty, entry)
            case _:
                pass

    def close_book(self, state: Case | None) -> None:
        """After the last fact: a closed case leaves nothing open."""
        left = [number for number, duty in self.duties.items() if duty.ended is None]
        if state is not None and state.base is Stage.CLOSED and left:
            self.note(Kind.LEFT_OPEN, left[0], count=len(left))

    def _open(self, fact: f.DutyOpened, entry: f.Recorded, programme: Programme | None) -> None:
        expected = len(self.duties) + 1
        if fact.duty != expected:
            self.note(Kind.DUTY_MISNUMBERED, fact.duty, position=entry.position, expected=expected)
            return
        self.duties[fact.duty] = DutyTrail(fact.kind, entry.at)
        if programme is not None and fact.kind not in programme.duties:
            self._no_rule(fact.duty, entry, programme, fact.kind)

    def _known(self, number: int, entry: f.Recorded) -> DutyTrail | None:
        duty = self.duties.get(number)
        if duty is None:
            self.note(Kind.DUTY_NEVER_OPENED, number, position=entry.position)
        elif entry.at < duty.opened_at:
            since = stamp(duty.opened_at)
            self.note(Kind.MOMENT_EARLY, number, position=entry.position, at=stamp(entry.at), since=since)
        return duty

    def _end(self, fact: Ending, entry: f.Recorded) -> None:
        duty, name = self._known(fact.duty, entry), f.stored_name(fact)
        if duty is None:
            return
        if duty.ended is not None:
            self.note(
                Kind.DUTY_ENDED_TWICE, fact.duty, position=entry.position, before=duty.ended, again=name
            )  # fmt: skip
            return
        duty.ended = name
        self._check_end(fact, duty, entry.position)

    def _check_end(self, fact: Ending, duty: DutyTrail, position: int) -> None:
        match fact:
            case f.DutyMet():
                return
            case f.DutyExcused():
                if not fact.by or not fact.reason:
                    self.note(Kind.EXCUSE_UNNAMED, fact.duty, person=fact.by, position=position)
            case f.DutySuperseded():
                self._check_into(Kind.SUCCESSOR_MISSING, fact.duty, fact.by_duty)
            case f.DutyLapsed():
                self._check_into(Kind.LAPSED_INTO_NOTHING, fact.duty, fact.into)
                if fact.onto != duty.desk or not (fact.onto is None or fact.onto in self.office.units):
                    onto = fact.onto or "—"
                    self.note(Kind.LAPSED_ONTO_NO_DESK, fact.duty, position=position, onto=onto)

    def _check_into(self, kind: Kind, number: int, into: int) -> None:
        """The duty that stands in another's place is another one, and open."""
        successor = self.duties.get(into)
        if successor is None or successor.ended is not None:
            self.note(kind, number, into=into)

    def _climb(self, fact: f.RungReached, entry: f.Recorded, programme: Programme | None, state: Case | None) -> None:
        duty = self._known(fact.duty, entry)
        if duty is None:
            return
        in_turn = duty.ended is None and fact.rung == duty.rungs
        self._check_order(fact, duty, entry)
        duty.rungs, duty.reached_at, duty.desk = fact.rung + 1, entry.at, fact.desk or duty.desk
        if in_turn and programme is not None and state is not None:
            self._check_rule(fact, duty, entry, programme, state)

    def _check_order(self, fact: f.RungReached, duty: DutyTrail, entry: f.Recorded) -> None:
        place = {"position": entry.position, "rung": fact.rung + 1}
        if duty.ended is not None:
            self.note(Kind.RUNG_AFTER_END, fact.duty, **place, before=duty.ended)
        elif fact.rung != duty.rungs:
            kind = Kind.RUNG_SKIPPED if fact.rung > duty.rungs else Kind.RUNG_DOUBLED
            self.note(kind, fact.duty, **place, expected=duty.rungs + 1)
        if duty.reached_at is not None and entry.at < duty.reached_at:
            before = stamp(duty.reached_at)
            self.note(Kind.RUNG_BACKWARDS, fact.duty, **place, at=stamp(entry.at), before=before)

    def _check_rule(
        self, fact: f.RungReached, duty: DutyTrail, entry: f.Recorded, programme: Programme, state: Case
    ) -> None:
        rung = rung_in(programme, duty.kind, fact.rung)
        if rung is None:
            self._no_rule(fact.duty, entry, programme, f"{duty.kind} {fact.rung + 1}")
        elif rung.climb is not None and not self._skips_none(fact, rung.climb, state):
            desk, passed = fact.desk or "—", " ".join(fact.empty) or "—"
            self.note(
                Kind.LEVEL_SKIPPED, fact.duty, position=entry.position, rung=fact.rung + 1, desk=desk, passed=passed
            )  # fmt: skip

    def _no_rule(self, duty: int, entry: f.Recorded, programme: Programme, rule: str) -> None:
        self.note(Kind.RULE_MISSING, duty, position=entry.position, rule=rule, programme=programme.name)

    def _skips_none(self, fact: f.RungReached, level: Level, state: Case) -> bool:
        """Whether the empty desks named are exactly those between the level to climb to and the desk reached."""
        path = self.paths.get(level)
        if path is None:
            path = self.paths[level] = desks_from(self.office, state.unit, level)
        if fact.desk is None:
            return list(fact.empty) == list(path)
        return fact.desk in path and list(fact.empty) == list(path[: path.index(fact.desk)])


def desks_from(office: Office, unit: UnitId, level: Level) -> Sequence[UnitId]:
    """The units at and above a level over a case's unit, lowest first."""
    return [above.id for above in office.upward(unit) if CLIMB.index(above.level) >= CLIMB.index(level)]


def rung_in(programme: Programme, kind: str, number: int) -> Rung | None:
    """The rule behind a rung: the last one stands for its repeats; nothing where the programme has none."""
    duty: DutyKind | None = programme.duties.get(kind)
    ladder: Ladder | None = programme.ladders.get(duty.ladder) if duty else None
    if ladder is None or number < 0:
        return None
    if number < len(ladder.rungs):
        return ladder.rungs[number]
    return ladder.rungs[-1] if ladder.rungs[-1].repeat is not None else None
