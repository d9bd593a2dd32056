"""Why a command was refused: one reason from one enum, turned into a sentence by whoever shows it."""

from enum import StrEnum


class Reason(StrEnum):
    """Every reason there is; the sentences are ``domain/words/refusals.*.yaml``."""

    NO_SUCH_CASE = "no-such-case"
    CASE_EXISTS = "case-exists"
    CASE_CLOSED = "case-closed"
    CASE_OPEN = "case-open"
    NO_SUCH_DUTY = "no-such-duty"
    DUTY_ENDED = "duty-ended"
    TOO_EARLY = "too-early"
    ANSWER_MISSING = "answer-missing"
    ANSWER_UNKNOWN = "answer-unknown"
    ANSWER_ILLEGAL = "answer-illegal"
    NOT_BY_HAND = "not-by-hand"
    NOT_CLIMBED = "not-climbed"
    SAME_RISK = "same-risk"
    NO_SUCH_RISK = "no-such-risk"
    NOT_PAIRING = "not-pairing"
    PROPOSAL_OPEN = "proposal-open"
    NO_PROPOSAL = "no-proposal"
    NOT_APPROVED = "not-approved"
    NOT_THE_ONE_ASKED = "not-the-one-asked"
    ALREADY_TIED = "already-tied"
    NOT_TIED = "not-tied"
    NO_SUCH_ROLE = "no-such-role"
    NO_SUCH_HELPER = "no-such-helper"
    HELPER_NOT_SERVING = "helper-not-serving"
    HELPER_FULL = "helper-full"
    STAND_IN_AWAY = "stand-in-away"
    HELPER_SEX = "helper-sex"
    PAPER_MISSING = "paper-missing"
    NO_SUCH_PAPER = "no-such-paper"
    PAPER_RUN_OUT = "paper-run-out"
    NO_SUCH_KIND = "no-such-kind"
    TOO_OLD = "too-old"
    TOO_YOUNG = "too-young"
    BORN_MISSING = "born-missing"
    NO_SUCH_PROGRAMME = "no-such-programme"
    SAME_PROGRAMME = "same-programme"
    ROLE_FULL = "role-full"
    NOT_THIS_HELPER = "not-this-helper"
    NO_SUCH_UNIT = "no-such-unit"
    SAME_UNIT = "same-unit"
    TRANSFER_OPEN = "transfer-open"
    NO_TRANSFER = "no-transfer"
    DAY_PAST = "day-past"
    NOT_GUARDIANS_ACCOUNT = "not-guardians-account"
    NOT_AN_ACTIVITY = "not-an-activity"
    ALREADY_INVITED = "already-invited"
    NOT_MEANT = "not-meant"
    ALREADY_ACKNOWLEDGED = "already-acknowledged"
    REASON_NOT_A_KEY = "reason-not-a-key"
    NOTHING_LEFT = "nothing-left"
    NOTHING_OWED = "nothing-owed"
    WAITED_FOR = "waited-for"
    NOTHING_OWED_THERE = "nothing-owed-there"
    NOBODY_NAMED = "nobody-named"
    NOBODY_DECIDES = "nobody-decides"
    SET_ASIDE = "set-aside"
    CHANGED_MEANWHILE = "changed-meanwhile"


class Refusal(Exception):
    """A command the rules do not allow; ``about`` names the field, paper or role that stands in the way."""

    def __init__(self, reason: Reason, about: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.about = about
