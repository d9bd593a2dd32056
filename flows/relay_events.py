"""What the relay says to Prefect: one event for the history per signal, one hurrying event per batch of urgent ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

from prefect.events import Event, Resource

from domain.ids import SignalId
from domain.store.signals import Signal

NAMESPACE: Final = UUID("6c1d3c9e-7f0a-5b0e-9d53-3b6f0f3a1204")
HURRY: Final = "shouwang.hurry"
DEPLOYMENT_LABEL: Final = "shouwang.deployment"
COUNTIES_APART: Final = 3
"""Up to so many counties get a run each; with more, one run for all is sooner done."""


@dataclass(frozen=True)
class Hurry:
    """A deployment to be started at once for some urgent signals, in one county or everywhere."""

    deployment: str
    county: str | None
    signals: tuple[SignalId, ...]
    tries: int

    @property
    def key(self) -> str:
        """The same for the same try at the same signals, so that a repeat is no second run."""
        return f"{HURRY} {self.deployment} {','.join(map(str, self.signals))} {self.tries}"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the started run is given: ids only."""
        return {"county": self.county, "signals": list(self.signals)}


def started_by(_signal: Signal) -> str:
    """The deployment an urgent signal starts: escalation looks at what has climbed, and lets it be told."""
    return "escalation"


def hurries(signals: Iterable[Signal]) -> list[Hurry]:
    """Urgent signals gathered into as few runs as may be, so that a burst of answers is no burst of runs."""
    urgent = sorted((signal for signal in signals if signal.urgent), key=started_by)
    found: list[Hurry] = []
    for deployment, group in groupby(urgent, key=started_by):
        found.extend(_by_county(deployment, list(group)))
    return found


def _by_county(deployment: str, signals: Sequence[Signal]) -> list[Hurry]:
    counties = sorted({signal.county for signal in signals})
    if len(counties) > COUNTIES_APART:
        return [_hurry(deployment, None, signals)]
    return [
        _hurry(deployment, county, [signal for signal in signals if signal.county == county]) for county in counties
    ]


def _hurry(deployment: str, county: str | None, signals: Sequence[Signal]) -> Hurry:
    ids = tuple(sorted(signal.id for signal in signals))
    return Hurry(deployment, county, ids, max(signal.tries for signal in signals))


def history_of(signal: Signal) -> Event:
    """A signal's event; its id comes from the journal position, so that a repeat is one event."""
    return Event(
        id=uuid5(NAMESPACE, f"{signal.name} {signal.first}"),
        event=signal.name,
        occurred=signal.created_at,
        resource=county_resource(signal.county),
        payload={
            "signal": signal.id, "stage": signal.stage, "count": signal.count, "cases": list(signal.cases),
            "first": signal.first,
        },
    )  # fmt: skip


def hurry_event(hurry: Hurry, now: datetime) -> Event:
    """The event on which the automation for ``hurry.deployment`` starts it."""
    resource = county_resource(hurry.county or "all", **{DEPLOYMENT_LABEL: hurry.deployment})
    return Event(id=uuid5(NAMESPACE, hurry.key), event=HURRY, occurred=now, resource=resource, payload=hurry.parameters)


def county_resource(county: str, **labels: str) -> Resource:
    """``shouwang.county.371302``."""
    return Resource({"prefect.resource.id": f"shouwang.county.{county}", **labels})
