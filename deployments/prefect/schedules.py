"""Schedules as ops see and change them: the very deployments the dashboard shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import FlowRunSort

from deployments.prefect.catalogue import STAGES, ZONE
from deployments.prefect.leftovers import in_states
from deployments.prefect.recurrence import Answer, When, mistake, read_when, when_words
from domain import clock
from domain.words import LANGUAGES, say

NAMES = ("round", "delivery", *STAGES)
BY_HAND = "by-hand"
RUNS_AHEAD: Final = 3
BEGUN: Final = tuple(state for state in StateType if state is not StateType.SCHEDULED)


@dataclass(frozen=True)
class Line:
    """One deployment. ``when``: each of its schedules in words; ``next_at``, ``last_at``: in UTC."""

    name: str
    flow: str
    when: tuple[str, ...]
    active: bool
    next_at: datetime | None
    last_at: datetime | None
    last_run: str
    last_state: str


async def list_schedules(api: PrefectClient, language: str = "zh") -> list[Line]:
    """All our deployments in the order of the catalogue."""
    known = {one.name: one for one in await api.read_deployments() if one.name in NAMES}
    coming = first_by_deployment(await _runs(api, (StateType.SCHEDULED,), FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC))
    gone = first_by_deployment(await _runs(api, BEGUN, FlowRunSort.START_TIME_DESC))
    return [
        line_of(known[name], coming.get(known[name].id), gone.get(known[name].id), language)
        for name in NAMES
        if name in known
    ]


async def _runs(api: PrefectClient, states: Sequence[StateType], sort: FlowRunSort) -> list[FlowRun]:
    return await api.read_flow_runs(flow_run_filter=in_states(*states), sort=sort)


def first_by_deployment(runs: Iterable[FlowRun]) -> dict[UUID | None, FlowRun]:
    """The first of each."""
    found: dict[UUID | None, FlowRun] = {}
    for run in runs:
        found.setdefault(run.deployment_id, run)
    return found


def line_of(deployment: DeploymentResponse, coming: FlowRun | None, gone: FlowRun | None, language: str) -> Line:
    """A deployment as ops read it."""
    return Line(
        name=deployment.name,
        flow=say(language, f"schedule.flow-{deployment.name}"),
        when=tuple(when_words(one.schedule, language) for one in deployment.schedules),
        active=is_active(deployment),
        next_at=coming.next_scheduled_start_time if coming else None,
        last_at=gone.start_time if gone else None,
        last_run=gone.name if gone else "",
        last_state=(gone.state_name or "") if gone else "",
    )


def is_active(deployment: DeploymentResponse) -> bool:
    """Whether it runs by itself."""
    return not deployment.paused and any(one.active for one in deployment.schedules)


async def find(api: PrefectClient, name: str) -> DeploymentResponse | Answer:
    """A deployment by its name, or by its flow's name in any language."""
    names = {say(language, f"schedule.flow-{known}"): known for known in NAMES for language in LANGUAGES}
    wanted = names.get(name, name)
    if wanted not in NAMES:
        return mistake("no-such-schedule", name=name, choices=", ".join(NAMES))
    return await api.read_deployment_by_name(f"{wanted}/{wanted}")


async def set_schedule(
    api: PrefectClient,
    name: str,
    *,
    cron: str | None = None,
    rrule: str | None = None,
    interval: str | None = None,
    zone: str = ZONE,
    language: str = "zh",
) -> Answer:
    """Give a deployment one schedule in place of those it had; a paused one stays paused."""
    found = await find(api, name)
    if isinstance(found, Answer):
        return found
    when = read_when(cron, rrule, interval, zone, clock.now())
    if isinstance(when, Answer):
        return when
    await _replace(api, found, when)
    await _plan(api, found)
    return Answer("set", {"name": found.name, "when": when_words(when, language)}, done=True)


async def _replace(api: PrefectClient, deployment: DeploymentResponse, when: When) -> None:
    if not deployment.schedules:
        new = DeploymentScheduleCreate(schedule=when, active=True, slug=BY_HAND)
        await api.create_deployment_schedules(deployment.id, [new])
        return
    kept, *others = deployment.schedules
    for other in others:
        await api.delete_deployment_schedule(deployment.id, other.id)
    await api.update_deployment_schedule(deployment.id, kept.id, schedule=when, slug=BY_HAND)


async def _plan(api: PrefectClient, deployment: DeploymentResponse) -> None:
    """Make the next runs now: the scheduler would notice a changed schedule only with its next long look."""
    current = await api.read_deployment(deployment.id)
    if is_active(current):
        wanted = {"min_runs": RUNS_AHEAD, "max_runs": RUNS_AHEAD}
        await api.request("POST", "/deployments/{id}/schedule", path_params={"id": deployment.id}, json=wanted)


async def pause(api: PrefectClient, name: str) -> Answer:
    """Let it no longer run by itself: the switch the dashboard shows beside each schedule."""
    return await _switch(api, name, active=False)


async def resume(api: PrefectClient, name: str) -> Answer:
    """Let it run by its schedule again."""
    return await _switch(api, name, active=True)


async def _switch(api: PrefectClient, name: str, *, active: bool) -> Answer:
    found = await find(api, name)
    if isinstance(found, Answer):
        return found
    if not found.schedules:
        return mistake("no-schedule-yet", name=found.name)
    for one in found.schedules:
        await api.update_deployment_schedule(found.id, one.id, active=active)
    if active and found.paused:
        await api.resume_deployment(found.id)
    await _plan(api, found)
    return Answer("resumed" if active else "paused", {"name": found.name}, done=True)


async def run_now(api: PrefectClient, name: str) -> Answer:
    """Run it once, now, whatever its schedule."""
    found = await find(api, name)
    if isinstance(found, Answer):
        return found
    run = await api.create_flow_run_from_deployment(found.id)
    return Answer("started", {"name": found.name, "run": str(run.id)}, done=True)
