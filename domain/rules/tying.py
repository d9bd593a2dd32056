"""Helpers and cases: proposing, agreeing, tying, handing over, letting go."""

from datetime import date, datetime

from domain import facts as f
from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Helper, Programme, Stage
from domain.rules import commands as c
from domain.rules.fitness import check_fit
from domain.rules.handing import end_searches, hand_over, leave_to_others, owed_by_role
from domain.rules.moments import first_day, least_of
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding, after_move
from domain.stages import MOVES, Step


def heard_from(met: f.DutyMet, owed_by: PersonId | None) -> frozenset[PersonId]:
    """Of whom something is heard when a duty is met: who met it, and who owed it, whoever wrote that down."""
    owing = owed_by if met.through != "event" else None
    return frozenset(person for person in (met.by, owing) if person is not None)


def propose_helper(unfolding: Unfolding, command: c.ProposeHelper, now: datetime) -> None:
    """Propose a helper whom every hard rule allows."""
    pairing = unfolding.around.programme.pairing
    if pairing is None or not may_be_paired(unfolding.case, unfolding.around.programme):
        raise Refusal(Reason.NOT_PAIRING, unfolding.case.base.value)
    if unfolding.case.proposal is not None:
        raise Refusal(Reason.PROPOSAL_OPEN, unfolding.case.proposal.person)
    _check_not_tied(unfolding, pairing.role, command.person)
    check_fit(unfolding.case, command.person, unfolding.around, unfolding.around.day(now))
    fact = f.PairingProposed(person=command.person, score=command.score, why=command.why, by=command.by)
    unfolding.add(fact, now, command.by)


def may_be_paired(case: Case, programme: Programme) -> bool:
    """While nobody fills the role, or the one who does will leave; and where it is somebody's duty to decide."""
    pairing = programme.pairing
    if pairing is None or pairing.role not in programme.helper_roles(case.kind):
        return False
    if not all(somebody_decides(case, programme, trigger) for trigger in ("proposed", "approved")):
        return False
    tie = case.tied(pairing.role)
    return tie is None or tie.serves_until is not None


def somebody_decides(case: Case, programme: Programme, trigger: str) -> bool:
    """Whether what is asked for becomes somebody's duty; else it would lie there and nobody would know."""
    kinds = (programme.duties[kind] for kind in programme.opened_by.get(trigger, ()))
    return any(case.base in kind.stages and (not kind.kinds or case.kind in kind.kinds) for kind in kinds)


def _check_not_tied(unfolding: Unfolding, role: str, person: PersonId) -> None:
    if any(tie.person == person for tie in unfolding.case.all_tied(role)):
        raise Refusal(Reason.ALREADY_TIED, person)


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
    if command.accept:
        _take_on(unfolding, pairing.role, proposal.person, command.by, now)
    else:
        _decline(unfolding, proposal.person, command.by, command.reason, now, helper=True)


def bind(unfolding: Unfolding, command: c.Bind, now: datetime) -> None:
    """Bind a helper by hand in a role that has room."""
    _role(unfolding, command.role)
    _check_not_tied(unfolding, command.role, command.person)
    _check_room(unfolding, command.role)
    if unfolding.case.base is Stage.IDENTIFICATION:
        raise Refusal(Reason.NOT_PAIRING, unfolding.case.base.value)
    _check_no_other_proposed(unfolding, command.role, command.person)
    _take_on(unfolding, command.role, command.person, command.by, now)


def _check_room(unfolding: Unfolding, role: str) -> None:
    """A role for one takes a second only as successor of somebody whose last day is known."""
    kind, tied = _role(unfolding, role), unfolding.case.all_tied(role)
    room = len(tied) < kind.most if kind.tie == "several" else not tied or tied[-1].serves_until is not None
    if not room:
        raise Refusal(Reason.ROLE_FULL, role)


def _check_no_other_proposed(unfolding: Unfolding, role: str, person: PersonId) -> None:
    """Whoever was proposed is answered first, before somebody else takes the place by hand."""
    proposal, pairing = unfolding.case.proposal, unfolding.around.programme.pairing
    if proposal is None or pairing is None or proposal.person == person:
        return
    if role == pairing.role or _pairs(unfolding, role):
        raise Refusal(Reason.PROPOSAL_OPEN, proposal.person)


def _take_on(unfolding: Unfolding, role: str, person: PersonId, by: PersonId, now: datetime) -> None:
    """Tie a helper; in a role for one, everything open there moves along at once."""
    before = unfolding.case
    owed = owed_by_role(unfolding, role)
    handed = owed if _role(unfolding, role).tie == "one" else tuple(duty for duty in owed if duty.owed_by is None)
    _tie(unfolding, role, person, by, now)
    hand_over(unfolding, handed, now)
    after_move(unfolding, before, now)


def _tie(unfolding: Unfolding, role: str, person: PersonId, by: PersonId, now: datetime) -> None:
    today = unfolding.around.day(now)
    standing = check_fit(unfolding.case, person, unfolding.around, today, role)
    papers = {paper: standing.papers[paper] for paper in standing.papers if paper in unfolding.around.programme.papers}
    until, pairs = standing.serves_until, _pairs(unfolding, role)
    unfolding.add(f.TieBegun(role=role, person=person, papers=papers, pairs=pairs, serves_until=until), now, by)


def _pairs(unfolding: Unfolding, role: str) -> bool:
    """Whether with one more helper in a role everything the case needs is filled, where it was not before."""
    if unfolding.case.base is not Stage.PAIRING:
        return False
    needed = {name: each for name, each in _roles(unfolding).items() if each.needed}
    return all(len(unfolding.case.all_tied(name)) + (name == role) >= least_of(each) for name, each in needed.items())


def release(unfolding: Unfolding, command: c.Release, now: datetime) -> None:
    """Let one of the helpers in a role go."""
    _check_tied(unfolding, command.role, command.person)
    _let_go(unfolding, command.role, command.person, command.by, command.reason, now)


def _check_tied(unfolding: Unfolding, role: str, person: PersonId) -> None:
    _role(unfolding, role)
    if not any(tie.person == person for tie in unfolding.case.all_tied(role)):
        raise Refusal(Reason.NOT_TIED, person)


def announce_ending(unfolding: Unfolding, command: c.AnnounceEnding, now: datetime) -> None:
    """Note a helper's last day; what stands open until that day moves with it."""
    _check_tied(unfolding, command.role, command.person)
    if command.on is not None and command.on < unfolding.around.day(now):
        raise Refusal(Reason.DAY_PAST, command.on.isoformat())
    fact = f.ServiceEnding(
        role=command.role, person=command.person, on=command.on, by=command.by, reason=command.reason
    )  # fmt: skip
    unfolding.add(fact, now, command.by)
    for duty in tuple(unfolding.case.duties.values()):
        if unfolding.kind(duty.kind).opens.ending == command.role:
            _move_ending(unfolding, duty, command, now)
    if unfolding.case.proposal is not None and not may_be_paired(unfolding.case, unfolding.around.programme):
        _decline(unfolding, unfolding.case.proposal.person, command.by, command.reason, now, helper=False)
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


def end_unknown_ties(unfolding: Unfolding, by: PersonId, now: datetime) -> None:
    """Let those go who are bound in roles that the programme the case goes on under does not have."""
    for tie in unfolding.case.ties:
        if tie.role not in _roles(unfolding):
            _let_go(unfolding, tie.role, tie.person, by, "programme-changed", now)


def _let_go(unfolding: Unfolding, role: str, person: PersonId, by: PersonId | None, reason: str, at: datetime) -> None:
    """End one tie; what the helper alone owed goes to whoever fills the role now, or to the search for somebody."""
    before, kind = unfolding.case, _roles(unfolding).get(role)
    left = [tie for tie in before.all_tied(role) if tie.person != person]
    gap = len(left) < least_of(kind) if kind is not None else len(before.ties) == 1
    owed = tuple(duty for duty in owed_by_role(unfolding, role) if duty.owed_by == person)
    fact = f.TieEnded(role=role, person=person, by=by, reason=reason, unpairs=_unpairs(unfolding), gap=gap)
    unfolding.add(fact, at, by)
    if left:
        hand_over(unfolding, owed, at)
    else:
        leave_to_others(unfolding, role, owed, at)
    end_searches(unfolding, role, at)
    after_move(unfolding, before, at)


def _unpairs(unfolding: Unfolding) -> bool:
    """Whether the case goes back to pairing once nobody is left: not where it was never paired."""
    kind = unfolding.around.programme.eligible.kinds.get(unfolding.case.kind)
    return (unfolding.case.base, Step.UNPAIRED) in MOVES and (kind is None or kind.starts == "pairing")


def reassign(unfolding: Unfolding, command: c.Reassign, now: datetime) -> None:
    """Another helper takes over, with all that is open."""
    old = _tied(unfolding, command.role)
    _check_not_tied(unfolding, command.role, command.to)
    _check_no_other_proposed(unfolding, command.role, command.to)
    owed = owed_by_role(unfolding, command.role)
    ended = f.TieEnded(
        role=command.role, person=old, by=command.by, reason=command.reason, unpairs=False, gap=False
    )  # fmt: skip
    unfolding.add(ended, now, command.by)
    _tie(unfolding, command.role, command.to, command.by, now)
    hand_over(unfolding, (duty for duty in owed if duty.owed_by in {None, old}), now)
    unfolding.keep_standing(now)


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


def _role(unfolding: Unfolding, role: str) -> Helper:
    """A role that helpers fill around this kind of case."""
    if role not in _roles(unfolding):
        raise Refusal(Reason.NO_SUCH_ROLE, role)
    return _roles(unfolding)[role]


def _roles(unfolding: Unfolding) -> dict[str, Helper]:
    return dict(unfolding.around.programme.helper_roles(unfolding.case.kind))
