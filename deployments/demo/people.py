"""Made-up people: children with guardians and siblings, volunteers, coordinators. The same seed, the same people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.places import Place


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives; volunteers are asked for no village."""

    county: Place
    township: Place
    village: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Guardian:
    """Who looks after a child."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True, repr=False)
class MadeUpChild:
    """A child of a survey. ``family``: siblings share the number. ``school`` and ``grade`` are empty for the little."""

    name: str
    sex: str
    born: date
    id_number: str
    kind: str
    home: Home
    family: int
    guardian: Guardian
    school: str
    grade: str


@dataclass(frozen=True, slots=True, repr=False)
class MadeUpVolunteer:
    """A line of the roster. ``papers``: the day each was signed, nothing when it never was."""

    name: str
    sex: str
    born: date
    id_number: str
    kind: str
    phone: str
    email: str
    home: Home
    capacity: int
    skills: tuple[str, ...]
    papers: Mapping[str, date | None]


@dataclass(frozen=True, slots=True, repr=False)
class MadeUpCoordinator:
    """Somebody at the desk of a unit."""

    name: str
    post: str
    unit: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, repr=False)
class People:
    """Everybody made up for one area, as of one day."""

    area: Place
    on: date
    children: tuple[MadeUpChild, ...]
    volunteers: tuple[MadeUpVolunteer, ...]
    coordinators: tuple[MadeUpCoordinator, ...]
