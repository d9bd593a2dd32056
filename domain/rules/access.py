"""Who may do what where: roles, each in a unit and all below it. Nothing is allowed that stands in no table here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from domain.ids import LoginId, PersonId, UnitId
from domain.rules.office import Office


class Role(StrEnum):
    """What somebody who signs in is."""

    COORDINATOR = "coordinator"
    """Looks after the cases of a unit and all below it."""
    OPS = "ops"
    """Keeps the machine and its rounds running; sees case numbers, no names."""
    AUDITOR = "auditor"
    """Reads everything but names, changes nothing."""
    ADMIN = "admin"
    """Says who may sign in; sees no case."""


class Right(StrEnum):
    """What there is to be allowed."""

    SEE_CASES = "see-cases"
    SEE_NAMES = "see-names"
    """Who children and their families are; each reading is recorded."""
    ACT = "act"
    SEE_PEOPLE = "see-people"
    """Helpers and coordinators, with their telephones."""
    SEE_MESSAGES = "see-messages"
    RESEND = "resend"
    IMPORT = "import"
    SEE_PROGRAMMES = "see-programmes"
    TRY = "try"
    """Reckon what another version of a programme would bring."""
    SEE_SCHEDULE = "see-schedule"
    RUN = "run"
    """Pause, resume and start rounds."""
    SEE_FLOWS = "see-flows"
    SEE_PROOF = "see-proof"
    """The audit, and who has read which record."""
    MANAGE_LOGINS = "manage-logins"


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.COORDINATOR: frozenset({
        Right.SEE_CASES, Right.SEE_NAMES, Right.ACT, Right.SEE_PEOPLE, Right.SEE_MESSAGES, Right.RESEND, Right.IMPORT,
        Right.SEE_PROGRAMMES, Right.TRY, Right.SEE_SCHEDULE, Right.SEE_FLOWS,
    }),
    Role.OPS: frozenset({
        Right.SEE_CASES, Right.SEE_MESSAGES, Right.RESEND, Right.SEE_PROGRAMMES, Right.TRY, Right.SEE_SCHEDULE,
        Right.RUN, Right.SEE_FLOWS, Right.SEE_PROOF,
    }),
    Role.AUDITOR: frozenset({
        Right.SEE_CASES, Right.SEE_PEOPLE, Right.SEE_MESSAGES, Right.SEE_PROGRAMMES, Right.SEE_SCHEDULE,
        Right.SEE_PROOF,
    }),
    Role.ADMIN: frozenset({Right.MANAGE_LOGINS, Right.SEE_PROGRAMMES}),
}  # fmt: skip

EVERYWHERE: Final = UnitId("")
"""The unit of a grant that holds for the whole tree, and for what stands in no unit."""


class Grant(NamedTuple):
    """A role in a unit and all below it."""

    role: Role
    unit: UnitId


class NotAllowed(Exception):
    """Whoever asks has no role that allows this, anywhere or here; ``right`` is what is missing."""

    def __init__(self, right: Right, unit: UnitId | None = None) -> None:
        super().__init__(right.value)
        self.right, self.unit = right, unit


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody who is signed in, or a program with a token. ``person``: in whose name acts are written down."""

    login: LoginId
    name: str
    person: PersonId | None
    language: str
    grants: tuple[Grant, ...]
    through: str = "console"

    @property
    def roles(self) -> frozenset[Role]:
        """What he or she is, anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def rights(self) -> frozenset[Right]:
        """What he or she may do anywhere."""
        return frozenset(right for role in self.roles for right in RIGHTS[role])

    def may(self, right: Right) -> bool:
        """Whether this is allowed anywhere."""
        return right in self.rights

    def units(self, right: Right) -> tuple[UnitId, ...] | None:
        """Where this is allowed, with all below; nothing where it is everywhere; NotAllowed where nowhere."""
        found = tuple(dict.fromkeys(grant.unit for grant in self.grants if right in RIGHTS[grant.role]))
        if not found:
            raise NotAllowed(right)
        return None if EVERYWHERE in found else found

    def may_in(self, right: Right, unit: UnitId | None, office: Office) -> bool:
        """Whether this is allowed in a unit; what stands in no unit belongs to those who look everywhere."""
        if not self.may(right):
            return False
        units = self.units(right)
        return units is None or (unit is not None and any(above.id in units for above in office.upward(unit)))


def narrowed(grants: tuple[Grant, ...], to: Grant, office: Office) -> Iterator[Grant]:
    """What is left of a token's grant by what its owner may now: never more than both allow."""
    for grant in grants:
        if grant.role is not to.role:
            continue
        if _holds(grant.unit, to.unit, office):
            yield to
        elif _holds(to.unit, grant.unit, office):
            yield grant


def _holds(outer: UnitId, inner: UnitId, office: Office) -> bool:
    return outer == EVERYWHERE or any(above.id == outer for above in office.upward(inner))
