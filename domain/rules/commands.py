"""What people and the clock ask of a case: one frozen command each."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from domain.facts import Answer, Through
from domain.ids import CaseId, PersonId, UnitId


class _Command(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    case: CaseId


class OpenCase(_Command, frozen=True, kw_only=True):
    """Bring a subject into a programme; ``admit`` when the sheet is complete and needs no second look."""

    programme: str
    subject: PersonId
    unit: UnitId
    county: UnitId
    kind: str
    admit: bool
    sex: Literal["female", "male"] | None = None
    born: date | None = None
    by: PersonId | None = None
    risk: str | None = None
    family: PersonId | None = None


class LetTimePass(_Command, frozen=True, kw_only=True):
    """Do whatever of the case has come due."""


class AnswerDuty(_Command, frozen=True, kw_only=True):
    """Say that a duty is done, with the answers of its form; ``notes`` are free words, kept sealed, never in a fact."""

    duty: int
    by: PersonId | None
    answers: Mapping[str, Answer] = {}
    notes: Mapping[str, str] = {}
    holders: Mapping[str, PersonId] = {}
    """Whose the accounts given are, as far as they are known; found out by the store, never by who answers."""
    through: Through = "command"


class SayCannot(_Command, frozen=True, kw_only=True):
    """Say that one cannot do a duty: it stays open, and others hear of it as the programme says."""

    duty: int
    by: PersonId


class AcknowledgeDuty(_Command, frozen=True, kw_only=True):
    """Say from above: I see it, I am on it."""

    duty: int
    by: PersonId


class ExcuseDuty(_Command, frozen=True, kw_only=True):
    """Let a duty go, by name and with a reason."""

    duty: int
    by: PersonId
    reason: str


class ChangeRisk(_Command, frozen=True, kw_only=True):
    """Set the level of risk."""

    risk: str
    by: PersonId


class ProposeHelper(_Command, frozen=True, kw_only=True):
    """Propose a helper for the case."""

    person: PersonId
    score: int
    why: tuple[str, ...]
    by: PersonId | None = None


class DecideProposal(_Command, frozen=True, kw_only=True):
    """Accept or decline the open proposal, as coordinator."""

    by: PersonId
    accept: bool
    reason: str = "other"


class AnswerProposal(_Command, frozen=True, kw_only=True):
    """Accept or decline the open proposal, as the helper who is asked."""

    by: PersonId
    accept: bool
    reason: str = "other"


class Reassign(_Command, frozen=True, kw_only=True):
    """Bind another helper to the case in place of the one there is."""

    role: str
    to: PersonId
    by: PersonId
    reason: str


class EndTie(_Command, frozen=True, kw_only=True):
    """Let a helper go without a successor yet; finding one becomes a duty at once."""

    role: str
    by: PersonId
    reason: str


class Bind(_Command, frozen=True, kw_only=True):
    """Bind a helper to the case in a role by hand: a member of a team, a helper of a lead."""

    role: str
    person: PersonId
    by: PersonId


class Release(_Command, frozen=True, kw_only=True):
    """Let one of the helpers in a role go; whoever else fills it stays."""

    role: str
    person: PersonId
    by: PersonId
    reason: str


class AnnounceEnding(_Command, frozen=True, kw_only=True):
    """Announce a tied helper's last day of service, or take the announcement back (no day)."""

    role: str
    person: PersonId
    on: date | None
    by: PersonId
    reason: str


class AskTransfer(_Command, frozen=True, kw_only=True):
    """Ask another unit to take the case over, in the same programme or another one (``name@version``)."""

    unit: UnitId
    county: UnitId
    by: PersonId
    reason: str
    programme: str | None = None


class AnswerTransfer(_Command, frozen=True, kw_only=True):
    """The receiving unit takes the case over, or not."""

    by: PersonId
    accept: bool
    reason: str = "other"


class MoveCase(_Command, frozen=True, kw_only=True):
    """Put the case elsewhere in the tree because the tree itself changed."""

    unit: UnitId
    county: UnitId
    by: PersonId


class ChangeProgramme(_Command, frozen=True, kw_only=True):
    """Go on under another version (``name@version``): open duties give way to the new version's."""

    programme: str
    by: PersonId
    reason: str


class Invite(_Command, frozen=True, kw_only=True):
    """Ask the subject to take part in an activity, which is a case of its own."""

    activity: CaseId
    kind: str
    on: date
    by: PersonId


class NameGuardian(_Command, frozen=True, kw_only=True):
    """Name who answers for a child at home, or somebody else from now on."""

    person: PersonId
    by: PersonId


class ReckonAnew(_Command, frozen=True, kw_only=True):
    """The arrangement of a year has changed: move what was reckoned in working days by the one before.

    ``free`` and ``worked`` are that arrangement; ``counted_from`` the day each duty was counted from.
    """

    year: int
    free: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    counted_from: Mapping[int, date] = {}


class RenewPaper(_Command, frozen=True, kw_only=True):
    """Record that a tied helper signed a paper anew."""

    person: PersonId
    paper: str
    until: date | None
    by: PersonId | None = None


class ReportTellingFailed(_Command, frozen=True, kw_only=True):
    """Record that no channel reached a person about a duty."""

    duty: int
    person: PersonId


class CloseCase(_Command, frozen=True, kw_only=True):
    """End the watch."""

    by: PersonId
    reason: str


class ReopenCase(_Command, frozen=True, kw_only=True):
    """Begin the watch again."""

    by: PersonId
    reason: str


Command = (
    OpenCase
    | LetTimePass
    | AnswerDuty
    | SayCannot
    | AcknowledgeDuty
    | ExcuseDuty
    | ChangeRisk
    | ProposeHelper
    | DecideProposal
    | AnswerProposal
    | Reassign
    | EndTie
    | Bind
    | Release
    | AnnounceEnding
    | AskTransfer
    | AnswerTransfer
    | MoveCase
    | ChangeProgramme
    | Invite
    | NameGuardian
    | ReckonAnew
    | RenewPaper
    | ReportTellingFailed
    | CloseCase
    | ReopenCase
)
