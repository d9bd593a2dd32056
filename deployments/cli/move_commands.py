"""``shouwang case transfer…``, ``units tree|move``: a case moves, or the tree above it does."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import By, Why, carry
from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.ids import CaseId, PersonId, UnitId
from domain.programme.schema import Level
from domain.rules import commands as c
from domain.rules.refusals import Refusal
from domain.store.engine import reading
from domain.store.offices import office
from domain.store.tree import UnitLine, move_township
from domain.store.tree import units as tree_of

LEAVES = {Level.TOWNSHIP, Level.VILLAGE}
"""Where a case may stand."""


def add(app: App) -> None:
    """Put these commands into their groups."""
    case_group.command(transfer)
    case_group.command(transfer_answer, name="transfer-answer")
    app["units"].command(tree)
    app["units"].command(move)


def transfer(
    case: str,
    *,
    to: Annotated[str, Parameter(help="the unit the child moves to: a village, township or school")],
    by: By,
    reason: Why,
    programme: Annotated[str | None, Parameter(help="another programme there, NAME or NAME@VERSION")] = None,
    where: Where = Where(),
) -> int:
    """Ask another unit to take a case over; until it answers, everything stays as it is."""
    unit, county = _place(to, where)
    name = where.programme(programme).name if programme is not None else None
    command = c.AskTransfer(
        case=CaseId(case), unit=unit, county=county, by=PersonId(by), reason=reason, programme=name
    )  # fmt: skip
    return carry(where, [command])


def _place(to: str, where: Where) -> tuple[UnitId, UnitId]:
    """The unit and the county it lies in; BadInput where it is none in which a case may stand."""
    with reading(where.store.engine) as connection:
        around = office(connection, where.store)
    above = list(around.upward(UnitId(to)))
    county = next((each.id for each in above if each.level is Level.COUNTY), None)
    if not above or county is None or above[0].level not in LEAVES:
        raise BadInput(where.say("cli.not-a-place", unit=to))
    return above[0].id, county


def transfer_answer(
    case: str,
    *,
    by: By,
    accept: Annotated[bool, Parameter(negative="", help="the unit takes the case over")] = False,
    decline: Annotated[bool, Parameter(negative="", help="the case stays where it is")] = False,
    reason: Why = "other",
    where: Where = Where(),
) -> int:
    """Answer for the unit that was asked to take a case over."""
    if accept is decline:
        raise BadInput(where.say("cli.transfer-yes-or-no"))
    return carry(where, [c.AnswerTransfer(case=CaseId(case), by=PersonId(by), accept=accept, reason=reason)])


def tree(unit: str | None = None, *, where: Where = Where()) -> int:
    """The tree from the province down: each unit, who sits at its desk, how many open cases stand below it."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = tree_of(connection, where.store, of)
    lines = [_line(each, where) for each in found]
    where.show([each._asdict() for each in found], "\n".join(lines) or where.say("cli.no-units"))
    return DONE


def _line(each: UnitLine, where: Where) -> str:
    people = where.say("cli.list-sign").join(each.people) or where.say("cli.empty-desk")
    return where.say(
        "cli.tree-unit", unit=each.unit, name=each.name, level=where.say(f"pairing.level-{each.level}"), people=people,
        cases=each.cases,
    )  # fmt: skip


def move(
    township: str,
    *,
    to: Annotated[str, Parameter(help="the county it lies in from now on")],
    by: By,
    where: Where = Where(),
) -> int:
    """Put a township below another county: the tree changes, and every case there goes along at once."""
    where.people(by)
    for unit, level, key in ((township, Level.TOWNSHIP, "not-a-township"), (to, Level.COUNTY, "not-a-county")):
        _check_level(unit, level, f"cli.{key}", where)
    try:
        done = move_township(where.store, UnitId(township), UnitId(to), PersonId(by), where.moment)
    except Refusal as refusal:
        raise where.refused(refusal) from None
    names = where.unit_names([done.unit, done.county])
    lines = [where.say(
        "cli.tree-moved", unit=done.unit, name=names[done.unit], county=done.county, county_name=names[done.county],
        cases=done.cases,
    )]  # fmt: skip
    if done.stayed:
        stayed = where.say("cli.list-sign").join(done.stayed)
        lines.append(where.say("cli.tree-stayed", count=len(done.stayed), cases=stayed))
    where.show(done._asdict(), "\n".join(lines))
    return FINDINGS if done.stayed else DONE


def _check_level(unit: str, level: Level, key: str, where: Where) -> None:
    with reading(where.store.engine) as connection:
        known = office(connection, where.store).units.get(UnitId(unit))
    if known is None or known.level is not level:
        raise BadInput(where.say(key, unit=unit))
