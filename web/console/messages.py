"""Messages: what was sent to whom and why, what failed, sending anew; what people sent back."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import NudgeId, PersonId
from domain.rules.access import NotAllowed, Right
from domain.rules.refusals import Refusal
from domain.store.console import messages as kept
from domain.store.console import replies as heard
from domain.store.console.acting import acting
from domain.store.console.looking import Looking, NotFound
from domain.store.console.message import message as whole
from notifiers.resending import send_anew
from notifiers.settings import telling
from web.console.desk import Desk, console
from web.posted import Given


@console(Right.SEE_MESSAGES)
def messages(request: Request, desk: Desk, _given: Given) -> Response:
    """The newest messages that fit what the address asks for."""
    asked = _asked(request.query_params)
    channels = [each.name for each in desk.site.settings.channels]
    with desk.look(Right.SEE_MESSAGES) as look:
        page = kept.messages(look, asked)
        more: dict[str, object] = {} if desk.fragment else _around(look, channels)
    older = urlencode({**request.query_params, "before": page.older}) if page.older else ""
    name = "console/messages-list.html" if desk.fragment else "console/messages.html"
    return desk.page(
        name, asked=asked, page=page, older=older, states=kept.STATES, spans=list(kept.SPANS), channels=channels, **more
    )


def _around(look: Looking, channels: list[str]) -> dict[str, object]:
    """What stands above the list."""
    return {
        "bearings": kept.bearings(look, channels), "heads": kept.heads(look),

    }  # fmt: skip


def _asked(given: Mapping[str, str]) -> kept.Asked:
    """What the address asks for; what makes no sense in it is as if it were not there."""
    span, state = given.get("span", "week"), given.get("state", "")
    return kept.Asked(
        state=state if state in kept.STATES else "", channel=given.get("channel", "")[:12],
        person=given.get("person", "").strip().lower()[:12], case=given.get("case", "").strip()[:20],
        failed=given.get("failed", "") == "yes", span=span if span in kept.SPANS else "week",
        before=kept.is_number(given.get("before", "")),
    )  # fmt: skip


@console(Right.SEE_MESSAGES)
def one_message(request: Request, desk: Desk, _given: Given) -> Response:
    """One message in full."""
    return _shown(desk, kept.is_number(request.path_params["nudge"]))


def _shown(desk: Desk, number: NudgeId | None, status: int = 200, problem: str = "", channel: str = "") -> Response:
    with desk.look(Right.SEE_MESSAGES) as look:
        found = whole(look, number)
    channels = [each.name for each in desk.site.settings.channels]
    return desk.page(
        "console/message.html", status, whole=found, each=found.told, channels=channels, problem=problem, chosen=channel
    )


@console(Right.RESEND)
def resend(request: Request, desk: Desk, given: Given) -> Response:
    """Send anew what did not arrive, in the viewer's name; the page says why where that is refused."""
    number, channel = kept.is_number(request.path_params["nudge"]), "".join(given.get("channel", ()))
    with desk.look(Right.RESEND) as look:
        whole(look, number)
    known = {each.name for each in desk.site.settings.channels}
    if number is None or (channel and channel not in known):
        raise NotFound(channel)
    done = send_anew(
        desk.site.store, telling(desk.site.settings), number, _by(desk), desk.now, channel or None
    )  # fmt: skip
    if done is None:
        raise NotFound(str(number))
    if isinstance(done, Refusal):
        problem = desk.say(f"refusals.{done.reason.value}", about=done.about)
        return _shown(desk, number, HTTPStatus.CONFLICT, problem, channel)
    return desk.to(f"/console/messages/n{done.id}", "resent")


def _by(desk: Desk) -> PersonId:
    """In whose name: the coordinator's, or the sign-in of somebody who is nobody here (ops)."""
    return desk.viewer.person or PersonId(desk.viewer.login)


@console(Right.SEE_MESSAGES)
def replies(_request: Request, desk: Desk, _given: Given) -> Response:
    """What people sent back, the unread first; their words for a while after names were asked for."""
    if desk.may(Right.SEE_NAMES) and desk.session.shows_names:
        heap = acting(
            desk.site.store, desk.viewer, Right.SEE_MESSAGES, desk.now, lambda _, look: heard.replies(look, _by(desk))
        )
    else:
        with desk.look(Right.SEE_MESSAGES) as look:
            heap = heard.replies(look)
    return desk.page("console/replies.html", heap=heap)


@console(Right.ACT)
def seen(_request: Request, desk: Desk, given: Given) -> Response:
    """Note that text messages were read: by somebody who may read their words."""
    if not desk.may(Right.ACT):
        raise NotAllowed(Right.ACT)
    numbers = [int(each) for each in given.get("reply", ()) if each.isdecimal() and len(each) < 10]
    acting(
        desk.site.store, desk.viewer, Right.SEE_NAMES, desk.now,
        lambda _, look: heard.mark_seen(look, numbers, _by(desk)),
    )  # fmt: skip
    return desk.to("/console/messages/replies", "seen")
