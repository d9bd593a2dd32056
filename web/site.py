"""What every page needs of the install it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

from domain import clock
from domain.settings import Settings
from domain.store.store import Store
from notifiers.settings import ANSWER_PATH
from web.attempts import Attempts
from web.counted import Counted
from web.switchboard import Switchboard
from web.throttle import Throttle
from web.trends import Trends

_SPOOL: Final = "swspool://"


@dataclass(frozen=True)
class Site:
    """An install as the pages see it.

    ``password`` is the console's; ``dashboard`` the address of Prefect's, empty where nobody said; ``now`` is the
    clock, so that a test can move time.
    """

    store: Store
    settings: Settings
    password: str
    dashboard: str = ""
    now: Callable[[], datetime] = clock.now
    attempts: Attempts = field(default_factory=Attempts)
    counted: Counted = field(default_factory=Counted)
    throttle: Throttle = field(default_factory=Throttle)
    trends: Trends = field(default_factory=Trends)
    switchboard: Switchboard = field(default_factory=Switchboard)

    @property
    def language(self) -> str:
        """The language of pages that no known person opens."""
        return self.settings.language

    @property
    def root(self) -> str:
        """The path in front of every page, without a slash at the end; empty unless the pages live below one."""
        return urlsplit(self.settings.base_url).path.rstrip("/")

    @property
    def answer_address(self) -> str:
        """What every signed link begins with, as messages carry it."""
        return f"{self.settings.base_url.rstrip('/')}{ANSWER_PATH}/"

    @property
    def spool(self) -> Path | None:
        """The folder messages are written to instead of being sent; nothing where they are sent."""
        urls = (channel.url for channel in self.settings.channels if channel.url.startswith(_SPOOL))
        return next((Path(unquote(urlsplit(url).path)) for url in urls), None)


def site_of(request: Request) -> Site:
    """The install a request is for."""
    site: Site = request.app.state.site
    return site
