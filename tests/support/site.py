"""The pages over a small office, served on loopback by a real server; links as messages carry them."""

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from sqlalchemy import func, select
from starlette.types import ASGIApp, Receive, Scope, Send
from support.office import duty_of

from domain.ids import CaseId, DutyId, NudgeId, PersonId
from domain.settings import ChannelSetting, Settings
from domain.store import tables as t
from domain.store.doors import make_doors
from domain.store.engine import reading, writing
from domain.store.store import Store
from notifiers.links import link_token
from web.app import application
from web.site import Site

PASSWORD: Final = "the-door-of-tests"
OPS: Final = ("ops", PASSWORD)


class Stage:
    """One server for all tests of a process; on it stands one application after the other."""

    def __init__(self) -> None:
        self.playing: ASGIApp | None = None
        listening = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self, log_level="critical", lifespan="off"))
        threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True).start()
        until = time.monotonic() + 10
        while not self.server.started and time.monotonic() < until:
            time.sleep(0.01)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to whatever stands on it."""
        assert self.playing is not None
        await self.playing(scope, receive, send)


@lru_cache
def stage() -> Stage:
    """The process's server, started by whoever asks first."""
    return Stage()


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.moment


@dataclass
class Visitor:
    """Somebody with a browser without script, and the office behind the pages."""

    store: Store
    clock: Clock
    site: Site
    client: httpx.Client

    @property
    def address(self) -> str:
        """Where the pages are, without a slash at the end."""
        return self.site.settings.base_url

    def link(self, person: PersonId, case: CaseId, kind: str, days: int = 30) -> str:
        """The signed link to a case's open duty, as a message carries it."""
        return self.link_to(person, case, duty_of(self.store, case, kind), days)

    def link_to(self, person: PersonId, case: CaseId, number: int, days: int = 30) -> str:
        """The same by the duty's number."""
        key, until = self.store.seal.signing_key, self.clock.moment + timedelta(days=days)
        return f"/a/{link_token(key, person, DutyId(f'{case}/{number}'), until)}"

    def code(self, person: PersonId, days: int = 30) -> str:
        """A short code, as a text message carries it."""
        nudge, until = NudgeId(1), self.clock.moment + timedelta(days=days)
        with writing(self.store.engine) as connection:
            return make_doors(connection, self.store.seal, {nudge: person}, until)[nudge]

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self.client.get(path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> httpx.Response:
        """Send a form as a browser would, and follow where it leads."""
        return self.client.post(path, data=data or {}, **more)


def site_over(store: Store, clock: Clock, address: str, spool: Path | None = None, **settings: Any) -> Site:
    """The pages of a store."""
    channels = [ChannelSetting(name="spool", url=f"swspool://{spool}")] if spool else []
    chosen = Settings(**({"base_url": address, "channels": channels} | settings))
    return Site(store, chosen, PASSWORD, clock)


@contextmanager
def visiting(store: Store, now: datetime, spool: Path | None = None, **settings: Any) -> Iterator[Visitor]:
    """A visitor of the pages of a store, at a moment."""
    here, clock = stage(), Clock(now)
    site = site_over(store, clock, here.address, spool, **settings)
    here.playing = application(site)
    with httpx.Client(
        base_url=here.address, follow_redirects=True, trust_env=False, verify=False, timeout=30
    ) as client:
        yield Visitor(store, clock, site, client)


def words_of(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"<(style|title)>.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def heading_of(answer: httpx.Response) -> str:
    """A page's heading."""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, flags=re.DOTALL)
    assert found is not None, answer.text
    return unescape(found[1])


def everything(store: Store) -> dict[str, Sequence[str]]:
    """Every row of every table: equal before and after means that nothing was written."""
    with reading(store.engine) as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in t.metadata.sorted_tables}


def count_of(store: Store, fact: str) -> int:
    """How many facts of a name the journal holds."""
    with reading(store.engine) as connection:
        counting = select(func.count()).select_from(t.journal).where(t.journal.c.name == fact)
        return connection.execute(counting).scalar_one()
