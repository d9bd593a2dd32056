"""What a programme file says of duties: when they arise, what they ask, how they climb, what follows."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from domain.programme.base import Festival, Key, Level, Model, MonthDay, Move, Stage, Trigger, Words
from domain.programme.spans import Place, Span


class FieldKind(StrEnum):
    """How one question is answered."""

    SCALE = "scale"
    YES_NO = "yes-no"
    CHOICE = "choice"
    CHOICES = "choices"
    COUNT = "count"
    DATE = "date"
    TEXT = "text"
    ACCOUNT = "account"


class Question(Model):
    """One question of a form. Text and accounts are kept sealed, everything else in the fact.

    An account must be the one of the case's guardian. ``life``: the parts of life in which it is asked; left out: all.
    """

    title: Words
    type: FieldKind
    options: Mapping[Key, Words] = {}
    least: int = 0
    most: int = 1000
    required: bool = True
    life: tuple[Key, ...] = ()

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
    """How often, by the case's risk, or by the part of life (``otherwise`` in those not named)."""

    by_risk: Mapping[Key, Span] = {}
    by_life: Mapping[Key, Span] = {}
    otherwise: Span | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.by_risk) == bool(self.by_life) or bool(self.by_life) != (self.otherwise is not None):
            raise ValueError("write either by_risk:, or by_life: together with otherwise:")
        return self


class TimeOfYear(Model):
    """A part of every year that duties may name: between two days (``MM-DD``), or around a festival."""

    title: Words
    begins: MonthDay | None = None
    ends: MonthDay | None = None
    around: Festival | None = None
    days_before: int = Field(default=0, ge=0, le=60)
    days_after: int = Field(default=0, ge=0, le=60)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        between = (self.begins is not None) + (self.ends is not None)
        if between == 1 or bool(between) == (self.around is not None):
            raise ValueError("write either begins: and ends:, or around: spring-festival (dragon-boat, mid-autumn)")
        return self


class Open(Model):
    """When a duty arises and by when it is due. Exactly one of the ways.

    * ``after`` + ``within``: once, so long after something happened (per risk level if so written)
    * ``every``: again and again while the case is in one of the duty's stages
    * ``yearly``: on a fixed day, ``MM-DD``, or on a festival of the lunar year, or some days from it
    * ``rule``: an RRULE (RFC 5545) of days
    * ``age``: on the day the subject reaches so many years
    * ``paper``: on the day the tied helper's paper runs out
    * ``ending``: on the last day of service of the helper tied in that role, once that day is known

    ``on``: the day is the one answered to that question of the duty that was met (or the day an activity is on),
    and ``within`` counts from it. ``during`` and ``outside`` keep a rhythm to a time of the year, or away from one.
    """

    after: tuple[Trigger, ...] = ()
    within: Span | Cadence | None = None
    on: Key | None = None
    every: Span | Cadence | None = None
    yearly: MonthDay | Festival | None = None
    days_before: int = Field(default=0, ge=0, le=60)
    days_after: int = Field(default=0, ge=0, le=60)
    rule: str | None = None
    age: Span | None = None
    paper: Key | None = None
    ending: Key | None = None
    during: Key | None = None
    outside: Key | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.every, self.yearly, self.rule, self.age, self.paper, self.ending]
        if bool(self.after) != (self.within is not None or self.on is not None):
            raise ValueError("after: is written together with within: or on:")
        if sum(way is not None for way in ways) + bool(self.after) != 1:
            raise ValueError("write exactly one of: after + within, every, yearly, rule, age, paper, ending")
        return self

    @property
    def recurs(self) -> bool:
        """Whether an end is followed by the next occurrence."""
        return self.every is not None or self.yearly is not None or self.rule is not None

    @property
    def from_festival(self) -> int:
        """How many days after the festival of ``yearly`` the day is; before it where negative."""
        return self.days_after - self.days_before


class Consequence(Model):
    """What an answer brings about: every condition under ``when`` holds, then all that is written follows."""

    when: Mapping[Key, bool | int | str | tuple[str, ...]] = {}
    raises: Key | None = None
    risk: Key | None = None
    move: Move | None = None
    refuses: bool = False
    releases: Key | None = Field(default=None, description="a role whose helpers bound earlier are let go")


class Replies(Model):
    """What a text message of one digit says about a duty, for those who have no page at hand.

    ``done`` (1) and ``help`` (2): the answers it stands for; what else the form asks is left open. ``cannot`` (3): what
    it raises, for others to act on; the duty itself stays open.
    """

    done: Mapping[Key, bool | int | str | tuple[str, ...]] | None = None
    help: Mapping[Key, bool | int | str | tuple[str, ...]] | None = None
    cannot: Key | None = None


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
    kinds: tuple[Key, ...] = Field(default=(), description="the kinds of cases that owe it; left out: all")
    several: bool = Field(default=False, description="another one may stand open beside the first")
    once: bool = Field(default=False, description="once it was done, nothing opens it again")
    together_with: tuple[Key, ...] = Field(default=(), description="roles that take part and are told alike")
    replies: Replies | None = Field(default=None, description="what a text message of one digit says")


class Ladder(Model):
    """The rungs in order."""

    rungs: tuple[Rung, ...] = Field(min_length=1)
