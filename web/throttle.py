"""Wrong passwords: whoever guesses has to wait, and cannot make anybody else wait.

A browser in which somebody has signed in before is known again by a signed mark; it is counted by itself. So a stranger
who tries passwords for a name from elsewhere shuts out strangers only (OWASP: device cookies against lock-out attacks).
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer

from web.attempts import Attempts, household

KNOWN_FOR: Final = timedelta(days=180)
MOST_FROM_ONE_PLACE: Final = 60
"""Wrong passwords for all names together from one address in ten minutes: an office shares one address."""

AT_ONCE: Final = 2
"""Passwords looked at together: each takes 19 MB and a core for a while, on purpose."""


@dataclass
class Throttle:
    """How many wrong passwords and codes came from where lately, for which name. In memory only."""

    by_name: Attempts = field(default_factory=Attempts)
    by_place: Attempts = field(default_factory=lambda: Attempts(MOST_FROM_ONE_PLACE))
    turn: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def too_many(self, name: str, device: str, address: str, now: datetime) -> bool:
        """Whether whoever tries this name from this device and address has to wait."""
        if self.by_name.too_many(_key(name, device, address), now):
            return True
        return not device and self.by_place.too_many(address, now)

    def note(self, name: str, device: str, address: str, now: datetime) -> None:
        """One more that was wrong."""
        self.by_name.note(_key(name, device, address), now)
        if not device:
            self.by_place.note(address, now)


def new_mark(key: bytes, name: str) -> str:
    """The mark of a browser in which this name has just signed in."""
    return str(_signer(key).dumps([name, secrets.token_hex(8)]))


def known_device(key: bytes, mark: str, name: str) -> str:
    """The browser's own number, where the mark is ours and was given to this name; empty otherwise."""
    try:
        owner, device = _signer(key).loads(mark, max_age=int(KNOWN_FOR.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if owner == name else ""


def _key(name: str, device: str, address: str) -> str:
    return f"{name} device {device}" if device else f"{name} from {household(address)}"


def _signer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="known browser")
