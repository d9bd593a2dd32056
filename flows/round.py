"""The round as Prefect runs it: each stage in each county with something due, one after another, then delivery."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prefect import flow

from domain.words import say
from flows.delivery import delivery_words
from flows.showing import Progress, gateways_now, language_of, name_run, overdue_now, show_gateways, show_overdue
from flows.stages import WorkFailed, deliver, due_words, one_unit, quietly
from flows.turn import my_turn

if TYPE_CHECKING:
    from domain.store.rounds import Pending
    from flows.work import StageReport


@flow(name="round", flow_run_name="round")
async def make_the_round(data: str) -> None:
    """Do all that has come due; flows side by side would only wait for each other on SQLite."""
    language = await quietly(lambda: language_of(data))
    with my_turn(data, "round") as mine:
        words = await _go_round(data, language) if mine else [say(language, "schedule.at-work")]
    await name_run(" · ".join([say(language, "schedule.flow-round"), *words]), tags=["round"])


async def _go_round(data: str, language: str) -> list[str]:
    from flows import work

    await quietly(lambda: work.follow_calendar(data))
    units = await quietly(lambda: work.due_units(data))
    reports, failed = await _each(data, units, language)
    sent = await deliver(data)
    await show_overdue(await quietly(lambda: overdue_now(data)), language)
    await show_gateways(await quietly(lambda: gateways_now(data)), language)
    if failed:
        raise WorkFailed(f"{len(failed)} of {len(units)}: {'; '.join(failed[:5])}")
    due, climbed = sum(report.due for report in reports), sum(report.climbed for report in reports)
    said = delivery_words(language, sent) if sent.sent or sent.failed else []
    return [*due_words(language, due, climbed), *said]


async def _each(data: str, units: Sequence["Pending"], language: str) -> tuple[list["StageReport"], list[str]]:
    """One unit's failure stops no other."""
    progress = Progress(len(units), language)
    reports: list[StageReport] = []
    failed: list[str] = []
    for unit in units:
        try:
            reports.append(await one_unit(data, unit.stage, unit.county))
        except WorkFailed as error:
            failed.append(f"{unit.stage} {unit.county}: {error}")
        await progress.step()
    return reports, failed
