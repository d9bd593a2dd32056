"""Putting our deployments into Prefect at each start, without undoing what ops have set there."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.flows import load_flow_from_entrypoint
from prefect.runner import Runner
from prefect.types.entrypoint import EntrypointType

from deployments.prefect.catalogue import ZONE, Entry
from domain.words import say

SHIPPED = "shipped"
"""Begins the slug of a schedule that still is as the settings say; the rest of the slug is the setting it came from."""


async def register(runner: Runner, client: PrefectClient, entry: Entry, data: Path, language: str) -> UUID:
    """Make or renew one deployment and let ``runner`` serve it."""
    flow: Flow[..., Any] = load_flow_from_entrypoint(entry.flow)
    deployment = await flow.ato_deployment(
        entry.name,
        tags=[entry.name],
        parameters={"data": str(data)},
        description=say(language, f"schedule.about-{entry.name}"),
        version="1",
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if await is_known(client, entry):
        keep_what_ops_set(deployment)
        identity: UUID = await runner.aadd_deployment(deployment)
        await follow_the_settings(client, identity, entry)
    else:
        deployment.schedules = [shipped_schedule(entry.every)] if entry.every else []
        identity = await runner.aadd_deployment(deployment)
    return identity


async def is_known(client: PrefectClient, entry: Entry) -> bool:
    """Whether an earlier start has made it."""
    try:
        await client.read_deployment_by_name(entry.full_name)
    except ObjectNotFound:
        return False
    return True


def keep_what_ops_set(deployment: RunnerDeployment) -> None:
    """Fields never set are not sent; sent as they ship, they would wipe schedules and end a pause."""
    for name in ("schedules", "paused", "concurrency_limit", "concurrency_options"):
        deployment.model_fields_set.discard(name)


async def follow_the_settings(client: PrefectClient, deployment: UUID, entry: Entry) -> None:
    """When the settings changed since, renew the schedule that came from them; one set by hand stays."""
    if entry.every is None:
        return
    wanted = shipped_schedule(entry.every)
    for schedule in await client.read_deployment_schedules(deployment):
        if (schedule.slug or "").startswith(SHIPPED) and schedule.slug != wanted.slug:
            await client.update_deployment_schedule(deployment, schedule.id, schedule=wanted.schedule, slug=wanted.slug)


def shipped_schedule(every: timedelta) -> DeploymentScheduleCreate:
    """On the clock where the hour allows it, which reads better and survives restarts evenly."""
    minutes = round(every.total_seconds() / 60)
    if 60 % minutes == 0:
        line = "0 * * * *" if minutes == 60 else f"*/{minutes} * * * *"
        schedule: CronSchedule | IntervalSchedule = CronSchedule(cron=line, timezone=ZONE)
    else:
        schedule = IntervalSchedule(interval=every, timezone=ZONE)
    return DeploymentScheduleCreate(schedule=schedule, active=True, slug=f"{SHIPPED}-{minutes}m")
