"""``shouwang bench simulate``: years of an office beside the bare writing of the same rows to the same database."""

import gc
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from deployments.benchmarks.round import Measured, databases
from deployments.simulate import years as living
from deployments.simulate.arrivals import Size
from deployments.simulate.figures import figures_of
from deployments.simulate.post import Post
from deployments.simulate.reading import shipped_behaviour
from deployments.simulate.years import ACTING_AT, Plan, Years
from domain.calendar import start_of
from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.store import saving
from domain.store import tables as t
from domain.store import writing as writer
from domain.store.audit import audit_report
from domain.store.engine import open_engine, reading, writes_for_hours, writing
from domain.store.install import open_install
from domain.store.rows import Rows
from domain.store.saving import save
from domain.store.store import Store
from notifiers.settings import Telling

MOST_TIMES_BARE: Final = 4.0
MOST_GROWTH: Final = 1.2
MOST_AUDIT: Final = 0.5
FIVE_YEARS: Final = 5
"""The first and the last years that are compared; a fifth of them where there are fewer than ten."""

Say = Callable[[str], None]


class Day(NamedTuple):
    """A day that was lived: its year from 0 on, the rows it wrote, the seconds it took."""

    year: int
    rows: int
    seconds: float


@dataclass
class Twin:
    """A second database of the same kind into which every row is written again, nothing decided."""

    engine: Engine
    seconds: float = 0.0
    aside: float = 0.0
    rows: int = 0
    _last: int = 0

    def write(self, rows: Rows) -> None:
        """The same bulk statements; helpers' loads and papers are left out, as nobody lives here."""
        alone = replace(rows, load={}, papers=[])
        self.rows += _count(rows)
        with self._timed(), writing(self.engine) as connection:
            save(connection, alone)

    def write_messages(self, source: Engine) -> None:
        """The messages that were made since the last time, as they stand, and their notices."""
        started = time.perf_counter()
        with reading(source) as connection:
            messages = [
                dict(row) for row in connection.execute(select(t.nudge).where(t.nudge.c.id > self._last)).mappings()
            ]
            carried = select(t.notice.c.id, t.notice.c.state, t.notice.c.nudge).where(t.notice.c.nudge > self._last)
            notices = [{"of_id": row.id, "to": row.state, "by": row.nudge} for row in connection.execute(carried)]
        self.aside += time.perf_counter() - started
        if not messages:
            return
        self._last = max(message["id"] for message in messages)
        self.rows += len(messages)
        with self._timed(), writing(self.engine) as connection:
            connection.execute(_INSERT, messages)
            if notices:
                connection.execute(_HAND, notices)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.perf_counter()
        yield
        taken = time.perf_counter() - started
        self.seconds += taken
        self.aside += taken


_INSERT: Final = insert(t.nudge)
_HAND: Final = (
    update(t.notice).where(t.notice.c.id == bindparam("of_id")).values(state=bindparam("to"), nudge=bindparam("by"))
)


@dataclass
class Course:
    """What was measured on the way."""

    days: list[Day] = field(default_factory=list)
    seconds: float = 0.0
    facts: int = 0


def measure(
    programme: Programme, url: str | None, *, children: int, volunteers: int, years: int, seed: int, say: Say
) -> list[Measured]:
    """The figures on one database system: SQLite in a temporary folder, or the PostgreSQL server of ``url``."""
    kind = "postgresql" if url else "sqlite"
    with databases(url) as new, TemporaryDirectory() as folder:
        store = open_install(Path(folder), new("lived"))
        twin = Twin(open_engine(new("bare")))
        for engine in (store.engine, twin.engine):
            writes_for_hours(engine)
        with writing(twin.engine) as connection:
            t.metadata.create_all(connection)
        size = Size(children, volunteers)
        plan = Plan(programme, shipped_behaviour(), size, years, seed, programme.valid_from, ("—",))
        course = _lived(store, plan, twin, say)
        say(
            f"{kind}: {children} children, {volunteers} volunteers, {years} years: {course.facts} facts, "
            f"{twin.rows} rows, {course.seconds:.1f} s; bare {twin.seconds:.1f} s"
        )
        audited = _audited(store, plan, say)
        say(f"{kind}: memory {_memory()} MB at most")
        store.engine.dispose()
        twin.engine.dispose()
    return [
        Measured(f"simulate-{kind}", course.seconds / twin.seconds, MOST_TIMES_BARE),
        Measured("late-years", growth(course.days, years), MOST_GROWTH),
        Measured("audit-share", audited / course.seconds, MOST_AUDIT),
    ]


def _lived(store: Store, plan: Plan, twin: Twin, say: Say) -> Course:
    course, telling = (
        Course(),
        Telling(base_url="http://127.0.0.1", channels=({"name": "spool", "url": "swspool:///-"},)),
    )
    gc.collect()
    with _captured(twin), _posted(twin):
        life = Years(store, telling, plan)
        started, aside, rows = time.perf_counter(), 0.0, 0
        for lived in life.live():
            now = time.perf_counter()
            seconds = now - started - (twin.aside - aside)
            year = min(plan.years - 1, (lived.day - plan.begin).days // 365)
            if course.days and year > course.days[-1].year:
                say(_so_far(course, twin, plan.years))
            course.days.append(Day(year, twin.rows - rows, seconds))
            course.seconds += seconds
            started, aside, rows = now, twin.aside, twin.rows
    with reading(store.engine) as connection:
        course.facts = connection.scalar(select(func.count()).select_from(t.journal)) or 0
    return course


def _so_far(course: Course, twin: Twin, years: int) -> str:
    """A line at the end of each year: a run of hours must say how it goes, and be worth something when cut off."""
    done = course.days[-1].year + 1
    spent = course.seconds + twin.aside
    left = spent / done * (years - done) / 60
    times = course.seconds / twin.seconds
    return (
        f"{done} of {years} years: {course.seconds:.0f} s, {times:.2f} x bare, {twin.rows} rows, "
        f"{_memory()} MB, about {left:.0f} min left"
    )


def _memory() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@contextmanager
def _captured(twin: Twin) -> Iterator[None]:
    """Let the engine write as ever, and write the same rows once more elsewhere."""
    kept = saving.save

    def keeping(connection: Connection, rows: Rows) -> None:
        kept(connection, rows)
        twin.write(rows)

    setattr(writer, "save", keeping)  # noqa: B010 - the one seam at which everything written passes
    try:
        yield
    finally:
        setattr(writer, "save", kept)  # noqa: B010


@contextmanager
def _posted(twin: Twin) -> Iterator[None]:
    """Let the post go as ever, and write its messages once more elsewhere."""

    class Watched(Post):
        def go(self, now: datetime) -> list[CaseId]:
            found = super().go(now)
            twin.write_messages(self.store.engine)
            return found

    setattr(living, "Post", Watched)  # noqa: B010 - the one seam at which every message passes
    try:
        yield
    finally:
        setattr(living, "Post", Post)  # noqa: B010


def _audited(store: Store, plan: Plan, say: Say) -> float:
    started = time.perf_counter()
    report = audit_report(store, start_of(plan.end, plan.programme.time_zone) + ACTING_AT)
    audited = time.perf_counter() - started
    say(f"audit: {report.breach_count} breaches, {report.concern_count} concerns, {audited:.1f} s")
    started = time.perf_counter()
    figures = figures_of(store, plan, report)
    say(f"figures: {figures.lived.cases} cases, {time.perf_counter() - started:.1f} s")
    return audited


def growth(days: list[Day], years: int) -> float:
    """The seconds of the last years over what their days would have taken as in the first years.

    In the first years a day takes so many seconds by itself and so many a row (least squares over their days): that is
    what equal work cost then.
    """
    span = min(FIVE_YEARS, max(1, years // 2))
    first = [day for day in days if day.year < span]
    last = [day for day in days if day.year >= years - span]
    of_day, of_row = _cost(first)
    expected = sum(of_day + of_row * day.rows for day in last)
    return sum(day.seconds for day in last) / expected


def _cost(days: list[Day]) -> tuple[float, float]:
    """Seconds a day and seconds a row."""
    count = len(days)
    rows, seconds = sum(day.rows for day in days) / count, sum(day.seconds for day in days) / count
    spread = sum((day.rows - rows) ** 2 for day in days)
    of_row = sum((day.rows - rows) * (day.seconds - seconds) for day in days) / spread if spread else 0.0
    return seconds - of_row * rows, of_row


def _count(rows: Rows) -> int:
    parts: tuple[Any, ...] = (
        rows.journal,
        rows.opened,
        rows.changed,
        rows.diary,
        rows.notices,
        rows.signals,
        rows.ties,
        rows.untied,
    )
    return sum(len(part) for part in parts)
