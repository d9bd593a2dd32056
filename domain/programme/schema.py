"""What a programme file may say: kinds of duties, ladders, roles, papers, life stages. No duty is known by name."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from domain.programme.spans import Place, Span, earliest_days, rough_days

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Trigger = Annotated[
    str,
    StringConstraints(
        pattern=r"^(opened|admitted|proposed|approved|declined|tie-begun|tie-ended|telling-failed|reopened|closed"
        r"|(met|refused|lapsed|raised|life-stage|risk):[a-z][a-z0-9_]*)$"
    ),
]
"""What happened: a plain word, or ``met:<duty>``, ``refused:<duty>``, ``lapsed:<duty>``, ``raised:<name>``,
``life-stage:<stage>``, ``risk:<level>``."""


class Model(BaseModel):
    """A part of a programme: frozen, and a key nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Words(Model):
    """The same words in each language a page may speak."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def say(self, language: str) -> str:
        """The words in ``language`` (``zh`` or ``en``)."""
        return self.en if language == "en" else self.zh


class Level(StrEnum):
    """A level of the tree that may have a desk."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


MANY_DAYS: Final = 1_000_000
"""More days than any programme lasts."""

CLIMB: Final = (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY, Level.PROVINCE)
"""The levels in the order in which a ladder climbs them."""


class Stage(StrEnum):
    """Where a case stands."""

    IDENTIFICATION = "identification"
    PAIRING = "pairing"
    CHECK_IN = "check-in"
    ESCALATION = "escalation"
    FOLLOW_UP = "follow-up"
    CLOSED = "closed"


class Move(StrEnum):
    """What an answer or a life stage may do to the whole case."""

    ADMIT = "admit"
    REFUSE = "refuse"
    FOLLOW_UP = "follow-up"
    CLOSE = "close"


class Named(Model):
    """A thing with a name and the other names sheets use for it."""

    title: Words
    also: tuple[str, ...] = ()


class Eligible(Model):
    """Who may become a case: kinds, and an age in years that must not be reached yet."""

    below_age: int = Field(gt=0, le=120, description="years")
    kinds: Mapping[Key, Named]


class Paper(Model):
    """A paper a helper signs before serving; ``lasts`` left out means for good."""

    title: Words
    also: tuple[str, ...] = ()
    lasts: Span | None = None


class Desk(Model):
    """A role filled by whoever sits at the desk of that level above the case."""

    title: Words
    desk: Level


class Helper(Model):
    """A role filled by a tie to one helper."""

    title: Words
    tie: Literal["one"]


class Proposed(Model):
    """A role filled by the helper whom the open proposal names."""

    title: Words
    proposal: Literal["open"]


Role = Desk | Helper | Proposed


class Pairing(Model):
    """Hard rules and weights of finding a helper; ``desk`` decides proposals."""

    role: Key
    desk: Key
    papers: tuple[Key, ...]
    papers_valid_for: Span
    helper_for: Mapping[Literal["female", "male"], Literal["female", "male"]] = {}
    within: Level = Level.CITY
    skills_for: Mapping[Key, tuple[str, ...]] = {}
    weights: Mapping[Literal["nearness", "siblings", "skills", "age", "first"], int] = {}
    first: tuple[Key, ...] = Field(default=(), description="kinds of helpers asked first")


class FieldKind(StrEnum):
    """How one question is answered."""

    SCALE = "scale"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    COUNT = "count"
    DATE = "date"
    TEXT = "text"


class Question(Model):
    """One question of a form. Text is kept sealed, everything else in the fact."""

    title: Words
    type: FieldKind
    options: Mapping[Key, Words] = {}
    least: int = 0
    most: int = 1000
    required: bool = True

    @model_validator(mode="after")
    def _options_where_needed(self) -> Self:
        chosen = self.type in {FieldKind.SCALE, FieldKind.CHOICE, FieldKind.CHOICES}
        if chosen != bool(self.options):
            raise ValueError("options: are for scale, choice and choices, and needed there")
        return self


class Rung(Model):
    """One step of a ladder. ``at`` counts from the due day; ``at_once`` means the moment the duty opens."""

    at: Place | None = None
    at_once: bool = False
    climb: Level | None = None
    copy_to: tuple[Key, ...] = ()
    acknowledged_for: Span | None = None
    repeat: Span | None = None
    urgent: bool = False

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        if self.at_once == (self.at is not None):
            raise ValueError("write either at: (3 days after) or at_once: true")
        return self


class Cadence(Model):
    """How often, by the case's risk."""

    by_risk: Mapping[Key, Span]


class Open(Model):
    """When a duty arises and by when it is due. Exactly one of the ways.

    * ``after`` + ``within``: once, so long after something happened (per risk level if so written)
    * ``every``: again and again while the case is in one of the duty's stages
    * ``yearly``: on a fixed day, ``MM-DD``
    * ``rule``: an RRULE (RFC 5545) of days
    * ``age``: on the day the subject reaches so many years
    * ``paper``: on the day the tied helper's paper runs out
    """

    after: tuple[Trigger, ...] = ()
    within: Span | Cadence | None = None
    every: Span | Cadence | None = None
    yearly: Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")] | None = None
    rule: str | None = None
    age: Span | None = None
    paper: Key | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.every, self.yearly, self.rule, self.age, self.paper]
        if bool(self.after) != (self.within is not None):
            raise ValueError("after: and within: are written together")
        if sum(way is not None for way in ways) + bool(self.after) != 1:
            raise ValueError("write exactly one of: after + within, every, yearly, rule, age, paper")
        return self

    @property
    def recurs(self) -> bool:
        """Whether an end is followed by the next occurrence."""
        return self.every is not None or self.yearly is not None or self.rule is not None


class Consequence(Model):
    """What an answer brings about: every condition under ``when`` holds, then all that is written follows."""

    when: Mapping[Key, bool | int | str | tuple[str, ...]] = {}
    raises: Key | None = None
    risk: Key | None = None
    move: Move | None = None
    refuses: bool = False


class DutyKind(Model):
    """A kind of duty: who owes it, when, what answers it, how it climbs, what follows."""

    title: Words
    owed_by: Key
    stages: tuple[Stage, ...]
    opens: Open
    asks: Mapping[Key, Question] = {}
    met_by: tuple[Trigger, ...] = ()
    ladder: Key
    lapses_into: Key | None = None
    consequences: tuple[Consequence, ...] = ()
    answerable_before: Span | None = Field(default=None, description="how long before the due day an answer counts")
    handover: Span | None = Field(default=None, description="the least time a successor gets")


class Ladder(Model):
    """The rungs in order."""

    rungs: tuple[Rung, ...] = Field(min_length=1)


class Season(Model):
    """A part of life from an age on, or from a day of the year in which an age is reached (``MM-DD``)."""

    title: Words
    from_age: Span
    on: Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")] | None = None
    move: Move | None = None


class Setting(Model):
    """A value the sources leave open, with the source it was taken from."""

    value: str | int
    source: str = Field(min_length=3)


class Manners(Model):
    """When people may be told things, in the unit's local time (``HH:MM``)."""

    quiet_from: Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")] = "20:00"
    quiet_until: Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")] = "08:00"


class Programme(Model):
    """A method of help as data; a case stays on the version it began under."""

    programme: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    version: int = Field(ge=1)
    title: Words
    subject: Literal["child", "elder", "school", "unit", "project"]
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
    ladders: Mapping[Key, Ladder]
    duties: Mapping[Key, DutyKind]
    life: Mapping[Key, Season] = {}

    @property
    def name(self) -> str:
        """``linyi-1204@1``: the programme and its version, as facts name it."""
        return f"{self.programme}@{self.version}"

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
