"""Who stands around a case, as far as the viewer may know: by name and telephone, or by what they are."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from domain.case import Case
from domain.ids import PersonId, UnitId
from domain.rules.access import Right
from domain.store import people as sealed
from domain.store.console.looking import Looking
from domain.store.people import Who


class Bound(NamedTuple):
    """A helper bound to the case: the role in words, since when, and until when service goes where that is known."""

    role: str
    title: str
    person: PersonId
    since: date
    serves_until: date | None


class Seat(NamedTuple):
    """A desk above the case and who sits at it; nobody where it is empty."""

    unit: UnitId
    name: str
    level: str
    people: tuple[PersonId, ...]


class People(NamedTuple):
    """What people are, and who: names and telephones are empty for those who may not see them."""

    known: Mapping[PersonId, Who]

    def name(self, person: PersonId | None) -> str:
        """Somebody's name; the number where there is none to be seen."""
        identity = self.known[person].identity if person and person in self.known else None
        return identity.name if identity else str(person or "")

    def phone(self, person: PersonId) -> str:
        """Somebody's telephone, or nothing."""
        identity = self.known[person].identity if person in self.known else None
        return (identity.phone or "") if identity else ""

    @property
    def names(self) -> dict[PersonId, str]:
        """Every name that may be seen."""
        return {person: each.identity.name for person, each in self.known.items() if each.identity}

    @property
    def kinds(self) -> dict[PersonId, str]:
        """What each of them is."""
        return {person: each.kind for person, each in self.known.items()}


def holds(look: Looking, right: Right, case: Case) -> bool:
    """Whether the viewer has a right where the case stands, or where it is asked to go."""
    if not look.viewer.may(right):
        return False
    here = look.viewer.may_in(right, case.unit, look.office)
    return here or (case.transfer is not None and look.viewer.may_in(right, case.transfer.unit, look.office))


def who_are(look: Looking, case: Case, people: Iterable[PersonId]) -> People:
    """Who people around a case are, in one query."""
    named = holds(look, Right.SEE_PEOPLE, case)
    wanted = sorted({person for person in people if person})
    return People(sealed.who_are(look.connection, look.store.seal, wanted, named=named))


def bound_to(look: Looking, case: Case) -> tuple[Bound, ...]:
    """The helpers of a case, in the order of the programme's roles."""
    programme = look.programme(case)
    order = {role: place for place, role in enumerate(programme.roles)}
    ties = sorted(case.ties, key=lambda tie: (order.get(tie.role, len(order)), tie.since))
    return tuple(
        Bound(
            tie.role, role_title(look, case, tie.role), tie.person, tie.since.astimezone(programme.time_zone).date(),
            tie.serves_until,
        )
        for tie in ties
    )  # fmt: skip


def role_title(look: Looking, case: Case, role: str) -> str:
    """What a role of the programme is called."""
    known = look.programme(case).roles.get(role)
    return known.title.say(look.language) if known else role


def seats_above(look: Looking, case: Case) -> tuple[Seat, ...]:
    """The desks a case climbs to, lowest first; a village without anybody is left out."""
    return tuple(
        Seat(unit.id, unit.name, unit.level.value, sitting)
        for unit in look.office.upward(case.unit)
        if (sitting := look.office.desks.get(unit.id, ())) or unit.level.value != "village"
    )
