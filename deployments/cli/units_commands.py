"""``shouwang units list``: schools, branches and partner organisations by their ids."""

from typing import Annotated

from cyclopts import App, Parameter

from deployments.cli.where import DONE, Where
from domain.store.engine import reading
from domain.store.units import bodies

Unit = Annotated[str | None, Parameter(help="only this unit and what lies below it")]


def add(app: App) -> None:
    """Put the command into its group."""
    app["units"].command(list_, name="list")


def list_(*, unit: Unit = None, where: Where = Where()) -> int:
    """Schools, branches and partner organisations by their ids, and where they stand."""
    of = where.unit(unit)
    with reading(where.store.engine) as connection:
        found = bodies(connection, of)
    names = where.unit_names(each.parent for each in found)
    where.show(
        [{**each._asdict(), "parent_name": names.get(each.parent, "")} for each in found],
        "\n".join(
            where.say(
                "cli.unit", unit=each.id, name=each.name, kind=where.say(f"cli.unit-{each.kind}"),
                parent=names.get(each.parent, each.parent),
            )
            for each in found
        ) or where.say("cli.no-bodies"),
    )  # fmt: skip
    return DONE
