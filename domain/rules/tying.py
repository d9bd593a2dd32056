"""Helpers and cases: proposing, agreeing, tying, handing over, letting go."""

from collections.abc import Iterable
from datetime import date, datetime

from domain import facts as f
from domain.case import Duty
from domain.ids import PersonId
from domain.programme.schema import Helper, Stage
from domain.rules import commands as c
from domain.rules.fitness import check_fit
from domain.rules.moments import first_day
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding, after_move
from domain.stages import MOVES, Step


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
    """While nobody fills the role, or the one who does will leave: a successor is found before that day."""
    pairing = unfolding.around.programme.pairing
    if pairing is None or pairing.role not in unfolding.around.programme.helper_roles(unfolding.case.kind):
        return False
    if unfolding.case.base not in {Stage.PAIRING, Stage.CHECK_IN, Stage.FOLLOW_UP}:
        return False
    tie = unfolding.case.tied(pairing.role)
    return tie is None or tie.serves_until is not None


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
    owed = _owed_by(unfolding, pairing.role) if before.tied(pairing.role) else ()
    _tie(unfolding, pairing.role, proposal.person, command.by, now)
    _hand_all_over(unfolding, owed, now)
    after_move(unfolding, before, now)


def _tie(unfolding: Unfolding, role: str, person: PersonId, by: PersonId, now: datetime) -> None:
    today = unfolding.around.day(now)
    standing = check_fit(unfolding.case, person, unfolding.around, today, role)
    papers = {paper: standing.papers[paper] for paper in standing.papers if paper in unfolding.around.programme.papers}
    until = standing.serves_until
    if until is not None and until < today:
        raise Refusal(Reason.HELPER_NOT_SERVING, person)
    pairs = _pairs(unfolding, role)
    unfolding.add(f.TieBegun(role=role, person=person, papers=papers, pairs=pairs, serves_until=until), now, by)


def _pairs(unfolding: Unfolding, role: str) -> bool:
    """Whether with one more helper in a role everything the case needs is filled; it stays so where it was."""
    if unfolding.case.base is not Stage.PAIRING:
        return (unfolding.case.base, Step.PAIRED) in MOVES
    roles = unfolding.around.programme.helper_roles(unfolding.case.kind)
    needed = {name: each for name, each in roles.items() if each.needed}
    return all(
        len(unfolding.case.all_tied(name)) + (name == role) >= (each.least if each.tie == "several" else 1)
        for name, each in needed.items()
    )


def bind(unfolding: Unfolding, command: c.Bind, now: datetime) -> None:
    """Bind a helper by hand in a role that has room."""
    role = _role(unfolding, command.role)
    tied = unfolding.case.all_tied(command.role)
    if any(tie.person == command.person for tie in tied):
        raise Refusal(Reason.ALREADY_TIED, command.person)
    if len(tied) >= (role.most if role.tie == "several" else 1) and not (role.tie == "one" and tied[-1].serves_until):
        raise Refusal(Reason.ROLE_FULL, command.role)
    if unfolding.case.base is Stage.IDENTIFICATION:
        raise Refusal(Reason.NOT_PAIRING, unfolding.case.base.value)
    before = unfolding.case
    owed = _owed_by(unfolding, command.role) if tied and role.tie == "one" else ()
    _tie(unfolding, command.role, command.person, command.by, now)
    _hand_all_over(unfolding, owed, now)
    after_move(unfolding, before, now)


def release(unfolding: Unfolding, command: c.Release, now: datetime) -> None:
    """Let one of the helpers in a role go."""
    _role(unfolding, command.role)
    if not any(tie.person == command.person for tie in unfolding.case.all_tied(command.role)):
        raise Refusal(Reason.NOT_TIED, command.person)
    _let_go(unfolding, command.role, command.person, command.by, command.reason, now)


def announce_ending(unfolding: Unfolding, command: c.AnnounceEnding, now: datetime) -> None:
    """Note a helper's last day; what stands open until that day moves with it."""
    _role(unfolding, command.role)
    tie = next((each for each in unfolding.case.all_tied(command.role) if each.person == command.person), None)
    if tie is None:
        raise Refusal(Reason.NOT_TIED, command.person)
    if command.on is not None and command.on < unfolding.around.day(now):
        raise Refusal(Reason.DAY_PAST, command.on.isoformat())
    fact = f.ServiceEnding(
        role=command.role, person=command.person, on=command.on, by=command.by, reason=command.reason
    )  # fmt: skip
    unfolding.add(fact, now, command.by)
    for duty in tuple(unfolding.case.duties.values()):
        if unfolding.kind(duty.kind).opens.ending == command.role:
            _move_ending(unfolding, duty, command, now)
    unfolding.keep_standing(now)


def _move_ending(unfolding: Unfolding, duty: Duty, command: c.AnnounceEnding, now: datetime) -> None:
    day = first_day(unfolding.case, duty.kind, unfolding.around.day(now), unfolding.around)
    if day is None:
        unfolding.add(f.DutyExcused(duty=duty.number, by=command.by, reason=command.reason), now, command.by)
    elif day != duty.due_on:
        number = unfolding.open_another(duty.kind, now, "leaving", day)
        unfolding.supersede(duty, number, "leaving", now)


def end_service(unfolding: Unfolding, last_day: date, at: datetime) -> None:
    """The last day of service is over: whoever served until then is let go, successor or not."""
    for tie in unfolding.case.ties:
        if tie.serves_until == last_day:
            _let_go(unfolding, tie.role, tie.person, None, "service-ended", at)


def release_earlier(unfolding: Unfolding, role: str, by: PersonId | None, now: datetime) -> None:
    """Let everybody in a role go except the one who came last."""
    for tie in unfolding.case.all_tied(role)[:-1]:
        _let_go(unfolding, role, tie.person, by, "handed-over", now)


def _let_go(unfolding: Unfolding, role: str, person: PersonId, by: PersonId | None, reason: str, at: datetime) -> None:
    """End one tie; what the helper alone owed goes to whoever fills the role now, or to the search for somebody."""
    before, kind = unfolding.case, _role(unfolding, role)
    left = [tie for tie in before.all_tied(role) if tie.person != person]
    gap = len(left) < (kind.least if kind.tie == "several" else 1)
    owed = tuple(duty for duty in _owed_by(unfolding, role) if duty.owed_by == person)
    fact = f.TieEnded(role=role, person=person, by=by, reason=reason, unpairs=_unpairs(unfolding), gap=gap)
    unfolding.add(fact, at, by)
    if left:
        _hand_all_over(unfolding, owed, at)
    elif unfolding.case.opened_duties > before.opened_duties:
        for duty in owed:
            if duty.number in unfolding.case.duties:
                unfolding.supersede(duty, before.opened_duties + 1, "unpaired", at)
    after_move(unfolding, before, at)


def _unpairs(unfolding: Unfolding) -> bool:
    """Whether the case goes back to pairing once nobody is left: not where it was never paired."""
    kind = unfolding.around.programme.eligible.kinds.get(unfolding.case.kind)
    return kind is None or kind.starts == "pairing"


def _role(unfolding: Unfolding, role: str) -> Helper:
    found = unfolding.around.programme.helper_roles(unfolding.case.kind).get(role)
    if found is None:
        raise Refusal(Reason.NO_SUCH_ROLE, role)
    return found


def _hand_all_over(unfolding: Unfolding, owed: Iterable[Duty], now: datetime) -> None:
    for duty in owed:
        if duty.number in unfolding.case.duties:
            _hand_over(unfolding, duty, now)


def reassign(unfolding: Unfolding, command: c.Reassign, now: datetime) -> None:
    """Another helper takes over, with all that is open."""
    old = _tied(unfolding, command.role)
    if old == command.to:
        raise Refusal(Reason.ALREADY_TIED, command.to)
    owed = _owed_by(unfolding, command.role)
    ended = f.TieEnded(
        role=command.role, person=old, by=command.by, reason=command.reason, unpairs=False, gap=False
    )  # fmt: skip
    unfolding.add(ended, now, command.by)
    _tie(unfolding, command.role, command.to, command.by, now)
    _hand_all_over(unfolding, owed, now)
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
    _let_go(unfolding, command.role, person, command.by, command.reason, now)


def _tied(unfolding: Unfolding, role: str) -> PersonId:
    _role(unfolding, role)
    tie = unfolding.case.tied(role)
    if tie is None:
        raise Refusal(Reason.NOT_TIED, role)
    return tie.person


def _owed_by(unfolding: Unfolding, role: str) -> tuple[Duty, ...]:
    duties = unfolding.case.duties.values()
    return tuple(duty for duty in duties if unfolding.kind(duty.kind).owed_by == role)
