"""What an earlier life of this install left in Prefect: runs that died with it, late ones nobody needs one by one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed


async def clear_leftovers(client: PrefectClient, deployments: Sequence[UUID], now: datetime) -> None:
    """Only one runner serves an install, so whatever is under way when it starts has died."""
    ours = DeploymentFilter(id=DeploymentFilterId(any_=list(deployments)))
    dead = await client.read_flow_runs(
        deployment_filter=ours, flow_run_filter=in_states(StateType.RUNNING, StateType.PENDING)
    )
    for run in dead:
        await client.set_flow_run_state(run.id, Crashed(message="stopped with the machine"), force=True)
    late = in_states(StateType.SCHEDULED)
    late.next_scheduled_start_time = FlowRunFilterNextScheduledStartTime(before_=now)
    for run in superfluous(await client.read_flow_runs(deployment_filter=ours, flow_run_filter=late)):
        await client.delete_flow_run(run.id)


def in_states(*types: StateType) -> FlowRunFilter:
    """Runs in any of these states."""
    return FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))))


def superfluous(late: Iterable[FlowRun]) -> list[FlowRun]:
    """Of each deployment's late scheduled runs all but the last: one round does what they all would have done.

    Runs somebody asked for stay.
    """
    scheduled = sorted((run for run in late if run.auto_scheduled), key=_moment, reverse=True)
    kept: set[UUID | None] = set()
    found: list[FlowRun] = []
    for run in scheduled:
        if run.deployment_id in kept:
            found.append(run)
        kept.add(run.deployment_id)
    return found


def _moment(run: FlowRun) -> float:
    return run.expected_start_time.timestamp() if run.expected_start_time else 0.0
