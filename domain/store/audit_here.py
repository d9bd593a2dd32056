"""Where the reading of a journal stands: the fact at hand, its moments, and how a finding about it is kept."""

from datetime import UTC, datetime
from typing import Final

from domain.ids import CaseId
from domain.programme.schema import Programme
from domain.store.audit_findings import Finding, Kind, found
from domain.store.moments import moment

DAWN: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Before anything the engine wrote."""

_LENGTH: Final = 20

Place = dict[str, str | int]
"""The values of a finding's sentence, by name."""


class Notebook:
    """What does not fit in one case's journal.

    ``sound``: whether the journal says anything about the tables folded from it. ``blind``: whether nothing further in
    it can be judged. It knows none of those who write into it, so that a case once read is forgotten at once.
    """

    def __init__(self, case: CaseId) -> None:
        self.case = case
        self.findings: list[Finding] = []
        self.sound, self.blind = True, False

    def note(self, kind: Kind, duty: int | None = None, /, **detail: str | int) -> None:
        """Keep a finding about this case."""
        self.findings.append(found(kind, self.case, duty, **detail))
        self.sound = self.sound and kind not in UNSOUND
        self.blind = self.blind or kind in BLINDING


UNSOUND: Final = frozenset({
    Kind.JOURNAL_GAP, Kind.JOURNAL_BEGINNING, Kind.FACT_UNREADABLE, Kind.FACT_UNKNOWN, Kind.JOURNAL_BROKEN,
    Kind.DUTY_MISNUMBERED, Kind.DUTY_NEVER_OPENED, Kind.DUTY_ENDED_TWICE, Kind.RUNG_SKIPPED, Kind.RUNG_DOUBLED,
    Kind.RUNG_AFTER_END, Kind.TIE_NEVER_BEGUN, Kind.TIE_DOUBLED, Kind.BEFORE_DIFFERS,
})  # fmt: skip

BLINDING: Final = frozenset({
    Kind.JOURNAL_GAP, Kind.JOURNAL_BEGINNING, Kind.FACT_UNREADABLE, Kind.FACT_UNKNOWN, Kind.DUTY_MISNUMBERED,
})  # fmt: skip


class Here:
    """The fact at hand: its position, its moments as they stand in the row, and the programme it was written under.

    ``moment`` is ``at`` once more, as a moment; texts are compared, for they sort alike and cost less.
    """

    __slots__ = ("at", "moment", "named", "position", "programme", "recorded_at")

    def __init__(self) -> None:
        self.position = 0
        self.at = self.recorded_at = self.named = ""
        self.moment = DAWN
        self.programme: Programme | None = None

    def stand_at(self, at: str) -> None:
        """The moment the fact became true; ValueError for a text no engine wrote."""
        self.moment = written_moment(at)
        self.at = at


def written_moment(text: str) -> datetime:
    """The moment a row says; ValueError for a text no engine wrote."""
    if len(text) != _LENGTH or text[-1] != "Z":
        raise ValueError("not a moment of the journal")
    return moment(text)
