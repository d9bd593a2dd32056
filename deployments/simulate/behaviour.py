"""How made-up people and their machine behave, as a file declares it: shares of a hundred, yearly counts, days."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Share = Annotated[float, Field(ge=0, le=100)]
"""Of a hundred."""
Yearly = Annotated[float, Field(ge=0, le=1000)]
"""Of a hundred, in a year; 200 is twice a year each."""
Days = Annotated[int, Field(ge=0, le=3650)]
SomeDays = Annotated[int, Field(ge=1, le=3650)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Model(BaseModel):
    """A part of a behaviour: frozen, and a key nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Habit(Model):
    """How some helpers answer: so many of a hundred are like this; of their duties so many late, or never."""

    of: Share
    late: Share
    never: Share


class Climbed(Model):
    """What comes of a step up to a desk, of a hundred; the rest comes to nothing until the next step."""

    acknowledged: Share
    owner_roused: Share
    done_at_desk: Share
    excused: Share
    helper_replaced: Share


class Helpers(Model):
    """Those who are bound to cases."""

    habits: Mapping[Name, Habit]
    days_early: Days
    days_late: SomeDays
    troubled: Share
    urgent: Share
    notes: Share
    ill: Yearly
    ill_days: SomeDays
    leave: Yearly
    leave_announced: Share
    leave_announced_days: SomeDays
    leave_succeeded: Share
    asked_days: SomeDays
    asked_decline: Share
    asked_silent: Share
    papers_kept: Share
    newcomers: Yearly


class Office(Model):
    """Those who sit at desks."""

    empty: Share
    late: Share
    never: Share
    days_early: Days
    days_late: SomeDays
    away: Yearly
    away_days: SomeDays
    climbed: Climbed
    climbed_days: Days
    pair_every: SomeDays
    proposal_days: SomeDays
    proposal_declined: Share
    proposal_never: Share
    proposal_withdrawn_days: SomeDays
    bind_days: SomeDays
    successor_days: SomeDays
    activities: Yearly
    activity_guests: SomeDays


class Families(Model):
    """Those the cases are about."""

    survey_days: Days
    others: Share
    doubtful: Share
    newcomers: Yearly
    risk: Yearly
    move: Yearly
    move_declined: Share
    leave: Yearly
    come_back: Yearly
    established: Share


class Machine(Model):
    """What the engine runs on."""

    round_every: SomeDays
    outages: Annotated[float, Field(ge=0, le=50)]
    outage_days: SomeDays


class Telling(Model):
    """What becomes of messages."""

    refused: Share
    delayed: Share


class Behaviour(Model):
    """Everything a simulation may be told about people; each key stands in ``behaviour.yaml`` with its meaning."""

    helpers: Helpers
    office: Office
    families: Families
    machine: Machine
    telling: Telling
