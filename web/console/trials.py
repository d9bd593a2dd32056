"""A version tried on the cases of a unit: begun here, watched while it is reckoned, read as a comparison."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, NamedTuple

from dateutil.relativedelta import relativedelta
from starlette.requests import Request
from starlette.responses import Response

from domain.ids import CaseId, UnitId
from domain.programme.schema import CLIMB, Programme
from domain.rules.access import NotAllowed, Right
from domain.rules.refusals import Refusal
from domain.store.console.looking import Looking, NotFound
from domain.store.console.programmes import programme as one
from domain.store.console.trials import cases_to_try, tried, units_to_try
from domain.store.trial import Compared, Trial
from web.console.desk import Desk, console
from web.posted import Given
from web.trials import TooManyTrials, Tried

MOST_CASES: Final = 2_000
"""So many cases may be lived forward on a machine that serves pages meanwhile; a county has a few hundred."""

MOST_MONTHS: Final = 36
SECONDS_BETWEEN_LOOKS: Final = 2


class Row(NamedTuple):
    """One figure under both versions."""

    key: str
    old: int
    new: int

    @property
    def change(self) -> str:
        """How much more or less."""
        return f"{self.new - self.old:+d}" if self.new != self.old else "0"


def may_try(desk: Desk) -> bool:
    """Coordinators, and those who run the machine."""
    return desk.may(Right.SEE_CASES) and (desk.may(Right.ACT) or desk.may(Right.RUN))


def choices(look: Looking) -> list[tuple[UnitId, str]]:
    """The units to choose from."""
    return units_to_try(look.also(Right.SEE_CASES))


@console(Right.ACT)
def begin(request: Request, desk: Desk, given: Given) -> Response:
    """Put a trial into the row and watch it; bad input is told with every mistake at once."""
    if not may_try(desk):
        raise NotAllowed(Right.ACT)
    unit, months = UnitId("".join(given.get("unit", ()))), "".join(given.get("months", ()))
    with desk.look(Right.SEE_CASES) as look:
        asked = _Asked(one(look, request.path_params["name"]).programme, unit, months, choices(look))
        cases = cases_to_try(look, asked.programme, unit)
    problems = list(_problems(desk, asked, cases))
    if problems:
        return _refused(desk, asked, HTTPStatus.UNPROCESSABLE_ENTITY, problems)
    try:
        begun = _begun(desk, asked.programme, unit, int(months))
    except TooManyTrials:
        return _refused(desk, asked, HTTPStatus.CONFLICT, [desk.say("console_programmes.busy")])
    return desk.to(f"/console/programmes/trials/{begun.id}")


class _Asked(NamedTuple):
    programme: Programme
    unit: UnitId
    months: str
    units: list[tuple[UnitId, str]]


def _problems(desk: Desk, asked: _Asked, cases: int) -> Iterator[str]:
    if not _is_span(asked.months):
        yield desk.say("console_programmes.months", most=MOST_MONTHS)
    if not cases:
        yield desk.say("trial.no-cases", programme=asked.programme.programme)
    if cases > MOST_CASES:
        yield desk.say("console_programmes.too-many", most=MOST_CASES)


def _refused(desk: Desk, asked: _Asked, status: int, problems: list[str]) -> Response:
    return desk.page(
        "console/trial-refused.html", status, programme=asked.programme, problems=problems, units=asked.units,
        chosen_unit=asked.unit, chosen_months=asked.months,
    )  # fmt: skip


def _is_span(months: str) -> bool:
    return months.isdecimal() and len(months) < 4 and 1 <= int(months) <= MOST_MONTHS


def _begun(desk: Desk, programme: Programme, unit: UnitId, months: int) -> Tried:
    store, viewer, now = desk.site.store, desk.viewer, desk.now
    until = now + relativedelta(months=months)

    def reckon(each: Tried) -> Trial:
        return tried(store, viewer, programme, unit, now, until, each.note)

    return desk.site.trials.begin(viewer.login, programme.name, unit, months, now, reckon)


@console(Right.SEE_CASES)
def trial(request: Request, desk: Desk, _given: Given) -> Response:
    """How far a trial has come, and what came of it."""
    number = request.path_params["trial"]
    found = desk.site.trials.of(desk.viewer.login, number, desk.now)
    if found is None:
        raise NotFound("trial")
    with desk.look(Right.SEE_CASES) as look:
        programme = one(look, found.programme).programme
        unit = look.unit_name(found.unit)
        done = found.trial
        names = {each.unit: look.unit_name(each.unit) for each in done.townships} if done else {}
    shown = desk.page(
        "console/trial.html", found=found, programme=programme, unit=unit, tried=done, names=names,
        rows=[(each, figures(each)) for each in (done.whole, *done.townships)] if done else [],
        refused=[_told(desk, case, why) for case, why in done.refused] if done else [],
    )  # fmt: skip
    if not found.is_over:
        shown.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return shown


def _told(desk: Desk, case: CaseId, why: Refusal) -> tuple[CaseId, str]:
    return case, desk.say(f"refusals.{why.reason.value}", about=why.about)


def figures(compared: Compared) -> list[Row]:
    """What both versions ask of people, without what neither does."""
    old, new = compared.old, compared.new
    rows = [Row("visits", old.visits, new.visits), Row("messages", old.messages, new.messages)]
    rows += [Row("late", old.late, new.late)]
    rows += [Row(f"desk-{level.value}", old.desks[level], new.desks[level]) for level in CLIMB]
    return [row for row in rows if row.old or row.new]
