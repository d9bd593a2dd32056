"""Answering a duty: its form, what the answers bring about, the next occurrence, the next stage."""

from datetime import date, datetime

from domain import facts as f
from domain.case import Duty
from domain.ids import PersonId
from domain.programme.schema import Consequence, DutyKind, FieldKind, Move
from domain.programme.spans import earlier
from domain.rules import commands as c
from domain.rules.answers import check_answers, consequences, signed_on
from domain.rules.moments import part_of_life
from domain.rules.moving import settle_transfer
from domain.rules.refusals import Reason, Refusal
from domain.rules.risk import change_risk
from domain.rules.tying import release_earlier
from domain.rules.unfolding import Unfolding, after_move, starts
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
    part = part_of_life(unfolding.case, today, unfolding.around)
    check_answers(kind, command.answers, command.notes, part, whole=command.through != "reply")
    _check_accounts(unfolding, kind, command)
    follow = consequences(kind, command.answers)
    met = f.DutyMet(
        duty=duty.number, by=command.by, on=today, answers=command.answers, through=command.through,
        refused=any(each.refuses for each in follow),
    )  # fmt: skip
    before = unfolding.case
    unfolding.add(met, now, command.by)
    for each in follow:
        _bring_about(unfolding, duty, each, command.by, now)
    if unfolding.case.programme != before.programme:
        return
    if kind.opens.paper is not None:
        _renew_by_answer(unfolding, duty, met, now)
    _talk_about_lateness(unfolding, duty, now)
    unfolding.open_next(duty, now)
    after_move(unfolding, before, now)


def _bring_about(unfolding: Unfolding, duty: Duty, brings: Consequence, by: PersonId | None, now: datetime) -> None:
    if brings.raises is not None:
        unfolding.add(f.Raised(duty=duty.number, name=brings.raises), now, by)
    if brings.risk is not None and brings.risk != unfolding.case.risk:
        change_risk(unfolding, brings.risk, by, now)
    if brings.releases is not None:
        release_earlier(unfolding, brings.releases, by, now)
    match brings.move:
        case Move.ADMIT if stage_after(unfolding.case.base, Step.ADMITTED):
            unfolding.add(f.CaseAdmitted(by=by, into=starts(unfolding)), now, by)
        case Move.REFUSE if stage_after(unfolding.case.base, Step.REFUSED):
            excuse_all(unfolding, _named(by), "not-eligible", now)
            unfolding.add(f.CaseRefused(by=by), now, by)
        case Move.FOLLOW_UP if stage_after(unfolding.case.base, Step.GROWN):
            unfolding.add(f.MovedToFollowUp(by=by), now, by)
        case Move.CLOSE:
            close(unfolding, _named(by), duty.kind.replace("_", "-"), now)
        case Move.ACCEPT_TRANSFER | Move.DECLINE_TRANSFER if unfolding.case.transfer is not None:
            accept = brings.move is Move.ACCEPT_TRANSFER
            settle_transfer(unfolding, _named(by), accept=accept, reason=duty.kind.replace("_", "-"), now=now)
        case _:
            return


def _check_accounts(unfolding: Unfolding, kind: DutyKind, command: c.AnswerDuty) -> None:
    """Money goes to the guardian's own account and to no other."""
    for key, question in kind.asks.items():
        if question.type is FieldKind.ACCOUNT and key in command.notes:
            holder = command.holders.get(key)
            if holder is None or holder != unfolding.case.family:
                raise Refusal(Reason.NOT_GUARDIANS_ACCOUNT, key)


def _talk_about_lateness(unfolding: Unfolding, duty: Duty, now: datetime) -> None:
    """A helper who was late once too often, in all cases together, is talked to quietly.

    Once: not while a talk stands open in any of them, and what was talked about already no longer counts.
    """
    lateness, today = unfolding.around.programme.lateness, unfolding.around.day(now)
    if lateness is None or duty.owed_by is None or duty.due_on >= today:
        return
    talks = unfolding.around.programme.opened_by.get(f"raised:{lateness.raises}", ())
    cases = (unfolding.case, *unfolding.around.elsewhere.get(duty.owed_by, ()))
    if any(each.kind in talks for case in cases for each in case.duties.values()):
        return
    talked = max((case.last_met[kind] for case in cases for kind in talks if kind in case.last_met), default=date.min)
    since = max(talked, earlier(today, lateness.within, unfolding.around.calendar))
    if sum(day > since for case in cases for day in case.late.get(duty.owed_by, ())) >= lateness.count:
        unfolding.add(f.Raised(duty=duty.number, name=lateness.raises), now)


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
