"""A delivery that is killed again and again while its provider loses answers: what is lost, and what comes twice."""

import multiprocessing
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any, Final, NamedTuple

import httpx
from sqlalchemy import func, select

from deployments.benchmarks.crowd import BEGIN, gather, reopened, telling
from deployments.benchmarks.provider import Provider, providing
from domain.programme.schema import Programme
from domain.store import tables as t
from domain.store.audit import audit_report
from domain.store.engine import open_engine, reading
from domain.store.moments import moment
from domain.store.outbox import DESK
from domain.store.store import Store
from notifiers.channels import Channel, Message
from notifiers.channels.channel import made
from notifiers.channels.sms_gateway import SmsGatewayChannel
from notifiers.dispatch import deliver_all
from notifiers.letters import message_name
from notifiers.outcomes import Outcome, accepted, temporary, unknown
from notifiers.settings import ChannelSetting, Telling
from notifiers.worker import LEASE

LOST, TEMPORARY = 0.03, 0.05
"""Of the provider's answers: lost on their way back after the message was taken; "not now"."""

LONGEST: Final = timedelta(days=30)
"""So long, by the moments given to the delivery, everything must have come to an end."""

FIRST_LIFE: Final = 5.0
SHORTEST_LIFE: Final = 0.01
ZONE: Final = "Asia/Shanghai"

Opening = Callable[[Telling], Mapping[str, Channel]]


class AskedGateway(SmsGatewayChannel):
    """The same gateway with a record of what it took, as the services have one that can be asked."""

    can_ask = True

    def ask(self, message: Message, provider_id: str | None) -> Outcome:
        """Whether the message is on record."""
        address = self._form.address.copy_with(path="/-/record", params={"id": message.nudge_id})
        answer = self._line.exchange(httpx.Request("GET", address))
        if isinstance(answer, Outcome):
            return unknown("record-out-of-reach", provider_id=provider_id)
        return accepted("on-record", provider_id) if answer.status == httpx.codes.OK else temporary("not-on-record")


class Chaos(NamedTuple):
    """What was found when all was over; ``unmarked``: of the repeats those that did not say so.

    ``desk``: messages whose fate a coordinator's desk was told of, because nobody could tell whether they arrived.
    """

    lost: int
    repeated: int
    unmarked: int
    thrice: int
    desk: int
    breaches: int
    messages: int = 0
    kills: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """All of it in a sentence."""
        return (
            f"{self.messages} messages, killed {self.kills} times: {self.lost} lost, {self.repeated} repeated "
            f"({self.unmarked} without saying so, {self.thrice} more than once), {self.desk} told to the desk, "
            f"{self.breaches} breaches, {self.seconds:.0f} s"
        )


def chaos(programme: Programme, url: str, *, messages: int, kills: int, asked: bool, seed: int) -> Chaos:
    """Everything sent through a gateway that loses and refuses, by processes that are killed at random instants."""
    started = time.perf_counter()
    with providing(lost=LOST, temporary=TEMPORARY, seed=seed) as provider:
        settings = telling(ChannelSetting(name="sms", url=provider.sms_url))
        store = gather(open_engine(url), programme, settings, messages)
        lives = _Lives(programme, url, settings, Random(seed), asked=asked)
        found = counted(store, provider, _to_the_end(store, lives, kills))
        store.engine.dispose()
    return found._replace(messages=messages, kills=lives.killed, seconds=time.perf_counter() - started)


class _Lives:
    """Delivering processes, one after the other."""

    def __init__(self, programme: Programme, url: str, settings: Telling, draws: Random, *, asked: bool) -> None:
        self._made = (programme, url, settings, asked)
        self._draws = draws
        self._processes = multiprocessing.get_context("fork")
        self.killed = 0

    def live(self, now: datetime, span: float | None) -> bool:
        """Deliver all there is at a moment; killed somewhere within ``span`` seconds if it says so, and whether."""
        process: BaseProcess = self._processes.Process(target=_deliver, args=(*self._made, now))
        process.start()
        process.join(None if span is None else self._draws.uniform(SHORTEST_LIFE, max(span, SHORTEST_LIFE)))
        was_alive = process.is_alive()
        process.kill()
        process.join()
        if not was_alive and process.exitcode != 0:
            raise RuntimeError(f"the delivery ended by itself with {process.exitcode}")
        self.killed += was_alive
        return was_alive


def _deliver(programme: Programme, url: str, settings: Telling, asked: bool, now: datetime) -> None:
    store = reopened(open_engine(url), programme)
    plugin = AskedGateway if asked else SmsGatewayChannel
    channels = {each.name: made(plugin, each.url, ZONE) for each in settings.channels}
    deliver_all(store, settings, channels, now, "bench")


def _to_the_end(store: Store, lives: _Lives, kills: int) -> datetime:
    """Until nothing is open any more; the kills spread over the messages, the clock moved on after each life.

    A claim whose process is gone holds for its lease: that much passes after each life, or all up to the next moment.
    """
    now, last, alive = BEGIN, BEGIN + LONGEST, 0.0
    left = messages = _open(store)
    while left and now < last:
        store.engine.dispose()
        each = alive / (messages - left) if left < messages else FIRST_LIFE / left
        started = time.perf_counter()
        killed = lives.live(now, None if lives.killed >= kills else 2 * each * left / (kills - lives.killed))
        alive += time.perf_counter() - started
        now = now + LEASE if killed else max(now + LEASE, _next_moment(store))
        left = _open(store)
    return now


def _open(store: Store) -> int:
    with reading(store.engine) as connection:
        return connection.scalar(select(func.count()).where(t.nudge.c.settled_at.is_(None))) or 0


def _next_moment(store: Store) -> datetime:
    with reading(store.engine) as connection:
        first = connection.scalar(select(func.min(t.nudge.c.not_before)).where(t.nudge.c.settled_at.is_(None)))
    return moment(first) if first else BEGIN


def counted(store: Store, provider: Provider, now: datetime) -> Chaos:
    """What the provider took, beside what the store says of it."""
    taken = provider.taken
    with reading(store.engine) as connection:
        nudges = list(connection.execute(select(t.nudge)))
    texts = {message_name(store.seal, each.id): each for each in nudges if each.channel != DESK}
    more = [times for times in taken.values() if len(times) > 1]
    return Chaos(
        lost=sum(name not in taken and _is_believed(each) for name, each in texts.items()),
        repeated=len(more),
        unmarked=sum(not all(each.marked for each in times[1:]) for times in more),
        thrice=sum(len(times) > 2 for times in more),
        desk=sum(each.channel == DESK and each.settled_at is not None for each in nudges),
        breaches=audit_report(store, now).breach_count,
    )


def _is_believed(nudge: Any) -> bool:
    """Whether nobody will look after a message any more though no desk was told: taken for sent, or left lying."""
    return bool(nudge.state == "sent" or nudge.settled_at is None)
