"""Where the console's pages are."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import Route

from web.console.area import area
from web.console.cases import found, taken_along
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
    Route("/console/area", area),
    Route("/console/area/{unit}", area),
    Route("/console/cases", found, methods=_BOTH),
    Route("/console/cases.csv", taken_along),
    Route("/console/cases.xlsx", taken_along),
)
