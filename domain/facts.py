"""What happened to a case: frozen, past tense, versioned, without a name or a free word in it.

Facts are msgspec structs, not Pydantic models: a round over 50,000 duties reads and writes each of them, and the
ratio asked of it (2.5 × the bare writing) leaves about ten microseconds a fact. A stored name never changes its
meaning; a new shape is a new version with an upcaster in ``UPCASTERS``.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

import msgspec

from domain.ids import CaseId, PersonId, UnitId

Through = Literal["command", "link", "reply", "page", "event"]
Admission = Literal["pairing", "check-in"]
Answer = bool | int | str | tuple[str, ...]
"""Yes or no, a count or an option's key, an ISO day, several options' keys."""


class _Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="fact"):
    """Shared form: tagged with its stored name."""


class CaseOpened(_Fact, frozen=True, kw_only=True, tag="case-opened"):
    """A survey or a person brought a subject into a programme."""

    subject: PersonId
    unit: UnitId
    county: UnitId
    kind: str
    sex: Literal["female", "male"] | None = None
    born: date | None = None
    risk: str
    programme: str
    family: PersonId | None = None


class CaseAdmitted(_Fact, frozen=True, kw_only=True, tag="case-admitted"):
    """Somebody confirmed that the subject is one the programme is for; ``into`` is the stage that follows."""

    by: PersonId | None
    into: Admission = "pairing"


class CaseRefused(_Fact, frozen=True, kw_only=True, tag="case-refused"):
    """Somebody found that the subject is not one the programme is for."""

    by: PersonId | None


class DutyOpened(_Fact, frozen=True, kw_only=True, tag="duty-opened"):
    """Somebody owes something by a day. ``owed_by`` is empty where no one sits in the role yet."""

    duty: int
    kind: str
    opens_on: date
    due_on: date
    because: str
    owed_by: PersonId | None = None
    about: str | None = None
    rhythm_from: date | None = None


class RungReached(_Fact, frozen=True, kw_only=True, tag="rung-reached"):
    """A step of the ladder came due. ``level`` is where it stands now; ``empty`` are the desks passed over, aloud."""

    duty: int
    rung: int
    told: tuple[PersonId, ...]
    climbed_to: str | None = None
    desk: UnitId | None = None
    empty: tuple[UnitId, ...] = ()


class DutyAcknowledged(_Fact, frozen=True, kw_only=True, tag="duty-acknowledged"):
    """Somebody above said: I see it. The ladder waits, and goes on at ``until``."""

    duty: int
    by: PersonId
    until: datetime


class DutyMet(_Fact, frozen=True, kw_only=True, tag="duty-met"):
    """What was owed was done. Free words of the answer are kept sealed elsewhere."""

    duty: int
    by: PersonId | None
    on: date
    answers: Mapping[str, Answer] = {}
    through: Through = "command"
    refused: bool = False


class DutyExcused(_Fact, frozen=True, kw_only=True, tag="duty-excused"):
    """A named person let it go, with a reason."""

    duty: int
    by: PersonId
    reason: str


class DutySuperseded(_Fact, frozen=True, kw_only=True, tag="duty-superseded"):
    """Another duty of the case stands in its place."""

    duty: int
    by_duty: int
    because: str


class DutyLapsed(_Fact, frozen=True, kw_only=True, tag="duty-lapsed"):
    """Its time ran out; the desk that the ladder had reached has taken it over as duty ``into``."""

    duty: int
    into: int
    onto: UnitId | None


class Raised(_Fact, frozen=True, kw_only=True, tag="raised"):
    """An answer raised something that others must act on."""

    duty: int
    name: str


class RiskChanged(_Fact, frozen=True, kw_only=True, tag="risk-changed"):
    """The level of risk is another one from now on."""

    risk: str
    before: str
    by: PersonId | None


class PairingProposed(_Fact, frozen=True, kw_only=True, tag="pairing-proposed"):
    """A helper was proposed for the case. ``why`` holds keys of reasons, never words."""

    person: PersonId
    score: int
    why: tuple[str, ...]
    by: PersonId | None = None


class ProposalApproved(_Fact, frozen=True, kw_only=True, tag="proposal-approved"):
    """A coordinator agreed; the helper is asked now."""

    person: PersonId
    by: PersonId


class ProposalDeclined(_Fact, frozen=True, kw_only=True, tag="proposal-declined"):
    """A coordinator or the helper said no."""

    person: PersonId
    by: PersonId
    side: Literal["coordinator", "helper"]
    reason: str


class TieBegun(_Fact, frozen=True, kw_only=True, tag="tie-begun"):
    """A helper is bound to the case. ``papers``: until when each is valid, nothing for ever.

    ``pairs``: with this tie the case counts as paired. ``serves_until`` is the last day of service, where it is known.
    """

    role: str
    person: PersonId
    papers: Mapping[str, date | None] = {}
    pairs: bool = True
    serves_until: date | None = None


class TieEnded(_Fact, frozen=True, kw_only=True, tag="tie-ended"):
    """A helper is no longer bound to the case.

    ``unpairs``: where nobody is left, the case needs pairing again. ``gap``: the role needs somebody else now.
    """

    role: str
    person: PersonId
    by: PersonId | None
    reason: str
    unpairs: bool = True
    gap: bool = True


class ServiceEnding(_Fact, frozen=True, kw_only=True, tag="service-ending"):
    """A tied helper's last day of service was announced; without ``on`` the announcement was taken back."""

    role: str
    person: PersonId
    on: date | None
    by: PersonId | None
    reason: str


class TransferAsked(_Fact, frozen=True, kw_only=True, tag="transfer-asked"):
    """The subject moves: the unit it moves to is asked to take the case over, and into which programme."""

    unit: UnitId
    county: UnitId
    by: PersonId
    reason: str
    programme: str | None = None


class TransferDeclined(_Fact, frozen=True, kw_only=True, tag="transfer-declined"):
    """The case stays where it is."""

    by: PersonId
    reason: str


class CaseMoved(_Fact, frozen=True, kw_only=True, tag="case-moved"):
    """The case stands in another place of the tree from now on."""

    unit: UnitId
    county: UnitId
    before: UnitId
    by: PersonId


class ProgrammeChanged(_Fact, frozen=True, kw_only=True, tag="programme-changed"):
    """The case goes on under another version of its programme, or another programme."""

    programme: str
    before: str
    by: PersonId
    reason: str


class Invited(_Fact, frozen=True, kw_only=True, tag="invited"):
    """The subject is asked to take part in an activity, which is a case of its own, on a day."""

    activity: CaseId
    kind: str
    on: date
    by: PersonId


class PaperRenewed(_Fact, frozen=True, kw_only=True, tag="paper-renewed"):
    """A tied helper's paper is valid until another day."""

    person: PersonId
    paper: str
    until: date | None


class GuardianNamed(_Fact, frozen=True, kw_only=True, tag="guardian-named"):
    """Somebody answers for the child at home from now on, in place of whoever did."""

    family: PersonId
    by: PersonId


class LifeStageReached(_Fact, frozen=True, kw_only=True, tag="life-stage-reached"):
    """The subject grew into another part of life."""

    stage: str


class MovedToFollowUp(_Fact, frozen=True, kw_only=True, tag="moved-to-follow-up"):
    """The close watch ends, the long one begins."""

    by: PersonId | None


class TellingFailed(_Fact, frozen=True, kw_only=True, tag="telling-failed"):
    """No channel could reach a person about a duty."""

    duty: int
    person: PersonId


class CaseClosed(_Fact, frozen=True, kw_only=True, tag="case-closed"):
    """The watch over this case ended."""

    by: PersonId | None
    reason: str


class CaseReopened(_Fact, frozen=True, kw_only=True, tag="case-reopened"):
    """The watch over a closed case began again."""

    by: PersonId
    reason: str
    into: Admission = "pairing"


Fact = (
    CaseOpened
    | CaseAdmitted
    | CaseRefused
    | DutyOpened
    | RungReached
    | DutyAcknowledged
    | DutyMet
    | DutyExcused
    | DutySuperseded
    | DutyLapsed
    | Raised
    | RiskChanged
    | PairingProposed
    | ProposalApproved
    | ProposalDeclined
    | TieBegun
    | TieEnded
    | ServiceEnding
    | TransferAsked
    | TransferDeclined
    | CaseMoved
    | ProgrammeChanged
    | Invited
    | PaperRenewed
    | GuardianNamed
    | LifeStageReached
    | MovedToFollowUp
    | TellingFailed
    | CaseClosed
    | CaseReopened
)

FACTS: Final[tuple[type[Fact], ...]] = get_args(Fact)


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in its place in the journal.

    ``at`` is the moment it became true, ``recorded_at`` the moment the engine wrote it; both UTC.
    """

    case: CaseId
    position: int
    fact: Fact
    at: datetime
    recorded_at: datetime
    actor: PersonId | None
    programme: str


VERSIONS: Final[Mapping[str, int]] = {
    "case-opened": 2, "case-admitted": 2, "case-reopened": 2, "tie-begun": 2, "tie-ended": 2,
}  # fmt: skip
"""The newest version of each stored name that is no longer at 1."""

UPCASTERS: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    ("case-opened", 1): lambda payload: payload,
    ("case-admitted", 1): lambda payload: {**payload, "into": "pairing"},
    ("case-reopened", 1): lambda payload: {**payload, "into": "pairing"},
    ("tie-begun", 1): lambda payload: {**payload, "pairs": True},
    ("tie-ended", 1): lambda payload: {**payload, "unpairs": True, "gap": True},
}
"""(stored name, version) → the same payload one version later."""

_encoder: Final = msgspec.json.Encoder()
_decoder: Final[msgspec.json.Decoder[Fact]] = msgspec.json.Decoder(Fact)


class UnknownFact(Exception):
    """The journal holds a fact of a name or version this software does not know."""


def stored_name(fact: Fact | type[Fact]) -> str:
    """The name a fact has in the journal, for ever."""
    kind = fact if isinstance(fact, type) else type(fact)
    return str(kind.__struct_config__.tag)


def version_of(name: str) -> int:
    """The version in which facts of this name are written today."""
    return VERSIONS.get(name, 1)


def write_fact(fact: Fact) -> str:
    """The fact as the journal keeps it: JSON with its name inside."""
    return _encoder.encode(fact).decode()


def read_fact(name: str, version: int, body: str) -> Fact:
    """A fact of any version ever written, in today's shape; UnknownFact when there is no such name or version."""
    try:
        fact = _decoder.decode(body) if version == version_of(name) else _upcast(name, version, body)
    except msgspec.DecodeError as error:
        raise UnknownFact(f"{name} v{version}: {error}") from None
    if stored_name(fact) != name:
        raise UnknownFact(f"{name} v{version} holds {stored_name(fact)}")
    return fact


def _upcast(name: str, version: int, body: str) -> Fact:
    if not 1 <= version < version_of(name):
        raise UnknownFact(f"{name} v{version}")
    payload = msgspec.json.decode(body)
    for step in range(version, version_of(name)):
        if (name, step) not in UPCASTERS:
            raise UnknownFact(f"{name} v{version}")
        payload = UPCASTERS[name, step](payload)
    fact: Fact = msgspec.convert(payload, Fact)
    return fact
