"""Helpers and cases: proposing, agreeing, tying, handing over, letting go."""

from datetime import datetime

from domain import facts as f
from domain.case import Duty
from domain.ids import PersonId
from domain.programme.schema import Helper, Stage
from domain.rules import commands as c
from domain.rules.answering import after_move
from domain.rules.fitness import check_fit
from domain.rules.moments import first_day
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding


def propose_helper(unfolding: Unfolding, command: c.ProposeHelper, now: datetime) -> None:
    """Propose a helper whom every hard rule allows."""
    if not _may_be_paired(unfolding):
        raise Refusal(Reason.NOT_PAIRING, unfolding.case.base.value)
    if unfolding.case.proposal is not None:
        raise Refusal(Reason.PROPOSAL_OPEN, unfolding.case.proposal.person)
    check_fit(unfolding.case, command.person, unfolding.around, unfolding.around.day(now))
    fact = f.PairingProposed(person=command.person, score=command.score, why=command.why, by=command.by)
    unfolding.add(fact, now, command.by)


def _may_be_paired(unfolding: Unfolding) -> bool:
    """In pairing, or in follow-up after the helper left."""
    pairing = unfolding.around.programme.pairing
    if pairing is None or unfolding.case.base not in {Stage.PAIRING, Stage.FOLLOW_UP}:
        return False
    return unfolding.case.tied(pairing.role) is None


def decide_proposal(unfolding: Unfolding, command: c.DecideProposal, now: datetime) -> None:
    """The coordinator agrees or declines."""
    proposal = unfolding.case.proposal
    if proposal is None:
        raise Refusal(Reason.NO_PROPOSAL)
    if not command.accept:
        _decline(unfolding, proposal.person, command.by, command.reason, now, helper=False)
    elif proposal.approved:
        raise Refusal(Reason.PROPOSAL_OPEN, proposal.person)
    else:
        unfolding.add(f.ProposalApproved(person=proposal.person, by=command.by), now, command.by)


def _decline(unfolding: Unfolding, person: PersonId, by: PersonId, reason: str, now: datetime, *, helper: bool) -> None:
    side = f.ProposalDeclined(person=person, by=by, side="helper" if helper else "coordinator", reason=reason)
    unfolding.add(side, now, by)


def answer_proposal(unfolding: Unfolding, command: c.AnswerProposal, now: datetime) -> None:
    """The helper who is asked agrees or declines."""
    proposal, pairing = unfolding.case.proposal, unfolding.around.programme.pairing
    if proposal is None or pairing is None:
        raise Refusal(Reason.NO_PROPOSAL)
    if not proposal.approved:
        raise Refusal(Reason.NOT_APPROVED)
    if command.by != proposal.person:
        raise Refusal(Reason.NOT_THE_ONE_ASKED)
    if not command.accept:
        _decline(unfolding, proposal.person, command.by, command.reason, now, helper=True)
        return
    before = unfolding.case
    _tie(unfolding, pairing.role, proposal.person, command.by, now)
    after_move(unfolding, before, now)


def _tie(unfolding: Unfolding, role: str, person: PersonId, by: PersonId, now: datetime) -> None:
    standing = check_fit(unfolding.case, person, unfolding.around, unfolding.around.day(now))
    papers = {paper: standing.papers[paper] for paper in standing.papers if paper in unfolding.around.programme.papers}
    unfolding.add(f.TieBegun(role=role, person=person, papers=papers), now, by)


def reassign(unfolding: Unfolding, command: c.Reassign, now: datetime) -> None:
    """Another helper takes over, with all that is open."""
    old = _tied(unfolding, command.role)
    if old == command.to:
        raise Refusal(Reason.ALREADY_TIED, command.to)
    owed = _owed_by(unfolding, command.role)
    _tie(unfolding, command.role, command.to, command.by, now)
    unfolding.add(f.TieEnded(role=command.role, person=old, by=command.by, reason=command.reason), now, command.by)
    for duty in owed:
        _hand_over(unfolding, duty, now)
    unfolding.keep_standing(now)


def _hand_over(unfolding: Unfolding, duty: Duty, now: datetime) -> None:
    """The successor owes the same; never before a few days' grace, and on the same day where that is later."""
    standing = unfolding.standing(duty.kind)
    if standing is not None and standing.number > duty.number:
        unfolding.supersede(duty, standing.number, "handover", now)
        return
    grace = unfolding.kind(duty.kind).handover
    today = unfolding.around.day(now)
    earliest = unfolding.around.later(today, grace) if grace else today
    day = max(duty.due_on, earliest)
    if unfolding.kind(duty.kind).opens.paper is not None:
        day = first_day(unfolding.case, duty.kind, today, unfolding.around) or day
    number = unfolding.open_another(duty.kind, now, "handover", day, rhythm_from=duty.rhythm_from, about=duty.about)
    unfolding.supersede(duty, number, "handover", now)


def end_tie(unfolding: Unfolding, command: c.EndTie, now: datetime) -> None:
    """A helper goes; finding another is owed at once."""
    person = _tied(unfolding, command.role)
    owed, before = _owed_by(unfolding, command.role), unfolding.case
    fact = f.TieEnded(role=command.role, person=person, by=command.by, reason=command.reason)
    unfolding.add(fact, now, command.by)
    if unfolding.case.opened_duties > before.opened_duties:
        for duty in owed:
            unfolding.supersede(duty, before.opened_duties + 1, "unpaired", now)
    after_move(unfolding, before, now)


def _tied(unfolding: Unfolding, role: str) -> PersonId:
    if not isinstance(unfolding.around.programme.roles.get(role), Helper):
        raise Refusal(Reason.NO_SUCH_ROLE, role)
    tie = unfolding.case.tied(role)
    if tie is None:
        raise Refusal(Reason.NOT_TIED, role)
    return tie.person


def _owed_by(unfolding: Unfolding, role: str) -> tuple[Duty, ...]:
    duties = unfolding.case.duties.values()
    return tuple(duty for duty in duties if unfolding.kind(duty.kind).owed_by == role)
