"""``shouwang simulate``: years of a made-up office on a virtual clock, proved and drawn at the end."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.cli.where import Where

Children = Annotated[int, Parameter(validator=Number(gte=1, lte=20_000), help="how many children")]
Volunteers = Annotated[int, Parameter(validator=Number(gte=1, lte=30_000), help="how many volunteers at the beginning")]
YearsToLive = Annotated[int, Parameter(name="--years", validator=Number(gte=1, lte=60), help="how many years")]
Seed = Annotated[int, Parameter(help="another number, another course of things; the same one, the same journal")]
BehaviourFile = Annotated[Path | None, Parameter(name="--behaviour", help="what people do otherwise than shipped")]
Database = Annotated[str, Parameter(help="the URL of a database; left out: a file in the data folder")]
PageFile = Annotated[
    Path | None, Parameter(help="where to write the page; left out: simulation.html in the data folder")
]


def add(app: App) -> None:
    """Put the command into the command line."""
    app.command(simulate)


def simulate(
    programme: Annotated[str, Parameter(help="a programme known here, or a programme file")],
    *,
    children: Children,
    volunteers: Volunteers,
    years: YearsToLive,
    seed: Seed = 1,
    behaviour: BehaviourFile = None,
    database: Database = "",
    page: PageFile = None,
    where: Where = Where(),
) -> int:
    """Live through years of a made-up office with the real engine; stopped, the same command goes on."""
    # Here: a whole made-up world is loaded for it.
    from deployments.cli.simulating import Asked, live_through

    asked = Asked(programme, children, volunteers, years, seed, behaviour, database, page)
    return live_through(asked, where)
