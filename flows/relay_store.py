"""The relay's side of our store: each call is one transaction."""

from collections.abc import Sequence
from datetime import datetime

from domain import clock
from domain.ids import SignalId
from domain.store import outbox, signals
from domain.store.engine import reading, writing
from domain.store.install import install_at


def acknowledge(data: str, ids: Sequence[int]) -> None:
    """Settle urgent signals whose work is done; a repeat changes nothing."""
    StoredSignals(data).settled([SignalId(number) for number in ids], clock.now())


class StoredSignals:
    """The signals of the install in a folder."""

    def __init__(self, data: str) -> None:
        self.engine = install_at(data)[0].engine

    def waiting(self, now: datetime, limit: int) -> Sequence[signals.Signal]:
        """Signals to be sent now, urgent ones first."""
        with reading(self.engine) as connection:
            return signals.waiting(connection, now, limit)

    def tried(self, ids: Sequence[SignalId], now: datetime) -> None:
        """They were sent just now."""
        with writing(self.engine) as connection:
            signals.tried(connection, ids, now)

    def settled(self, ids: Sequence[SignalId], now: datetime) -> None:
        """They need not be sent any more."""
        with writing(self.engine) as connection:
            signals.settled(connection, ids, now)

    def something_to_tell(self, now: datetime) -> bool:
        """Whether a delivery would find something to do."""
        with reading(self.engine) as connection:
            return outbox.something_to_tell(connection, now)

    def forget_settled(self, now: datetime) -> None:
        """Drop signals settled long ago."""
        with writing(self.engine) as connection:
            signals.forget_settled(connection, now)
