"""``shouwang bench round``: a round beside the bare writing of the same rows, and beside a hundredfold population."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

from deployments.benchmarks.population import build
from domain.programme.schema import Programme
from domain.store import saving
from domain.store import writing as writer
from domain.store.engine import open_engine, writing
from domain.store.rounds import RoundReport, batches, run_round
from domain.store.rows import Rows
from domain.store.saving import save
from domain.store.store import Store

NewDatabase = Callable[[str], str]
ROUNDS: Final = 7


class Measured(NamedTuple):
    """One figure: its name, the ratio, and what it may be at most, or has to be ``at_least``."""

    name: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side of its target."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def line(self) -> str:
        """The form every benchmark ends in."""
        return f"ratio {self.name} {self.ratio:.2f} target {'>=' if self.at_least else '<='} {self.limit}"


def measure(
    programme: Programme, url: str | None, *, due: int, few: int, crowds: tuple[int, int], say: Callable[[str], None]
) -> list[Measured]:
    """Both figures on one database system: SQLite in a temporary folder, or the PostgreSQL server of ``url``."""
    kind = "postgresql" if url else "sqlite"
    with databases(url) as new:
        cost = _round_beside_bare(programme, new, due, kind, say)
        growth = _few_among_many(programme, new, few, crowds, kind, say)
    return [cost, growth]


@contextmanager
def databases(url: str | None) -> Iterator[NewDatabase]:
    """A way to make new empty databases, all gone at the end."""
    if url is None:
        with TemporaryDirectory() as folder:
            yield lambda name: f"sqlite:///{Path(folder) / name}.db"
        return
    made: list[str] = []
    admin = create_engine(url, isolation_level="AUTOCOMMIT")

    def new(name: str) -> str:
        full = f"shouwang_bench_{name}"
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{full}"'))
            connection.execute(text(f'CREATE DATABASE "{full}"'))
        made.append(full)
        return make_url(url).set(database=full).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        with admin.connect() as connection:
            for name in made:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()


def _round_beside_bare(
    programme: Programme, new: NewDatabase, due: int, kind: str, say: Callable[[str], None]
) -> Measured:
    """Batch by batch in turn, so that a machine that grows slower or faster does so to both."""
    engine, twin = open_engine(new("engine")), open_engine(new("bare"))
    town = build(engine, programme, cases=due + 2, due=due)
    build(twin, programme, cases=due + 2, due=due)
    ours = theirs = 0.0
    facts = rows = 0
    steps = batches(town.store, town.due_at)
    with _captured() as written:
        while True:
            report, seconds = _timed(lambda: next(steps, None))
            ours += seconds
            facts += report.facts
            rows += sum(_count(each) for each in written)
            theirs += _bare(twin, written)
            if not written:
                break
            written.clear()
    say(f"{kind}: round over {due} due: {facts} facts, {rows} rows, {ours:.2f} s; bare {theirs:.2f} s")
    engine.dispose()
    twin.dispose()
    return Measured(f"round-{kind}", ours / theirs, 2.5)


@contextmanager
def _captured() -> Iterator[list[Rows]]:
    """Let the engine write as ever, and keep what it wrote."""
    written: list[Rows] = []
    kept = saving.save

    def keeping(connection: Connection, rows: Rows) -> None:
        written.append(rows)
        kept(connection, rows)

    setattr(writer, "save", keeping)  # noqa: B010 - the one seam at which everything written passes
    try:
        yield written
    finally:
        setattr(writer, "save", kept)  # noqa: B010


def _bare(engine: Engine, written: Sequence[Rows]) -> float:
    """The same rows by the same bulk statements in as many transactions, nothing decided."""

    def write() -> None:
        for rows in written:
            with writing(engine) as connection:
                save(connection, rows)

    return _timed(write)[1]


def _few_among_many(
    programme: Programme, new: NewDatabase, few: int, crowds: tuple[int, int], kind: str, say: Callable[[str], None]
) -> Measured:
    seconds = [_seconds_for(programme, new(f"crowd{crowd}"), few, crowd, kind, say) for crowd in crowds]
    return Measured(f"crowd-{kind}", seconds[1] / seconds[0], 1.3)


def _seconds_for(programme: Programme, url: str, few: int, crowd: int, kind: str, say: Callable[[str], None]) -> float:
    """The median of several rounds, each over ``few`` due among ``crowd`` cases: the ladder's rungs come one by one."""
    engine = open_engine(url)
    town = build(engine, programme, cases=crowd, due=few)
    run_round(town.store, town.due_at)
    rounds = [_next_round(town.store) for _ in range(ROUNDS)]
    middle = median(rounds)
    say(f"{kind}: {few} due among {crowd} cases: {middle:.3f} s")
    engine.dispose()
    return middle


def _next_round(store: Store) -> float:
    moment = _next_moment(store)
    return _timed(lambda: run_round(store, moment))[1]


def _next_moment(store: Store) -> datetime:
    statement = text("SELECT min(next_moment) FROM diary WHERE \"case\" LIKE '371302-a%'")
    with store.engine.connect() as connection:
        return datetime.fromisoformat(connection.execute(statement).scalar_one())


def _timed(work: Callable[[], RoundReport | None]) -> tuple[RoundReport, float]:
    gc.collect()
    start = time.perf_counter()
    report = work()
    return report or RoundReport(), time.perf_counter() - start


def _count(rows: Rows) -> int:
    parts = (rows.journal, rows.opened, rows.changed, rows.diary, rows.notices, rows.signals)
    return sum(len(part) for part in parts)
