"""What all stage flows share: open the door to the work, tell in plain words what came of it, acknowledge signals."""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from prefect import task

from domain.words import say
from flows.showing import language_of, name_run

if TYPE_CHECKING:  # the runner reads the flows' parameters and needs nothing of what they do
    from flows.work import StageReport
    from notifiers.reports import DeliveryReport

T = TypeVar("T")


class WorkFailed(RuntimeError):
    """The work broke off. Says only what kind of error and where: Prefect keeps the texts of exceptions for ever."""


async def look_after(data: str, stage: str, county: str | None, signals: Sequence[int] | None) -> None:
    """A stage flow's whole body: the stage's work in one county or everywhere, then what it made urgent goes out."""
    language = await quietly(lambda: language_of(data))
    report = await one_unit(data, stage, county)
    await name_run(stage_name(language, stage, county, report), tags=tags_of(stage, county))
    if signals:
        from flows.relay_store import acknowledge

        await deliver(data)
        await quietly(lambda: acknowledge(data, signals))


@task(name="unit", task_run_name="{stage} {county}")
async def one_unit(data: str, stage: str, county: str | None) -> "StageReport":
    """One stage in one county, in batches."""
    from flows import work

    return await quietly(lambda: work.run_stage(data, stage, county))


async def deliver(data: str) -> "DeliveryReport":
    """Everything that waits to be told."""
    from flows import work

    return await quietly(lambda: work.deliver(data))


async def quietly(work: Callable[[], T]) -> T:
    """Run it beside the event loop; an error leaves no word of its text, which might name somebody."""
    try:
        return await asyncio.to_thread(work)
    except Exception as error:  # noqa: BLE001 - told on in words that are safe
        broken = WorkFailed(where_it_broke(error))
    raise broken


def where_it_broke(error: Exception) -> str:
    """The kind of error and the line; nothing of what it says."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"


def stage_name(language: str, stage: str, county: str | None, report: "StageReport") -> str:
    """``check-in · 兰山区 · 37 due · 3 climbed`` in the office's words."""
    where = [county_name(county)] if county else []
    what = say(language, f"schedule.flow-{stage}")
    return " · ".join([what, *where, *due_words(language, report.due, report.climbed)])


def county_name(county: str) -> str:
    """The name of a division, or its code when it is none of the country's."""
    from domain.places import place

    try:
        return place(county).name
    except KeyError:
        return county


def due_words(language: str, due: int, climbed: int) -> list[str]:
    """What was due and what climbed."""
    if not due:
        return [say(language, "schedule.nothing-due")]
    words = [say(language, "schedule.due", count=due)]
    return [*words, say(language, "schedule.climbed", count=climbed)] if climbed else words


def tags_of(stage: str, county: str | None) -> list[str]:
    """By stage and county, for the dashboard's filters."""
    return [stage] if county is None else [stage, f"county:{county}"]
