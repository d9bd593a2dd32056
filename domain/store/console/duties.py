"""One duty before the viewer: what there is to do about it, how it ended, and the acts that settle it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from domain import facts as f
from domain.case import Case, Duty
from domain.facts import Answer
from domain.ids import CaseId, PersonId
from domain.programme.schema import Desk, DutyKind
from domain.rules import commands as c
from domain.rules.access import Right, Viewer
from domain.rules.moments import Circumstances
from domain.rules.passing import climbs_from
from domain.rules.refusals import Reason, Refusal
from domain.rules.ways import Reader, Way
from domain.store.console.acting import acting, acting_person
from domain.store.console.case_people import People, holds, who_are
from domain.store.console.case_record import photos_kept, words_of
from domain.store.console.case_story import Line, Part, led_to, tell, told_of
from domain.store.console.looking import Looking, NotFound
from domain.store.journal import about_duty, newest_named
from domain.store.store import Store
from domain.store.writing import Outcome, carry_out_within

LINES: Final = 50
"""Facts of one duty that its page tells."""


@dataclass(frozen=True, kw_only=True)
class Before:
    """The viewer before a case. Whoever is nobody here owes nothing and answers for nobody."""

    look: Looking
    case: Case
    around: Circumstances

    @property
    def today(self) -> date:
        """The local day."""
        return self.around.day(self.look.now)

    @cached_property
    def _reader(self) -> Reader:
        person = self.look.viewer.person or PersonId("")
        return Reader(person=person, case=self.case, around=self.around, now=self.look.now)

    def way(self, duty: Duty) -> Way:
        """What there is for the viewer to do about an open duty."""
        return self._reader.way(duty) if self._acts else Way.NOT_YOURS

    def owner(self, duty: Duty) -> str:
        """The role that meets a duty now, in words."""
        return self.around.programme.roles[self._reader.role(duty)].title.say(self.look.language)

    def may_answer(self, duty: Duty) -> bool:
        """Whether the viewer may fill in a duty's form now, as the own or for whoever owes it."""
        return self.way(duty) is Way.FORM or self.may_answer_for(duty)

    def may_answer_for(self, duty: Duty) -> bool:
        """Whether the viewer may fill in a form for whoever owes it, as told by telephone."""
        kind = self.around.programme.duties[duty.kind]
        by_hand = bool(kind.asks) or not kind.met_by
        return by_hand and self.today >= duty.opens_on and self.way(duty) is not Way.FORM and self.answers_for(duty)

    def answers_for(self, duty: Duty) -> bool:
        """Whether the one who owes a duty works within the viewer's units: a helper, or a desk at or below the own."""
        if not self._acts:
            return False
        role = self.around.programme.roles[self.around.programme.duties[duty.kind].owed_by]
        unit = self.case.unit
        if isinstance(role, Desk):
            unit = climbs_from(role, self.case)
            above = list(self.look.office.upward(unit))
            unit = self.look.office.desk(unit, role.desk, self.today).unit or (above[-1].id if above else unit)
        return self.look.viewer.may_in(Right.ACT, unit, self.look.office)

    @property
    def _acts(self) -> bool:
        return self.look.viewer.person is not None and self.look.viewer.may(Right.ACT)


def before(look: Looking, case: Case) -> Before:
    """The viewer before a case that he or she may see."""
    around = Circumstances(look.programme(case), look.store.calendar, look.office, look.store.programmes)
    return Before(look=look, case=case, around=around)


@dataclass(frozen=True, kw_only=True)
class DutyPage:
    """A duty, open or ended. ``answers`` and ``notes``: what was answered, once it was met and as far as shown."""

    case: Case
    number: int
    duty: Duty | None
    kind: DutyKind | None
    title: str
    owner: str
    way: Way
    for_other: bool
    may_excuse: bool
    around: Circumstances
    story: Part
    led_to: Line | None
    """What led to an open duty, for whoever may answer it."""
    people: People
    answers: Mapping[str, Answer]
    notes: Mapping[str, str]
    met: bool
    photos: tuple[int, ...]
    proposed_for: tuple[str, ...]
    """Why the helper was proposed whom the viewer is to decide on, as facts keep it."""
    now: datetime

    @property
    def today(self) -> date:
        """The local day."""
        return self.around.day(self.now)

    @property
    def time_zone(self) -> ZoneInfo:
        """The clock of the place."""
        return self.around.programme.time_zone

    @property
    def days_late(self) -> int:
        """Whole days after the due day of an open duty."""
        return max((self.today - self.duty.due_on).days, 0) if self.duty else 0


def duty_page(look: Looking, case_id: CaseId, number: int, *, opened: bool = False) -> DutyPage:
    """Read a duty of a case the viewer may see; ``opened``: with the free words of its answer, and that is recorded."""
    case = look.case(case_id)
    if not 0 < number <= case.opened_duties:
        raise NotFound(case_id)
    told = told_of(look, case, about_duty(look.connection, case_id, number, LINES))
    people = who_are(look, case, {*told.people, *_concerned(case, number)})
    seen, duty, name = before(look, case), case.duties.get(number), told.kinds.get(number, "")
    kind = look.programme(case).duties.get(name)
    shows_why = duty is not None and (seen.may_answer(duty) or seen.way(duty) is Way.DECISION)
    met = next((entry.fact for entry in told.entries if isinstance(entry.fact, f.DutyMet)), None)
    return DutyPage(
        case=case, number=number, duty=duty, kind=kind, title=look.store.title(name, look.language, case.programme),
        owner=seen.owner(duty) if duty else "", way=seen.way(duty) if duty else Way.NOT_YOURS,
        for_other=duty is not None and seen.may_answer_for(duty),
        may_excuse=duty is not None and seen.answers_for(duty), around=seen.around, now=look.now,
        story=tell(look, case, told, people), people=people,
        led_to=led_to(look, case, told.entries[-1]) if shows_why and told.entries else None,
        answers=met.answers if met else {},
        notes=words_of(look, case, number) if opened and holds(look, Right.SEE_NAMES, case) else {},
        met=met is not None, photos=photos_kept(look, case, number),
        proposed_for=_proposed_for(look, case) if duty and seen.way(duty) is Way.DECISION else (),
    )  # fmt: skip


def _proposed_for(look: Looking, case: Case) -> tuple[str, ...]:
    entry = newest_named(look.connection, case.id, f.stored_name(f.PairingProposed))
    return entry.fact.why if entry is not None and isinstance(entry.fact, f.PairingProposed) else ()


def _concerned(case: Case, number: int) -> list[PersonId]:
    duty, proposal = case.duties.get(number), case.proposal
    owes = [duty.owed_by] if duty is not None and duty.owed_by else []
    return owes + ([proposal.person] if proposal is not None else [])


Settling = c.AnswerDuty | c.AcknowledgeDuty | c.DecideProposal | c.ExcuseDuty
"""What may be done about one duty."""


def settle(store: Store, viewer: Viewer, number: int, command: Settling, now: datetime) -> Outcome:
    """Carry out what settles a duty, where it is the viewer's to do; a Refusal where it is somebody else's."""
    acting_person(viewer)

    def done(_connection: Connection, look: Looking) -> Outcome:
        return settle_within(before(look, look.case(CaseId(command.case))), number, command)

    return acting(store, viewer, Right.ACT, now, done)


def settle_within(seen: Before, number: int, command: Settling) -> Outcome:
    """The same inside a transaction of the caller's."""
    case, look = seen.case, seen.look
    duty = case.duties.get(number)
    if duty is None:
        ended = 0 < number <= case.opened_duties
        return Refusal(Reason.DUTY_ENDED if ended else Reason.NO_SUCH_DUTY, str(number))
    if not _is_theirs(seen, duty, command):
        return Refusal(Reason.NOT_YOURS_TO_ANSWER, str(number))
    return carry_out_within(look.connection, look.store, [command], look.now)[0]


def form_asked(look: Looking, case_id: CaseId, number: int) -> DutyKind | None:
    """What an open duty asks, where the viewer may answer it now; NotFound for a case that is not the viewer's."""
    case = look.case(case_id)
    duty = case.duties.get(number)
    if duty is None or not before(look, case).may_answer(duty):
        return None
    return look.programme(case).duties[duty.kind]


def _is_theirs(seen: Before, duty: Duty, command: Settling) -> bool:
    match command:
        case c.AnswerDuty():
            return seen.may_answer(duty) or seen.way(duty) is Way.EARLY
        case c.AcknowledgeDuty():
            return seen.way(duty) in {Way.ACKNOWLEDGE, Way.ACKNOWLEDGED}
        case c.DecideProposal():
            return seen.way(duty) is Way.DECISION
        case c.ExcuseDuty():
            return seen.answers_for(duty)
