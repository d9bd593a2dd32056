"""A case as the fold of its facts: ``evolve(case, fact)``. It never refuses; what is written has happened."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal, assert_never

import msgspec
from msgspec.structs import replace

from domain import facts as f
from domain.ids import CaseId, DutyId, PersonId, UnitId, duty_id
from domain.programme.schema import Level, Stage
from domain.stages import ESCALATES, Step, stage_after

MOST_LATE: Final = 20


class BrokenJournal(Exception):
    """A fact that cannot fit what came before it: the journal itself is damaged."""


class Duty(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An open duty. ``rungs`` counts the steps of its ladder that have been reached, the last at ``reached_at``."""

    number: int
    kind: str
    opens_on: date
    due_on: date
    opened_at: datetime
    owed_by: PersonId | None = None
    about: str | None = None
    rhythm_from: date | None = None
    rungs: int = 0
    climbed_to: Level | None = None
    desk: UnitId | None = None
    waits_until: datetime | None = None
    reached_at: datetime | None = None


class Tie(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A helper bound to the case, until when each paper is valid (nothing: for ever), and the last day of service."""

    role: str
    person: PersonId
    since: datetime
    papers: Mapping[str, date | None] = {}
    serves_until: date | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A helper proposed and not yet tied; ``approved`` once the coordinator agreed."""

    person: PersonId
    approved: bool


class Transfer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where the case is asked to move, and into which programme; its own where none is named."""

    unit: UnitId
    county: UnitId
    programme: str | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Everything the rules know of a case. ``base`` is the stage without regard to what has climbed.

    ``invited``: the day of each activity about which something is owed, and of the one asked to last.
    """

    id: CaseId
    subject: PersonId
    unit: UnitId
    county: UnitId
    kind: str
    sex: Literal["female", "male"] | None = None
    born: date | None = None
    risk: str
    programme: str
    opened_at: datetime
    watched_since: datetime
    base: Stage
    position: int = 1
    family: PersonId | None = None
    duties: Mapping[int, Duty] = {}
    opened_duties: int = 0
    ties: tuple[Tie, ...] = ()
    proposal: Proposal | None = None
    declined: tuple[PersonId, ...] = ()
    life: tuple[str, ...] = ()
    last_met: Mapping[str, date] = {}
    transfer: Transfer | None = None
    late: Mapping[PersonId, tuple[date, ...]] = {}
    invited: Mapping[str, date] = {}

    @property
    def climbed(self) -> bool:
        """Whether something of the case stands above the one who owes it."""
        for duty in self.duties.values():  # noqa: SIM110 - asked of every case of a round, where a generator costs double
            if duty.climbed_to is not None:
                return True
        return False

    @property
    def stage(self) -> Stage:
        """Where the case stands; escalation while something has climbed."""
        return Stage.ESCALATION if self.base in ESCALATES and self.climbed else self.base

    def duty_id(self, number: int) -> DutyId:
        """The id of one of its duties."""
        return duty_id(self.id, number)

    def tied(self, role: str) -> Tie | None:
        """Who fills a role now; during a handover the one who came last."""
        return next((tie for tie in reversed(self.ties) if tie.role == role), None)

    def all_tied(self, role: str) -> tuple[Tie, ...]:
        """Everybody bound in a role, those who came first first."""
        return tuple(tie for tie in self.ties if tie.role == role)


def opened(case: CaseId, fact: f.CaseOpened, at: datetime) -> Case:
    """The case its first fact makes."""
    return Case(
        id=case, subject=fact.subject, unit=fact.unit, county=fact.county, kind=fact.kind, sex=fact.sex,
        born=fact.born, risk=fact.risk, programme=fact.programme, family=fact.family, opened_at=at,
        watched_since=at, base=Stage.IDENTIFICATION,
    )  # fmt: skip


def evolve(case: Case, fact: f.Fact, at: datetime) -> Case:
    """The case after one more fact that became true at ``at``."""
    return replace(_changed(case, fact, at), position=case.position + 1)


def fold(journal: Iterable[f.Recorded]) -> Case:
    """The case a whole journal makes; BrokenJournal when it starts wrongly, has a gap or a fact that cannot fit."""
    facts = iter(journal)
    first = next(facts, None)
    if first is None or not isinstance(first.fact, f.CaseOpened):
        raise BrokenJournal("a case begins with case-opened")
    case = opened(first.case, first.fact, first.at)
    for recorded in facts:
        if recorded.position != case.position + 1:
            raise BrokenJournal(f"{case.id}: {recorded.position} follows {case.position}")
        case = evolve(case, recorded.fact, recorded.at)
    return case


def _changed(case: Case, fact: f.Fact, at: datetime) -> Case:
    match fact:
        case f.RungReached() | f.DutyAcknowledged():
            return _with_duty(case, _climbed(_open_duty(case, fact.duty), fact, at))
        case f.DutyOpened():
            return replace(_with_duty(case, _new_duty(fact, at)), opened_duties=fact.duty)
        case f.DutyMet():
            return _met(case, fact)
        case f.DutyExcused() | f.DutySuperseded() | f.DutyLapsed():
            return _without_duty(case, fact.duty)
        case f.TieBegun():
            tie = Tie(
                role=fact.role, person=fact.person, since=at, papers=fact.papers, serves_until=fact.serves_until
            )  # fmt: skip
            tied = replace(case, ties=(*case.ties, tie), proposal=_proposal_left(case, fact))
            return _moved(tied, Step.PAIRED) if fact.pairs else tied
        case f.TieEnded():
            ties = tuple(tie for tie in case.ties if (tie.role, tie.person) != (fact.role, fact.person))
            left = replace(case, ties=ties)
            return left if ties or not fact.unpairs else _moved(left, Step.UNPAIRED)
        case f.ServiceEnding():
            return replace(case, ties=tuple(_ending(tie, fact) for tie in case.ties))
        case f.TransferAsked():
            return replace(case, transfer=Transfer(unit=fact.unit, county=fact.county, programme=fact.programme))
        case f.TransferDeclined():
            return replace(case, transfer=None)
        case f.CaseMoved():
            transfer = None if settles_transfer(case, fact) else case.transfer
            return replace(case, unit=fact.unit, county=fact.county, transfer=transfer)
        case f.ProgrammeChanged():
            return replace(case, programme=fact.programme)
        case f.RiskChanged():
            return replace(case, risk=fact.risk)
        case f.PaperRenewed():
            return replace(case, ties=tuple(_renewed(tie, fact) for tie in case.ties))
        case f.GuardianNamed():
            return replace(case, family=fact.family)
        case f.LifeStageReached():
            return replace(case, life=(*case.life, fact.stage))
        case f.PairingProposed():
            return replace(case, proposal=Proposal(person=fact.person, approved=False))
        case f.ProposalApproved():
            return replace(case, proposal=Proposal(person=fact.person, approved=True))
        case f.ProposalDeclined():
            return replace(case, proposal=None, declined=(*case.declined, fact.person))
        case f.CaseAdmitted():
            return _moved(case, Step.ADMITTED if fact.into == "pairing" else Step.ADMITTED_ALONE)
        case f.CaseRefused():
            return _moved(replace(case, transfer=None), Step.REFUSED)
        case f.MovedToFollowUp():
            return _moved(case, Step.GROWN)
        case f.CaseClosed():
            return _moved(replace(case, ties=(), proposal=None, transfer=None), Step.CLOSED)
        case f.CaseReopened():
            step = Step.REOPENED if fact.into == "pairing" else Step.REOPENED_ALONE
            return _moved(replace(case, watched_since=at), step)
        case f.Invited():
            return replace(case, invited=_invited(case, fact))
        case f.Raised() | f.TellingFailed():
            return case
        case f.CaseOpened():
            raise BrokenJournal(f"{case.id}: opened twice")
        case _:
            assert_never(fact)


def settles_transfer(case: Case, fact: f.CaseMoved) -> bool:
    """Whether a case comes to where it was asked to move; a change of the tree above it is no answer to that."""
    return case.transfer is not None and fact.unit == case.transfer.unit


def _moved(case: Case, step: Step) -> Case:
    stage = stage_after(case.base, step)
    if stage is None:
        raise BrokenJournal(f"{case.id}: {step.name} in {case.base}")
    return replace(case, base=stage)


def _open_duty(case: Case, number: int) -> Duty:
    duty = case.duties.get(number)
    if duty is None:
        raise BrokenJournal(f"{case.id}: duty {number} is not open")
    return duty


def _with_duty(case: Case, duty: Duty) -> Case:
    return replace(case, duties={**case.duties, duty.number: duty})


def _without_duty(case: Case, number: int) -> Case:
    _open_duty(case, number)
    return replace(case, duties={key: duty for key, duty in case.duties.items() if key != number})


def _new_duty(fact: f.DutyOpened, at: datetime) -> Duty:
    return Duty(
        number=fact.duty, kind=fact.kind, opens_on=fact.opens_on, due_on=fact.due_on, opened_at=at,
        owed_by=fact.owed_by, about=fact.about, rhythm_from=fact.rhythm_from,
    )  # fmt: skip


def _climbed(duty: Duty, fact: f.RungReached | f.DutyAcknowledged, at: datetime) -> Duty:
    if isinstance(fact, f.DutyAcknowledged):
        return replace(duty, waits_until=fact.until)
    level = Level(fact.climbed_to) if fact.climbed_to else duty.climbed_to
    desk = fact.desk or duty.desk
    return replace(duty, rungs=fact.rung + 1, climbed_to=level, desk=desk, waits_until=None, reached_at=at)


def _met(case: Case, fact: f.DutyMet) -> Case:
    duty = _open_duty(case, fact.duty)
    met = replace(_without_duty(case, fact.duty), last_met={**case.last_met, duty.kind: fact.on})
    return _noted_late(met, duty, fact.on) if fact.on > duty.due_on else met


def _noted_late(case: Case, duty: Duty, on: date) -> Case:
    """Remember a helper's late answers; no more of them than any programme may count."""
    if duty.owed_by is None:
        return case
    days = (*case.late.get(duty.owed_by, ()), on)[-MOST_LATE:]
    return replace(case, late={**case.late, duty.owed_by: days})


def _invited(case: Case, fact: f.Invited) -> dict[str, date]:
    """The days of activities still to come or to be told of; those of which nothing is owed any more are let go."""
    owed = {duty.about for duty in case.duties.values()}
    return {activity: on for activity, on in case.invited.items() if activity in owed} | {fact.activity: fact.on}


def _proposal_left(case: Case, fact: f.TieBegun) -> Proposal | None:
    """A tie answers the open proposal of that person; a member of a team bound by hand leaves it open."""
    if case.proposal is not None and not fact.pairs and case.proposal.person != fact.person:
        return case.proposal
    return None


def _ending(tie: Tie, fact: f.ServiceEnding) -> Tie:
    if (tie.role, tie.person) != (fact.role, fact.person):
        return tie
    return replace(tie, serves_until=fact.on)


def _renewed(tie: Tie, fact: f.PaperRenewed) -> Tie:
    if tie.person != fact.person:
        return tie
    return replace(tie, papers={**tie.papers, fact.paper: fact.until})
