"""What programs read of cases: what waits today, how units stand, lists of cases, one with its duties and story."""

from typing import Annotated

from fastapi import APIRouter, Query

from domain.case import Case
from domain.ids import CaseId, UnitId
from domain.programme.schema import Programme, Stage
from domain.rules.access import Right
from domain.store.console import api_cases
from domain.store.console.area import area as how_it_stands
from domain.store.console.today import noticed as what_was_noticed
from domain.store.console.today import today as what_waits
from domain.store.lists import OpenDuty
from web.api import shapes
from web.api.caller import Reading, endpoint
from web.api.shapes import CaseNumber, Cursor, Key, Names, Unit

ROUTER = APIRouter(tags=["cases"])


@endpoint(ROUTER, "GET", "/today", Right.SEE_CASES, summary="What needs me now")
def today(caller: Reading) -> shapes.Today:
    """What needs the owner of the token now, in order, and what was noticed about the area."""
    with caller.look(Right.SEE_CASES) as look:
        found = what_waits(look)
        sorts = what_was_noticed(look)
        noticed = [each for some in sorts for each in some.found]
        names = {each.unit: look.unit_name(each.unit) for each in noticed}
    matters = [
        shapes.Matter(
            case=each.case, duty=each.number, kind=each.kind, title=each.title, unit=each.unit, risk=each.risk,
            due_on=each.due_on, days_late=each.days_late, press=each.press.name.lower().replace("_", "-"),
            way=each.way.value, climbed_to=each.climbed_to, proposed=each.proposed,
        )
        for each in found.matters
    ]  # fmt: skip
    sentences = [each.sentence(caller.language, names) for each in noticed]
    in_all = sum(some.all for some in sorts)
    return shapes.Today(matters=matters, noticed=sentences, noticed_in_all=in_all, more=found.more)


@endpoint(ROUTER, "GET", "/area", Right.SEE_CASES, 404, summary="How units stand")
def area(caller: Reading, unit: Unit = None) -> shapes.Area:
    """Figures of a unit and of each directly below it, the worst first, counted as the page 我的片区 counts them.

    Without a unit: of the uppermost one looks into, or of all these together.
    """
    with caller.look(Right.SEE_CASES) as look:
        found = how_it_stands(look, UnitId(unit) if unit else None)
        units = [
            shapes.UnitStanding(
                unit=row.unit, name=row.name, level=look.office.units[row.unit].level.value, own=row.own,
                **row.standing._asdict(),
            )
            for row in found.rows
        ]  # fmt: skip
    return shapes.Area(unit=found.unit.id if found.unit else None, units=units, **found.standing._asdict())


@endpoint(ROUTER, "GET", "/cases", Right.SEE_CASES, 404, summary="Cases")
def cases(
    caller: Reading,
    unit: Unit = None,
    number: Annotated[
        str, Query(pattern=r"^[0-9A-Za-z-]*$", max_length=20, description="How the case number begins.")
    ] = "",
    stage: Annotated[Stage | None, Query(description="Without one: all that are not closed.")] = None,
    risk: Annotated[Key | None, Query(description="A level of risk, as the programme calls it.")] = None,
    names: Names = None,
    cursor: Cursor = None,
) -> shapes.Cases:
    """Cases in the order of their numbers, 50 a page."""
    if names:
        caller.must_see_names()
    asked = api_cases.Asked(
        unit=UnitId(unit) if unit else None, number=number, stage=stage, risk=risk or "", after=cursor or ""
    )
    with caller.look(Right.SEE_CASES) as look:
        page = api_cases.cases(look, asked)
    known = _names(caller, [each.case for each in page.lines]) if names else {}
    lines = [shapes.CaseLine(name=known.get(each.case), **each._asdict()) for each in page.lines]
    return shapes.Cases(cases=lines, next=page.after)


@endpoint(ROUTER, "GET", "/cases/{case}", Right.SEE_CASES, 404, summary="One case")
def case(caller: Reading, case: CaseNumber, names: Names = None) -> shapes.Case:
    """One case: as it stands, what is owed to it, and its story in sentences."""
    if names:
        caller.must_see_names()
    with caller.look(Right.SEE_CASES) as look:
        found = api_cases.case(look, CaseId(case))
        programme = look.programme(found.case)
    known = _names(caller, [found.case.id]) if names else {}
    return _whole(found, programme, caller.language, known.get(found.case.id))


def _names(caller: Reading, of: list[CaseId]) -> dict[CaseId, str]:
    return dict(api_cases.names(caller.site.store, caller.viewer, of, caller.now))


def _whole(found: api_cases.Whole, programme: Programme, language: str, name: str | None) -> shapes.Case:
    case = found.case
    return shapes.Case(
        case=case.id, name=name, stage=case.stage.value, risk=case.risk, programme=case.programme, unit=case.unit,
        opened_at=case.opened_at, ties=_ties(case), proposed=case.proposal.person if case.proposal else None,
        transfer_to=case.transfer.unit if case.transfer else None,
        duties=[_duty(each, programme, language) for each in found.duties],
        story=[shapes.Told(position=each.position, at=each.at, says=each.sentence) for each in found.story],
    )  # fmt: skip


def _ties(case: Case) -> list[shapes.Tie]:
    return [shapes.Tie(role=each.role, person=each.person, since=each.since) for each in case.ties]


def _duty(each: OpenDuty, programme: Programme, language: str) -> shapes.Duty:
    kind = programme.duties[each.kind]
    return shapes.Duty(
        number=each.number, kind=each.kind, title=kind.title.say(language), owed_by=each.owed_by,
        climbed_to=each.climbed_to, due_on=each.due_on, days_late=each.days_late, next_moment=each.next_moment,
        asks=[
            shapes.Question(
                key=key, title=question.title.say(language), type=question.type.value, required=question.required,
                options={option: words.say(language) for option, words in question.options.items()},
            )
            for key, question in kind.asks.items()
        ],
    )  # fmt: skip
