"""What people do, as commands to the engine; nothing where it is too late or there is nobody to do it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final, NamedTuple

from deployments.simulate.chances import Chances, is_hit
from deployments.simulate.conduct import Conduct, Intent, What
from deployments.simulate.forms import Forms
from deployments.simulate.world import World
from domain.case import Case, Duty
from domain.facts import Through
from domain.ids import PersonId
from domain.programme.schema import Desk, Helper, Level, Programme
from domain.rules import commands as c
from domain.rules.fitness import check_fit
from domain.rules.moments import Circumstances
from domain.rules.office import Office
from domain.rules.refusals import Refusal
from domain.store.engine import reading
from domain.store.offices import standings

LOOKED_AT: Final = 12
"""So many helpers with room, the nearest first, are looked at for one place."""

_THROUGH: Final[tuple[Through, ...]] = ("link", "page", "reply")
_EXCUSES: Final = ("done-otherwise", "away", "ill")
_DECLINES: Final = ("no-time", "too-far", "ill", "moved-away")


class Wanted(NamedTuple):
    """A place around a case for which a helper is looked for; ``instead_of``: who fills it until then."""

    case: Case
    role: str
    by: PersonId
    reason: str
    instead_of: PersonId | None = None


class Deeds:
    """Turns plans into commands, seen from the cases and the office as they are on a day."""

    def __init__(self, world: World, conduct: Conduct, forms: Forms, chances: Chances) -> None:
        self.world, self.conduct, self.forms, self.chances = world, conduct, forms, chances
        self.promised: dict[PersonId, int] = {}

    def commands(self, due: Iterable[tuple[Case, Sequence[Intent]]], today: date) -> Iterator[c.Command | Wanted]:
        """A command for each plan that somebody can carry out, or the place to find a helper for first."""
        for case, plans in due:
            for plan in plans:
                command = self._command(case, plan, today)
                if command is not None:
                    yield command

    def _command(self, case: Case, plan: Intent, today: date) -> c.Command | Wanted | None:
        duty = case.duties.get(plan.duty)
        if duty is not None:
            return self._about_duty(case, duty, plan.what, today)
        match plan.what:
            case What.DECIDE | What.CONSENT | What.WITHDRAW:
                return self._about_proposal(case, plan.what, today)
            case What.BIND:
                return self._wanted(case, plan.role, "unfilled", today, replacing=False)
            case What.TAKE_OVER:
                return self._take_over(case, today)
            case _:
                return None

    def _about_duty(self, case: Case, duty: Duty, what: What, today: date) -> c.Command | Wanted | None:
        match what:
            case What.ANSWER | What.DO_AT_DESK:
                return self._answer(case, duty, what, today)
            case What.ACKNOWLEDGE:
                return self._acknowledge(case, duty, today)
            case What.EXCUSE:
                return self._excuse(case, duty, today)
            case _:
                return self._wanted(case, self._role_of(case, duty), "ill", today, replacing=True)

    def _answer(self, case: Case, duty: Duty, what: What, today: date) -> c.Command | None:
        if today < duty.opens_on:
            return None
        programme = self.programme(case)
        by = self.above(duty, today) if what is What.DO_AT_DESK else self.who_owes(case, duty, today)
        if by is None:
            return None
        given = self.forms.fill_in(programme, case, duty.number, today)
        in_person = by == duty.owed_by
        through = _THROUGH[int(self.chances.one(case.id, duty.number, "through") * len(_THROUGH))]
        return c.AnswerDuty(
            case=case.id, duty=duty.number, by=by, answers=given.answers, notes=given.notes,
            through=through if in_person else "command",
        )  # fmt: skip

    def _acknowledge(self, case: Case, duty: Duty, today: date) -> c.Command | None:
        rungs, by = self.programme(case).rungs_of[duty.kind], self.above(duty, today)
        reached = rungs[min(duty.rungs, len(rungs)) - 1]
        if by is None or not duty.rungs or reached.acknowledged_for is None or duty.waits_until is not None:
            return None
        return c.AcknowledgeDuty(case=case.id, duty=duty.number, by=by)

    def _excuse(self, case: Case, duty: Duty, today: date) -> c.Command | None:
        by = self.above(duty, today)
        if by is None or len(case.duties) == 1:
            return None
        why = _EXCUSES[int(self.chances.one(case.id, duty.number, "excuse") * len(_EXCUSES))]
        return c.ExcuseDuty(case=case.id, duty=duty.number, by=by, reason=why)

    def _about_proposal(self, case: Case, what: What, today: date) -> c.Command | None:
        proposal, pairing = case.proposal, self.programme(case).pairing
        if proposal is None or pairing is None:
            return None
        draws = self.chances.four("answer", case.id, proposal.person)
        why = _DECLINES[int(draws.b * len(_DECLINES))]
        if what is What.CONSENT:
            declines = self.conduct.behaviour.helpers.asked_decline
            gone = proposal.person in self.world.gone
            accept = not gone and not is_hit(draws.a, declines)
            return c.AnswerProposal(case=case.id, by=proposal.person, accept=accept, reason=why)
        desk = self.programme(case).roles[pairing.desk]
        by = self.at_desk(case, desk.desk, today) if isinstance(desk, Desk) else None
        if by is None:
            return None
        if what is What.WITHDRAW:
            return c.DecideProposal(case=case.id, by=by, accept=False, reason="no-answer")
        accept = not is_hit(draws.c, self.conduct.behaviour.office.proposal_declined)
        return c.DecideProposal(case=case.id, by=by, accept=accept, reason="other")

    def _take_over(self, case: Case, today: date) -> c.Command | None:
        level = self.programme(case).lowest_desk
        found = self.world.office.desk(case.transfer.unit, level, today).people if case.transfer else ()
        if not found:
            return None
        accept = not is_hit(self.chances.one("taken", case.id, today), self.conduct.behaviour.families.move_declined)
        return c.AnswerTransfer(case=case.id, by=found[0], accept=accept, reason="no-room")

    # Places to be filled

    def _wanted(self, case: Case, role: str, reason: str, today: date, *, replacing: bool) -> Wanted | None:
        """A place to be filled, beside whoever fills it still, or in place of who does."""
        kind = self.programme(case).helper_roles(case.kind).get(role)
        by, tie = self.lowest_desk(case, today), case.tied(role)
        if by is None or kind is None or (replacing and tie is None):
            return None
        return Wanted(case, role, by, reason, tie.person if replacing and tie is not None else None)

    def let_go(self, case: Case, person: PersonId, reason: str, today: date) -> Iterator[c.Command | Wanted]:
        """A helper stops at once: a place to be filled, or one fewer in a team."""
        by = self.lowest_desk(case, today)
        for tie in case.ties:
            if tie.person == person and by is not None:
                roles = self.programme(case).helper_roles(case.kind)
                if roles[tie.role].tie == "several":
                    yield c.Release(case=case.id, role=tie.role, person=person, by=by, reason=reason)
                else:
                    yield Wanted(case, tie.role, by, reason, person)

    def _role_of(self, case: Case, duty: Duty) -> str:
        """The role whose helper is to be replaced: the one who owes the duty, else the one pairing fills."""
        programme = self.programme(case)
        owed_by = programme.duties[duty.kind].owed_by
        if isinstance(programme.roles[owed_by], Helper):
            return owed_by
        return programme.pairing.role if programme.pairing else ""

    def fill(self, wanted: Sequence[Wanted], today: date) -> Iterator[c.Command]:
        """A helper for each place, looked for together; where nobody fits, who is to be replaced is let go."""
        asked = [list(islice(self._with_room(each), LOOKED_AT)) for each in wanted]
        everybody = sorted({person for some in asked for person in some})
        if wanted:
            with reading(self.world.store.engine) as connection:
                known = standings(connection, everybody)
            there = Office(self.world.office.units, self.world.office.desks, self.world.office.absences, known)
            for each, some in zip(wanted, asked, strict=True):
                command = self._filled(each, some, there, today)
                if command is not None:
                    yield command

    def _with_room(self, wanted: Wanted) -> Iterator[PersonId]:
        tied = {tie.person for tie in wanted.case.ties}
        for person in self.world.nearby(wanted.case.unit):
            if person not in tied and self.world.room(person) > self.promised.get(person, 0):
                yield person

    def _filled(self, wanted: Wanted, some: Sequence[PersonId], there: Office, today: date) -> c.Command | None:
        case, role, by = wanted.case, wanted.role, wanted.by
        around = Circumstances(self.programme(case), self.world.store.calendar, there)
        to = next((person for person in some if _fits(case, person, around, today, role)), None)
        if to is not None:
            self.promised[to] = self.promised.get(to, 0) + 1
        if wanted.instead_of is None:
            return c.Bind(case=case.id, role=role, person=to, by=by) if to is not None else None
        if to is None:
            return c.EndTie(case=case.id, role=role, by=by, reason=wanted.reason)
        return c.Reassign(case=case.id, role=role, to=to, by=by, reason=wanted.reason)

    # Who

    def who_owes(self, case: Case, duty: Duty, today: date) -> PersonId | None:
        """Who answers a duty: at the desk, or the helper, or who stands in; the desk where nobody is bound."""
        programme = self.programme(case)
        role = programme.roles[programme.duties[duty.kind].owed_by]
        if isinstance(role, Desk):
            place = case.transfer.unit if role.of == "transfer" and case.transfer else case.unit
            return next(iter(self.world.office.desk(place, role.desk, today).people), None)
        tie = case.tied(programme.duties[duty.kind].owed_by)
        person = tie.person if tie is not None else duty.owed_by
        return self.world.office.answering(person, today) if person else self.lowest_desk(case, today)

    def lowest_desk(self, case: Case, today: date) -> PersonId | None:
        """Who answers nearest to a case."""
        return self.at_desk(case, self.programme(case).lowest_desk, today)

    def at_desk(self, case: Case, level: Level, today: date) -> PersonId | None:
        """Who answers at a level above a case."""
        return next(iter(self.world.office.desk(case.unit, level, today).people), None)

    def above(self, duty: Duty, today: date) -> PersonId | None:
        """Who answers at the desk a duty has climbed to."""
        people = self.world.office.desks.get(duty.desk, ()) if duty.desk else ()
        return self.world.office.answering(people[0], today) if people else None

    def programme(self, case: Case) -> Programme:
        """The programme a case is in."""
        return self.conduct.programmes[case.programme]


def _fits(case: Case, person: PersonId, around: Circumstances, today: date, role: str) -> bool:
    try:
        standing = check_fit(case, person, around, today, role)
    except Refusal:
        return False
    return standing.serves_until is None or standing.serves_until > today
