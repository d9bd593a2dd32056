"""Living through years of a made-up office for ``shouwang simulate``: from the plan to the page of charts."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Final, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from deployments.cli.where import DONE, FINDINGS, BadInput, Where
from deployments.simulate.arrivals import Size
from deployments.simulate.behaviour import Behaviour
from deployments.simulate.figures import Figures, figures_of
from deployments.simulate.keeping import CannotSimulate, keep_plan
from deployments.simulate.page import written_page
from deployments.simulate.reading import BehaviourBroken, behaviour_text, load_behaviour, shipped_behaviour
from deployments.simulate.years import ACTING_AT, Lived, Plan, Years
from domain.calendar import local_day, start_of
from domain.programme.read import ProgrammeBroken, read_programme
from domain.programme.schema import Programme
from domain.store.audit import audit_report
from domain.store.engine import writes_for_hours
from domain.store.install import PROGRAMMES, open_install
from domain.store.store import Store
from domain.words import sentences
from notifiers.settings import telling

PAGE: Final = "simulation.html"
LINE_EVERY: Final = 15.0


class Asked(NamedTuple):
    """What somebody asked to be lived."""

    programme: str
    children: int
    volunteers: int
    years: int
    seed: int
    behaviour: Path | None
    database: str
    page: Path | None


def live_through(asked: Asked, where: Where) -> int:
    """Live on until the end, prove it and draw it; the exit code."""
    how = _behaviour(asked.behaviour, where)
    store, found = _opened(asked.programme, asked.database, where)
    begin = local_day(where.now, found.time_zone) if where.now else found.valid_from
    plan = Plan(found, how, Size(asked.children, asked.volunteers), asked.years, asked.seed, begin, _words(where))
    try:
        keep_plan(where.data, store, where.settings, plan)
    except CannotSimulate as error:
        raise BadInput(where.say(f"simulate.{error.key}", **error.values)) from None
    writes_for_hours(store.engine)
    life = Years(store, telling(where.settings), plan)
    lived = _live(life, where)
    if not life.is_over:
        sys.stderr.write(where.say("simulate.stopped", day=lived) + "\n")
        return FINDINGS
    return _told(_counted(store, plan, where), asked.behaviour, asked.page or where.data / PAGE, where)


def _behaviour(file: Path | None, where: Where) -> Behaviour:
    try:
        return load_behaviour(file) if file is not None else shipped_behaviour()
    except BehaviourBroken as broken:
        raise BadInput("\n".join(mistake.sentence(where.spoken) for mistake in broken.mistakes)) from None


def _opened(programme: str, database: str, where: Where) -> tuple[Store, Programme]:
    """The install with the programme in it; a file is laid into the install's own folder of programmes first."""
    file = Path(programme)
    if file.suffix in {".yaml", ".yml"} and file.exists():
        read = read_programme(file)
        if not isinstance(read, Programme):
            raise ProgrammeBroken(read)
        place = where.data / PROGRAMMES / f"{read.programme}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.resolve() != file.resolve():
            place.write_bytes(file.read_bytes())
        programme = read.name
    store = open_install(where.data, database)
    found = [each for each in store.programmes.values() if programme in (each.programme, each.name)]
    if not found:
        known = ", ".join(sorted(store.programmes))
        raise BadInput(where.say("simulate.no-programme", programme=programme, known=known))
    return store, max(found, key=lambda each: each.version)


def _words(where: Where) -> tuple[str, ...]:
    notes = sentences("demo", where.settings.language)
    return tuple(text for key, text in notes.items() if key.startswith("note-"))


def _live(life: Years, where: Where) -> str:
    """Live on until the end, or until somebody asks to stop; the last day lived."""
    day = ""
    with _stoppable() as stopped, _progress(where) as show:
        for lived in life.live(stopped):
            day = lived.day.isoformat()
            show(lived)
    return day


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Whether SIGINT or SIGTERM came: the day at hand is lived to its end first."""
    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(where: Where) -> Iterator[Callable[[Lived], None]]:
    """A bar on a terminal's error output; elsewhere a line now and then. Both say how long it will take."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(where)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(where.say("simulate.living"), total=1.0, day="")
        yield lambda lived: bar.update(task, completed=lived.share, day=lived.day.isoformat())


def _lines(where: Where) -> Callable[[Lived], None]:
    started = told = monotonic()
    first: float | None = None

    def show(lived: Lived) -> None:
        nonlocal told, first
        first = lived.share if first is None else first
        now, gone = monotonic(), lived.share - first
        if now - told < LINE_EVERY or not gone:
            return
        told = now
        left = (now - started) / gone * (1 - lived.share)
        spoken = f"{left // 60:.0f}:{left % 60:02.0f}"
        line = where.say("simulate.line", day=lived.day, share=f"{100 * lived.share:.0f}", left=spoken)
        sys.stderr.write(line + "\n")

    return show


def _counted(store: Store, plan: Plan, where: Where) -> Figures:
    sys.stderr.write(where.say("simulate.auditing") + "\n")
    ended = start_of(plan.end, plan.programme.time_zone) + ACTING_AT
    return figures_of(store, plan, audit_report(store, ended))


def _told(figures: Figures, behaviour: Path | None, page: Path, where: Where) -> int:
    page.write_text(written_page(figures, behaviour_text(behaviour), where.spoken), encoding="utf-8")
    clean = figures.report.clean
    verdict = where.say(
        "simulate.verdict-clean" if clean else "simulate.verdict-broken", count=figures.report.breach_count
    )
    sentence = where.say(
        "simulate.done", years=figures.plan.years, cases=figures.lived.cases, facts=figures.lived.facts,
        messages=sum(year.messages for year in figures.lived.years), verdict=verdict, page=page,
    )  # fmt: skip
    where.show({**figures.as_data(where.spoken), "page": str(page)}, sentence)
    return DONE if clean else FINDINGS
