"""Our deployments as data: which flows there are and when they run unless ops say otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

ZONE: Final = "Asia/Shanghai"


@dataclass(frozen=True)
class Entry:
    """A deployment; it bears its flow's name. ``flow``: module path of the flow object."""

    name: str
    flow: str
    every: timedelta | None = None

    @property
    def full_name(self) -> str:
        """As Prefect asks for it: flow and deployment."""
        return f"{self.name}/{self.name}"


STAGES: Final[Mapping[str, str]] = {
    "identification": "flows.identification.identification",
    "pairing": "flows.pairing.pairing",
    "check-in": "flows.check_in.check_in",
    "escalation": "flows.escalation.escalation",
    "follow-up": "flows.follow_up.follow_up",
}
HURRIED: Final = ("escalation",)
"""The deployments that urgent signals start at once."""

DELIVERY_EVERY: Final = timedelta(minutes=30)
"""Only for what was missed: every round delivers, and the relay starts delivery as soon as something waits. An empty
run costs 3 s of a core, every two minutes that would be half of what this machine may use while idle."""


def entries(round_every_minutes: int) -> tuple[Entry, ...]:
    """All deployments, in the order in which people list them."""
    return (
        Entry("round", "flows.round.make_the_round", timedelta(minutes=round_every_minutes)),
        Entry("delivery", "flows.delivery.delivery", DELIVERY_EVERY),
        *(Entry(name, flow) for name, flow in STAGES.items()),
    )
