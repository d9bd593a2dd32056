"""How many wrong codes came from where lately, so that nobody can try them all."""

from collections import Counter, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

WITHIN: Final = timedelta(minutes=10)
MOST: Final = 10
"""Wrong codes one address may send in ten minutes; people behind one carrier's gateway share an address."""

UNEASY_FROM: Final = 200
"""Wrong codes from everywhere in ten minutes from which on somebody must be guessing from many addresses."""

MOST_WHILE_UNEASY: Final = 3


class Attempts:
    """Wrong codes of the last ten minutes, by address. Kept in memory only."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._wrong: deque[tuple[datetime, str]] = deque()
        self._by_address: Counter[str] = Counter()
        self._turn = Lock()

    def too_many(self, address: str, now: datetime) -> bool:
        """Whether an address has to wait."""
        with self._turn:
            self._forget(now - WITHIN)
            most = MOST_WHILE_UNEASY if len(self._wrong) >= UNEASY_FROM else self._most
            return self._by_address[household(address)] >= most

    def note(self, address: str, now: datetime) -> None:
        """One more wrong code."""
        with self._turn:
            self._wrong.append((now, household(address)))
            self._by_address[household(address)] += 1

    def _forget(self, before: datetime) -> None:
        while self._wrong and self._wrong[0][0] <= before:
            _, address = self._wrong.popleft()
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]


def household(address: str) -> str:
    """What counts as one place: an address. One connection has a whole /64 of IPv6 addresses to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address
