"""Answering a duty: its form, what the answers bring about, the next occurrence, the next stage."""

from datetime import datetime

from domain import facts as f
from domain.case import Case, Duty
from domain.ids import PersonId
from domain.programme.schema import Consequence, Move, Stage
from domain.rules import commands as c
from domain.rules.answers import check_answers, consequences, signed_on
from domain.rules.refusals import Reason, Refusal
from domain.rules.risk import change_risk
from domain.rules.unfolding import Unfolding
from domain.stages import Step, stage_after


def open_duty(unfolding: Unfolding, number: int) -> Duty:
    """An open duty by its number; a refusal where it has ended or never was."""
    duty = unfolding.case.duties.get(number)
    if duty is None:
        ended = 0 < number <= unfolding.case.opened_duties
        raise Refusal(Reason.DUTY_ENDED if ended else Reason.NO_SUCH_DUTY, str(number))
    return duty


def answer(unfolding: Unfolding, command: c.AnswerDuty, now: datetime) -> None:
    """Meet a duty with the answers of its form, and let follow what they bring about."""
    duty = open_duty(unfolding, command.duty)
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
    after_move(unfolding, before, now)


def _bring_about(unfolding: Unfolding, duty: Duty, brings: Consequence, by: PersonId | None, now: datetime) -> None:
    if brings.raises is not None:
        unfolding.add(f.Raised(duty=duty.number, name=brings.raises), now, by)
    if brings.risk is not None and brings.risk != unfolding.case.risk:
        change_risk(unfolding, brings.risk, by, now)
    match brings.move:
        case Move.ADMIT if stage_after(unfolding.case.base, Step.ADMITTED):
            unfolding.add(f.CaseAdmitted(by=by), now, by)
        case Move.REFUSE if stage_after(unfolding.case.base, Step.REFUSED):
            excuse_all(unfolding, _named(by), "not-eligible", now)
            unfolding.add(f.CaseRefused(by=by), now, by)
        case Move.FOLLOW_UP if stage_after(unfolding.case.base, Step.GROWN):
            unfolding.add(f.MovedToFollowUp(by=by), now, by)
        case Move.CLOSE:
            close(unfolding, _named(by), duty.kind.replace("_", "-"), now)
        case _:
            return


def after_move(unfolding: Unfolding, before: Case, now: datetime) -> None:
    """After something changed the stage: open what is owed there, let go of the rhythms left behind."""
    if unfolding.case.base is Stage.CLOSED:
        return
    opened_before = unfolding.case.opened_duties if unfolding.case.base is before.base else before.opened_duties
    unfolding.keep_standing(now)
    if unfolding.case.base is not before.base:
        unfolding.leave_behind(now, opened_before)


def _named(by: PersonId | None) -> PersonId:
    if by is None:
        raise Refusal(Reason.NOBODY_NAMED)
    return by


def _renew_by_answer(unfolding: Unfolding, duty: Duty, met: f.DutyMet, now: datetime) -> None:
    kind = unfolding.kind(duty.kind)
    tie = unfolding.case.tied(kind.owed_by)
    if tie is None or kind.opens.paper is None:
        return
    lasts = unfolding.around.programme.papers[kind.opens.paper].lasts
    signed = signed_on(kind, met)
    until = unfolding.around.later(signed, lasts) if lasts else None
    if signed > met.on or (until is not None and until < met.on):
        raise Refusal(Reason.PAPER_RUN_OUT, signed.isoformat())
    unfolding.add(f.PaperRenewed(person=tie.person, paper=kind.opens.paper, until=until), now)


def close(unfolding: Unfolding, by: PersonId, reason: str, now: datetime) -> None:
    """End the watch: whatever is open is excused by whoever closes."""
    excuse_all(unfolding, by, "case-closed", now)
    unfolding.add(f.CaseClosed(by=by, reason=reason), now, by)


def excuse_all(unfolding: Unfolding, by: PersonId, reason: str, now: datetime) -> None:
    """Excuse every open duty, by name."""
    for number in tuple(unfolding.case.duties):
        unfolding.add(f.DutyExcused(duty=number, by=by, reason=reason), now, by)
