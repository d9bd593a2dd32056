"""What programs read of messages, and sending one anew that did not arrive."""

from typing import Annotated

from fastapi import APIRouter, Query

from domain.ids import PersonId
from domain.rules.access import Right
from domain.rules.refusals import Refusal
from domain.store.console import api_messages
from domain.store.console.looking import NotFound
from domain.store.lists_messages import Message
from domain.store.store import Store
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
    """Messages to people of one's units, the newest first, 50 a page."""
    with caller.look(Right.SEE_MESSAGES) as look:
        page = api_messages.messages(
            look, person=PersonId(person) if person else None, state=state or "", before=cursor
        )  # fmt: skip
        shown = [_message(each, look.store, caller.language) for each in page.messages]
    return shapes.Messages(messages=shown, next=str(page.before) if page.before else None)


@endpoint(ROUTER, "GET", "/messages/{message}", Right.SEE_MESSAGES, 404, summary="One message")
def message(caller: Reading, message: MessageNumber) -> shapes.Message:
    """One message, and what it is about."""
    with caller.look(Right.SEE_MESSAGES) as look:
        return _message(api_messages.message(look, message), look.store, caller.language)


@endpoint(ROUTER, "POST", "/messages/{message}/resend", Right.RESEND, 404, 408, 409, 413, summary="Send anew")
def resend(caller: Acting, message: MessageNumber) -> shapes.Resent:
    """Let the next delivery tell once more what a message failed to tell.

    Asked twice, the second is refused (409): the first one's message is on its way.
    """
    with caller.look(Right.RESEND) as look:
        api_messages.message(look, message)
    by = caller.viewer.person or PersonId(caller.viewer.login)
    anew = send_anew(caller.site.store, telling(caller.site.settings), message, by, caller.now)
    if anew is None:
        raise NotFound(str(message))
    if isinstance(anew, Refusal):
        raise anew
    return shapes.Resent(number=anew.id, replaces=anew.replaces, channel=anew.channel)


def _message(each: Message, store: Store, language: str) -> shapes.Message:
    about = [
        shapes.Cause(
            duty=cause.duty, kind=cause.kind, title=store.title(cause.kind, language, cause.programme),
            rung=cause.rung, due_on=cause.due_on, moot=cause.moot,
        )
        for cause in each.causes
    ]  # fmt: skip
    return shapes.Message(
        number=each.id, person=each.person, channel=each.channel, state=each.state, urgent=each.urgent,
        planned_at=each.planned_at, not_before=each.not_before, settled_at=each.settled_at, tries=each.tries,
        outcome=each.outcome, code=each.code, receipt=each.receipt, receipt_at=each.receipt_at,
        replaces=each.replaces, replaced_by=each.replaced_by, about=about,
    )  # fmt: skip
