"""What one case's decision means for each table: plain rows, gathered for bulk statements."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from domain import facts as f
from domain.case import Case, Duty, Tie
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Stage
from domain.rules.moments import Circumstances, due_duty, own_moment
from domain.rules.notices import Notice, known_duties, notices
from domain.rules.tying import heard_from
from domain.rules.unfolding import Decided
from domain.store.moments import stamp

Row = dict[str, Any]
Place = tuple[str, str, str]
"""Where a case stands: unit, programme, stage."""


class _Placed(NamedTuple):
    """What every entry of a case in the diary holds or is reckoned by."""

    stage: Stage
    unit: UnitId
    county: UnitId
    risk: str
    programme: str

    @property
    def tallied(self) -> Place:
        return (self.unit, self.programme, self.stage.value)


_state_encoder: Final = msgspec.json.Encoder()
_state_decoder: Final = msgspec.json.Decoder(Case)


def write_state(case: Case) -> str:
    """A case as its snapshot keeps it."""
    return _state_encoder.encode(case).decode()


def read_state(text: str) -> Case:
    """The case a snapshot holds."""
    return _state_decoder.decode(text)


@dataclass
class Rows:
    """Everything one act of writing puts into the database, table by table."""

    now: str
    journal: list[Row] = field(default_factory=list)
    opened: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    diary: dict[tuple[CaseId, int], Row | None] = field(default_factory=dict)
    """What each entry becomes, or nothing where it goes; the last word of a batch counts."""
    unsure: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    signals: dict[tuple[str, str], Row] = field(default_factory=dict)
    ties: list[Row] = field(default_factory=list)
    untied: list[Row] = field(default_factory=list)
    load: dict[PersonId, int] = field(default_factory=dict)
    papers: list[tuple[CaseId, f.PaperRenewed]] = field(default_factory=list)
    heard: list[Row] = field(default_factory=list)
    tally: Counter[Place] = field(default_factory=Counter)
    """How many cases more or less stand in a unit, under a programme, in a stage."""

    def add(
        self,
        before: Case | None,
        after: Case,
        decided: Iterable[Decided],
        actor: PersonId | None,
        around: Circumstances,
    ) -> None:
        """Take in one case's decision. What can fail goes first, so that a poison case leaves nothing half taken."""
        facts = tuple(decided)
        start = before.position + 1 if before else 1
        numbered = [(start + place, fact, at) for place, (fact, at) in enumerate(facts)]
        stood, stands = _placed(before) if before is not None else None, _placed(after)
        entries = entries_of(before, after, around, alike=stood == stands)
        told = notices(numbered, known_duties(before, after, (fact for fact, _ in facts)), around.programme)
        self.diary.update(entries)
        self._journal(before or after, after, numbered, actor)
        self._snapshot(before, after, stood, stands)
        self._ties(before, after, numbered)
        self._notices(after, told)

    def reckon_anew(self, case: Case, around: Circumstances) -> None:
        """Replace a case's whole part of the diary, which was in doubt."""
        entries = entries_of(None, case, around, alike=False)
        self.unsure.append({"of_case": case.id})
        self.diary.update(entries)

    def _journal(
        self, before: Case, case: Case, numbered: list[tuple[int, f.Fact, datetime]], actor: PersonId | None
    ) -> None:
        programme = before.programme
        for position, fact, at in numbered:
            name = f.stored_name(fact)
            if type(fact) is f.ProgrammeChanged:
                programme = fact.programme
            self.journal.append({
                "case": case.id, "position": position, "name": name, "version": f.version_of(name), "at": stamp(at),
                "recorded_at": self.now, "actor": actor, "programme": programme, "body": f.write_fact(fact),
            })  # fmt: skip
            self._signal(f"shouwang.{name}", case, position, urgent=False)

    def _signal(self, name: str, case: Case, position: int, *, urgent: bool) -> None:
        gathered = self.signals.get((name, case.county))
        if gathered is None:
            self.signals[name, case.county] = {
                "name": name, "urgent": urgent, "county": case.county, "stage": case.stage.value, "count": 1,
                "cases": case.id, "first": f"{case.id}/{position}", "created_at": self.now, "tries": 0,
            }  # fmt: skip
            return
        gathered["count"] += 1
        if len(gathered["cases"]) < 400:
            gathered["cases"] += f" {case.id}"

    def _snapshot(self, before: Case | None, after: Case, stood: _Placed | None, stands: _Placed) -> None:
        row: Row = {
            "position": after.position, "stage": stands.stage.value, "risk": after.risk, "state": write_state(after),
            "programme": after.programme, "unit": after.unit, "county": after.county, "tied": len(after.ties),
        }  # fmt: skip
        if stood != stands:
            self.tally[stands.tallied] += 1
            if stood is not None:
                self.tally[stood.tallied] -= 1
        if before is not None:
            self.changed.append({**row, "of_case": after.id})
            return
        self.opened.append({
            **row, "case": after.id, "subject": after.subject, "opened_at": stamp(after.opened_at),
        })  # fmt: skip

    def _notices(self, case: Case, told: Iterable[Notice]) -> None:
        for notice in told:
            if notice.urgent:
                self._signal("shouwang.urgent", case, notice.position, urgent=True)
            self.notices.append({
                "case": case.id, "duty": notice.duty, "rung": notice.rung, "person": notice.person,
                "what": notice.what, "urgent": notice.urgent, "kind": notice.kind, "programme": case.programme,
                "due_on": notice.due_on, "at": stamp(notice.at), "position": notice.position, "state": "waiting",
            })  # fmt: skip

    def _ties(self, before: Case | None, after: Case, numbered: list[tuple[int, f.Fact, datetime]]) -> None:
        tied = before.ties if before is not None else ()
        if not tied and not after.ties:
            return
        # Most decisions of a round meet nothing: nothing is heard then.
        if any(type(fact) is f.DutyMet for _, fact, _ in numbered):
            open_before = before.duties if before is not None else {}
            self.hear(after.id, tied, open_before, [(fact, at) for _, fact, at in numbered])
        if tied is after.ties:
            return
        for _, fact, at in numbered:
            match fact:
                case f.TieBegun():
                    self.ties.append({"case": after.id, "role": fact.role, "person": fact.person, "since": stamp(at)})
                    self._bear(fact.person, 1)
                case f.TieEnded():
                    self._untie(after, fact.role, fact.person, at)
                case f.CaseClosed() if before is not None:
                    for tie in before.ties:
                        self._untie(after, tie.role, tie.person, at)
                case f.PaperRenewed():
                    self.papers.append((after.id, fact))
                case _:
                    pass

    def hear(
        self, case: CaseId, tied: Iterable[Tie], duties: Mapping[int, Duty], facts: Iterable[tuple[f.Fact, datetime]]
    ) -> None:
        """Note of whom something is heard; saving passes over those already heard from.

        ``tied`` and ``duties``: who is tied to the case and what is open just before ``facts``.
        """
        since = {(tie.role, tie.person): tie.since for tie in tied}
        owners = {number: duty.owed_by for number, duty in duties.items()}
        for fact, at in facts:
            match fact:
                case f.DutyOpened():
                    owners[fact.duty] = fact.owed_by
                case f.DutyMet():
                    heard = heard_from(fact, owners.get(fact.duty))
                    self.heard += [
                        {"of_case": case, "of_role": role, "of_person": person, "begun": stamp(begun), "at": stamp(at)}
                        for (role, person), begun in since.items()
                        if person in heard and begun < at
                    ]
                case f.TieBegun():
                    since[fact.role, fact.person] = at
                case f.TieEnded():
                    since.pop((fact.role, fact.person), None)
                case f.CaseClosed():
                    since.clear()
                case _:
                    pass

    def _untie(self, case: Case, role: str, person: PersonId, at: datetime) -> None:
        self.untied.append({"of_case": case.id, "of_role": role, "of_person": person, "ended": stamp(at)})
        self._bear(person, -1)

    def _bear(self, person: PersonId, change: int) -> None:
        self.load[person] = self.load.get(person, 0) + change


Entries = dict[tuple[CaseId, int], Row | None]


def entries_of(before: Case | None, after: Case, around: Circumstances, *, alike: bool) -> Entries:
    """What the diary's entries become: those of duties that changed, nothing where a duty ended.

    ``alike``: the case stands where it stood, so that the entries of the other duties still hold.
    """
    known = {} if before is None else before.duties
    entries: Entries = {(after.id, number): None for number in known.keys() - after.duties.keys()}
    if after.base is not Stage.CLOSED:
        for number, duty in after.duties.items():
            if not (alike and known.get(number) is duty):
                entries[after.id, number] = _entry(after, duty, around)
    if not alike or before is None or before.life != after.life or before.ties is not after.ties:
        entries[after.id, 0] = _own(after, around)
    return entries


def _own(case: Case, around: Circumstances) -> Row | None:
    own = own_moment(case, around) if case.base is not Stage.CLOSED else None
    if own is None:
        return None
    return {
        **_where(case), "number": 0, "kind": own.kind, "owed_by": None, "climbed_to": None,
        "due_on": own.due_on.isoformat(), "overdue_from": stamp(own.overdue_from),
        "next_moment": stamp(own.next_moment),
    }  # fmt: skip


def _placed(case: Case) -> _Placed:
    return _Placed(case.stage, case.unit, case.county, case.risk, case.programme)


def _where(case: Case) -> Row:
    return {"case": case.id, "stage": case.stage.value, "unit": case.unit, "county": case.county}


def _entry(case: Case, duty: Duty, around: Circumstances) -> Row:
    row = due_duty(case, duty, around)
    return {
        **_where(case), "number": duty.number, "kind": duty.kind, "owed_by": duty.owed_by,
        "climbed_to": duty.climbed_to.value if duty.climbed_to else None, "due_on": duty.due_on.isoformat(),
        "overdue_from": stamp(row.overdue_from), "next_moment": stamp(row.next_moment),
    }  # fmt: skip
