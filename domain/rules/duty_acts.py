"""What else may be done with a duty: acknowledge, excuse, renew a paper, note that nobody could be told."""

from datetime import datetime
from typing import Final

from domain import facts as f
from domain.case import Duty
from domain.rules import commands as c
from domain.rules.answering import open_duty
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding


def acknowledge(unfolding: Unfolding, command: c.AcknowledgeDuty, now: datetime) -> None:
    """The ladder waits as long as the rung reached allows."""
    duty = open_duty(unfolding, command.duty)
    ladder = unfolding.around.programme.ladders[unfolding.kind(duty.kind).ladder].rungs
    reached = ladder[min(duty.rungs, len(ladder)) - 1] if duty.rungs else None
    if reached is None or reached.acknowledged_for is None:
        raise Refusal(Reason.NOT_CLIMBED, str(command.duty))
    if duty.waits_until is not None and duty.waits_until > now:
        raise Refusal(Reason.ALREADY_ACKNOWLEDGED, str(command.duty))
    until = unfolding.around.start(unfolding.around.later(unfolding.around.day(now), reached.acknowledged_for))
    unfolding.add(f.DutyAcknowledged(duty=duty.number, by=command.by, until=until), now, command.by)


def say_cannot(unfolding: Unfolding, command: c.SayCannot, now: datetime) -> None:
    """Raise what the programme says of a duty somebody cannot do; once, as long as others are still at it."""
    duty = open_duty(unfolding, command.duty)
    replies = unfolding.kind(duty.kind).replies
    if replies is None or replies.cannot is None:
        raise Refusal(Reason.NOT_BY_HAND, duty.kind)
    heard_by = unfolding.around.programme.opened_by.get(f"raised:{replies.cannot}", ())
    if any(unfolding.standing(kind) for kind in heard_by):
        raise Refusal(Reason.ALREADY_SAID, str(command.duty))
    unfolding.add(f.Raised(duty=duty.number, name=replies.cannot), now, command.by)


def excuse(unfolding: Unfolding, command: c.ExcuseDuty, now: datetime) -> None:
    """Let one duty go; never the last one that leads on, nor one whose answer somebody waits for."""
    duty = open_duty(unfolding, command.duty)
    if _is_waited_for(unfolding, duty):
        raise Refusal(Reason.WAITED_FOR, str(command.duty))
    unfolding.add(f.DutyExcused(duty=duty.number, by=command.by, reason=command.reason), now, command.by)
    unfolding.open_next(duty, now)
    if not any(_leads_on(unfolding, other) for other in unfolding.case.duties.values()):
        raise Refusal(Reason.NOTHING_LEFT, str(command.duty))


_BY_THE_WAY: Final = ("telling-failed", "raised:", "lapsed:", "invited:")
"""What opens duties beside a case's way: once they are met, nothing need follow from them."""


def _leads_on(unfolding: Unfolding, duty: Duty) -> bool:
    """Whether a case goes on from a duty; one that came up by the way ends, and nobody would look after the case."""
    kind = unfolding.kind(duty.kind)
    if not kind.opens.after or not all(trigger.startswith(_BY_THE_WAY) for trigger in kind.opens.after):
        return True
    moves = any(each.move is not None for each in kind.consequences)
    return moves or bool(unfolding.around.programme.opened_by.get(f"met:{duty.kind}"))


def _is_waited_for(unfolding: Unfolding, duty: Duty) -> bool:
    """Whether a transfer or a proposal would lie there with nobody to answer it."""
    case, opened_by = unfolding.case, unfolding.around.programme.opened_by
    asked = "transfer-asked" if case.transfer is not None else None
    proposed = case.proposal and ("approved" if case.proposal.approved else "proposed")
    return any(duty.kind in opened_by.get(trigger, ()) for trigger in (asked, proposed) if trigger)


def telling_failed(unfolding: Unfolding, command: c.ReportTellingFailed, now: datetime) -> None:
    """Nobody could be reached about a duty."""
    open_duty(unfolding, command.duty)
    unfolding.add(f.TellingFailed(duty=command.duty, person=command.person), now)


def renew_paper(unfolding: Unfolding, command: c.RenewPaper, now: datetime) -> None:
    """A paper of a tied helper is valid anew; the duty to renew it is met."""
    if command.paper not in unfolding.around.programme.papers:
        raise Refusal(Reason.NO_SUCH_PAPER, command.paper)
    if not any(tie.person == command.person for tie in unfolding.case.ties):
        raise Refusal(Reason.NOT_TIED, command.person)
    if command.until is not None and command.until < unfolding.around.day(now):
        raise Refusal(Reason.PAPER_RUN_OUT, command.until.isoformat())
    unfolding.add(f.PaperRenewed(person=command.person, paper=command.paper, until=command.until), now, command.by)
    for duty in tuple(unfolding.case.duties.values()):
        if unfolding.kind(duty.kind).opens.paper == command.paper:
            today = unfolding.around.day(now)
            unfolding.add(f.DutyMet(duty=duty.number, by=command.by, on=today, through="event"), now, command.by)
    unfolding.keep_standing(now)
