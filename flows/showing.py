"""What a flow shows on Prefect's dashboard: its run's name and tags, its tables, its progress."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from prefect.artifacts import (
    Artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    aupdate_progress_artifact,
)
from prefect.client.orchestration import PrefectClient
from prefect.context import FlowRunContext

from domain.settings import read_settings
from domain.words import say

if TYPE_CHECKING:  # the runner reads the flows' parameters and needs nothing of what they do
    from domain.store.lists import CountyLine
    from domain.store.lists_gateways import GatewayLine

OVERDUE_KEY: Final = "overdue-by-county"
GATEWAYS_KEY: Final = "delivery-by-gateway"
PROGRESS_KEY: Final = "progress-of-the-round"


def language_of(data: str) -> str:
    """The language the office reads."""
    return read_settings(Path(data)).language


async def name_run(name: str, tags: Iterable[str] = ()) -> None:
    """Give the run that is going on a name people understand; nothing outside a run."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None or not isinstance(context.client, PrefectClient):
        return
    run = context.flow_run
    await context.client.update_flow_run(run.id, name=name, tags={*run.tags, *tags})


def overdue_now(data: str) -> str:
    """The table of what is overdue at this moment."""
    from flows import work

    settings = read_settings(Path(data))
    return overdue_table(work.overdue_by_county(data), settings.base_url, settings.language)


async def show_overdue(table: str, language: str) -> None:
    """The table of what is overdue by county."""
    await _show(OVERDUE_KEY, table, say(language, "schedule.overdue-about"))


async def _show(key: str, table: str, about: str) -> None:
    """A table, kept anew only when it has changed."""
    shown = await Artifact.aget(key=key)
    if shown is None or shown.data != table:
        await acreate_markdown_artifact(table, key=key, description=about)


def overdue_table(lines: "Sequence[CountyLine]", base_url: str, language: str) -> str:
    """Markdown, because in it the counties can be links into our pages."""
    told = [line for line in lines if line.due or line.overdue or line.climbed]
    if not told:
        return say(language, "schedule.overdue-none")
    rows = [
        f"| [{line.name}]({base_url}/console/cases?unit={line.county}&late=yes) "
        f"| {line.due} | {line.overdue} | {line.climbed} | {line.oldest_days} |"
        for line in told
    ]
    return "\n".join([say(language, "schedule.overdue-head"), "|---|--:|--:|--:|--:|", *rows])


def gateways_now(data: str) -> str:
    """The table of how the channels stand at this moment."""
    from flows import work

    today = work.gateways_today(data)
    return gateways_table(today.lines, today.zone, language_of(data))


async def show_gateways(table: str, language: str) -> None:
    """The table of how the channels stand."""
    await _show(GATEWAYS_KEY, table, say(language, "gateways.about"))


def gateways_table(lines: "Sequence[GatewayLine]", zone: tzinfo, language: str) -> str:
    """Markdown. It says since when something waits, not how long: where nothing changes, it stays as it is."""
    if not lines:
        return say(language, "gateways.none")
    rows = (_gateway_row(line, zone, language) for line in lines)
    return "\n".join([say(language, "gateways.head"), "|---|--:|---|--:|--:|--:|---|", *rows])


def _gateway_row(line: "GatewayLine", zone: tzinfo, language: str) -> str:
    oldest, until = (
        f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
        for moment in (line.oldest_since, line.rests_until)
    )
    bearing = say(language, f"gateways.{line.bearing}", until=until)
    if line.code and line.bearing != "well":
        bearing = f"{bearing} · {line.code}"
    counts = f"{line.sent} | {line.failed} | {line.in_doubt}"
    return f"| {line.channel} | {line.queued} | {oldest} | {counts} | {bearing} |"


class Progress:
    """How far a long round has come; a short one shows nothing."""

    STEPS_OF_A_LONG_ONE: Final = 10

    def __init__(self, steps: int, language: str) -> None:
        self.steps = steps
        self.done = 0
        self.about = say(language, "schedule.progress-about")
        self.artifact: UUID | None = None

    async def step(self) -> None:
        """One more step is done."""
        self.done += 1
        if self.steps < self.STEPS_OF_A_LONG_ONE:
            return
        percent = 100 * self.done / self.steps
        if self.artifact is None:
            self.artifact = await acreate_progress_artifact(percent, key=PROGRESS_KEY, description=self.about)
        else:
            await aupdate_progress_artifact(self.artifact, percent)
