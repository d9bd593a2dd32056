"""``decide(case, command, …)``: the facts a command makes true, or a refusal with its reason. Pure."""

import re
from datetime import datetime
from typing import Final, assert_never

from domain import facts as f
from domain.case import Case, opened
from domain.ids import CaseId
from domain.programme.schema import Stage
from domain.programme.spans import Length, Unit
from domain.rules import commands as c
from domain.rules.answering import answer, close
from domain.rules.duty_acts import acknowledge, excuse, renew_paper, say_cannot, telling_failed
from domain.rules.family import name_guardian
from domain.rules.moments import GROWING, Circumstances, birthday
from domain.rules.moving import (
    answer_transfer,
    ask_transfer,
    change_programme,
    invite,
    move_case,
)
from domain.rules.passing import let_time_pass
from domain.rules.reckoning import reckon_anew
from domain.rules.refusals import Reason, Refusal
from domain.rules.risk import change_risk
from domain.rules.tying import (
    announce_ending,
    answer_proposal,
    bind,
    decide_proposal,
    end_tie,
    propose_helper,
    reassign,
    release,
)
from domain.rules.unfolding import Decided, Unfolding, after_move, starts

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
    if case.base is Stage.CLOSED and not isinstance(command, c.ReopenCase | c.LetTimePass | c.MoveCase):
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
    if around.day(now) < around.programme.valid_from:
        raise Refusal(Reason.PROGRAMME_NOT_BEGUN, around.programme.valid_from.isoformat())
    _check_age(command, around, now)
    fact = _opening(command, around)
    unfolding = Unfolding(opened(CaseId(command.case), fact, now), around)
    unfolding.facts.append(Decided(fact, now))
    if command.admit:
        unfolding.add(f.CaseAdmitted(by=command.by, into=starts(unfolding)), now, command.by)
    else:
        unfolding.follow("opened", now, command.by)
    unfolding.keep_standing(now)
    return unfolding


def _check_age(command: c.OpenCase, around: Circumstances, now: datetime) -> None:
    """A child or elder has a day of birth, and an age the programme is for."""
    if around.programme.subject_of(command.kind) not in GROWING:
        return
    if command.born is None:
        raise Refusal(Reason.BORN_MISSING, command.kind)
    below, least = around.programme.ages_of(command.kind)
    if below is not None and birthday(command.born, Length(below, Unit.YEAR)) <= around.day(now):
        raise Refusal(Reason.TOO_OLD, str(below))
    if least is not None and birthday(command.born, Length(least, Unit.YEAR)) > around.day(now):
        raise Refusal(Reason.TOO_YOUNG, str(least))


def _opening(command: c.OpenCase, around: Circumstances) -> f.CaseOpened:
    return f.CaseOpened(
        subject=command.subject, unit=command.unit, county=command.county, kind=command.kind, sex=command.sex,
        born=command.born, risk=command.risk or _risk_at_start(command.kind, around), programme=around.programme.name,
        family=command.family,
    )  # fmt: skip


def _risk_at_start(kind: str, around: Circumstances) -> str:
    return around.programme.eligible.kinds[kind].risk_at_start or around.programme.risk_at_start


def _carry(unfolding: Unfolding, command: c.Command, now: datetime) -> None:
    match command:
        case c.LetTimePass():
            return
        case c.AnswerDuty():
            answer(unfolding, command, now)
        case c.SayCannot():
            say_cannot(unfolding, command, now)
        case c.AcknowledgeDuty():
            acknowledge(unfolding, command, now)
        case c.ExcuseDuty():
            excuse(unfolding, command, now)
        case c.ChangeRisk():
            change_risk(unfolding, command.risk, command.by, now)
        case c.ProposeHelper():
            propose_helper(unfolding, command, now)
        case c.DecideProposal():
            decide_proposal(unfolding, command, now)
        case c.AnswerProposal():
            answer_proposal(unfolding, command, now)
        case c.Reassign():
            reassign(unfolding, command, now)
        case c.EndTie():
            end_tie(unfolding, command, now)
        case c.Bind():
            bind(unfolding, command, now)
        case c.Release():
            release(unfolding, command, now)
        case c.AnnounceEnding():
            announce_ending(unfolding, command, now)
        case c.AskTransfer():
            ask_transfer(unfolding, command, now)
        case c.AnswerTransfer():
            answer_transfer(unfolding, command, now)
        case c.MoveCase():
            move_case(unfolding, command, now)
        case c.ChangeProgramme():
            change_programme(unfolding, command, now)
        case c.Invite():
            invite(unfolding, command, now)
        case c.NameGuardian():
            name_guardian(unfolding, command, now)
        case c.ReckonAnew():
            reckon_anew(unfolding, command, now)
        case c.RenewPaper():
            renew_paper(unfolding, command, now)
        case c.ReportTellingFailed():
            telling_failed(unfolding, command, now)
        case c.CloseCase():
            close(unfolding, command.by, command.reason, now)
        case c.ReopenCase():
            _reopen(unfolding, command, now)
        case c.OpenCase():
            raise Refusal(Reason.CASE_EXISTS, command.case)
        case _:
            assert_never(command)


def _reopen(unfolding: Unfolding, command: c.ReopenCase, now: datetime) -> None:
    if unfolding.case.base is not Stage.CLOSED:
        raise Refusal(Reason.CASE_OPEN)
    before = unfolding.case
    fact = f.CaseReopened(by=command.by, reason=command.reason, into=starts(unfolding))
    unfolding.add(fact, now, command.by)
    after_move(unfolding, before, now)
    if not unfolding.case.duties:
        raise Refusal(Reason.NOTHING_OWED, before.kind)
