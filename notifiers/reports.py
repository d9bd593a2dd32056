"""What a delivery did: counts for ops, and what they must put right."""

from typing import NamedTuple, assert_never

from domain.store.settling import Dropped, Elsewhere, InDoubt, Sent, Settlement, TryAgain


class Finding(NamedTuple):
    """Something ops must put right: a channel set up wrongly, or a message that cannot be written or sent."""

    channel: str
    code: str
    detail: str = ""


class DeliveryReport(NamedTuple):
    """What became of the nudges that were claimed.

    ``sent``: taken by a provider. ``rerouted``: another channel takes over, at last the desk. ``failed``: nobody was
    reached and the coordinator's desk knows. ``waiting``: later. ``doubtful``: perhaps taken, to be found out.
    ``moot``: all of it was done in the meantime. ``through``: channels by which something was taken.
    """

    claimed: int = 0
    sent: int = 0
    rerouted: int = 0
    failed: int = 0
    waiting: int = 0
    doubtful: int = 0
    moot: int = 0
    findings: tuple[Finding, ...] = ()
    through: tuple[str, ...] = ()

    def plus(self, other: "DeliveryReport") -> "DeliveryReport":
        """Two reports as one; a finding made twice stands there once, and so does a channel."""
        return DeliveryReport(
            claimed=self.claimed + other.claimed,
            sent=self.sent + other.sent,
            rerouted=self.rerouted + other.rerouted,
            failed=self.failed + other.failed,
            waiting=self.waiting + other.waiting,
            doubtful=self.doubtful + other.doubtful,
            moot=self.moot + other.moot,
            findings=tuple(dict.fromkeys(self.findings + other.findings)),
            through=tuple(dict.fromkeys(self.through + other.through)),
        )


def reported(settlement: Settlement) -> DeliveryReport:
    """One settlement as a report."""
    match settlement:
        case Sent():
            return DeliveryReport(sent=1)
        case TryAgain():
            return DeliveryReport(waiting=1)
        case InDoubt():
            return DeliveryReport(doubtful=1)
        case Dropped():
            return DeliveryReport(failed=1)
        case Elsewhere():
            return DeliveryReport(rerouted=1, doubtful=int(settlement.in_doubt))
        case _:
            assert_never(settlement)
