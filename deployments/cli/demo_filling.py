"""Filling an empty install with the made-up city, with a bar to look at meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.cli.where import BadInput, Where
from deployments.demo.filling import CannotFill, Filled, fill, is_empty
from deployments.demo.past import Living
from deployments.demo.sign_ins import make_sign_ins
from deployments.demo.sizes import CHILDREN, MONTHS, TENTH, VOLUNTEERS

UNFINISHED: Final = "demo-unfinished"
"""The file that stands in the data folder as long as filling it is under way."""


def fill_demo(where: Where, *, full: bool = False) -> Filled | None:
    """What ``up --demo`` does first; nothing where somebody is in the install already, as after the first time."""
    if is_empty(where.store):
        return filled(where, full=full)
    _check_finished(where)
    return None


def _check_finished(where: Where) -> None:
    """BadInput where an earlier filling was broken off: half a city looks like one that nobody cares for."""
    if (where.data / UNFINISHED).exists() and not is_empty(where.store):
        raise BadInput(where.say("demo.half-filled", folder=where.data))


def filled(
    where: Where,
    *,
    full: bool,
    children: int | None = None,
    volunteers: int | None = None,
    months: int = MONTHS,
    seed: int = 1,
) -> Filled:
    """What came of filling it; BadInput where it cannot be filled."""
    _check_finished(where)
    share, mark = 1 if full else TENTH, where.data / UNFINISHED
    mark.touch()
    with _progress(where) as progress:
        try:
            done = fill(
                where.store, where.settings, children=children or CHILDREN // share,
                volunteers=volunteers or VOLUNTEERS // share, months=months, seed=seed, now=where.moment,
                progress=progress,
            )  # fmt: skip
        except CannotFill as error:
            mark.unlink()
            raise BadInput(where.say(f"demo.{error.key}")) from None
    make_sign_ins(where.store, where.data, where.settings.language, where.moment)
    mark.unlink()
    return done


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
