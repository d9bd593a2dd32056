"""The words of a case: people by their role, duties by their title, moments by the clock of the place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from domain import facts as f
from domain.case import Case
from domain.facts import Answer
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import DutyKind, Programme, Question, Rung, Words
from domain.programme.spans import Length, Offset
from domain.store import tables as t
from domain.store.store import Store, among
from domain.store.units import names_of
from domain.words import say, sentences

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True)
class CaseWords:
    """The words of one case in one language. ``kinds``: the kind of each duty; ``people``: what each person is.

    ``names``: of helpers and coordinators, for those who may see them; whoever is not in there appears by number.
    ``bare``: units by name alone, as pages say them.
    """

    language: str
    programme: Programme | None
    kinds: Mapping[int, str]
    people: Mapping[PersonId, str]
    units: Mapping[UnitId, str]
    names: Mapping[PersonId, str] = field(default_factory=dict)
    bare: bool = False

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of ``story.*.yaml``."""
        return say(self.language, f"story.{key}", **values)

    def person(self, person: PersonId | None) -> str:
        """``volunteer p000000012``; the engine where nobody did it."""
        if person is None:
            return self.say("nobody")
        kind = self.people.get(person, "unknown")
        return self.say(f"person-{kind}", person=self.names.get(person, person))

    def everybody(self, people: Iterable[PersonId]) -> str:
        """Several people."""
        return self.say("and").join(self.person(person) for person in people)

    def unit(self, unit: UnitId | None) -> str:
        """A unit's name and id."""
        if unit is None:
            return self.say("no-desk")
        if self.bare:
            return self.units.get(unit, unit)
        return self.say("unit-named", name=self.units[unit], unit=unit) if unit in self.units else unit

    def title(self, duty: int) -> str:
        """What a duty is called."""
        return self.kind_title(self.kinds.get(duty, "?"))

    def kind_title(self, kind: str) -> str:
        """What a kind of duty is called."""
        found = self.kind(kind)
        return found.title.say(self.language) if found else kind

    def kind(self, kind: str) -> DutyKind | None:
        """What the programme says of a kind."""
        return self.programme.duties.get(kind) if self.programme else None

    def role(self, role: str) -> str:
        """What a role is called."""
        return self._titled(self.programme.roles if self.programme else {}, role)

    def owner(self, kind: str, owed_by: PersonId | None) -> str:
        """Who owes a duty: the person, or the role where nobody does in person."""
        found = self.kind(kind)
        return self.person(owed_by) if owed_by is not None or found is None else self.role(found.owed_by)

    def case_kind(self, kind: str) -> str:
        """What a kind of case is called."""
        return self._titled(self.programme.eligible.kinds if self.programme else {}, kind)

    def risk(self, risk: str) -> str:
        """What a level of risk is called."""
        words = self.programme.risks.get(risk) if self.programme else None
        return words.say(self.language) if words else risk

    def paper(self, paper: str) -> str:
        """What a paper is called."""
        return self._titled(self.programme.papers if self.programme else {}, paper)

    def season(self, stage: str) -> str:
        """What a part of life is called."""
        return self._titled(self.programme.life if self.programme else {}, stage)

    def _titled(self, things: Mapping[str, object], key: str) -> str:
        words = getattr(things.get(key), "title", None)
        return words.say(self.language) if isinstance(words, Words) else key

    def reason(self, reason: str) -> str:
        """A key of a reason in words, where there are any."""
        key = f"reason-{reason}"
        return self.say(key) if key in sentences("story", self.language) else reason

    def because(self, because: str) -> str:
        """Why a duty was opened or gave way, in words."""
        name, _, what = ("risk-changed" if because == "risk" else because).partition(":")
        if what and name in {"tie-begun", "tie-ended"}:
            return self.say(f"because-{name}-as", what=self.role(what))
        if f"because-{name}" not in sentences("story", self.language):
            return self.say("because-other", what=because)
        return self.say(f"because-{name}", what=self._what(name, what))

    def raised(self, name: str) -> str:
        """What an answer raised: the duties it leads to, where there are any."""
        kinds = self.programme.opened_by.get(f"raised:{name}", ()) if self.programme else ()
        return self.say("and").join(self.kind_title(kind) for kind in kinds) or name

    def _what(self, name: str, what: str) -> str:
        match name:
            case "raised":
                return self.raised(what)
            case "met" | "refused" | "lapsed":
                return self.kind_title(what)
            case "life-stage":
                return self.season(what)
            case "risk":
                return self.risk(what)
            case _:
                return what

    def moment(self, moment: datetime) -> str:
        """A moment on the wall clock of the programme's place."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")

    def day(self, moment: datetime) -> date:
        """The day on the calendar of the programme's place."""
        return moment.astimezone(self._zone).date()

    @property
    def _zone(self) -> ZoneInfo:
        return self.programme.time_zone if self.programme else _UTC

    def answers(self, kind: str, answers: Mapping[str, Answer]) -> str:
        """The answers of a form, as far as the programme knows its questions."""
        found = self.kind(kind)
        asks: Mapping[str, Question] = found.asks if found else {}
        said = [
            self.say("answer", question=asks[key].title.say(self.language), value=self._value(asks[key], answer))
            for key, answer in answers.items()
            if key in asks
        ]
        return self.say("answers-join").join(said)

    def _value(self, question: Question, answer: Answer) -> str:
        if isinstance(answer, bool):
            return self.say("yes" if answer else "no")
        chosen = answer if isinstance(answer, tuple | list) else (answer,)
        return self.say("and").join(self._option(question, str(each)) for each in chosen)

    def _option(self, question: Question, key: str) -> str:
        words = question.options.get(key)
        return words.say(self.language) if words else key

    def span(self, length: Length) -> str:
        """A length of time."""
        return self.say(f"span-{length.unit.value.replace(' ', '-')}", count=length.amount)

    def place(self, rung: Rung) -> str:
        """When a rung is reached, as the programme says it."""
        where = self._offset(rung.at) if rung.at is not None else self.say("place-at-once")
        return where + (self.say("place-again", span=self.span(rung.repeat)) if rung.repeat else "")

    def _offset(self, at: Offset) -> str:
        if at.length.amount == 0:
            return self.say("place-due")
        return self.say("place-before" if at.before else "place-after", span=self.span(at.length))


def words_for(connection: Connection, store: Store, journal: Sequence[f.Recorded], language: str) -> CaseWords:
    """The words of a case, from its journal and two queries."""
    case = journal[0].case if journal else CaseId("")
    return words_for_all(connection, store, {case: journal}, language)[case]


def words_for_all(
    connection: Connection, store: Store, journals: Mapping[CaseId, Sequence[f.Recorded]], language: str
) -> dict[CaseId, CaseWords]:
    """The words of several cases, from their journals and two queries."""
    people, units = mentioned(each for journal in journals.values() for each in journal)
    rows = connection.execute(
        select(t.person.c.id, t.person.c.kind).where(among(connection, t.person.c.id, sorted(people)))
    )
    return words_known(
        store, journals, language, {row.id: row.kind for row in rows}, names_of(connection, sorted(units))
    )


def words_known(
    store: Store, journals: Mapping[CaseId, Sequence[f.Recorded]], language: str, people: Mapping[PersonId, str],
    units: Mapping[UnitId, str],
) -> dict[CaseId, CaseWords]:  # fmt: skip
    """The same where it is known what the people are and what the units are called."""
    return {case: _words(store, journal, language, people, units) for case, journal in journals.items()}


def _words(
    store: Store, journal: Sequence[f.Recorded], language: str, people: Mapping[PersonId, str],
    units: Mapping[UnitId, str],
) -> CaseWords:  # fmt: skip
    programme = journal[0].fact.programme if journal and isinstance(journal[0].fact, f.CaseOpened) else ""
    kinds = {each.fact.duty: each.fact.kind for each in journal if isinstance(each.fact, f.DutyOpened)}
    return CaseWords(language, store.programmes.get(programme), kinds, people, units)


def words_of(connection: Connection, store: Store, case: Case, language: str) -> CaseWords:
    """The words for how a case stands now, from its snapshot alone: its past costs nothing."""
    people = {tie.person for tie in case.ties} | {duty.owed_by for duty in case.duties.values() if duty.owed_by}
    people |= {case.proposal.person} if case.proposal else set()
    rows = connection.execute(
        select(t.person.c.id, t.person.c.kind).where(among(connection, t.person.c.id, sorted(people)))
    )
    return CaseWords(
        language, store.programmes.get(case.programme),
        {number: duty.kind for number, duty in case.duties.items()},
        {row.id: row.kind for row in rows}, names_of(connection, [case.unit]),
    )  # fmt: skip


def mentioned(journal: Iterable[f.Recorded]) -> tuple[set[PersonId], set[UnitId]]:
    """The people and units that facts speak of."""
    people: set[PersonId] = set()
    units: set[UnitId] = set()
    for each in journal:
        for name in ("by", "person", "subject", "owed_by"):
            people.update(filter(None, (getattr(each.fact, name, None),)))
        people.update(getattr(each.fact, "told", ()))
        for name in ("unit", "before", "county", "desk", "onto"):
            units.update(filter(None, (getattr(each.fact, name, None),)))
        units.update(getattr(each.fact, "empty", ()))
    return people, units
