"""The few calls by which the relay reaches Prefect's API."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.events import Event

PAGE: Final = 50
"""As many events as Prefect gives back at once."""
ACTION_FAILED: Final = "prefect.automation.action.failed"


class PrefectApi:
    """Prefect as the relay needs it; every call raises httpx errors when the server is away."""

    def __init__(self, client: PrefectClient) -> None:
        self.client = client

    async def post(self, events: Sequence[Event]) -> None:
        """Hand events over. Acknowledged is not stored: see ``stored``."""
        written = [event.model_dump(mode="json") for event in events]
        await self.client.request("POST", "/events", json=written)

    async def stored(self, events: Sequence[Event]) -> set[UUID]:
        """Which of these events Prefect has written down."""
        found: set[UUID] = set()
        for start in range(0, len(events), PAGE):
            found |= await self._stored(events[start : start + PAGE])
        return found

    async def _stored(self, events: Sequence[Event]) -> set[UUID]:
        moments = [event.occurred for event in events]
        wanted = {
            "id": {"id": [str(event.id) for event in events]},
            "occurred": between(min(moments), max(moments) + timedelta(seconds=1)),
        }
        return {UUID(event["id"]) for event in await self._events(wanted)}

    async def failed_actions(self, since: datetime, until: datetime) -> list[str]:
        """Why automations did not do what they should have done."""
        wanted = {"event": {"name": [ACTION_FAILED]}, "occurred": between(since, until)}
        return [str(event["payload"].get("reason", "")) for event in await self._events(wanted)]

    async def _events(self, wanted: dict[str, Any]) -> Iterable[dict[str, Any]]:
        body = {"filter": wanted, "limit": PAGE}
        answer = await self.client.request("POST", "/events/filter", json=body)
        found: list[dict[str, Any]] = answer.json()["events"]
        return found

    async def start(self, deployment: str, parameters: dict[str, Any], key: str) -> None:
        """Start a deployment; the same key starts it once however often it is asked for."""
        known = await self.client.read_deployment_by_name(f"{deployment}/{deployment}")
        await self.client.create_flow_run_from_deployment(known.id, parameters=parameters, idempotency_key=key)


def between(since: datetime, until: datetime) -> dict[str, str]:
    """A span as Prefect's filters want it."""
    return {"since": since.isoformat(), "until": until.isoformat()}
