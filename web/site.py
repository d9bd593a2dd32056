"""What every page needs of the install it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from starlette.requests import Request

from domain import clock
from domain.settings import Settings
from domain.store.console.kept_sheets import Shelf
from domain.store.console.proof import Auditor
from domain.store.store import Store
from notifiers.settings import ANSWER_PATH
from web.attempts import Attempts
from web.counted import Counted
from web.oidc import Provider, provider_of
from web.posted_files import Room
from web.prefect_api import PrefectApi
from web.switchboard import Switchboard
from web.throttle import Throttle
from web.trends import Trends
from web.trials import Trials

MOST_WRONG_TOKENS: Final = 100
"""Tokens that do not hold, from one address in ten minutes; a right one is never made to wait."""

_SPOOL: Final = "swspool://"


@dataclass(frozen=True)
class Site:
    """An install as the pages see it.

    ``password`` is what a monitor signs in with; ``now`` is the clock, so that a test can move time; ``prefect`` speaks
    to Prefect, nothing where it does not run beside the pages.
    """

    store: Store
    settings: Settings
    password: str
    now: Callable[[], datetime] = clock.now
    attempts: Attempts = field(default_factory=Attempts)
    wrong_phones: Attempts = field(default_factory=Attempts)
    wrong_feeds: Attempts = field(default_factory=Attempts)
    counted: Counted = field(default_factory=Counted)
    shelf: Shelf = field(default_factory=Shelf)
    auditor: Auditor = field(default_factory=Auditor)
    throttle: Throttle = field(default_factory=Throttle)
    prefect: PrefectApi | None = None
    trials: Trials = field(default_factory=Trials)
    wrong_tokens: Attempts = field(default_factory=lambda: Attempts(MOST_WRONG_TOKENS))
    trends: Trends = field(default_factory=Trends)
    switchboard: Switchboard = field(default_factory=Switchboard)
    room: Room = field(default_factory=Room)

    @cached_property
    def provider(self) -> Provider | None:
        """The office's own identity provider, where it has one."""
        return provider_of(self.settings)

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
