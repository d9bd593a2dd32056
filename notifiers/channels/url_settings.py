"""Reads the settings in a channel's URL; every mistake is gathered, none hides another."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from notifiers.url_mistakes import ChannelUrlRefused, UrlMistake

__all__ = ["APPRISE_SETTINGS", "FIELD_MARKS", "ChannelUrlRefused", "UrlMistake", "UrlSettings"]

APPRISE_SETTINGS: Final = frozenset({"to", "rto", "cto", "tz", "verify"})
"""Settings every channel takes over from Apprise: recipient, seconds to read and to connect, time zone."""

FIELD_MARKS: Final = (":", "+")
"""What the name of a field to be sent, or of a header, begins with; as in Apprise's own URLs."""


@dataclass(slots=True)
class UrlSettings:
    """The settings of one URL by name; what cannot be read becomes a mistake and a harmless value."""

    given: Mapping[str, str]
    mistakes: list[UrlMistake] = field(default_factory=list)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """A misspelt setting must not be passed over in silence."""
        for name in self.given:
            if name not in known and name not in APPRISE_SETTINGS and name[:1] not in FIELD_MARKS:
                self.mistakes.append(UrlMistake("setting-unknown", name, ", ".join(sorted(known))))

    def text(self, name: str, default: str | None = None) -> str:
        """A setting as it stands; without a default it must be given."""
        value = self.given.get(name, "")
        if not value and default is None:
            self.mistakes.append(UrlMistake("setting-missing", name))
        return value or default or ""

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """A setting that is one of a few words."""
        value = self.text(name, default)
        if value in choices:
            return value
        self.mistakes.append(UrlMistake("setting-not-a-choice", name, ", ".join(sorted(choices))))
        return default

    def seconds(self, name: str, default: float) -> float:
        """A setting that is a number of seconds."""
        value = self.text(name, str(default))
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        self.mistakes.append(UrlMistake("setting-not-seconds", name))
        return default

    def count(self, name: str, default: int) -> int:
        """A setting that is a whole number from 1 on."""
        value = self.text(name, str(default))
        if re.fullmatch(r"[1-9]\d{0,5}", value):
            return int(value)
        self.mistakes.append(UrlMistake("setting-not-a-count", name))
        return default

    def pattern(self, name: str) -> re.Pattern[str] | None:
        """A setting that is a regular expression; None when it is not given."""
        value = self.text(name, "")
        try:
            return re.compile(value, re.IGNORECASE | re.MULTILINE) if value else None
        except re.error:
            self.mistakes.append(UrlMistake("setting-not-a-pattern", name))
            return None

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """A setting that is a list of networks or single addresses, parted by commas; empty when it is not given."""
        try:
            return tuple(ip_network(part.strip(), strict=False) for part in self.text(name, "").split(",") if part)
        except ValueError:
            self.mistakes.append(UrlMistake("setting-not-networks", name))
            return ()

    def yes_or_no(self, name: str) -> bool:
        """A setting that is switched on by ``yes``; off when it is not given."""
        return self.choice(name, ("yes", "no"), "no") == "yes"

    def refuse_if(self, wrong: bool, key: str, setting: str = "") -> None:
        """Note a mistake that only the channel itself can see."""
        if wrong:
            self.mistakes.append(UrlMistake(key, setting))
