"""The pages over a small office: a client that moves time, and links as messages carry them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from starlette.testclient import TestClient
from support.office import duty_of

from domain.ids import CaseId, NudgeId, PersonId
from domain.settings import ChannelSetting, Settings
from domain.store import tables as t
from domain.store.doors import make_doors
from domain.store.engine import reading, writing
from domain.store.store import Store
from notifiers.links import link_token
from web.app import application
from web.site import Site

BASE: Final = "http://testserver"
PASSWORD: Final = "the-door-of-tests"
OPS: Final = ("ops", PASSWORD)


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: datetime

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.moment


@dataclass
class Visitor:
    """Somebody with a browser without script, at a moment."""

    store: Store
    clock: Clock
    site: Site
    client: TestClient

    def link(self, person: PersonId, case: CaseId, kind: str, days: int = 30) -> str:
        """The signed link to a case's open duty, as a message carries it."""
        return self.link_to(person, case, duty_of(self.store, case, kind), days)

    def link_to(self, person: PersonId, case: CaseId, number: int, days: int = 30) -> str:
        """The same by the duty's number."""
        duty = f"{case}/{number}"
        key, until = self.store.seal.signing_key, self.clock.moment + timedelta(days=days)
        return f"/a/{link_token(key, person, duty, until)}"  # type: ignore[arg-type]

    def code(self, person: PersonId, days: int = 30) -> str:
        """A short code, as a text message carries it."""
        with writing(self.store.engine) as connection:
            nudge = NudgeId(1)
            until = self.clock.moment + timedelta(days=days)
            return make_doors(connection, self.store.seal, {nudge: person}, until)[nudge]


def site_over(store: Store, clock: Clock, spool: Path | None = None, **more: Any) -> Site:
    """The pages of a store."""
    channel = ChannelSetting(name="spool", url=f"swspool://{spool}") if spool else None
    settings = Settings(base_url=BASE, channels=[channel] if channel else [], **more)
    return Site(store, settings, PASSWORD, "http://127.0.0.1:4200", clock)


@contextmanager
def visiting(store: Store, now: datetime, spool: Path | None = None, **more: Any) -> Iterator[Visitor]:
    """A visitor of the pages of a store."""
    clock = Clock(now)
    site = site_over(store, clock, spool, **more)
    with TestClient(application(site), base_url=BASE, raise_server_exceptions=False) as client:
        yield Visitor(store, clock, site, client)


def everything(store: Store) -> dict[str, Sequence[Any]]:
    """Every row of every table: equal before and after means that nothing was written."""
    with reading(store.engine) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in t.metadata.sorted_tables
        }


def count_of(store: Store, fact: str) -> int:
    """How many facts of a name the journal holds."""
    with reading(store.engine) as connection:
        counting = select(func.count()).select_from(t.journal).where(t.journal.c.name == fact)
        return connection.execute(counting).scalar_one()
