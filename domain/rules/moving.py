"""A case moves: to another unit that takes it over, with the tree itself, or to another version of its programme."""

from dataclasses import replace
from datetime import datetime

from domain import facts as f
from domain.case import Case, Duty, Transfer
from domain.ids import PersonId, UnitId
from domain.programme.schema import Level, Programme
from domain.rules import commands as c
from domain.rules.handing import tell_anew
from domain.rules.moments import GROWING, season_begins
from domain.rules.refusals import Reason, Refusal
from domain.rules.tying import end_unknown_ties, may_be_paired, somebody_decides
from domain.rules.unfolding import Unfolding, after_move


def ask_transfer(unfolding: Unfolding, command: c.AskTransfer, now: datetime) -> None:
    """Ask the unit the subject moves to; until it answers, everything stays with those who have it."""
    if unfolding.case.transfer is not None:
        raise Refusal(Reason.TRANSFER_OPEN, unfolding.case.transfer.unit)
    _known_unit(unfolding, command.unit)
    if command.unit == unfolding.case.unit and command.programme in {None, unfolding.case.programme}:
        raise Refusal(Reason.SAME_UNIT, command.unit)
    if command.programme is not None:
        _check_fits(unfolding.case, _programme(unfolding, command.programme))
    if not somebody_decides(unfolding.case, unfolding.around.programme, "transfer-asked"):
        raise Refusal(Reason.NOBODY_DECIDES, unfolding.case.base.value)
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
    _move(unfolding, transfer.unit, _county_of(unfolding, transfer), by, now)
    if transfer.programme not in {None, unfolding.case.programme}:
        _change_programme(unfolding, str(transfer.programme), by, reason, now)


def _county_of(unfolding: Unfolding, transfer: Transfer) -> UnitId:
    """The county the receiving unit lies in now; the tree may have changed since it was asked."""
    above = unfolding.around.office.upward(transfer.unit)
    return next((unit.id for unit in above if unit.level is Level.COUNTY), transfer.county)


def move_case(unfolding: Unfolding, command: c.MoveCase, now: datetime) -> None:
    """Follow a change of the tree; a transfer that was asked for goes on waiting for its answer."""
    _known_unit(unfolding, command.unit)
    if (command.unit, command.county) == (unfolding.case.unit, unfolding.case.county):
        raise Refusal(Reason.SAME_UNIT, command.unit)
    transfer = unfolding.case.transfer
    if transfer is not None and transfer.unit == command.unit:
        unfolding.add(f.TransferDeclined(by=command.by, reason="moved-meanwhile"), now, command.by)
    _move(unfolding, command.unit, command.county, command.by, now)


def _move(unfolding: Unfolding, unit: UnitId, county: UnitId, by: PersonId, now: datetime) -> None:
    before = unfolding.case
    fact = f.CaseMoved(unit=unit, county=county, before=unfolding.case.unit, by=by)
    unfolding.add(fact, now, by)
    tell_anew(unfolding, before, now)


def _known_unit(unfolding: Unfolding, unit: UnitId) -> None:
    if unit not in unfolding.around.office.units:
        raise Refusal(Reason.NO_SUCH_UNIT, unit)


def _programme(unfolding: Unfolding, name: str) -> Programme:
    if name not in unfolding.around.programmes:
        raise Refusal(Reason.NO_SUCH_PROGRAMME, name)
    return unfolding.around.programmes[name]


def change_programme(unfolding: Unfolding, command: c.ChangeProgramme, now: datetime) -> None:
    """Go on under another version."""
    _programme(unfolding, command.programme)
    if command.programme == unfolding.case.programme:
        raise Refusal(Reason.SAME_PROGRAMME, command.programme)
    _change_programme(unfolding, command.programme, command.by, command.reason, now)


def _change_programme(unfolding: Unfolding, name: str, by: PersonId, reason: str, now: datetime) -> None:
    """Every open duty gives way to the new version's of the same kind, or to whatever else is owed from now on."""
    before = unfolding.case
    programme = _programme(unfolding, name)
    _check_fits(before, programme)
    unfolding.around = replace(unfolding.around, programme=programme)
    unfolding.reckoned.clear()
    unfolding.add(f.ProgrammeChanged(programme=name, before=before.programme, by=by, reason=reason), now, by)
    _let_parts_of_life_pass(unfolding, before, now)
    left = [duty for duty in before.duties.values() if not _go_on(unfolding, duty, before, now)]
    after_move(unfolding, before, now)
    for duty in left:
        _end_old(unfolding, duty, before, by, now)
    end_unknown_ties(unfolding, by, now)
    _end_proposal(unfolding, by, now)
    if not unfolding.case.duties:
        raise Refusal(Reason.NOTHING_OWED_THERE, name)


def _check_fits(case: Case, programme: Programme) -> None:
    if case.kind not in programme.eligible.kinds:
        raise Refusal(Reason.NO_SUCH_KIND, case.kind)
    if case.risk not in programme.risks:
        raise Refusal(Reason.NO_SUCH_RISK, case.risk)


def _let_parts_of_life_pass(unfolding: Unfolding, before: Case, now: datetime) -> None:
    """Parts of life that only the other programme knows and that began before today are past, as when a case opens."""
    programme, known = unfolding.around.programme, unfolding.around.programmes[before.programme].life
    if before.born is None or programme.subject_of(before.kind) not in GROWING:
        return
    since, today = unfolding.around.day(before.watched_since), unfolding.around.day(now)
    for key, season in programme.seasons:
        begins = season_begins(before.born, season.from_age, season.on)
        if since < begins <= today and key not in known and key not in before.life:
            unfolding.note(f.LifeStageReached(stage=key), now)


def _go_on(unfolding: Unfolding, duty: Duty, before: Case, now: datetime) -> bool:
    """Open the same duty under the new version, due on the same day; not where that version does not know it.

    Another rhythm is counted from that day on.
    """
    if duty.kind not in unfolding.around.programme.duties or not unfolding.belongs(duty.kind):
        return False
    opens, opened = (
        unfolding.kind(duty.kind).opens,
        unfolding.around.programmes[before.programme].duties[duty.kind].opens,
    )
    anchor = duty.rhythm_from if opens.every == opened.every else duty.due_on
    rhythm = anchor if opens.every is not None else None
    number = unfolding.open_another(
        duty.kind, now, "programme", duty.due_on, rhythm_from=rhythm, about=duty.about
    )  # fmt: skip
    unfolding.supersede(duty, number, "programme", now)
    return True


def _end_old(unfolding: Unfolding, duty: Duty, before: Case, by: PersonId, now: datetime) -> None:
    if duty.number not in unfolding.case.duties:
        return
    newest = max(unfolding.case.duties)
    if newest > before.opened_duties:
        unfolding.supersede(duty, newest, "programme", now)
    else:
        unfolding.add(f.DutyExcused(duty=duty.number, by=by, reason="programme-changed"), now, by)


def _end_proposal(unfolding: Unfolding, by: PersonId, now: datetime) -> None:
    """A proposal for which the programme has no place any more is taken back, by name."""
    proposal = unfolding.case.proposal
    if proposal is not None and not may_be_paired(unfolding.case, unfolding.around.programme):
        fact = f.ProposalDeclined(person=proposal.person, by=by, side="coordinator", reason="programme-changed")
        unfolding.add(fact, now, by)


def invite(unfolding: Unfolding, command: c.Invite, now: datetime) -> None:
    """Ask the subject to take part in an activity; consent and attendance follow as the programme says.

    To another day than before: the activity was put off, and what was asked for the old day gives way. An activity's
    own case is invited too: so its day is known, and holding and counting may fall due by it.
    """
    _meant(unfolding, command)
    case = unfolding.case
    earlier = [duty for duty in case.duties.values() if duty.about == command.activity]
    known = case.invited.get(command.activity)
    if (earlier or command.case == command.activity) and known == command.on:
        raise Refusal(Reason.ALREADY_INVITED, command.activity)
    if command.on < unfolding.around.day(now):
        raise Refusal(Reason.DAY_PAST, command.on.isoformat())
    fact = f.Invited(activity=command.activity, kind=command.kind, on=command.on, by=command.by)
    unfolding.add(fact, now, command.by)
    for duty in earlier:
        _give_way(unfolding, duty, case.opened_duties, now)


def _give_way(unfolding: Unfolding, duty: Duty, opened_before: int, now: datetime) -> None:
    """What was asked for the old day gives way to the same for the new one, or to whatever is asked now instead."""
    asked = [each for each in unfolding.case.duties.values() if each.number > opened_before]
    successor = min(asked, key=lambda each: (each.kind != duty.kind, each.number), default=None)
    if successor is not None and duty.number in unfolding.case.duties:
        unfolding.supersede(duty, successor.number, "put-off", now)


def _meant(unfolding: Unfolding, command: c.Invite) -> None:
    """Something must come of an invitation, else nobody would ever hear of it; an activity's own notes its day."""
    kinds = unfolding.around.programme.opened_by.get(f"invited:{command.kind}")
    if kinds is None:
        raise Refusal(Reason.NOT_AN_ACTIVITY, command.kind)
    if command.case != command.activity and not any(unfolding.belongs(kind) for kind in kinds):
        raise Refusal(Reason.NOT_MEANT, unfolding.case.base.value)
