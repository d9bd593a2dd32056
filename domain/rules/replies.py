"""What a text message of one digit says about a duty: 1 it is done, 2 help is needed, 3 it cannot be done."""

from typing import Final

from domain.case import Duty
from domain.programme.schema import DutyKind, Replies
from domain.rules import commands as c
from domain.rules.ways import Reader, Way

DONE: Final = "1"
HELP: Final = "2"
CANNOT: Final = "3"

NOTHING_TO_ASK: Final = Replies(done={})
"""What a kind of duty without questions that must be answered takes, where its programme says nothing."""


def replies_of(kind: DutyKind) -> Replies | None:
    """What a programme lets text messages say about a kind of duty; nothing where it cannot be done by hand."""
    if kind.met_by and not kind.asks:
        return None
    if kind.replies is not None:
        return kind.replies
    return None if any(question.required for question in kind.asks.values()) else NOTHING_TO_ASK


def digits(reader: Reader, duty: Duty) -> str:
    """The digits that somebody may answer about an open duty now, in order; none where a page is needed."""
    match reader.way(duty):
        case Way.FORM:
            replies = replies_of(reader.around.programme.duties[duty.kind]) or Replies()
            said = {DONE: replies.done, HELP: replies.help, CANNOT: replies.cannot}
            return "".join(digit for digit, what in said.items() if what is not None)
        case Way.PROPOSAL:
            return DONE + CANNOT
        case Way.ACKNOWLEDGE:
            return DONE
        case _:
            return ""


def command_of(reader: Reader, duty: Duty, digit: str) -> c.Command | None:
    """What a digit comes to; nothing where it says nothing about this duty to this person at this moment."""
    if digit not in digits(reader, duty):
        return None
    case, by = reader.case.id, reader.person
    match reader.way(duty):
        case Way.PROPOSAL:
            return c.AnswerProposal(case=case, by=by, accept=digit == DONE, reason="declined")
        case Way.ACKNOWLEDGE:
            return c.AcknowledgeDuty(case=case, duty=duty.number, by=by)
        case _:
            return _about_form(reader, duty, digit)


def _about_form(reader: Reader, duty: Duty, digit: str) -> c.Command | None:
    replies = replies_of(reader.around.programme.duties[duty.kind])
    if replies is None:
        return None
    case, by = reader.case.id, reader.person
    if digit == CANNOT:
        return c.SayCannot(case=case, duty=duty.number, by=by)
    answers = replies.done if digit == DONE else replies.help
    return c.AnswerDuty(case=case, duty=duty.number, by=by, answers=answers or {}, through="reply")
