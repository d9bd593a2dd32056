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
    sex: Literal["female", "male"]
    born: date
    admit: bool
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
    through: Through = "command"


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
    | AcknowledgeDuty
    | ExcuseDuty
    | ChangeRisk
    | ProposeHelper
    | DecideProposal
    | AnswerProposal
    | Reassign
    | EndTie
    | RenewPaper
    | ReportTellingFailed
    | CloseCase
    | ReopenCase
)
