"""What follows from what a channel said: a decision as a value. Nothing here sends, writes or looks at a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never
from zlib import crc32

from domain.store.outbox import DESK, Claimed
from domain.store.settling import Dropped, Elsewhere, InDoubt, Sent, Settlement, TryAgain
from notifiers.channels import Doubt
from notifiers.outcomes import Outcome, OutcomeKind

PATIENCE: Final = 8
"""Tries before another channel takes over: with the waits below about twelve hours."""

URGENT_PATIENCE: Final = 4
"""Tries of an urgent message: about a quarter of an hour."""

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
URGENT_WAIT: Final = timedelta(minutes=10)
GROWTH: Final = 3

UNTIL_PUT_RIGHT: Final = timedelta(minutes=30)
URGENT_UNTIL_PUT_RIGHT: Final = timedelta(minutes=5)
"""How long a message waits when our own side is set up wrongly: until ops had time to act."""

DOUBT_PAUSE: Final = timedelta(minutes=10)
"""How long to wait before an unknown outcome is asked about, or the message repeated: late answers settle most."""

MOST_REPEATS: Final = 1


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to send, or to find out. ``nudge`` is as it was before; ``repeating``: it was in doubt and is sent again.

    ``next_channel`` reaches the person when this one gives up; ``leave_at`` avoids quiet hours.
    """

    nudge: Claimed
    repeating: bool
    doubt: Doubt
    can_ask: bool
    next_channel: str
    leave_at: Callable[[datetime], datetime]

    @property
    def tries(self) -> int:
        """How often it has been tried, this time included."""
        return self.nudge.tries + 1

    @property
    def patience(self) -> int:
        """How often it may be tried."""
        return URGENT_PATIENCE if self.nudge.urgent else PATIENCE

    @property
    def may_repeat(self) -> bool:
        """Whether sending again in doubt is harmless, or has not been done yet."""
        return self.doubt is Doubt.NOTHING or self.nudge.repeats + self.repeating < MOST_REPEATS


def what_follows(attempt: Attempt, outcome: Outcome, now: datetime) -> Settlement:
    """What becomes of a nudge after an outcome."""
    match outcome.kind:
        case OutcomeKind.ACCEPTED:
            return Sent()
        case OutcomeKind.TEMPORARY | OutcomeKind.THROTTLED:
            return _later_or_elsewhere(attempt, outcome, now)
        case OutcomeKind.PERMANENT:
            return give_up(attempt, now)
        case OutcomeKind.MISCONFIGURED:
            return _until_put_right(attempt, now)
        case OutcomeKind.UNKNOWN:
            return _in_doubt(attempt, now)
        case _:
            assert_never(outcome.kind)


def give_up(attempt: Attempt, now: datetime) -> Settlement:
    """Leave it to the next channel; what may have arrived never goes another way: that would be a second message."""
    if attempt.nudge.says is not None:
        return Dropped()
    if attempt.nudge.in_doubt:
        return Elsewhere(DESK, now, in_doubt=True)
    return Elsewhere(attempt.next_channel, now)


def _later_or_elsewhere(attempt: Attempt, outcome: Outcome, now: datetime) -> Settlement:
    if attempt.tries >= attempt.patience:
        return give_up(attempt, now)
    wait = max(back_off(attempt), outcome.retry_after or timedelta())
    return TryAgain(attempt.leave_at(now + wait))


def _until_put_right(attempt: Attempt, now: datetime) -> Settlement:
    """Not the recipient's fault, so it is none of the tries; what is urgent goes another way where there is one."""
    if not attempt.nudge.urgent:
        return TryAgain(attempt.leave_at(now + UNTIL_PUT_RIGHT), counts=False)
    if attempt.next_channel != DESK and not attempt.nudge.in_doubt:
        return give_up(attempt, now)
    return TryAgain(now + URGENT_UNTIL_PUT_RIGHT, counts=False)


def _in_doubt(attempt: Attempt, now: datetime) -> Settlement:
    hope = attempt.can_ask or attempt.may_repeat
    if hope and attempt.tries < attempt.patience:
        return InDoubt(attempt.leave_at(now + DOUBT_PAUSE))
    return Elsewhere(DESK, now, in_doubt=True) if attempt.nudge.says is None else Dropped()


def back_off(attempt: Attempt) -> timedelta:
    """Threefold each time up to a limit, give or take a quarter: the same for the same nudge, other for others."""
    longest = URGENT_WAIT if attempt.nudge.urgent else LONGEST_WAIT
    wait = min(FIRST_WAIT * int(GROWTH ** (attempt.tries - 1)), longest)
    share = crc32(f"{attempt.nudge.id}/{attempt.tries}".encode()) / 2**32
    return wait * (0.75 + share / 2)
