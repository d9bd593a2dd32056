"""The post of a made-up city: messages are planned and written into the spool as the days go by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.settings import Settings
from domain.store import signals
from domain.store.engine import reading, writing
from domain.store.store import Store
from notifiers.channels import Channel
from notifiers.dispatch import deliver_all
from notifiers.planner import plan
from notifiers.settings import Telling

SPOOL: Final = "swspool://"
_EVERYTHING: Final = 10**6


@dataclass
class Post:
    """Sends what waits; ``sent`` counts messages."""

    store: Store
    telling: Telling
    channels: Mapping[str, Channel]
    sent: int = 0

    def go(self, now: datetime) -> None:
        """Plan what waits to be told and send what may leave."""
        plan(self.store, self.telling, now)
        self.sent += deliver_all(self.store, self.telling, self.channels, now, "demo").sent

    def forget_signals(self, now: datetime) -> None:
        """Nobody listens yet: what happened so far is past, not news to be relayed once somebody does."""
        with reading(self.store.engine) as connection:
            past = [signal.id for signal in signals.waiting(connection, now, _EVERYTHING)]
        if past:
            with writing(self.store.engine) as connection:
                signals.settled(connection, past, now)


def only_spool(settings: Settings) -> bool:
    """Whether every message of an install stays on its own disk."""
    return all(channel.url.startswith(SPOOL) for channel in settings.channels)
