"""What the flows do, as plain functions that know nothing of Prefect; ``data`` is the folder of the install."""

import os
from datetime import UTC, datetime, time, tzinfo
from typing import NamedTuple

from domain import clock
from domain.calendar import local_day
from domain.ids import UnitId
from domain.programme.schema import Stage
from domain.store import lists
from domain.store.engine import reading
from domain.store.install import install_at
from domain.store.lists_gateways import GatewayLine, gateway_lines
from domain.store.naming import make_findable
from domain.store.reckoning import reckon_published
from domain.store.rounds import Pending, pending, run_round
from notifiers import planner
from notifiers.dispatch import deliver_all
from notifiers.incoming import settle_posts
from notifiers.opening import open_channels
from notifiers.ops_notices import tell_findings
from notifiers.reports import DeliveryReport
from notifiers.settings import telling


class StageReport(NamedTuple):
    """What one stage did: cases that were due, rungs climbed, facts written, cases set aside."""

    due: int
    climbed: int
    facts: int
    set_aside: int


def run_stage(data: str, stage: str, county: str | None = None) -> StageReport:
    """Do what the diary holds for one stage, in one county or everywhere. Safe to repeat."""
    store, _ = install_at(data)
    where = UnitId(county) if county else None
    done = run_round(store, clock.now(), county=where, stage=Stage(stage))
    return StageReport(done.cases, done.climbed, done.facts, done.set_aside)


def follow_calendar(data: str) -> None:
    """Let what is open follow a year that has become published; names not findable yet become so, a few each time."""
    store, _ = install_at(data)
    reckon_published(store, clock.now())
    make_findable(store)


def due_units(data: str) -> list[Pending]:
    """Where something has come due, county by county and stage by stage."""
    store, _ = install_at(data)
    with reading(store.engine) as connection:
        return pending(connection, clock.now())


def deliver(data: str) -> DeliveryReport:
    """Plan what waits in the outbox, send what may leave now, and tell ops what they must put right."""
    store, settings = install_at(data)
    how = telling(settings)
    now = clock.now()
    with open_channels(how) as channels:
        settle_posts(store, how, channels, now)
        planner.plan(store, how, now)
        done = deliver_all(store, how, channels, now, worker=f"delivery-{os.getpid()}")
    return tell_findings(store, settings, done, now)


class GatewaysToday(NamedTuple):
    """How the channels stand, with what became of today's messages; ``zone``: where today is meant."""

    lines: list[GatewayLine]
    zone: tzinfo


def gateways_today(data: str) -> GatewaysToday:
    """How the channels stand, counted from the last midnight of the place on."""
    store, settings = install_at(data)
    now, zone = clock.now(), next((each.time_zone for each in store.programmes.values()), UTC)
    midnight = datetime.combine(local_day(now, zone), time(), zone)
    with reading(store.engine) as connection:
        names = [each.name for each in settings.channels]
        return GatewaysToday(gateway_lines(connection, names, now, midnight), zone)


def overdue_by_county(data: str) -> list[lists.CountyLine]:
    """What is overdue, county by county, by the one definition."""
    store, _ = install_at(data)
    with reading(store.engine) as connection:
        return lists.overdue_by_county(connection, clock.now())
