"""What goes over the line: plain JSON, ids and case numbers, no name unless it was asked for."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_ID: Final = r"^[0-9A-Za-z][0-9A-Za-z-]*$"
CaseNumber = Annotated[str, Path(pattern=_ID, max_length=20, description="A case number.", examples=["371302-00412"])]
PersonNumber = Annotated[str, Path(pattern=r"^p[0-9]{9}$", description="A person's id.", examples=["p000000412"])]
MessageNumber = Annotated[int, Path(ge=1, le=2_147_483_647, description="A message's number.")]
ProgrammeName = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9-]*@[0-9]{1,6}$", max_length=60, examples=["linyi-1204@1"])
]  # fmt: skip
Person = Annotated[str, StringConstraints(pattern=r"^p[0-9]{9}$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Typed = Annotated[str, StringConstraints(min_length=1, max_length=80)]
UnitCode = Annotated[str, StringConstraints(pattern=_ID, max_length=40)]
Unit = Annotated[UnitCode | None, Query(description="This unit and all below it; else all the owner may look into.")]
Cursor = Annotated[
    str | None, Query(pattern=_ID, max_length=40, description="`next` of the page before, to go on from there.")
]
Names = Annotated[
    Literal["yes"] | None,
    Query(description="`yes` adds names. Takes the right to see names, and each reading is recorded."),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40)]


class Shape(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


class Given(BaseModel):
    """What is sent; a field nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Matter(Shape):
    """Something that waits for the owner of the token. ``way``: what settles it."""

    case: str
    duty: int
    kind: str
    title: str
    unit: str
    risk: str
    due_on: date
    days_late: int
    press: Literal["urgent", "climbed", "decision", "to-do", "later"]
    way: str
    climbed_to: str | None
    proposed: str | None = Field(description="Whom a decision about a pairing is about.")


class Today(Shape):
    """What needs the owner of the token now, the pressing first. ``more``: there is more than is shown."""

    matters: list[Matter]
    noticed: list[str] = Field(description="What was noticed about the area, in sentences: 20 of a sort at most.")
    noticed_in_all: int = Field(description="How many findings there are.")
    more: bool


class Standing(Shape):
    """How a unit and all below it stand."""

    open: int = Field(description="Open cases.")
    late_duties: int
    late_cases: int = Field(description="Open cases with something late.")
    climbed: int = Field(description="Cases of which something has climbed.")
    alone: int = Field(description="Open cases to which no helper is bound, though they should have one.")
    idle: int = Field(description="Volunteers who serve and are bound to no case.")


class UnitStanding(Standing):
    """One unit with all below it."""

    unit: str
    name: str
    level: str
    own: bool = Field(description="Only what stands in the unit asked for itself, and in none below it.")


class Area(Standing):
    """The unit asked for as a whole, and each directly below it."""

    unit: str | None = Field(description="Nothing where the owner looks into several and named none.")
    units: list[UnitStanding]


class CaseLine(Shape):
    """One case of a list."""

    case: str
    name: str | None = Field(default=None, description="Only where names were asked for.")
    stage: str
    risk: str
    programme: str
    unit: str
    open_duties: int
    overdue: int


class Cases(Shape):
    """A page of cases in the order of their numbers."""

    cases: list[CaseLine]
    next: str | None = Field(description="The cursor of the next page; nothing on the last one.")


class Duty(Shape):
    """Something owed to a case."""

    number: int
    kind: str
    title: str
    owed_by: str | None
    climbed_to: str | None
    due_on: date
    days_late: int
    next_moment: datetime
    asks: list["Question"] = Field(description="What an answer holds.")


class Question(Shape):
    """One question of a duty's form. ``options``: the keys that may be chosen."""

    key: str
    title: str
    type: str
    required: bool
    options: dict[str, str]


class Tie(Shape):
    """A helper bound to a case."""

    role: str
    person: str
    since: datetime


class Told(Shape):
    """One sentence of a case's story."""

    position: int
    at: datetime
    says: str


class Case(Shape):
    """One case: as it stands, what is owed to it, and its story."""

    case: str
    name: str | None = None
    stage: str
    risk: str
    programme: str
    unit: str
    opened_at: datetime
    ties: list[Tie]
    proposed: str | None
    transfer_to: str | None
    duties: list[Duty]
    story: list[Told]


class Choice(Shape):
    """One thing that may be chosen: its key, and in words."""

    value: str
    words: str


class ActField(Shape):
    """One field of an act. ``type``: choice, helper, unit, duty, answers, yes-no, day, text, phone."""

    name: str
    title: str
    type: str
    required: bool
    choices: list[Choice] | None = Field(description="Null until the act is asked for by its name, where it has many.")


class Act(Shape):
    """Something that may be done with a case now: post its fields to `/cases/{case}/acts/` and its key."""

    act: str
    title: str
    says: str
    grave: bool = Field(description="Whether it ends something.")
    fields: list[ActField]


class Acts(Shape):
    """What may be done with a case now."""

    case: str
    acts: list[Act]


class Done(Shape):
    """What became true. ``facts``: by their stored names."""

    case: str
    stage: str
    facts: list[str]


class Volunteer(Shape):
    """One volunteer. ``papers``: until when each is valid, nothing for good."""

    person: str
    name: str
    phone: str | None
    kind: str
    unit: str
    load: int
    capacity: int
    serving: bool
    skills: list[str]
    papers: dict[str, date | None]
    serves_until: date | None


class Volunteers(Shape):
    """A page of volunteers in the order of their ids."""

    volunteers: list[Volunteer]
    next: str | None = Field(description="The cursor of the next page; nothing on the last one.")


class OneVolunteer(Shape):
    """One volunteer, and the cases he or she is bound to."""

    volunteer: Volunteer
    cases: list[str]


class Cause(Shape):
    """One thing a message is about. ``moot``: it had ended before the message left."""

    duty: str
    kind: str
    title: str
    rung: int
    due_on: date
    moot: bool


class Message(Shape):
    """One message to one person through one channel."""

    number: int
    person: str | None = Field(description="Nothing for somebody of elsewhere.")
    channel: str
    state: str
    urgent: bool
    planned_at: datetime
    not_before: datetime
    settled_at: datetime | None
    tries: int
    outcome: str | None
    code: str | None
    receipt: str | None
    receipt_at: datetime | None
    replaces: int | None
    about: list[Cause]
    others: int = Field(description="About so many more matters of elsewhere, which are not shown.")


class OneMessage(Shape):
    """A message in full. ``why``: for each matter what it was about, the rule, then what led to it."""

    message: Message
    replaced_by: int | None
    why: list[list[str]]


class Messages(Shape):
    """A page of messages, the newest first."""

    messages: list[Message]
    next: str | None = Field(description="The cursor of the next page; nothing on the last one.")


class Resent(Shape):
    """The message that takes another one's place."""

    number: int
    replaces: int
    channel: str


class ProgrammeLine(Shape):
    """One version of a programme."""

    name: str
    title: str
    version: int
    valid_from: date
    subject: str


class Programmes(Shape):
    """Every version of every programme of the install."""

    programmes: list[ProgrammeLine]


class KindOfDuty(Shape):
    """One kind of duty a programme declares."""

    kind: str
    title: str
    owed_by: str
    ladder: str


class Programme(Shape):
    """One version of a programme, as far as programs need it to read cases."""

    name: str
    title: str
    version: int
    valid_from: date
    subject: str
    time_zone: str
    kinds: dict[str, str]
    risks: dict[str, str]
    roles: dict[str, str]
    papers: dict[str, str]
    duties: list[KindOfDuty]


def whole(value: object) -> object:
    """A whole number as JSON may write it: ``12.0`` is one, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(whole)]
Number = Annotated[int, Field(ge=1, le=999_999), BeforeValidator(whole)]


Answers = Annotated[
    dict[str, bool | Count | str | list[str]],
    Field(max_length=100, examples=[{"needs_help": False, "studies": "well"}]),
]
"""Answers by the key of their question: a key of its options, several, a yes or no, a number, a day, free words."""


def said(value: Any) -> list[str]:
    """An answer as a form holds it."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
