"""What a monitor (Prometheus) asks for: how messages and rounds stand. No label names a person or a case."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from domain.store.engine import reading
from domain.store.gateways import gateways, resting
from domain.store.lists_gateways import Waits, waits
from domain.store.measures import Standing, standing
from domain.store.outbox import DESK
from domain.words import say
from web.door import behind_door
from web.site import Site


class _Read(NamedTuple):
    """What was read for one answer, all of one moment."""

    now: datetime
    channels: tuple[str, ...]
    waiting: Mapping[str, Waits]
    resting: Mapping[str, datetime]
    ended: Mapping[tuple[str, str], int]
    standing: Standing


@behind_door
def metrics(_request: Request, site: Site) -> Response:
    """All measures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Measures(_read(site), site.language))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _read(site: Site) -> _Read:
    now = site.now()
    with reading(site.store.engine) as connection:
        waiting, known = waits(connection, now), gateways(connection)
        ended, stands = site.counted.ends(connection, now), standing(connection, now)
    seen = {*waiting, *known, *(channel for channel, _ in ended)} - {DESK}
    names = dict.fromkeys([*(each.name for each in site.settings.channels), *sorted(seen)])
    return _Read(now, tuple(names), waiting, resting(known, now), ended, stands)


class _Measures(Collector):
    """What was read, as Prometheus' families."""

    def __init__(self, read: _Read, language: str) -> None:
        self.read, self.language = read, language

    def collect(self) -> Iterator[Metric]:
        """Every family, the messages' first."""
        read = self.read
        every = {name: read.waiting.get(name, Waits()) for name in read.channels}
        yield self._by_channel("messages_queued", {name: each.queued for name, each in every.items()})
        yield self._by_channel("messages_in_doubt", {name: each.in_doubt for name, each in every.items()})
        yield self._by_channel("messages_oldest_seconds", {name: self._age(each.since) for name, each in every.items()})
        yield self._ended()
        yield self._by_channel("gateway_resting", {name: int(name in read.resting) for name in read.channels})
        yield self._one("replies_unread", read.standing.replies_unread)
        yield self._one("posts_unsettled", read.standing.posts_unsettled)
        yield self._one("cases_overdue", read.standing.cases_overdue)
        yield self._one("diary_due", read.standing.diary_due)
        yield self._one("diary_oldest_seconds", self._age(read.standing.diary_since))

    def _age(self, since: datetime | None) -> float:
        return (self.read.now - since).total_seconds() if since else 0.0

    def _ended(self) -> Metric:
        family = CounterMetricFamily("shouwang_messages", self._about("messages_total"), labels=("channel", "outcome"))
        for (channel, outcome), count in sorted(self.read.ended.items()):
            family.add_metric((channel, outcome), count)
        return family

    def _by_channel(self, name: str, values: Mapping[str, float]) -> Metric:
        family = GaugeMetricFamily(f"shouwang_{name}", self._about(name), labels=("channel",))
        for channel, value in values.items():
            family.add_metric((channel,), value)
        return family

    def _one(self, name: str, value: float) -> Metric:
        return GaugeMetricFamily(f"shouwang_{name}", self._about(name), value=value)

    def _about(self, name: str) -> str:
        return say(self.language, f"metrics.{name}")
