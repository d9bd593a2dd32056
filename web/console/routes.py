"""Where the console's pages are."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import Route

from web.console.sheets import annotated_sheet, blank_sheet, bring, sheet_page, sheets_page, take_in
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
    Route("/console/names", names, methods=_POST),
    Route("/console/settle", settle, methods=_POST),
    Route("/console/sheets", sheets_page),
    Route("/console/sheets", bring, methods=_POST),
    Route("/console/sheets/blank/{kind}", blank_sheet),
    Route("/console/sheets/{key}", sheet_page),
    Route("/console/sheets/{key}/import", take_in, methods=_POST),
    Route("/console/sheets/{key}/answer.xlsx", annotated_sheet),
)
