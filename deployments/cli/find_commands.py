"""``shouwang case list``, ``volunteers list``: the ids a coordinator decides by."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.case_commands import case as case_group
from deployments.cli.where import DONE, Where
from domain.programme.schema import Stage
from domain.rules.pairing_words import titles
from domain.store.engine import reading
from domain.store.lists_cases import CaseLine, cases
from domain.store.lists_people import HelperLine, helpers
from domain.store.lists_urgent import urgent_cases

Unit = Annotated[str | None, Parameter(help="only this unit and what lies below it")]


def add(app: App) -> None:
    """Put these commands into their groups."""
    case_group.command(case_list, name="list")
    app["volunteers"].command(volunteers_list, name="list")


def case_list(*, unit: Unit = None, stage: Stage | None = None, where: Where = Where()) -> int:
    """Cases by number, urgent ones first: stage, risk, who helps, the next moment; without --stage all open ones."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = cases(connection, of, stage)
        urgent = urgent_cases(connection, where.store, found)
    found.sort(key=lambda each: each.case not in urgent)
    names = where.unit_names(each.unit for each in found)
    lines = (_case(each, names.get(each.unit, ""), where, urgent=each.case in urgent) for each in found)
    where.show(
        [{**each._asdict(), "unit_name": names.get(each.unit, ""), "urgent": each.case in urgent} for each in found],
        "\n".join(lines) or where.say("cli.no-cases"),
    )
    return DONE


def _case(each: CaseLine, unit: str, where: Where, *, urgent: bool) -> str:
    programme = where.store.programmes.get(each.programme)
    risk = programme.risks[each.risk].say(where.spoken) if programme and each.risk in programme.risks else each.risk
    mark = "  " + where.say("cli.urgent") if urgent else ""
    return where.say(
        "cli.case", case=each.case + mark, stage=where.say(f"diagram.{each.stage.value}"), risk=risk, unit=unit,
        helpers=where.say("cli.list-sign").join(each.helpers) or where.say("cli.nobody"), duties=each.open_duties,
        next=where.local(each.next_moment) if each.next_moment else "—",
    )  # fmt: skip


def volunteers_list(*, unit: Unit = None, where: Where = Where()) -> int:
    """Volunteers by their ids: where, how many children of how many they may have, which papers are valid."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = helpers(connection, of)
    names = where.unit_names(each.unit for each in found)
    known: dict[str, str] = {}
    for programme in where.store.programmes.values():
        known |= titles(programme, where.spoken)
    where.show(
        [{**each._asdict(), "unit_name": names.get(each.unit, "")} for each in found],
        "\n".join(_helper(each, names.get(each.unit, ""), known, where) for each in found)
        or where.say("cli.no-volunteers"),
    )
    return DONE


def _helper(each: HelperLine, unit: str, known: dict[str, str], where: Where) -> str:
    today = where.moment.date()
    valid = [known.get(key, key) for key, until in each.papers.items() if until is None or until >= today]
    return where.say(
        "cli.volunteer", person=each.person, unit=unit, kind=known.get(each.kind, each.kind), load=each.load,
        sex=where.say(f"cli.{each.sex}"), capacity=each.capacity,
        papers=where.say("cli.list-sign").join(valid) or where.say("cli.none"),
        state=_serving(each, where),
    ).rstrip()  # fmt: skip


def _serving(each: HelperLine, where: Where) -> str:
    if not each.serving:
        return where.say("cli.not-serving")
    return where.say("cli.serves-until", on=each.serves_until) if each.serves_until is not None else ""
