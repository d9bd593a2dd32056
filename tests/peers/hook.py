"""A web hook on loopback that keeps what ops are told."""

from dataclasses import dataclass
from typing import Any

from peers.robot import Asked, Document, RobotPeer, parsed


@dataclass
class HookPeer(RobotPeer):
    """Takes any document at any path."""

    def judge(self, asked: Asked) -> Document:
        """It is always welcome."""
        self.take(parsed(asked.body))
        return {}

    @property
    def told(self) -> list[tuple[str, str]]:
        """Title and text of each notice."""
        return [(notice["title"], notice["message"]) for notice in self.taken]

    def url(self, login: str = "", **settings: Any) -> str:
        """How Apprise is to call it."""
        given = "&".join(f"{name}={value}" for name, value in {"method": "POST", **settings}.items())
        return f"json://{login}127.0.0.1:{self.port}/ops?{given}"
