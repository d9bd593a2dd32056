"""Messages counted for a monitor: what ended long ago once a day, what ended lately each time."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from domain.store.engine import Connection
from domain.store.lists_gateways import ended_between

STILL_REPORTED: Final = timedelta(days=7)
"""So long providers report about a message; what ended before is counted once a day."""

_Ends = Counter[tuple[str, str]]


class Counted:
    """All that ever ended, by channel and outcome. Made anew from the database whenever the process starts."""

    def __init__(self) -> None:
        self._lock, self._before = Lock(), _Ends()
        self._until: datetime | None = None

    def ends(self, connection: Connection, now: datetime) -> _Ends:
        """How many messages of each channel came to each end; no count ever becomes smaller."""
        until = (now - STILL_REPORTED).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._lock:
            if self._until != until:
                self._until, self._before = until, _counted(connection, None, until)
            return self._before + _counted(connection, until, None)


def _counted(connection: Connection, since: datetime | None, until: datetime | None) -> _Ends:
    return _Ends({(each.channel, each.outcome): each.messages for each in ended_between(connection, since, until)})
