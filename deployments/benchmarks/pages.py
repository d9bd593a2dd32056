"""``shouwang bench pages``: the console's pages with a whole city behind them, beside the bare SQL of each page."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import httpx
from sqlalchemy import Engine, event

from deployments.benchmarks.pages_town import CITY, City, build_city
from deployments.benchmarks.round import Measured, databases
from domain.programme.schema import Programme
from domain.settings import Settings
from domain.store.engine import open_engine, reading
from web.app import application
from web.console.desk import COOKIE
from web.site import Site

MILLISECONDS: Final = 100
RATIO: Final = 3.0
QUERIES: Final = 10
BESIDE: Final = 1.0
"""Seconds in which what is counted beside a page comes to an end, or nearly."""
COUNTY: Final = "371302"
SEARCH: Final = "wangming"


class Page(NamedTuple):
    """One page: what it is called here, its address, and a form where it is asked for by one."""

    name: str
    path: str
    form: dict[str, str] | None = None


PAGES: Final[Sequence[Page]] = (
    Page("today", "/console"),
    Page("area-city", f"/console/area/{CITY}"),
    Page("area-county", f"/console/area/{COUNTY}"),
    Page("cases", "/console/cases"),
    Page("cases-far-on", "/console/cases?" + urlencode({"page": 1500})),
    Page("cases-alone", "/console/cases?" + urlencode({"alone": "yes", "unit": COUNTY})),
    Page("cases-late-high", "/console/cases?" + urlencode({"late": "yes", "risk": "high"})),
    Page("cases-newest", "/console/cases?" + urlencode({"order": "newest"})),
    Page("cases-number", "/console/cases?" + urlencode({"q": "4711"})),
    Page("cases-name", "/console/cases", {"q": SEARCH}),
    Page("case", "/console/cases/{case}"),
    Page("noticed", "/console/noticed"),
    Page("pairing", "/console/pairing"),
    Page("volunteers", "/console/volunteers"),
    Page("messages", "/console/messages"),
    Page("meeting-county", f"/console/meeting/{COUNTY}"),
    Page("meeting-done", f"/console/meeting/{COUNTY}/done"),
    Page("meeting-plan", f"/console/meeting/{COUNTY}/plan"),
    Page("programmes", "/console/programmes"),
)
"""A page that is not there is left out."""


class Timed(NamedTuple):
    """A page's times in seconds, those of its bare statements, and how many there are."""

    name: str
    seconds: Sequence[float]
    bare: Sequence[float]
    queries: int
    size: int

    def line(self, kind: str) -> str:
        """What was measured, in one line."""
        return (
            f"{kind}: {self.name}: p95 {_p95(self.seconds) * 1000:.0f} ms, "
            f"median {median(self.seconds) * 1000:.0f} ms, "
            f"bare {median(self.bare) * 1000:.0f} ms, {self.queries} queries, {self.size // 1024} KB"
        )

    def measured(self, kind: str) -> Iterator[Measured]:
        """The three figures of a page."""
        yield Measured(f"page-{self.name}-p95-ms-{kind}", _p95(self.seconds) * 1000, MILLISECONDS)
        yield Measured(f"page-{self.name}-bare-{kind}", median(self.seconds) / median(self.bare), RATIO)
        yield Measured(f"page-{self.name}-queries-{kind}", self.queries, QUERIES)


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]


def measure(
    programme: Programme, url: str | None, *, cases: int, times: int, say: Callable[[str], None]
) -> list[Measured]:
    """Every page on one database system: SQLite in a temporary folder, or the PostgreSQL server of ``url``."""
    kind = "postgresql" if url else "sqlite"
    with databases(url) as new:
        engine = open_engine(new("pages"))
        start = time.perf_counter()
        city = build_city(engine, programme, cases=cases)
        _tidy(engine)
        say(f"{kind}: {cases} cases, built in {time.perf_counter() - start:.0f} s")
        found = asyncio.run(_visit(city, times, lambda each: say(each.line(kind))))
        engine.dispose()
    return [figure for each in found for figure in each.measured(kind)]


async def _visit(city: City, times: int, done: Callable[[Timed], None]) -> list[Timed]:
    site = Site(city.store, Settings(base_url="http://127.0.0.1"), "-", now=lambda: city.now)
    transport = httpx.ASGITransport(app=application(site))
    cookies = {COOKIE: city.secret}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:
        found: list[Timed] = []
        for page in PAGES:
            timed = await _page(city, client, page, times)
            if timed is not None:
                found.append(timed)
                done(timed)
    return found


async def _page(city: City, client: httpx.AsyncClient, page: Page, times: int) -> Timed | None:
    """The page again and again, and in between what it asked the database, with nothing around it."""

    async def ask() -> httpx.Response:
        path = page.path.format(case=city.case)
        if page.form is None:
            return await client.get(path)
        return await client.post(path, data=page.form, headers={"HX-Request": "true"})

    answer = await ask()
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    answer.raise_for_status()
    statements = await _alone(ask, city.store.engine)
    seconds: list[float] = []
    bare: list[float] = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - start)
        bare.append(_bare(city.store.engine, statements))
    return Timed(page.name, seconds, bare, len(statements), len(answer.content))


async def _alone(ask: Callable[[], Awaitable[httpx.Response]], engine: Engine) -> list[tuple[str, Any]]:
    """What the page itself asks: the least of three times, as something may be counted beside it meanwhile."""
    found: list[list[tuple[str, Any]]] = []
    for _ in range(3):
        with _asked(engine) as statements:
            await ask()
        found.append(statements)
        await asyncio.sleep(BESIDE)
    return min(found, key=len)


@contextmanager
def _asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, as the driver gets it."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _bare(engine: Engine, statements: Sequence[tuple[str, Any]]) -> float:
    with reading(engine) as connection:
        cursor: Any = connection.connection.cursor()
        start = time.perf_counter()
        for statement, values in statements:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                cursor.execute(statement, values)
                cursor.fetchall()
        return time.perf_counter() - start


def _tidy(engine: Engine) -> None:
    """What PostgreSQL does by itself at night."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
