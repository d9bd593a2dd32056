"""What programs read of messages, and sending one anew that did not arrive."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from domain.ids import NudgeId, PersonId
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console import messages as kept
from domain.store.console.looking import NotFound
from domain.store.console.message import message as whole
from notifiers.resending import send_anew
from notifiers.settings import telling
from web.api import shapes
from web.api.caller import Acting, Reading, endpoint
from web.api.shapes import MessageNumber

ROUTER = APIRouter(tags=["messages"])


@endpoint(ROUTER, "GET", "/messages", Right.SEE_MESSAGES, summary="Messages")
def messages(
    caller: Reading,
    person: Annotated[str | None, Query(pattern=r"^p[0-9]{9}$", description="Only to this person.")] = None,
    state: Annotated[str | None, Query(pattern=r"^(queued|claimed|sent|failed|doubtful|moot)$")] = None,
    cursor: Annotated[
        int | None, Query(ge=1, le=2_147_483_647, description="`next` of the page before, to go on from there.")
    ] = None,
) -> shapes.Messages:
    """Messages to people of one's units and about one's cases, the newest first, 50 a page."""
    asked = kept.Asked(person=person or "", state=state or "", span="all", before=cursor)
    with caller.look(Right.SEE_MESSAGES) as look:
        page = kept.messages(look, asked)
    return shapes.Messages(
        messages=[_message(each) for each in page.told], next=str(page.older) if page.older else None
    )


@endpoint(ROUTER, "GET", "/messages/{message}", Right.SEE_MESSAGES, 404, summary="One message")
def message(caller: Reading, message: MessageNumber) -> shapes.OneMessage:
    """One message, what it is about and why, and which one took its place."""
    with caller.look(Right.SEE_MESSAGES) as look:
        found = whole(look, NudgeId(message))
    told = found.told
    return shapes.OneMessage(
        message=_message(told), replaced_by=told.message.replaced_by, why=[list(story) for story in found.why]
    )  # fmt: skip


@endpoint(ROUTER, "POST", "/messages/{message}/resend", Right.RESEND, 404, 408, 409, 413, summary="Send anew")
def resend(caller: Acting, message: MessageNumber) -> shapes.Resent:
    """Let the next delivery tell once more what a message failed to tell.

    Asked twice, the second is refused (409): the first one's message is on its way.
    """
    with caller.look(Right.RESEND) as look:
        whole(look, NudgeId(message))
    by = caller.viewer.person or PersonId(caller.viewer.login)
    anew = send_anew(caller.site.store, telling(caller.site.settings), message, by, caller.now)
    if anew is None:
        raise NotFound(str(message))
    if isinstance(anew, Refusal):
        raise anew
    return shapes.Resent(number=anew.id, replaces=anew.replaces, channel=anew.channel)


def _message(told: kept.Told) -> shapes.Message:
    each = told.message
    about = [
        shapes.Cause(
            duty=cause.duty, kind=cause.kind, title=title, rung=cause.rung, due_on=date.fromisoformat(cause.due_on),
            moot=cause.moot,
        )
        for cause, title in told.causes
    ]  # fmt: skip
    return shapes.Message(
        number=each.id, person=told.to, channel=each.channel, state=each.state, urgent=each.urgent,
        planned_at=each.planned_at, not_before=each.not_before, settled_at=each.settled_at, tries=each.tries,
        outcome=each.outcome, code=each.code, receipt=each.receipt, receipt_at=each.receipt_at,
        replaces=each.replaces, about=about, others=told.others,
    )  # fmt: skip
