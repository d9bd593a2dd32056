"""Where the console's pages are."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import Route

from web.console.live import live
from web.console.signing import names, one_time_code, sign_in, sign_out, welcome
from web.console.today import settle, today

_BOTH: Final = ("GET", "POST")
_POST: Final = ("POST",)

ROUTES: Final[Sequence[Route]] = (
    Route("/sign-in", sign_in, methods=_BOTH),
    Route("/sign-in/code", one_time_code, methods=_POST),
    Route("/sign-out", sign_out, methods=_POST),
    Route("/welcome/{secret}", welcome, methods=_BOTH),
    Route("/console", today),
    Route("/console/live", live),
    Route("/console/names", names, methods=_POST),
    Route("/console/settle", settle, methods=_POST),
)
