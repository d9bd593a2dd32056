"""A changed risk: what is not late yet moves to the day the new risk asks for."""

from datetime import date, datetime

from domain import facts as f
from domain.case import Duty
from domain.ids import PersonId
from domain.programme.schema import Cadence
from domain.programme.spans import Length
from domain.rules.moments import length_for
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding


def change_risk(unfolding: Unfolding, risk: str, by: PersonId | None, now: datetime) -> None:
    """Set the risk; what is not late yet moves with it."""
    if risk not in unfolding.around.programme.risks:
        raise Refusal(Reason.NO_SUCH_RISK, risk)
    if risk == unfolding.case.risk:
        raise Refusal(Reason.SAME_RISK, risk)
    unfolding.add(f.RiskChanged(risk=risk, before=unfolding.case.risk, by=by), now, by)
    for duty in tuple(unfolding.case.duties.values()):
        _follow_risk(unfolding, duty, now)


def follow_life(unfolding: Unfolding, at: datetime) -> None:
    """A new part of life has begun; what is not late yet moves to the rhythm it asks for."""
    for duty in tuple(unfolding.case.duties.values()):
        every = unfolding.kind(duty.kind).opens.every
        if isinstance(every, Cadence) and every.by_life:
            _follow(unfolding, duty, "life", at)


def _follow_risk(unfolding: Unfolding, duty: Duty, now: datetime) -> None:
    opens = unfolding.kind(duty.kind).opens
    if any(isinstance(written, Cadence) and written.by_risk for written in (opens.every, opens.within)):
        _follow(unfolding, duty, f"risk:{unfolding.case.risk}", now)


def _follow(unfolding: Unfolding, duty: Duty, because: str, now: datetime) -> None:
    """A duty not yet due moves to the day that is asked for now; one already late stays late."""
    today = unfolding.around.day(now)
    day = _day_now(unfolding, duty, today)
    if day is None or duty.due_on < today or day == duty.due_on:
        return
    recurs = unfolding.kind(duty.kind).opens.recurs
    number = unfolding.open_another(
        duty.kind,
        now,
        because,
        day,
        rhythm_from=day if recurs else None,
        about=duty.about,
    )
    unfolding.supersede(duty, number, because.partition(":")[0], now)


def _day_now(unfolding: Unfolding, duty: Duty, today: date) -> date | None:
    opens = unfolding.kind(duty.kind).opens
    written = opens.every or opens.within
    if written is None or isinstance(written, Length) or opens.on is not None:
        return None
    since = unfolding.case.last_met.get(duty.kind) if opens.every else None
    anchor = since or unfolding.around.day(duty.opened_at)
    length = length_for(unfolding.case, written, today, unfolding.around)
    return max(unfolding.around.later(anchor, length), today)
