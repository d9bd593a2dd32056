"""How a channel bears up: a circuit breaker. When it is tired or asks for patience it rests; then one message tries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from domain.store.gateways import Gateway
from notifiers.outcomes import Outcome, OutcomeKind

TIRED_AFTER: Final = 3
"""Failures in a row that are not about one recipient, before the rest is not even tried."""

PATIENCE_ASKED: Final = timedelta(minutes=1)
TIRED_FOR: Final = timedelta(minutes=2)
WRONG_FOR: Final = timedelta(minutes=5)
"""So long a channel rests after it asked for patience, after it broke down, after it proved to be set up wrongly."""

LONGEST_REST: Final = timedelta(minutes=30)
"""Each message that tries in vain doubles the rest, up to this."""


@dataclass(frozen=True)
class Change:
    """What an outcome changes about a channel, to be written down."""

    gateway: Gateway
    was_well: bool
    """Whether it was all right before: then ops are told."""


class Strain:
    """One channel during a batch, for all its lanes. ``rests_until``: until when it is left alone."""

    def __init__(self, channel: str, known: Gateway | None = None) -> None:
        self._channel, self._lock = channel, Lock()
        self._in_a_row = known.in_a_row if known else 0
        self._trying = known is not None and known.rests_until is not None
        self.rests_until: datetime | None = None

    @property
    def is_probe(self) -> bool:
        """Whether the channel has just rested, so that one message tries before all others."""
        return self._trying

    def bear(self, outcome: Outcome, now: datetime) -> Change | None:
        """Take in one outcome; what there is to write down of it, if anything."""
        rest = _rest(outcome)
        with self._lock:
            if rest is None:
                return self._recovered(outcome, now)
            self._in_a_row += 1
            patience = 1 if self._trying or outcome.kind is OutcomeKind.THROTTLED else TIRED_AFTER
            if self._in_a_row < patience or self.rests_until is not None:
                return None
            return self._tired(outcome, rest, now)

    def _recovered(self, outcome: Outcome, now: datetime) -> Change | None:
        was_tired, self._in_a_row = self._trying, 0
        if not was_tired:
            return None
        self._trying, self.rests_until = False, None
        return Change(Gateway(self._channel, 0, None, outcome.code, now), was_well=False)

    def _tired(self, outcome: Outcome, rest: timedelta, now: datetime) -> Change:
        trips = max(0, self._in_a_row - TIRED_AFTER)
        longer = min(rest * 2 ** min(trips, 8), LONGEST_REST)
        self.rests_until = now + max(longer, outcome.retry_after or longer)
        well, self._trying = not self._trying, True
        return Change(Gateway(self._channel, self._in_a_row, self.rests_until, outcome.code, now), was_well=well)


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
