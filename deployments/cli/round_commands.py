"""``shouwang round``, ``deliver``, ``overdue``, ``findings``, ``desks``: the engine by hand, and its lists."""

import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.duty_lines import show_duties
from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from domain.ids import PersonId, UnitId
from domain.places import place
from domain.programme.schema import CLIMB, Desk, Level
from domain.store import lists
from domain.store.engine import reading, writing
from domain.store.lists_cases import programmes_in_use
from domain.store.lists_urgent import urgent_first
from domain.store.reckoning import reckon_published
from domain.store.rounds import run_round
from domain.store.units import all_desks, division_of, ensure_units, names_of, seat, send_away, unseat

Unit = Annotated[str | None, Parameter(help="only this unit and what lies below it")]
desks = App(name="desks", help="who sits at which desk, and who stands in")


def add(app: App) -> None:
    """Put these commands into the command line."""
    for command in (round_, deliver, overdue, findings):
        app.command(command, name=command.__name__.rstrip("_"))
    app.command(desks)


def round_(*, county: str | None = None, where: Where = Where()) -> int:
    """Do all that has come due, now and here."""
    years = reckon_published(where.store, where.moment)
    done = run_round(where.store, where.moment, county=where.unit(county))
    lines = [where.say("calendar.noticed", year=year, **each._asdict()) for year, each in years.items() if each.moved]
    where.show(done._asdict(), "\n".join([*lines, where.say("cli.round-done", **done._asdict())]))
    return FINDINGS if done.set_aside else DONE


def deliver(*, where: Where = Where()) -> int:
    """Plan what waits to be told, send what may leave, and tell ops what they must put right."""
    # Here: the channels bring Apprise along, which no other of these commands needs.
    from notifiers.dispatch import deliver_all
    from notifiers.incoming import settle_posts
    from notifiers.opening import open_channels
    from notifiers.ops_notices import tell_findings
    from notifiers.planner import plan
    from notifiers.settings import telling

    how = telling(where.settings)
    with open_channels(how) as channels:
        settle_posts(where.store, how, channels, where.moment)
        plan(where.store, how, where.moment)
        done = deliver_all(where.store, how, channels, where.moment, worker=f"by-hand-{os.getpid()}")
    done = tell_findings(where.store, where.settings, done, where.moment)
    where.show(done._asdict(), where.say("cli.delivered", **done._asdict()))
    return FINDINGS if done.failed or done.doubtful or done.findings else DONE


def overdue(unit: Unit = None, *, where: Where = Where()) -> int:
    """What is overdue, urgent first, then the longest; a duty is overdue from the first moment after its due day."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = urgent_first(connection, where.store, lists.overdue(connection, where.moment, of))
    show_duties(where, found, "cli.nothing-overdue")
    return FINDINGS if found else DONE


def findings(unit: Unit = None, *, where: Where = Where()) -> int:
    """What to look into: never paired, never visited, empty desks, cases set aside, people not reached."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = lists.findings(connection, where.moment, of, _desk_levels(where))
    names = where.unit_names(each.unit for each in found)
    lines = [_named(each, names).sentence(where.spoken) for each in found]
    answer = [
        {**asdict(each), "unit_name": names.get(each.unit, ""), "sentence": line}
        for each, line in zip(found, lines, strict=True)
    ]
    where.show(answer, "\n".join(lines) or where.say("cli.no-findings"))
    return FINDINGS if found else DONE


def _desk_levels(where: Where) -> list[Level]:
    """The levels at which a programme that has open cases here has a desk; those nobody works under need none."""
    with reading(where.store.engine) as connection:
        in_use = programmes_in_use(connection)
    programmes = [each for name, each in where.store.programmes.items() if name in in_use]
    roles = [role for programme in programmes for role in programme.roles.values()]
    return sorted({role.desk for role in roles if isinstance(role, Desk)}, key=CLIMB.index)


def _named(each: lists.Noticed, names: Mapping[UnitId, str]) -> lists.Noticed:
    """The finding with its unit's name beside the id."""
    return replace(each, unit=UnitId(f"{names.get(each.unit, '')} {each.unit}".strip()))


@desks.command(name="list")
def list_(*, where: Where = Where()) -> int:
    """Who sits where, by ids; empty desks are listed too."""
    with reading(where.store.engine) as connection:
        rows = all_desks(connection)
    empty = where.say("cli.empty-desk")
    lines = [f"{row.unit:<10} {row.name}  {row.person or empty}" for row in rows]
    where.show([row._asdict() for row in rows], "\n".join(lines) or where.say("cli.no-units"))
    return DONE


@desks.command(name="seat")
def seat_(unit: str, person: str, *, where: Where = Where()) -> int:
    """Put a coordinator at a unit's desk."""
    where.people(person)
    name = _desk(unit, where)
    with writing(where.store.engine) as connection:
        ensure_units(connection, [(division_of(unit), "")])
        seat(connection, UnitId(unit), PersonId(person))
    _told(where, unit, person, where.say("cli.seated", unit=unit, name=name, person=person))
    return DONE


def _desk(unit: str, where: Where) -> str:
    """The name of what may have a desk: a division, or a village, school, branch or partner known here."""
    try:
        return place(unit).name
    except KeyError:
        pass
    with reading(where.store.engine) as connection:
        known = names_of(connection, [UnitId(unit)])
    if UnitId(unit) not in known:
        raise BadInput(where.say("cli.no-such-desk", unit=unit))
    return known[UnitId(unit)]


def _told(where: Where, unit: str, person: str, sentence: str) -> None:
    where.show({"unit": unit, "person": person}, sentence)


@desks.command(name="unseat")
def unseat_(unit: str, person: str, *, where: Where = Where()) -> int:
    """Take a coordinator from a unit's desk."""
    name = _desk(unit, where)
    with reading(where.store.engine) as connection:
        sits = any((row.unit, row.person) == (unit, person) for row in all_desks(connection))
    if not sits:
        raise BadInput(where.say("cli.not-seated", unit=unit, name=name, person=person))
    with writing(where.store.engine) as connection:
        unseat(connection, UnitId(unit), PersonId(person))
    _told(where, unit, person, where.say("cli.unseated", unit=unit, name=name, person=person))
    return DONE


@desks.command
def away(person: str, *, since: date, until: date, stand_in: str, where: Where = Where()) -> int:
    """Note that somebody is away (both days included, YYYY-MM-DD), and who answers meanwhile."""
    where.people(person, stand_in)
    if until < since or person == stand_in:
        raise BadInput(where.say("cli.away-backwards" if until < since else "cli.away-alone"))
    with writing(where.store.engine) as connection:
        send_away(connection, PersonId(person), since, until, PersonId(stand_in))
    answer = {"person": person, "since": since, "until": until, "stand_in": stand_in}
    where.show(answer, where.say("cli.away", **answer))
    return DONE
