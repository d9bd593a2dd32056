"""``shouwang round``, ``deliver``, ``overdue``, ``findings``, ``desks``: the engine by hand, and its lists."""

import os
from datetime import date
from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import DONE, FINDINGS, Where
from domain.ids import PersonId, UnitId
from domain.store import lists
from domain.store.engine import reading, writing
from domain.store.rounds import run_round
from domain.store.units import all_desks, ensure_units, seat, send_away, unseat
from notifiers.opening import open_channels
from notifiers.planner import plan
from notifiers.settings import telling
from notifiers.worker import deliver_all

Unit = Annotated[str | None, Parameter(help="only this unit and what lies below it")]
desks = App(name="desks", help="who sits at which desk, and who stands in")


def add(app: App) -> None:
    """Put these commands into the command line."""
    for command in (round_, deliver, overdue, findings):
        app.command(command, name=command.__name__.rstrip("_"))
    app.command(desks)


def round_(*, county: str | None = None, where: Where = Where()) -> int:
    """Do all that has come due, now and here."""
    done = run_round(where.store, where.moment, county=UnitId(county) if county else None)
    where.show(done._asdict(), where.say("cli.round-done", **done._asdict()))
    return FINDINGS if done.set_aside else DONE


def deliver(*, where: Where = Where()) -> int:
    """Plan what waits to be told and send what may leave."""
    how = telling(where.settings)
    plan(where.store, how, where.moment)
    with open_channels(how) as channels:
        done = deliver_all(where.store, how, channels, where.moment, worker=f"by-hand-{os.getpid()}")
    where.show(done._asdict(), where.say("cli.delivered", **done._asdict()))
    return FINDINGS if done.failed or done.doubtful or done.findings else DONE


def overdue(unit: Unit = None, *, where: Where = Where()) -> int:
    """What is overdue, longest first; a duty is overdue from the first moment after its due day."""
    with reading(where.store.engine) as connection:
        found = lists.overdue(connection, where.moment, UnitId(unit) if unit else None)
    lines = [
        f"{each.id}  {where.store.title(each.kind, where.spoken)}  {each.due_on}"
        f"  {each.climbed_to or ''}  {each.owed_by or ''}"
        for each in found
    ]
    where.show(found, "\n".join(lines) or where.say("cli.nothing-overdue"))
    return FINDINGS if found else DONE


def findings(unit: Unit = None, *, where: Where = Where()) -> int:
    """What to look into: never paired, never visited, empty desks, cases set aside, people not reached."""
    with reading(where.store.engine) as connection:
        found = lists.findings(connection, where.moment, UnitId(unit) if unit else None)
    where.show(found, "\n".join(each.sentence(where.spoken) for each in found) or where.say("cli.no-findings"))
    return FINDINGS if found else DONE


@desks.command(name="list")
def list_(*, where: Where = Where()) -> int:
    """Who sits where, by ids; empty desks are listed too."""
    with reading(where.store.engine) as connection:
        rows = all_desks(connection)
    empty = where.say("cli.empty-desk")
    where.show(rows, "\n".join(f"{row.unit:<10} {row.name}  {row.person or empty}" for row in rows))
    return DONE


@desks.command(name="seat")
def seat_(unit: str, person: str, *, where: Where = Where()) -> int:
    """Put a coordinator at a unit's desk."""
    with writing(where.store.engine) as connection:
        ensure_units(connection, [(unit, "")])
        seat(connection, UnitId(unit), PersonId(person))
    return DONE


@desks.command(name="unseat")
def unseat_(unit: str, person: str, *, where: Where = Where()) -> int:
    """Take a coordinator from a unit's desk."""
    with writing(where.store.engine) as connection:
        unseat(connection, UnitId(unit), PersonId(person))
    return DONE


@desks.command
def away(person: str, *, since: date, until: date, stand_in: str, where: Where = Where()) -> int:
    """Note that somebody is away (both days included, YYYY-MM-DD), and who answers meanwhile."""
    with writing(where.store.engine) as connection:
        send_away(connection, PersonId(person), since, until, PersonId(stand_in))
    return DONE
