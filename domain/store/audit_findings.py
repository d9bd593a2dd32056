"""What an audit may find: each kind once, as a value; the sentences are ``domain/words/audit.*.yaml``."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.ids import CaseId
from domain.words import say


class Severity(StrEnum):
    """A breach is a broken promise; a concern keeps every promise but wants somebody at a desk."""

    BREACH = "breach"
    CONCERN = "concern"


class Kind(StrEnum):
    """Everything an audit can find."""

    JOURNAL_GAP = "journal-gap"
    JOURNAL_BEGINNING = "journal-beginning"
    JOURNAL_SHORT = "journal-short"
    JOURNAL_BROKEN = "journal-broken"
    FACT_UNREADABLE = "fact-unreadable"
    FACT_UNKNOWN = "fact-unknown"
    BEFORE_DIFFERS = "before-differs"
    FREE_WORDS = "free-words"
    MOMENT_AHEAD = "moment-ahead"
    MOMENT_EARLY = "moment-early"
    MOMENT_OF_ACT = "moment-of-act"
    RECORDED_BACKWARDS = "recorded-backwards"
    PROGRAMME_UNKNOWN = "programme-unknown"
    PROGRAMME_CHANGED = "programme-changed"
    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_DIFFERS = "snapshot-differs"
    TALLY_DIFFERS = "tally-differs"
    UNIT_UNKNOWN = "unit-unknown"

    DUTY_MISNUMBERED = "duty-misnumbered"
    DUTY_NEVER_OPENED = "duty-never-opened"
    DUTY_ENDED_TWICE = "duty-ended-twice"
    EXCUSE_UNNAMED = "excuse-unnamed"
    SUCCESSOR_MISSING = "successor-missing"
    LAPSED_INTO_NOTHING = "lapsed-into-nothing"
    LAPSED_ONTO_NO_DESK = "lapsed-onto-no-desk"
    LEFT_OPEN = "left-open"
    OWNER_GONE = "owner-gone"
    NO_NEXT_MOMENT = "no-next-moment"

    DIARY_MISSING = "diary-missing"
    DIARY_DIFFERS = "diary-differs"
    DIARY_STRAY = "diary-stray"
    ROUND_BEHIND = "round-behind"

    RULE_MISSING = "rule-missing"
    RUNG_SKIPPED = "rung-skipped"
    RUNG_DOUBLED = "rung-doubled"
    RUNG_BACKWARDS = "rung-backwards"
    RUNG_AFTER_END = "rung-after-end"
    RUNG_UNTOLD = "rung-untold"
    LEVEL_SKIPPED = "level-skipped"
    TOLD_DOUBLED = "told-doubled"

    NOTICE_MISSING = "notice-missing"
    NOTICE_STRAY = "notice-stray"
    NOTICE_DIFFERS = "notice-differs"
    NOTICE_STATE = "notice-state"
    CAUSE_DOUBLED = "cause-doubled"
    NUDGE_MISSING = "nudge-missing"
    NUDGE_ELSEWHERE = "nudge-elsewhere"
    NUDGE_EMPTY = "nudge-empty"
    NUDGE_STATE = "nudge-state"
    TOLD_TWICE = "told-twice"
    FAILURE_UNANSWERED = "failure-unanswered"

    TIE_MISSING = "tie-missing"
    TIE_STRAY = "tie-stray"
    TIE_NEVER_BEGUN = "tie-never-begun"
    TIE_DOUBLED = "tie-doubled"
    LOAD_DIFFERS = "load-differs"
    OVER_CAPACITY = "over-capacity"

    NOTE_STRAY = "note-stray"

    NOBODY_ANSWERS = "nobody-answers"
    NOTHING_OWED = "nothing-owed"
    ROLE_UNFILLED = "role-unfilled"
    TRANSFER_UNANSWERED = "transfer-unanswered"
    COUNTY_ELSEWHERE = "county-elsewhere"
    SET_ASIDE = "set-aside"
    NOTICES_WAIT = "notices-wait"
    NUDGES_WAIT = "nudges-wait"
    NUDGE_STUCK = "nudge-stuck"
    SIGNALS_WAIT = "signals-wait"


CONCERNS: Final = frozenset({
    Kind.NOBODY_ANSWERS, Kind.NOTHING_OWED, Kind.ROLE_UNFILLED, Kind.TRANSFER_UNANSWERED, Kind.COUNTY_ELSEWHERE,
    Kind.SET_ASIDE, Kind.NOTICES_WAIT, Kind.NUDGES_WAIT, Kind.NUDGE_STUCK, Kind.SIGNALS_WAIT,
})  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing found. ``detail`` holds the values of its sentence: positions, ids, moments, never a name."""

    kind: Kind
    case: CaseId | None = None
    duty: int | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether a promise is broken."""
        return Severity.CONCERN if self.kind in CONCERNS else Severity.BREACH

    def sentence(self, language: str) -> str:
        """The finding in words: what it means, and what to do."""
        return say(language, f"audit.{self.kind.value}", case=self.case, duty=self.duty, **self.detail)

    def as_data(self) -> dict[str, object]:
        """The finding as plain values."""
        return {
            "severity": self.severity.value, "kind": self.kind.value, "case": self.case, "duty": self.duty,
            **self.detail,
        }  # fmt: skip


def found(kind: Kind, case: CaseId | None = None, duty: int | None = None, /, **detail: str | int) -> Finding:
    """A finding with the values of its sentence."""
    return Finding(kind, case, duty, detail)


@dataclass
class Tally:
    """How much was looked at, so that "nothing found" says something. ``ended``: by how a duty ended."""

    cases: int = 0
    facts: int = 0
    duties: int = 0
    notices: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """Duties that stand open."""
        return self.duties - self.ended.total()
