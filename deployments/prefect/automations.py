"""The automations that start a deployment at once on something urgent: one per deployment, never per case."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events import AutomationCore, EventTrigger, Posture
from prefect.events.actions import RunDeployment
from prefect.events.schemas.events import ResourceSpecification

from domain.words import say
from flows.relay_events import DEPLOYMENT_LABEL, HURRY

TAG: Final = "shouwang-hurry"


def typed(template: str) -> dict[str, Any]:
    """A template whose outcome is a value and not a text: ``null``, a number, a list."""
    return {"__prefect_kind": "json", "value": {"__prefect_kind": "jinja", "template": template}}


def automation_for(name: str, deployment: UUID, language: str) -> AutomationCore:
    """What starts ``deployment`` with the county and the signals an event names."""
    flow = say(language, f"schedule.flow-{name}")
    return AutomationCore(
        name=say(language, "schedule.hurry-name", flow=flow),
        description=say(language, "schedule.hurry-about", flow=flow),
        tags=[TAG, name],
        trigger=EventTrigger(
            expect={HURRY},
            match=ResourceSpecification({"prefect.resource.id": "shouwang.county.*", DEPLOYMENT_LABEL: name}),
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=deployment,
                parameters={
                    "county": typed("{{ event.payload.county | tojson }}"),
                    "signals": typed("{{ event.payload.signals | tojson }}"),
                },
            )
        ],
    )


async def set_automations(client: PrefectClient, deployments: dict[str, UUID], language: str) -> None:
    """Make or renew the automations; one that ops have switched off stays off."""
    known = {tag: one for one in await client.read_automations() if TAG in one.tags for tag in one.tags}
    for name, deployment in deployments.items():
        wanted = automation_for(name, deployment, language)
        there = known.get(name)
        if there is None:
            await client.create_automation(wanted)
        else:
            wanted.enabled = there.enabled
            await client.update_automation(there.id, wanted)
