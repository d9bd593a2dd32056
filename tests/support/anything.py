"""Anything anybody may ask of a case, in any order, drawn by hypothesis."""

from datetime import date
from typing import Any, Final

import msgspec
from hypothesis import strategies as st
from support.office import COUNTY_DESK, LIU, SUN, TOWNSHIP_DESK, ZHOU

from domain.case import Case
from domain.ids import CaseId
from domain.programme.schema import DutyKind, FieldKind, Programme, Question
from domain.rules import commands as c

CASE: Final = CaseId("anybody's")
HOURS: Final = st.one_of(st.integers(0, 60), st.integers(60, 24 * 40), st.integers(24 * 40, 24 * 500))
PEOPLE: Final = st.sampled_from([ZHOU, LIU, SUN])
DESKS: Final = st.sampled_from([TOWNSHIP_DESK, COUNTY_DESK])
REASONS: Final = st.sampled_from(["other", "ill", "moved-away"])
ACTS: Final = (
    "wait", "answer", "acknowledge", "excuse", "risk", "propose", "agree", "accept", "reassign", "end_tie", "paper",
    "failed", "close", "reopen",
)  # fmt: skip

OFTEN: Final = ("wait", "answer", "answer", "answer", "propose", "agree", "accept", "accept")


def a_command(case: Case, programme: Programme, data: st.DataObject) -> c.Command:
    """One thing somebody asks of a case, sensible or not."""
    name = data.draw(st.sampled_from(ACTS + OFTEN), label="act")
    return msgspec.structs.replace(_command(name, case, programme, data), case=case.id)


def _command(name: str, case: Case, programme: Programme, data: st.DataObject) -> c.Command:
    duty = data.draw(st.sampled_from([*case.duties, 1, 99]), label="duty")
    desk, person, reason = data.draw(DESKS), data.draw(PEOPLE), data.draw(REASONS)
    yes = data.draw(st.booleans())
    match name:
        case "answer":
            return _answer(case, programme, data, duty)
        case "acknowledge":
            return c.AcknowledgeDuty(case=CASE, duty=duty, by=desk)
        case "excuse":
            return c.ExcuseDuty(case=CASE, duty=duty, by=desk, reason=reason)
        case "risk":
            return c.ChangeRisk(case=CASE, by=desk, risk=data.draw(st.sampled_from(["low", "medium", "high"])))
        case "propose":
            return c.ProposeHelper(case=CASE, person=person, score=1, why=("near",))
        case "agree":
            return c.DecideProposal(case=CASE, by=desk, accept=yes, reason=reason)
        case "accept":
            return c.AnswerProposal(case=CASE, by=person, accept=yes, reason=reason)
        case "reassign":
            return c.Reassign(case=CASE, role="companion", to=person, by=desk, reason=reason)
        case "end_tie":
            return c.EndTie(case=CASE, role="companion", by=desk, reason=reason)
        case "paper":
            until = data.draw(st.none() | st.dates(date(2026, 10, 1), date(2032, 1, 1)))
            return c.RenewPaper(case=CASE, person=person, paper="safety", until=until, by=desk)
        case "failed":
            return c.ReportTellingFailed(case=CASE, duty=duty, person=person)
        case "close":
            return c.CloseCase(case=CASE, by=desk, reason=reason)
        case "reopen":
            return c.ReopenCase(case=CASE, by=desk, reason=reason)
        case _:
            return c.LetTimePass(case=CASE)


def _answer(case: Case, programme: Programme, data: st.DataObject, duty: int) -> c.AnswerDuty:
    if duty not in case.duties:
        return c.AnswerDuty(case=CASE, duty=duty, by=ZHOU)
    kind = programme.duties[case.duties[duty].kind]
    notes = {key: "words" for key, question in kind.asks.items() if question.type is FieldKind.TEXT}
    answers = {key: data.draw(_fits(question)) for key, question in _asked(kind).items()}
    return c.AnswerDuty(
        case=CASE, duty=duty, by=data.draw(st.sampled_from([ZHOU, TOWNSHIP_DESK])), answers=answers, notes=notes
    )


def _asked(kind: DutyKind) -> dict[str, Question]:
    return {key: question for key, question in kind.asks.items() if question.type is not FieldKind.TEXT}


def _fits(question: Question) -> st.SearchStrategy[Any]:
    match question.type:
        case FieldKind.YES_NO:
            return st.booleans()
        case FieldKind.COUNT:
            return st.integers(question.least, question.most)
        case FieldKind.DATE:
            return st.dates(date(2026, 8, 1), date(2026, 9, 1)).map(date.isoformat)
        case FieldKind.CHOICES:
            return st.lists(st.sampled_from(list(question.options)), min_size=1, unique=True).map(tuple)
        case _:
            return st.sampled_from(list(question.options))
