"""How a channel bears up during one batch: when it is tired or asks for patience, the rest of its messages wait."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from notifiers.outcomes import Outcome, OutcomeKind

TIRED_AFTER: Final = 3
"""Failures in a row that are not about one recipient, before the rest is not even tried."""

PATIENCE_ASKED: Final = timedelta(minutes=1)
TIRED_FOR: Final = timedelta(minutes=2)
WRONG_FOR: Final = timedelta(minutes=5)
"""So long a channel rests after it asked for patience, after it broke down, after it proved to be set up wrongly."""


class Strain:
    """The channels of one batch. ``rests``: until when each is left alone."""

    def __init__(self) -> None:
        self.rests: dict[str, datetime] = {}
        self._in_a_row: dict[str, int] = defaultdict(int)

    def bear(self, channel: str, outcome: Outcome, now: datetime) -> None:
        """Take in one outcome."""
        rest = _rest(outcome)
        if rest is None:
            self._in_a_row[channel] = 0
            return
        self._in_a_row[channel] += 1
        if outcome.kind is OutcomeKind.THROTTLED or self._in_a_row[channel] >= TIRED_AFTER:
            self.rests[channel] = now + max(rest, outcome.retry_after or rest)


def _rest(outcome: Outcome) -> timedelta | None:
    match outcome.kind:
        case OutcomeKind.THROTTLED:
            return PATIENCE_ASKED
        case OutcomeKind.TEMPORARY | OutcomeKind.UNKNOWN:
            return TIRED_FOR
        case OutcomeKind.MISCONFIGURED:
            return WRONG_FOR
        case OutcomeKind.ACCEPTED | OutcomeKind.PERMANENT:
            return None
