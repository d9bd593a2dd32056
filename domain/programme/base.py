"""What every part of a programme file is made of: keys, words, triggers, levels, stages."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Trigger = Annotated[
    str,
    StringConstraints(
        pattern=r"^(opened|admitted|proposed|approved|declined|tie-begun|tie-ended|telling-failed|reopened|closed"
        r"|moved|transfer-asked|transfer-declined|programme-changed"
        r"|(met|refused|lapsed|raised|life-stage|risk|tie-begun|tie-ended|leaving|succeeded|invited)"
        r":[a-z][a-z0-9_]*)$"
    ),
]
"""What happened: a plain word, or ``met:<duty>``, ``refused:<duty>``, ``lapsed:<duty>``, ``raised:<name>``,
``life-stage:<stage>``, ``risk:<level>``, ``invited:<kind of case>``, and of a helper's role ``tie-begun:<role>``,
``tie-ended:<role>``, ``leaving:<role>`` (an end of service was announced), ``succeeded:<role>`` (a successor was
bound while the one before still serves)."""

MonthDay = Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")]
Festival = Literal["spring-festival", "dragon-boat", "mid-autumn"]
Subject = Literal["child", "elder", "school", "unit", "project"]


Years = Annotated[int, Field(gt=0, le=120)]


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
    ACCEPT_TRANSFER = "accept-transfer"
    DECLINE_TRANSFER = "decline-transfer"


class Named(Model):
    """A thing with a name and the other names sheets use for it."""

    title: Words
    also: tuple[str, ...] = ()
