"""``shouwang demo fill``: a made-up city with some months of its past, to try everything with."""

from time import monotonic
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from deployments.cli.where import DONE, FINDINGS, Where
from deployments.demo.sizes import MONTHS

Children = Annotated[int | None, Parameter(validator=Number(gte=1, lte=20_000), help="how many children")]
Volunteers = Annotated[int | None, Parameter(validator=Number(gte=1, lte=30_000), help="how many volunteers")]
Months = Annotated[int, Parameter(validator=Number(gte=1, lte=24), help="how many months of past")]
Seed = Annotated[int, Parameter(help="another number, another city; the same one, the same")]
Full = Annotated[bool, Parameter(negative="", help="as many as the city counts, instead of a tenth")]

demo = App(name="demo", help="a made-up city to try everything with")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(demo)


@demo.command(name="fill")
def fill_(
    *,
    full: Full = False,
    children: Children = None,
    volunteers: Volunteers = None,
    months: Months = MONTHS,
    seed: Seed = 1,
    where: Where = Where(),
) -> int:
    """Fill an empty install with made-up people and what happened to them up to now. All messages stay in the spool."""
    # Here: a whole made-up city is loaded for it.
    from deployments.cli.demo_filling import filled

    where.begin()
    started = monotonic()
    done = filled(where, full=full, children=children, volunteers=volunteers, months=months, seed=seed)
    seconds = round(monotonic() - started, 1)
    lines = [where.say("demo.filled", **done._asdict(), seconds=seconds)]
    if done.set_aside:
        lines.append(where.say("demo.set-aside", count=done.set_aside))
    where.show({**done._asdict(), "seconds": seconds}, "\n".join(lines))
    return FINDINGS if done.set_aside else DONE
