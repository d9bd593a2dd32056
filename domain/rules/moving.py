"""A case moves: to another unit that takes it over, with the tree itself, or to another version of its programme."""

from dataclasses import replace
from datetime import date, datetime

from domain import facts as f
from domain.case import Case, Duty
from domain.ids import PersonId, UnitId
from domain.programme.schema import Stage
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.refusals import Reason, Refusal
from domain.rules.unfolding import Unfolding, after_move


def ask_transfer(unfolding: Unfolding, command: c.AskTransfer, now: datetime) -> None:
    """Ask the unit the subject moves to; until it answers, everything stays with those who have it."""
    if unfolding.case.transfer is not None:
        raise Refusal(Reason.TRANSFER_OPEN, unfolding.case.transfer.unit)
    _known_unit(unfolding, command.unit)
    if command.unit == unfolding.case.unit and command.programme in {None, unfolding.case.programme}:
        raise Refusal(Reason.SAME_UNIT, command.unit)
    if command.programme is not None:
        _known_programme(unfolding, command.programme)
    fact = f.TransferAsked(
        unit=command.unit, county=command.county, by=command.by, reason=command.reason, programme=command.programme
    )  # fmt: skip
    unfolding.add(fact, now, command.by)


def answer_transfer(unfolding: Unfolding, command: c.AnswerTransfer, now: datetime) -> None:
    """The receiving unit accepts or declines."""
    settle_transfer(unfolding, command.by, accept=command.accept, reason=command.reason, now=now)


def settle_transfer(unfolding: Unfolding, by: PersonId, *, accept: bool, reason: str, now: datetime) -> None:
    """Move the case, under another programme where that was asked; or leave it where it is."""
    transfer = unfolding.case.transfer
    if transfer is None:
        raise Refusal(Reason.NO_TRANSFER)
    if not accept:
        unfolding.add(f.TransferDeclined(by=by, reason=reason), now, by)
        return
    _move(unfolding, transfer.unit, transfer.county, by, now)
    if transfer.programme not in {None, unfolding.case.programme}:
        _change_programme(unfolding, str(transfer.programme), by, reason, now)


def move_case(unfolding: Unfolding, command: c.MoveCase, now: datetime) -> None:
    """Follow a change of the tree."""
    _known_unit(unfolding, command.unit)
    if (command.unit, command.county) == (unfolding.case.unit, unfolding.case.county):
        raise Refusal(Reason.SAME_UNIT, command.unit)
    _move(unfolding, command.unit, command.county, command.by, now)


def _move(unfolding: Unfolding, unit: UnitId, county: UnitId, by: PersonId, now: datetime) -> None:
    fact = f.CaseMoved(unit=unit, county=county, before=unfolding.case.unit, by=by)
    unfolding.add(fact, now, by)


def _known_unit(unfolding: Unfolding, unit: UnitId) -> None:
    if unit not in unfolding.around.office.units:
        raise Refusal(Reason.NO_SUCH_UNIT, unit)


def _known_programme(unfolding: Unfolding, name: str) -> None:
    if name not in unfolding.around.programmes:
        raise Refusal(Reason.NO_SUCH_PROGRAMME, name)


def change_programme(unfolding: Unfolding, command: c.ChangeProgramme, now: datetime) -> None:
    """Go on under another version."""
    _known_programme(unfolding, command.programme)
    if command.programme == unfolding.case.programme:
        raise Refusal(Reason.SAME_PROGRAMME, command.programme)
    _change_programme(unfolding, command.programme, command.by, command.reason, now)


def _change_programme(unfolding: Unfolding, name: str, by: PersonId, reason: str, now: datetime) -> None:
    """Every open duty gives way to the new version's of the same kind, or to whatever else is owed from now on."""
    before = unfolding.case
    programme = unfolding.around.programmes[name]
    _fits(before, programme.eligible.kinds, programme.risks)
    unfolding.around = replace(unfolding.around, programme=programme)
    unfolding.reckoned.clear()
    unfolding.add(f.ProgrammeChanged(programme=name, before=before.programme, by=by, reason=reason), now, by)
    left = [duty for duty in before.duties.values() if not _go_on(unfolding, duty, now)]
    after_move(unfolding, before, now)
    unfolding.keep_standing(now)
    for duty in left:
        _end_old(unfolding, duty, before, by, now)


def _fits(case: Case, *sections: object) -> None:
    kinds, risks = sections
    if case.kind not in kinds:  # type: ignore[operator]
        raise Refusal(Reason.NO_SUCH_KIND, case.kind)
    if case.risk not in risks:  # type: ignore[operator]
        raise Refusal(Reason.NO_SUCH_RISK, case.risk)


def _go_on(unfolding: Unfolding, duty: Duty, now: datetime) -> bool:
    """Open the same duty under the new version, due on the same day; not where that version does not know it."""
    if duty.kind not in unfolding.around.programme.duties or not unfolding.belongs(duty.kind):
        return False
    rhythm = duty.rhythm_from if unfolding.kind(duty.kind).opens.recurs else None
    number = unfolding.open_another(
        duty.kind, now, "programme", duty.due_on, rhythm_from=rhythm, about=duty.about
    )  # fmt: skip
    unfolding.supersede(duty, number, "programme", now)
    return True


def _end_old(unfolding: Unfolding, duty: Duty, before: Case, by: PersonId, now: datetime) -> None:
    if duty.number not in unfolding.case.duties:
        return
    if unfolding.case.opened_duties > before.opened_duties:
        unfolding.supersede(duty, unfolding.case.opened_duties, "programme", now)
    else:
        unfolding.add(f.DutyExcused(duty=duty.number, by=by, reason="programme-changed"), now, by)


def invite(unfolding: Unfolding, command: c.Invite, now: datetime) -> None:
    """Ask the subject to take part in an activity; consent and attendance follow as the programme says."""
    if f"invited:{command.kind}" not in unfolding.around.programme.opened_by:
        raise Refusal(Reason.NOT_AN_ACTIVITY, command.kind)
    if unfolding.case.base in {Stage.IDENTIFICATION, Stage.CLOSED}:
        raise Refusal(Reason.NOT_MEANT, unfolding.case.base.value)
    if any(duty.about == command.activity for duty in unfolding.case.duties.values()):
        raise Refusal(Reason.ALREADY_INVITED, command.activity)
    if command.on < unfolding.around.day(now):
        raise Refusal(Reason.DAY_PAST, command.on.isoformat())
    fact = f.Invited(activity=command.activity, kind=command.kind, on=command.on, by=command.by)
    unfolding.add(fact, now, command.by)


def reckon_anew(unfolding: Unfolding, command: c.ReckonAnew, now: datetime) -> None:
    """Days reckoned in working days of a year that was not published then move to where they belong."""
    for duty in tuple(unfolding.case.duties.values()):
        day = _reckoned_anew(unfolding, duty)
        if day is not None and day != duty.due_on and command.year in {day.year, duty.due_on.year} and not duty.rungs:
            number = unfolding.open_another(duty.kind, now, "calendar", day, about=duty.about)
            unfolding.supersede(duty, number, "calendar", now)


def _reckoned_anew(unfolding: Unfolding, duty: Duty) -> date | None:
    within = unfolding.kind(duty.kind).opens.within
    if unfolding.kind(duty.kind).opens.on is not None or not isinstance(within, Length):
        return None
    if within.unit is not Unit.WORKING_DAY:
        return None
    return unfolding.around.later(unfolding.around.day(duty.opened_at), within)
