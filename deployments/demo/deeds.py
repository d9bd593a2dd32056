"""What made-up people do, as commands to the engine; nothing where it is too late or there is nobody to do it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from deployments.demo.acts import Act, What
from domain.case import Case, Duty
from domain.facts import Through
from domain.ids import PersonId, UnitId
from domain.programme.schema import Desk, Helper, Level, Programme
from domain.rules import commands as c
from domain.rules.fitness import check_fit
from domain.rules.made_up import Form, Mood
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.refusals import Refusal
from domain.store.engine import reading
from domain.store.offices import office, standings
from domain.store.store import Store
from domain.store.units import COUNTY_DIGITS

_MOODS: Final = {
    What.ANSWER: Mood.WELL, What.ANSWER_TROUBLED: Mood.TROUBLED, What.CRY_FOR_HELP: Mood.URGENT,
    What.ANSWER_FROM_ABOVE: Mood.WELL,
}  # fmt: skip
_EXCUSES: Final = ("done-otherwise", "away", "ill")
_DECLINES: Final = ("no-time", "too-far", "ill", "moved-away")
_ANSWERED_THROUGH: Final[tuple[Through, ...]] = ("link", "page", "reply")
_HELPERS_LOOKED_AT: Final = 60


@dataclass
class Deeds:
    """Turns acts into commands. ``words`` are free words to write into forms."""

    store: Store
    programme: Programme
    seed: int
    words: Sequence[str]
    office: Office = field(default_factory=lambda: Office({}, {}))
    promised: set[PersonId] = field(default_factory=set)
    """Helpers who are asked already to take on somebody."""
    _forms: dict[tuple[str, str], Form] = field(default_factory=dict)
    _near: dict[str, list[PersonId]] = field(default_factory=lambda: defaultdict(list))

    def look_around(self) -> None:
        """See who sits where by now."""
        with reading(self.store.engine) as connection:
            self.office = office(connection, self.store)

    def know_helpers(self, townships: Mapping[PersonId, str]) -> None:
        """Who could take over a case, and where each lives."""
        for person, township in sorted(townships.items()):
            self._near[township].append(person)
            self._near[township[:COUNTY_DIGITS]].append(person)

    def command(self, case: Case, act: Act, today: date) -> c.Command | None:
        """The command an act comes to, seen from the case as it is now."""
        if act.person is not None:
            return self._about_proposal(case, act, act.person, today)
        duty = case.duties.get(act.duty)
        if duty is None or today < duty.opens_on:
            return None
        if act.what is What.REPLACE:
            return self.replace(case, self._draws(act).choice(_DECLINES), today)
        by = self.above(duty)
        if act.what is What.ACKNOWLEDGE:
            seen = duty.waits_until is not None
            return c.AcknowledgeDuty(case=case.id, duty=duty.number, by=by) if by and not seen else None
        if act.what is What.EXCUSE:
            why = self._draws(act).choice(_EXCUSES)
            return c.ExcuseDuty(case=case.id, duty=duty.number, by=by, reason=why) if by else None
        return self.answer(case, duty, act, today)

    def answer(self, case: Case, duty: Duty, act: Act, today: date) -> c.Command | None:
        """The form of a duty, filled in by whoever owes it, or at the desk it has climbed to."""
        kind, draws = self.programme.duties[duty.kind], self._draws(act)
        if kind.met_by and not kind.asks:
            return None
        by = self.above(duty) if act.what is What.ANSWER_FROM_ABOVE else self.who_owes(case, duty, today)
        if by is None:
            return None
        given = self.form(duty.kind, case.risk).fill_in(_MOODS[act.what], today, draws, self.words)
        through = "command" if by != duty.owed_by else draws.choice(_ANSWERED_THROUGH)
        return c.AnswerDuty(
            case=case.id, duty=duty.number, by=by, answers=given.answers, notes=given.notes, through=through
        )

    def form(self, kind: str, risk: str) -> Form:
        """A kind's form as it is filled in at a level of risk."""
        if (kind, risk) not in self._forms:
            self._forms[kind, risk] = Form(self.programme, self.programme.duties[kind], risk)
        return self._forms[kind, risk]

    def replace(self, case: Case, why: str, today: date) -> c.Command | None:
        """Another helper in place of the one there is; where none nearby fits, the old one is let go."""
        pairing, by = self.programme.pairing, self.at_desk(case, self.programme.lowest_desk, today)
        if pairing is None or by is None or case.tied(pairing.role) is None:
            return None
        to = self._successor(case, pairing.role, today)
        if to is None:
            return c.EndTie(case=case.id, role=pairing.role, by=by, reason=why)
        return c.Reassign(case=case.id, role=pairing.role, to=to, by=by, reason=why)

    def who_owes(self, case: Case, duty: Duty, today: date) -> PersonId | None:
        """Who answers a duty: at the desk, or the helper."""
        role = self.programme.roles[self.programme.duties[duty.kind].owed_by]
        match role:
            case Desk():
                return self.at_desk(case, role.desk, today)
            case Helper():
                return duty.owed_by
            case _:
                return case.proposal.person if case.proposal else None

    def at_desk(self, case: Case, level: Level, today: date) -> PersonId | None:
        """Who answers at a level above a case."""
        return next(iter(self.office.desk(case.unit, level, today).people), None)

    def above(self, duty: Duty) -> PersonId | None:
        """Who sits at the desk a duty has climbed to."""
        return next(iter(self.office.desks.get(duty.desk, ())), None) if duty.desk else None

    def _about_proposal(self, case: Case, act: Act, person: PersonId, today: date) -> c.Command | None:
        if case.proposal is None or case.proposal.person != person:
            return None
        if act.what in {What.CONSENT, What.DECLINE}:
            accept, why = act.what is What.CONSENT, self._draws(act).choice(_DECLINES)
            return c.AnswerProposal(case=case.id, by=person, accept=accept, reason=why)
        by, accept = self._pairing_desk(case, today), act.what is What.APPROVE
        if by is None or (accept and case.proposal.approved):
            return None
        why = "no-answer" if act.what is What.GIVE_UP else "other"
        return c.DecideProposal(case=case.id, by=by, accept=accept, reason=why)

    def _pairing_desk(self, case: Case, today: date) -> PersonId | None:
        pairing = self.programme.pairing
        role = self.programme.roles[pairing.desk] if pairing else None
        return self.at_desk(case, role.desk, today) if isinstance(role, Desk) else None

    def _successor(self, case: Case, role: str, today: date) -> PersonId | None:
        tied = case.tied(role)
        near = (person for person in self._nearby(case.unit) if person not in self.promised)
        asked = list(dict.fromkeys(near))[:_HELPERS_LOOKED_AT]
        with reading(self.store.engine) as connection:
            known = standings(connection, asked)
        there = Office(self.office.units, self.office.desks, self.office.absences, known)
        around = Circumstances(self.programme, self.store.calendar, there)
        for person in asked:
            if (tied is None or person != tied.person) and _fits(case, person, around, today):
                self.promised.add(person)
                return person
        return None

    def _nearby(self, unit: UnitId) -> Iterator[PersonId]:
        for above in self.office.upward(unit):
            yield from self._near.get(above.id, ())

    def _draws(self, act: Act) -> Random:
        return Random(f"{self.seed}/{act.case}/{act.duty}/{act.what.name}/{act.on}")


def _fits(case: Case, person: PersonId, around: Circumstances, today: date) -> bool:
    try:
        check_fit(case, person, around, today)
    except Refusal:
        return False
    return True
