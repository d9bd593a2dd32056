"""Delivery as Prefect runs it: what waits to be told goes out."""

from typing import TYPE_CHECKING

from prefect import flow

from domain.words import say
from flows.showing import gateways_now, language_of, name_run, show_gateways
from flows.stages import deliver, quietly
from flows.turn import my_turn

if TYPE_CHECKING:
    from notifiers.reports import DeliveryReport


@flow(name="delivery", flow_run_name="delivery")
async def delivery(data: str) -> None:
    """Plan and send everything that may be told now."""
    language = await quietly(lambda: language_of(data))
    with my_turn(data, "delivery") as mine:
        words = await _deliver(data, language) if mine else [say(language, "schedule.at-work")]
    await name_run(" · ".join([say(language, "schedule.flow-delivery"), *words]), tags=["delivery"])


async def _deliver(data: str, language: str) -> list[str]:
    report = await deliver(data)
    await show_gateways(await quietly(lambda: gateways_now(data)), language)
    return delivery_words(language, report)


def delivery_words(language: str, report: "DeliveryReport") -> list[str]:
    """How many went out, failed and wait; what is none is not said."""
    counts = {"sent": report.sent, "failed": report.failed, "waiting": report.waiting}
    said = [say(language, f"schedule.{what}", count=count) for what, count in counts.items() if count]
    if report.findings:
        said.append(say(language, "schedule.to-put-right", count=len(report.findings)))
    return said or [say(language, "schedule.nothing-to-send")]
