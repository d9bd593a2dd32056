"""A watch over Prefect's scheduler, which can die without a word while its server looks healthy."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import StateType

from deployments.prefect.catalogue import Entry
from deployments.prefect.leftovers import in_states
from deployments.prefect.schedules import is_active
from flows.stages import where_it_broke

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 60.0
LOOKS_BEFORE_ALARM: Final = 3


async def nothing_planned(client: PrefectClient, deployment: UUID) -> bool:
    """Whether a deployment that should run by itself has no run to come."""
    if not is_active(await client.read_deployment(deployment)):
        return False
    ours = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
    planned = in_states(StateType.SCHEDULED)
    return not await client.read_flow_runs(deployment_filter=ours, flow_run_filter=planned, limit=1)


async def start_instead(client: PrefectClient, deployment: UUID, entry: Entry, now: datetime) -> None:
    """Start what nobody planned, once in each of its intervals."""
    every = entry.every or timedelta(hours=1)
    turn = int(now.timestamp() // every.total_seconds())
    await client.create_flow_run_from_deployment(deployment, idempotency_key=f"unplanned {entry.name} {turn}")


async def keep_watching(
    client: PrefectClient, deployment: UUID, entry: Entry, clock: Callable[[], datetime], pause: float = PAUSE_SECONDS
) -> None:
    """Look again and again until cancelled; where nothing is planned several times in a row, start it ourselves."""
    looks = 0
    while True:
        await asyncio.sleep(pause)
        try:
            looks = looks + 1 if await nothing_planned(client, deployment) else 0
            if looks >= LOOKS_BEFORE_ALARM:
                log.error(
                    "Prefect plans no runs of %s although its schedule is active; starting it directly", entry.name
                )
                await start_instead(client, deployment, entry, clock())
        except Exception as error:  # noqa: BLE001 - the watch must outlive whatever it watches
            log.warning("could not look after the scheduler: %s", where_it_broke(error))
