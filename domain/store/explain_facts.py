"""Every fact as a sentence; the type checker names each place a new fact concerns."""

from typing import assert_never

from domain import facts as f
from domain.store.explain_words import CaseWords
from domain.words import say


def sentence_of(entry: f.Recorded, words: CaseWords) -> str:
    """What happened, in words: no name, no free text."""
    key, values = _said(entry.fact, words)
    sentence = _say(words, key, values).strip()
    if isinstance(entry.fact, f.RungReached) and entry.fact.empty:
        sentence = f"{sentence} {_empty(entry.fact, words)}"
    return sentence[:1].upper() + sentence[1:]


def _say(words: CaseWords, key: str, values: dict[str, object]) -> str:
    return say(words.language, f"facts.{key}", **values)


def _empty(fact: f.RungReached, words: CaseWords) -> str:
    passed = words.say("and").join(words.unit(unit) for unit in fact.empty)
    return _say(words, "rung-empty", {"empty": passed})


def _said(fact: f.Fact, words: CaseWords) -> tuple[str, dict[str, object]]:
    match fact:
        case (
            f.DutyOpened() | f.RungReached() | f.DutyAcknowledged() | f.DutyMet() | f.DutyExcused()
            | f.DutySuperseded() | f.DutyLapsed() | f.Raised() | f.TellingFailed()
        ):  # fmt: skip
            key, values = _of_duty(fact, words)
            return key, {"duty": fact.duty, "title": words.title(fact.duty), **values}
        case (
            f.PairingProposed()
            | f.ProposalApproved()
            | f.ProposalDeclined()
            | f.TieBegun()
            | f.TieEnded()
            | f.PaperRenewed()
            | f.ServiceEnding()
        ):
            key, values = _of_helper(fact, words)
            return key, {"person": words.person(fact.person), **values}
        case _:
            return _of_case(fact, words)


OfDuty = (
    f.DutyOpened | f.RungReached | f.DutyAcknowledged | f.DutyMet | f.DutyExcused | f.DutySuperseded | f.DutyLapsed
    | f.Raised | f.TellingFailed
)  # fmt: skip
OfHelper = (
    f.PairingProposed | f.ProposalApproved | f.ProposalDeclined | f.TieBegun | f.TieEnded | f.PaperRenewed
    | f.ServiceEnding
)  # fmt: skip
OfCase = (
    f.CaseOpened | f.CaseAdmitted | f.CaseRefused | f.RiskChanged | f.LifeStageReached | f.MovedToFollowUp
    | f.CaseClosed | f.CaseReopened | f.TransferAsked | f.TransferDeclined | f.CaseMoved | f.ProgrammeChanged
    | f.Invited | f.GuardianNamed
)  # fmt: skip
OfMove = f.TransferAsked | f.TransferDeclined | f.CaseMoved | f.ProgrammeChanged | f.Invited


def _of_duty(fact: OfDuty, words: CaseWords) -> tuple[str, dict[str, object]]:
    match fact:
        case f.DutyOpened():
            owner, because = words.owner(fact.kind, fact.owed_by), words.because(fact.because)
            return "duty-opened", {"owner": owner, "due_on": fact.due_on, "because": because}
        case f.RungReached():
            return _rung(fact, words), {
                "rung": fact.rung + 1, "told": words.everybody(fact.told), "desk": words.unit(fact.desk),
            }  # fmt: skip
        case f.DutyAcknowledged():
            return "duty-acknowledged", {"by": words.person(fact.by), "until": words.moment(fact.until)}
        case f.DutyMet():
            answers = words.answers(words.kinds.get(fact.duty, ""), fact.answers)
            return _met(fact), {"by": words.person(fact.by), "on": fact.on, "answers": answers}
        case f.DutyExcused():
            return "duty-excused", {"by": words.person(fact.by), "reason": words.reason(fact.reason)}
        case f.DutySuperseded():
            return "duty-superseded", {"into": fact.by_duty, "because": words.because(fact.because)}
        case f.DutyLapsed():
            return "duty-lapsed", {"into": fact.into, "onto": words.unit(fact.onto)}
        case f.Raised():
            return "raised", {"name": words.raised(fact.name)}
        case f.TellingFailed():
            return "telling-failed", {"person": words.person(fact.person)}
        case _:
            assert_never(fact)


def _rung(fact: f.RungReached, words: CaseWords) -> str:
    if not fact.told:
        return "rung-nobody"
    kind = words.kind(words.kinds.get(fact.duty, ""))
    rungs = words.programme.ladders[kind.ladder].rungs if words.programme and kind else ()
    rung = rungs[min(fact.rung, len(rungs) - 1)] if rungs else None
    if rung is None or rung.climb is not None:
        return "rung-climbed" if fact.desk else "rung-reminded"
    return "rung-asked" if rung.at_once else "rung-reminded"


def _met(fact: f.DutyMet) -> str:
    if fact.through == "event":
        return "duty-met-event"
    return "duty-met-refused" if fact.refused else "duty-met"


def _of_helper(fact: OfHelper, words: CaseWords) -> tuple[str, dict[str, object]]:
    match fact:
        case f.PairingProposed():
            return "pairing-proposed", {"score": fact.score}
        case f.ProposalApproved():
            return "proposal-approved", {"by": words.person(fact.by)}
        case f.ProposalDeclined():
            key = "proposal-declined-helper" if fact.side == "helper" else "proposal-declined"
            return key, {"by": words.person(fact.by), "reason": words.reason(fact.reason)}
        case f.TieBegun():
            return "tie-begun", {"role": words.role(fact.role)}
        case f.TieEnded():
            return "tie-ended", {"role": words.role(fact.role), "reason": words.reason(fact.reason)}
        case f.PaperRenewed():
            paper = words.paper(fact.paper)
            if fact.until is None:
                return "paper-renewed-for-good", {"paper": paper}
            return "paper-renewed", {"paper": paper, "until": fact.until}
        case f.ServiceEnding():
            key = "service-ending" if fact.on else "service-goes-on"
            return key, {"role": words.role(fact.role), "on": fact.on, "reason": words.reason(fact.reason)}
        case _:
            assert_never(fact)


def _of_case(fact: OfCase, words: CaseWords) -> tuple[str, dict[str, object]]:
    match fact:
        case f.CaseOpened():
            return "case-opened" if fact.sex else "case-opened-thing", {
                "kind": words.case_kind(fact.kind), "sex": words.say(f"sex-{fact.sex}") if fact.sex else "",
                "unit": words.unit(fact.unit),
                "risk": words.risk(fact.risk), "programme": fact.programme,
            }  # fmt: skip
        case f.CaseAdmitted():
            return "case-admitted", {"by": words.person(fact.by)}
        case f.CaseRefused():
            return "case-refused", {"by": words.person(fact.by)}
        case f.RiskChanged():
            before, risk = words.risk(fact.before), words.risk(fact.risk)
            return "risk-changed", {"by": words.person(fact.by), "before": before, "risk": risk}
        case f.GuardianNamed():
            return "guardian-named", {"by": words.person(fact.by)}
        case f.LifeStageReached():
            return "life-stage-reached", {"stage": words.season(fact.stage)}
        case f.MovedToFollowUp():
            return "moved-to-follow-up", {}
        case f.CaseClosed():
            return "case-closed", {"by": words.person(fact.by), "reason": words.reason(fact.reason)}
        case f.CaseReopened():
            return "case-reopened", {"by": words.person(fact.by), "reason": words.reason(fact.reason)}
        case _:
            return _of_move(fact, words)


def _of_move(fact: OfMove, words: CaseWords) -> tuple[str, dict[str, object]]:
    by = words.person(fact.by)
    match fact:
        case f.TransferAsked():
            return "transfer-asked", {"by": by, "unit": words.unit(fact.unit), "reason": words.reason(fact.reason)}
        case f.TransferDeclined():
            return "transfer-declined", {"by": by, "reason": words.reason(fact.reason)}
        case f.CaseMoved() if fact.unit == fact.before:
            return "county-changed", {"by": by, "unit": words.unit(fact.unit), "county": words.unit(fact.county)}
        case f.CaseMoved():
            return "case-moved", {"by": by, "unit": words.unit(fact.unit), "before": words.unit(fact.before)}
        case f.ProgrammeChanged():
            return "programme-changed", {
                "by": by, "programme": fact.programme, "before": fact.before, "reason": words.reason(fact.reason),
            }  # fmt: skip
        case f.Invited():
            return "invited", {"by": by, "activity": fact.activity, "on": fact.on}
        case _:
            assert_never(fact)
