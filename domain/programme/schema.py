"""What a programme file may say: kinds of duties, ladders, roles, papers, life stages. No duty is known by name."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from domain.programme.base import (
    CLIMB,
    MANY_DAYS,
    Key,
    Level,
    Model,
    MonthDay,
    Move,
    Named,
    Stage,
    Subject,
    Trigger,
    Words,
    Years,
)
from domain.programme.messages import Messages, OwnWords
from domain.programme.owed import (
    Cadence,
    Consequence,
    DutyKind,
    FieldKind,
    Ladder,
    Open,
    Question,
    Replies,
    Rung,
    TimeOfYear,
)
from domain.programme.people import Desk, Helper, Pairing, Paper, Proposed, Role
from domain.programme.spans import Span, earliest_days, rough_days

__all__ = [
    "CLIMB",
    "MANY_DAYS",
    "Cadence",
    "CaseKind",
    "Consequence",
    "Desk",
    "DutyKind",
    "Eligible",
    "FieldKind",
    "Helper",
    "Key",
    "Ladder",
    "Lateness",
    "Level",
    "Manners",
    "Messages",
    "Model",
    "MonthDay",
    "Move",
    "Named",
    "Open",
    "OwnWords",
    "Pairing",
    "Paper",
    "Programme",
    "Proposed",
    "Question",
    "Replies",
    "Role",
    "Rung",
    "Season",
    "Serving",
    "Setting",
    "Stage",
    "Subject",
    "TimeOfYear",
    "Trigger",
    "Words",
    "Years",
]


class CaseKind(Named):
    """A kind of case. What is left out is as the whole programme says.

    ``starts`` is the stage after admission: ``check-in`` for a case that needs nobody bound to it first.
    """

    subject: Subject | None = None
    below_age: Years | None = None
    from_age: Years | None = None
    starts: Literal["pairing", "check-in"] = "pairing"
    risk_at_start: Key | None = None


class Eligible(Model):
    """Who or what may become a case: kinds, an age in years that must be reached, and one that must not be yet."""

    below_age: Years | None = None
    from_age: Years | None = None
    kinds: Mapping[Key, CaseKind]


class Season(Model):
    """A part of life from an age on, or from a day of the year in which an age is reached (``MM-DD``)."""

    title: Words
    from_age: Span
    on: MonthDay | None = None
    move: Move | None = None


class Setting(Model):
    """A value the sources leave open, with the source it was taken from."""

    value: str | int
    source: str = Field(min_length=3)


class Lateness(Model):
    """So many late answers of one helper within a while become a quiet talk, not more messages.

    ``raises`` opens the talk; while it stands open the helper hears only of the first rung of each duty.
    """

    count: int = Field(ge=2, le=20)
    within: Span
    raises: Key


class Serving(Model):
    """Until what age helpers serve."""

    until_age: Years


Clock = Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")]


class Manners(Model):
    """When people may be told things, in the unit's local time (``HH:MM``), and how often. Urgent matters know none.

    ``quiet_during``: times of the year on whose days nothing is sent. ``digest_at``: when coordinators are told all
    that came up, once a day; left out: as it comes up. ``most_in_a_week``: messages to one helper; what is more waits.
    """

    quiet_from: Clock = "20:00"
    quiet_until: Clock = "08:00"
    quiet_during: tuple[Key, ...] = ()
    digest_at: Clock | None = None
    most_in_a_week: int | None = Field(default=None, ge=1, le=50)


class Programme(Model):
    """A method of help as data; a case stays on the version it began under."""

    programme: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    version: int = Field(ge=1)
    title: Words
    subject: Subject
    area: Annotated[str, StringConstraints(pattern=r"^\d{2,9}$")]
    time_zone: ZoneInfo
    valid_from: date
    settings: Mapping[Key, Setting] = {}
    eligible: Eligible
    risks: Mapping[Key, Words]
    risk_at_start: Key
    papers: Mapping[Key, Paper] = {}
    helpers: Mapping[Key, Named] = {}
    roles: Mapping[Key, Role]
    pairing: Pairing | None = None
    manners: Manners = Manners()
    messages: Messages = Messages()
    ladders: Mapping[Key, Ladder]
    duties: Mapping[Key, DutyKind]
    life: Mapping[Key, Season] = {}
    times_of_year: Mapping[Key, TimeOfYear] = {}
    lateness: Lateness | None = None
    serving: Serving | None = None

    @property
    def name(self) -> str:
        """``linyi-1204@1``: the programme and its version, as facts name it."""
        return f"{self.programme}@{self.version}"

    def subject_of(self, kind: str) -> Subject:
        """What cases of a kind are about."""
        found = self.eligible.kinds.get(kind)
        return (found.subject if found else None) or self.subject

    def ages_of(self, kind: str) -> tuple[int | None, int | None]:
        """(below which age, from which age on) cases of a kind may begin; a kind with ages of its own has no others."""
        own = self.eligible.kinds.get(kind)
        if own is not None and (own.below_age or own.from_age):
            return own.below_age, own.from_age
        return self.eligible.below_age, self.eligible.from_age

    def helper_roles(self, kind: str) -> Mapping[str, Helper]:
        """The roles helpers fill around cases of a kind."""
        return {
            name: role
            for name, role in self.roles.items()
            if isinstance(role, Helper) and (not role.kinds or kind in role.kinds)
        }

    @cached_property
    def opened_by(self) -> Mapping[str, tuple[str, ...]]:
        """Which kinds of duties a trigger opens."""
        return _index((trigger, kind) for kind, duty in self.duties.items() for trigger in duty.opens.after)

    @cached_property
    def met_by(self) -> Mapping[str, tuple[str, ...]]:
        """Which kinds of duties a trigger meets."""
        return _index((trigger, kind) for kind, duty in self.duties.items() for trigger in duty.met_by)

    @cached_property
    def standing(self) -> tuple[str, ...]:
        """The kinds that are owed as long as a case is in one of their stages."""
        return tuple(kind for kind, duty in self.duties.items() if not duty.opens.after)

    @cached_property
    def rungs_of(self) -> Mapping[str, tuple[Rung, ...]]:
        """The ladder of each kind of duty."""
        return {kind: self.ladders[duty.ladder].rungs for kind, duty in self.duties.items()}

    @cached_property
    def earliest_rungs(self) -> Mapping[str, tuple[int, ...]]:
        """For each kind, how many days after its due day (negative: before it) each rung comes at the earliest."""
        return {
            kind: tuple(earliest_days(rung.at) if rung.at else -MANY_DAYS for rung in rungs)
            for kind, rungs in self.rungs_of.items()
        }

    @cached_property
    def recurring(self) -> frozenset[str]:
        """The kinds of which an end is followed by the next occurrence."""
        return frozenset(kind for kind, duty in self.duties.items() if duty.opens.recurs)

    @cached_property
    def seasons(self) -> tuple[tuple[str, Season], ...]:
        """The parts of life, youngest first."""
        return tuple(sorted(self.life.items(), key=lambda item: rough_days(item[1].from_age)))

    @cached_property
    def lowest_desk(self) -> Level:
        """The desk that answers where nobody else does."""
        desks = [role.desk for role in self.roles.values() if isinstance(role, Desk)]
        return min(desks, key=CLIMB.index)


def _index(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found
