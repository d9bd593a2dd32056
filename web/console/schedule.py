"""Schedule: the rounds as Prefect plans them, with what ops may change; and what comes round in the programmes."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from domain.ids import UnitId
from domain.rules.access import NotAllowed, Right
from domain.store.console.looking import NotFound
from domain.store.console.rhythms import rhythms
from web.console.desk import Desk, console
from web.posted import Given
from web.prefect_api import Call, NotAnswering
from web.schedules import EVERY, NAMES, Line, cron_of, lines, named, run_now, set_cron, switch

DONE: Final = {"pause": "paused", "resume": "resumed", "run": "started", "set": "scheduled"}
STATES: Final = frozenset({
    "completed", "cached", "failed", "crashed", "cancelled", "cancelling", "running", "pending", "paused", "late",
    "timedout",
})  # fmt: skip
"""Of Prefect's states those there are words for."""

WELL: Final = frozenset({"completed", "cached"})
BAD: Final = frozenset({"failed", "crashed", "late", "timedout"})


@console(Right.SEE_SCHEDULE)
def schedule(_request: Request, desk: Desk, _given: Given) -> Response:
    """All rounds, and the rhythms."""
    return shown(desk)


def shown(desk: Desk, status: int = 200, problem: str = "") -> Response:
    """The page as it stands, with what went wrong."""
    with desk.look(Right.SEE_SCHEDULE) as look:
        found = rhythms(look)
    # Asked after the look is over, which needs no database any more: no transaction waits for another server.
    planned, silent = _planned(desk, lambda county: look.sees(UnitId(county)))
    return desk.page(
        "console/schedule.html", status, planned=planned, silent=silent, problem=problem, rhythms=found, every=EVERY,
        well=WELL, bad=BAD, states=STATES,
    )  # fmt: skip


def _planned(desk: Desk, sees: Callable[[str], bool]) -> tuple[list[Line], str]:
    """What Prefect says, or a key of why it says nothing."""
    if desk.site.prefect is None:
        return [], "absent"
    try:
        with desk.site.prefect.calling() as call:
            return lines(call, sees), ""
    except NotAnswering:
        return [], "silent"


@console(Right.RUN)
def change(request: Request, desk: Desk, given: Given) -> Response:
    """Pause, resume, start, or give other times; for those who run the machine."""
    if not desk.may(Right.RUN):
        raise NotAllowed(Right.RUN)
    name, do = request.path_params["name"], "".join(given.get("do", ()))
    if name not in NAMES or do not in DONE or desk.site.prefect is None:
        raise NotFound(name)
    cron = cron_of("".join(given.get("every", ())), "".join(given.get("at", ())))
    if do == "set" and cron is None:
        return shown(desk, HTTPStatus.UNPROCESSABLE_ENTITY, desk.say("console_schedule.no-such-time"))
    try:
        with desk.site.prefect.calling() as call:
            _do(call, name, do, cron or "")
    except NotAnswering:
        return shown(desk, HTTPStatus.BAD_GATEWAY, desk.say("console_schedule.not-done"))
    return desk.to("/console/schedule", DONE[do])


def _do(call: Call, name: str, do: str, cron: str) -> None:
    line = named(call, name)
    if line is None or (do in {"pause", "resume"} and not line.schedules):
        raise NotFound(name)
    if do == "run":
        run_now(call, line)
    elif do == "set":
        set_cron(call, line, cron)
    else:
        switch(call, line, active=do == "resume")
