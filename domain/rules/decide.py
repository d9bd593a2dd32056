"""``decide(case, command, …)``: the facts a command makes true, or a refusal with its reason. Pure."""

import re
from datetime import date, datetime
from typing import Final, assert_never

from domain import facts as f
from domain.case import Case, Duty, opened
from domain.ids import CaseId, PersonId
from domain.programme.schema import Consequence, Helper, Move, Stage
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.answers import check_answers, consequences, signed_on
from domain.rules.fitness import check_fit
from domain.rules.moments import Circumstances, birthday, first_day, length_for
from domain.rules.passing import let_time_pass
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Decided, Unfolding
from domain.stages import Step, stage_after


_KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")


def decide(
    case: Case | None, command: c.Command, around: Circumstances, now: datetime
) -> tuple[Case, tuple[Decided, ...]] | Refusal:
    """The facts that follow from a command and the case they make, or why not.

    Whatever of the case has come due by ``now`` is done in the same breath, so that what a command opens is told
    at once.
    """
    try:
        unfolding = _begin(case, command, around, now)
        let_time_pass(unfolding, now)
    except Refusal as refusal:
        return refusal
    return unfolding.case, tuple(unfolding.facts)


def _begin(case: Case | None, command: c.Command, around: Circumstances, now: datetime) -> Unfolding:
    if isinstance(command, c.OpenCase):
        return _open_case(case, command, around, now)
    if case is None:
        raise Refusal(Reason.NO_SUCH_CASE, command.case)
    if case.base is Stage.CLOSED and not isinstance(command, c.ReopenCase | c.LetTimePass):
        raise Refusal(Reason.CASE_CLOSED, command.case)
    _check_reason(command)
    unfolding = Unfolding(case, around)
    _carry(unfolding, command, now)
    return unfolding


def _check_reason(command: c.Command) -> None:
    """A fact carries no free words: a reason is a key such as ``moved-away``."""
    reason = getattr(command, "reason", None)
    if reason is not None and _KEY.fullmatch(reason) is None:
        raise Refusal(Reason.REASON_NOT_A_KEY)


def _open_case(case: Case | None, command: c.OpenCase, around: Circumstances, now: datetime) -> Unfolding:
    if case is not None:
        raise Refusal(Reason.CASE_EXISTS, command.case)
    eligible = around.programme.eligible
    if command.kind not in eligible.kinds:
        raise Refusal(Reason.NO_SUCH_KIND, command.kind)
    if command.risk is not None and command.risk not in around.programme.risks:
        raise Refusal(Reason.NO_SUCH_RISK, command.risk)
    if birthday(command.born, Length(eligible.below_age, Unit.YEAR)) <= around.day(now):
        raise Refusal(Reason.TOO_OLD, str(eligible.below_age))
    fact = _opening(command, around)
    unfolding = Unfolding(opened(CaseId(command.case), fact, now), around)
    unfolding.facts.append(Decided(fact, now))
    if command.admit:
        unfolding.add(f.CaseAdmitted(by=command.by), now, command.by)
    else:
        unfolding.follow("opened", now, command.by)
    unfolding.keep_standing(now)
    return unfolding


def _opening(command: c.OpenCase, around: Circumstances) -> f.CaseOpened:
    return f.CaseOpened(
        subject=command.subject, unit=command.unit, county=command.county, kind=command.kind, sex=command.sex,
        born=command.born, risk=command.risk or around.programme.risk_at_start, programme=around.programme.name,
        family=command.family,
    )  # fmt: skip


def _carry(unfolding: Unfolding, command: c.Command, now: datetime) -> None:
    match command:
        case c.LetTimePass():
            return
        case c.AnswerDuty():
            _answer(unfolding, command, now)
        case c.AcknowledgeDuty():
            _acknowledge(unfolding, command, now)
        case c.ExcuseDuty():
            _excuse(unfolding, command, now)
        case c.ChangeRisk():
            _change_risk(unfolding, command.risk, command.by, now)
        case c.ProposeHelper():
            _propose(unfolding, command, now)
        case c.DecideProposal():
            _decide_proposal(unfolding, command, now)
        case c.AnswerProposal():
            _answer_proposal(unfolding, command, now)
        case c.Reassign():
            _reassign(unfolding, command, now)
        case c.EndTie():
            _end_tie(unfolding, command, now)
        case c.RenewPaper():
            _renew_paper(unfolding, command, now)
        case c.ReportTellingFailed():
            _telling_failed(unfolding, command, now)
        case c.CloseCase():
            _close(unfolding, command.by, command.reason, now)
        case c.ReopenCase():
            _reopen(unfolding, command, now)
        case c.OpenCase():
            raise Refusal(Reason.CASE_EXISTS, command.case)
        case _:
            assert_never(command)


def _duty(unfolding: Unfolding, number: int) -> Duty:
    duty = unfolding.case.duties.get(number)
    if duty is None:
        ended = 0 < number <= unfolding.case.opened_duties
        raise Refusal(Reason.DUTY_ENDED if ended else Reason.NO_SUCH_DUTY, str(number))
    return duty


def _answer(unfolding: Unfolding, command: c.AnswerDuty, now: datetime) -> None:
    duty = _duty(unfolding, command.duty)
    kind = unfolding.kind(duty.kind)
    today = unfolding.around.day(now)
    if kind.met_by and not kind.asks:
        raise Refusal(Reason.NOT_BY_HAND, duty.kind)
    if today < duty.opens_on:
        raise Refusal(Reason.TOO_EARLY, duty.opens_on.isoformat())
    check_answers(kind, command.answers, command.notes)
    follow = consequences(kind, command.answers)
    met = f.DutyMet(
        duty=duty.number, by=command.by, on=today, answers=command.answers, through=command.through,
        refused=any(each.refuses for each in follow),
    )  # fmt: skip
    before = unfolding.case
    unfolding.add(met, now, command.by)
    for each in follow:
        _bring_about(unfolding, duty, each, command.by, now)
    if kind.opens.paper is not None:
        _renew_by_answer(unfolding, duty, met, now)
    unfolding.open_next(duty, now)
    _after_move(unfolding, before, now)


def _bring_about(unfolding: Unfolding, duty: Duty, brings: Consequence, by: PersonId | None, now: datetime) -> None:
    if brings.raises is not None:
        unfolding.add(f.Raised(duty=duty.number, name=brings.raises), now, by)
    if brings.risk is not None and brings.risk != unfolding.case.risk:
        _change_risk(unfolding, brings.risk, by, now)
    match brings.move:
        case Move.ADMIT if stage_after(unfolding.case.base, Step.ADMITTED):
            unfolding.add(f.CaseAdmitted(by=by), now, by)
        case Move.REFUSE if stage_after(unfolding.case.base, Step.REFUSED):
            _excuse_all(unfolding, _named(by), "not-eligible", now)
            unfolding.add(f.CaseRefused(by=by), now, by)
        case Move.FOLLOW_UP if stage_after(unfolding.case.base, Step.GROWN):
            unfolding.add(f.MovedToFollowUp(by=by), now, by)
        case Move.CLOSE:
            _close(unfolding, _named(by), duty.kind.replace("_", "-"), now)
        case _:
            return


def _named(by: PersonId | None) -> PersonId:
    if by is None:
        raise Refusal(Reason.NOBODY_NAMED)
    return by


def _after_move(unfolding: Unfolding, before: Case, now: datetime) -> None:
    if unfolding.case.base is Stage.CLOSED:
        return
    opened_before = unfolding.case.opened_duties if unfolding.case.base is before.base else before.opened_duties
    unfolding.keep_standing(now)
    if unfolding.case.base is not before.base:
        unfolding.leave_behind(now, opened_before)


def _renew_by_answer(unfolding: Unfolding, duty: Duty, met: f.DutyMet, now: datetime) -> None:
    kind = unfolding.kind(duty.kind)
    tie = unfolding.case.tied(kind.owed_by)
    if tie is None or kind.opens.paper is None:
        return
    lasts = unfolding.around.programme.papers[kind.opens.paper].lasts
    until = unfolding.around.later(signed_on(kind, met), lasts) if lasts else None
    unfolding.add(f.PaperRenewed(person=tie.person, paper=kind.opens.paper, until=until), now)


def _acknowledge(unfolding: Unfolding, command: c.AcknowledgeDuty, now: datetime) -> None:
    duty = _duty(unfolding, command.duty)
    ladder = unfolding.around.programme.ladders[unfolding.kind(duty.kind).ladder].rungs
    reached = ladder[min(duty.rungs, len(ladder)) - 1] if duty.rungs else None
    if reached is None or reached.acknowledged_for is None:
        raise Refusal(Reason.NOT_CLIMBED, str(command.duty))
    if duty.waits_until is not None:
        raise Refusal(Reason.ALREADY_ACKNOWLEDGED, str(command.duty))
    until = unfolding.around.start(unfolding.around.later(unfolding.around.day(now), reached.acknowledged_for))
    unfolding.add(f.DutyAcknowledged(duty=duty.number, by=command.by, until=until), now, command.by)


def _excuse(unfolding: Unfolding, command: c.ExcuseDuty, now: datetime) -> None:
    duty = _duty(unfolding, command.duty)
    unfolding.add(f.DutyExcused(duty=duty.number, by=command.by, reason=command.reason), now, command.by)
    unfolding.open_next(duty, now)
    if not unfolding.case.duties:
        raise Refusal(Reason.NOTHING_LEFT, str(command.duty))


def _excuse_all(unfolding: Unfolding, by: PersonId, reason: str, now: datetime) -> None:
    for number in tuple(unfolding.case.duties):
        unfolding.add(f.DutyExcused(duty=number, by=by, reason=reason), now, by)


def _change_risk(unfolding: Unfolding, risk: str, by: PersonId | None, now: datetime) -> None:
    if risk not in unfolding.around.programme.risks:
        raise Refusal(Reason.NO_SUCH_RISK, risk)
    if risk == unfolding.case.risk:
        raise Refusal(Reason.SAME_RISK, risk)
    unfolding.add(f.RiskChanged(risk=risk, before=unfolding.case.risk, by=by), now, by)
    for duty in tuple(unfolding.case.duties.values()):
        _follow_risk(unfolding, duty, now)


def _follow_risk(unfolding: Unfolding, duty: Duty, now: datetime) -> None:
    """A duty not yet due moves to the day the new risk asks for; one already late stays late."""
    today = unfolding.around.day(now)
    day = _day_at_risk(unfolding, duty, today)
    if day is None or duty.due_on < today or day == duty.due_on:
        return
    recurs = unfolding.kind(duty.kind).opens.recurs
    number = unfolding.open_another(
        duty.kind,
        now,
        f"risk:{unfolding.case.risk}",
        day,
        rhythm_from=day if recurs else None,
        about=duty.about,
    )
    unfolding.supersede(duty, number, "risk", now)


def _day_at_risk(unfolding: Unfolding, duty: Duty, today: date) -> date | None:
    opens = unfolding.kind(duty.kind).opens
    written = opens.every or opens.within
    if written is None or isinstance(written, Length):
        return None
    since = unfolding.case.last_met.get(duty.kind) if opens.every else None
    anchor = since or unfolding.around.day(duty.opened_at)
    return max(unfolding.around.later(anchor, length_for(unfolding.case.risk, written)), today)


def _propose(unfolding: Unfolding, command: c.ProposeHelper, now: datetime) -> None:
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


def _decide_proposal(unfolding: Unfolding, command: c.DecideProposal, now: datetime) -> None:
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


def _answer_proposal(unfolding: Unfolding, command: c.AnswerProposal, now: datetime) -> None:
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
    _after_move(unfolding, before, now)


def _tie(unfolding: Unfolding, role: str, person: PersonId, by: PersonId, now: datetime) -> None:
    standing = check_fit(unfolding.case, person, unfolding.around, unfolding.around.day(now))
    papers = {paper: standing.papers[paper] for paper in standing.papers if paper in unfolding.around.programme.papers}
    unfolding.add(f.TieBegun(role=role, person=person, papers=papers), now, by)


def _reassign(unfolding: Unfolding, command: c.Reassign, now: datetime) -> None:
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


def _end_tie(unfolding: Unfolding, command: c.EndTie, now: datetime) -> None:
    person = _tied(unfolding, command.role)
    owed, before = _owed_by(unfolding, command.role), unfolding.case
    fact = f.TieEnded(role=command.role, person=person, by=command.by, reason=command.reason)
    unfolding.add(fact, now, command.by)
    if unfolding.case.opened_duties > before.opened_duties:
        for duty in owed:
            unfolding.supersede(duty, before.opened_duties + 1, "unpaired", now)
    _after_move(unfolding, before, now)


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


def _renew_paper(unfolding: Unfolding, command: c.RenewPaper, now: datetime) -> None:
    if command.paper not in unfolding.around.programme.papers:
        raise Refusal(Reason.NO_SUCH_PAPER, command.paper)
    if not any(tie.person == command.person for tie in unfolding.case.ties):
        raise Refusal(Reason.NOT_TIED, command.person)
    unfolding.add(f.PaperRenewed(person=command.person, paper=command.paper, until=command.until), now, command.by)
    for duty in tuple(unfolding.case.duties.values()):
        if unfolding.kind(duty.kind).opens.paper == command.paper:
            today = unfolding.around.day(now)
            unfolding.add(f.DutyMet(duty=duty.number, by=command.by, on=today, through="event"), now, command.by)
    unfolding.keep_standing(now)


def _telling_failed(unfolding: Unfolding, command: c.ReportTellingFailed, now: datetime) -> None:
    _duty(unfolding, command.duty)
    unfolding.add(f.TellingFailed(duty=command.duty, person=command.person), now)


def _close(unfolding: Unfolding, by: PersonId, reason: str, now: datetime) -> None:
    _excuse_all(unfolding, by, "case-closed", now)
    unfolding.add(f.CaseClosed(by=by, reason=reason), now, by)


def _reopen(unfolding: Unfolding, command: c.ReopenCase, now: datetime) -> None:
    if unfolding.case.base is not Stage.CLOSED:
        raise Refusal(Reason.CASE_OPEN)
    before = unfolding.case
    unfolding.add(f.CaseReopened(by=command.by, reason=command.reason), now, command.by)
    _after_move(unfolding, before, now)
