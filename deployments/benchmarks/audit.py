"""``shouwang bench audit``: the audit over years of a whole city beside the bare reading of the same rows."""

import gc
import resource
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, func, select

from deployments.benchmarks.long_lives import SEALED_WITH, build
from deployments.benchmarks.round import Measured, databases
from domain.calendar import Calendar
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.audit import audit_report, steady
from domain.store.engine import open_engine, reading
from domain.store.moments import moment
from domain.store.ranges import Range, ranges, tuples
from domain.store.sealing import Seal
from domain.store.store import Store

TABLES: Final = (t.journal, t.snapshot, t.diary, t.tie, t.notice)
READ_LIMIT: Final = 6.0
MEMORY_LIMIT: Final = 500
ROWS_AT_A_TIME: Final = 5_000
STATUS: Final = Path("/proc/self/status")

Found = TypeVar("Found")


class Sizes(NamedTuple):
    """What an audit read, how long it took beside the bare reading, and the most memory it held, in megabytes."""

    facts: int
    rows: int
    breaches: int
    seconds: float
    bare: float
    megabytes: float


def measure(
    programme: Programme, url: str | None, *, cases: int, years: int, say: Callable[[str], None]
) -> list[Measured]:
    """Both figures on one database system: SQLite in a temporary folder, or the PostgreSQL server of ``url``."""
    kind = "postgresql" if url else "sqlite"
    with databases(url) as new:
        place = new("audit")
        engine = open_engine(place)
        start = time.perf_counter()
        build(engine, programme, cases=cases, years=years)
        engine.dispose()
        say(f"{kind}: {cases} cases, {years} years each, built in {time.perf_counter() - start:.0f} s")
        sizes = _alone(place, {programme.name: programme})
    say(_line(kind, sizes))
    if sizes.breaches:
        say(f"{kind}: the audit is not clean: {sizes.breaches} breaches")
    return [
        Measured(f"audit-read-{kind}", sizes.seconds / sizes.bare, READ_LIMIT),
        Measured(f"audit-memory-{kind}", sizes.megabytes / MEMORY_LIMIT, 1.0),
    ]


def _line(kind: str, sizes: Sizes) -> str:
    each = 1e6 * sizes.seconds / sizes.facts
    return (
        f"{kind}: audit of {sizes.facts} facts, {sizes.rows} rows: {sizes.seconds:.1f} s ({each:.1f} µs a fact), "
        f"bare reading {sizes.bare:.1f} s, most memory {sizes.megabytes:.0f} MB"
    )


def _alone(url: str, programmes: Mapping[str, Programme]) -> Sizes:
    """In a process of its own, so that its memory is what the audit needs and nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(sizes_of, url, dict(programmes)).result()


def sizes_of(url: str, programmes: Mapping[str, Programme]) -> Sizes:
    """Read the rows once without a thought, then audit them."""
    store = Store(open_engine(url), programmes, Calendar(), Seal(SEALED_WITH))
    with steady(store.engine) as connection:
        rows, bare = _timed(lambda: _read(connection))
    with reading(store.engine) as connection:
        now = moment(str(connection.scalar(select(func.max(t.journal.c.recorded_at)))))
    report, seconds = _timed(lambda: audit_report(store, now))
    return Sizes(report.tally.facts, rows, report.breach_count, seconds, bare, _most_memory())


def _read(connection: Connection) -> int:
    """Every row that an audit looks at, range by range, as the driver gives them; how many."""
    by_case = sum(_count(connection, table, some) for some in ranges(connection) for table in TABLES)
    nudges = connection.execute(select(t.nudge), execution_options={"yield_per": ROWS_AT_A_TIME})
    return by_case + sum(len(rows) for rows in nudges.partitions())


def _count(connection: Connection, table: Table, some: Range) -> int:
    statement = select(table).where(some.of(table)).order_by(table.c.case)
    return sum(1 for _ in tuples(connection, statement))


def _timed(work: Callable[[], Found]) -> tuple[Found, float]:
    gc.collect()
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def _most_memory() -> float:
    """The most memory this process ever held, in megabytes.

    Linux says it of a process alone; what ``getrusage`` says there includes the parent before the new program began.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
