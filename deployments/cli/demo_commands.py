"""``shouwang demo fill``: a made-up city with some months of its past, to try everything with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Annotated, Final

from cyclopts import App, Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from deployments.demo.filling import CHILDREN, MONTHS, TENTH, VOLUNTEERS, CannotFill, Filled, fill, is_empty
from deployments.demo.past import Living

Children = Annotated[int | None, Parameter(validator=Number(gte=1, lte=20_000), help="how many children")]
Volunteers = Annotated[int | None, Parameter(validator=Number(gte=1, lte=30_000), help="how many volunteers")]
Months = Annotated[int, Parameter(validator=Number(gte=1, lte=24), help="how many months of past")]
Seed = Annotated[int, Parameter(help="another number, another city; the same one, the same")]
Full = Annotated[bool, Parameter(negative="", help="as many as the city counts, instead of a tenth")]

UNFINISHED: Final = "demo-unfinished"
"""The file that stands in the data folder as long as filling it is under way."""

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
    where.begin()
    started = monotonic()
    filled = _filled(where, full=full, children=children, volunteers=volunteers, months=months, seed=seed)
    seconds = round(monotonic() - started, 1)
    lines = [where.say("demo.filled", **filled._asdict(), seconds=seconds)]
    if filled.set_aside:
        lines.append(where.say("demo.set-aside", count=filled.set_aside))
    where.show({**filled._asdict(), "seconds": seconds}, "\n".join(lines))
    return FINDINGS if filled.set_aside else DONE


def fill_demo(where: Where, *, full: bool = False) -> Filled | None:
    """What ``up --demo`` does first; nothing where somebody is in the install already, as after the first time."""
    if is_empty(where.store):
        return _filled(where, full=full)
    _check_finished(where)
    return None


def _check_finished(where: Where) -> None:
    """BadInput where an earlier filling was broken off: half a city looks like one that nobody cares for."""
    if (where.data / UNFINISHED).exists() and not is_empty(where.store):
        raise BadInput(where.say("demo.half-filled", folder=where.data))


def _filled(
    where: Where,
    *,
    full: bool,
    children: int | None = None,
    volunteers: int | None = None,
    months: int = MONTHS,
    seed: int = 1,
) -> Filled:
    _check_finished(where)
    share, mark = 1 if full else TENTH, where.data / UNFINISHED
    mark.touch()
    with _progress(where) as progress:
        try:
            filled = fill(
                where.store, where.settings, children=children or CHILDREN // share,
                volunteers=volunteers or VOLUNTEERS // share, months=months, seed=seed, now=where.moment,
                progress=progress,
            )  # fmt: skip
        except CannotFill as error:
            mark.unlink()
            raise BadInput(where.say(f"demo.{error.key}")) from None
    mark.unlink()
    return filled


@contextmanager
def _progress(where: Where) -> Iterator[Callable[[Living], None]]:
    """A bar on a terminal's error output; elsewhere nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(where.say("demo.writing-sheets"), total=None, said="")

        def show(living: Living) -> None:
            said = where.say("demo.days", days=living.days, of=living.of)
            bar.update(task, description=where.say("demo.living"), completed=living.days, total=living.of, said=said)

        yield show
