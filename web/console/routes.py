"""Where the console's pages are."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import Route

from web.console.flows import flows
from web.console.live import live
from web.console.messages import messages, one_message, replies, resend, seen
from web.console.programmes import changes, programme, programmes
from web.console.schedule import change, schedule
from web.console.signing import names, one_time_code, sign_in, sign_out, welcome
from web.console.today import settle, today
from web.console.trials import begin, trial

_BOTH: Final = ("GET", "POST")
_POST: Final = ("POST",)
_ANY: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

ROUTES: Final[Sequence[Route]] = (
    Route("/sign-in", sign_in, methods=_BOTH),
    Route("/sign-in/code", one_time_code, methods=_POST),
    Route("/sign-out", sign_out, methods=_POST),
    Route("/welcome/{secret}", welcome, methods=_BOTH),
    Route("/console", today),
    Route("/console/live", live),
    Route("/console/names", names, methods=_POST),
    Route("/console/settle", settle, methods=_POST),
    Route("/console/messages", messages),
    Route("/console/messages/replies", replies),
    Route("/console/messages/replies/seen", seen, methods=_POST),
    Route("/console/messages/{nudge}", one_message),
    Route("/console/messages/{nudge}/resend", resend, methods=_POST),
    Route("/console/programmes", programmes),
    Route("/console/programmes/trials/{trial}", trial),
    Route("/console/programmes/{name}", programme),
    Route("/console/programmes/{name}/changes", changes),
    Route("/console/programmes/{name}/try", begin, methods=_POST),
    Route("/console/schedule", schedule),
    Route("/console/schedule/{name}", change, methods=_POST),
    Route("/console/flows/", flows),
    Route("/console/flows/{rest:path}", flows, methods=_ANY),
)
