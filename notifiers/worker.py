"""The worker: claims nudges, sends each outside any transaction, and settles it. Survives being killed anywhere."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from domain.ids import NudgeId
from domain.store import outbox
from domain.store.engine import writing
from domain.store.moments import whole
from domain.store.outbox import Claimed
from domain.store.settling import Elsewhere, InDoubt, OnTheDesk, Said, Sent, Settlement, TryAgain, settle
from domain.store.store import Store
from notifiers.channels import Channel, Doubt, Message
from notifiers.delivery import Attempt, what_follows
from notifiers.desk import tell_desks
from notifiers.letters import Letter, Sorted, read_letters
from notifiers.outcomes import Outcome, OutcomeKind, unknown
from notifiers.settings import Telling

LEASE: Final = timedelta(minutes=5)
"""How long a claim holds without a sign of life; each message begun renews its own."""

LIMIT: Final = 200


class Point(StrEnum):
    """Places at which a test may end the process."""

    CLAIMING = "before the claim is committed"
    CLAIMED = "after the claim"
    BEGUN = "before sending"
    SENT = "after sending, before settling"
    SETTLED = "after settling"


def nobody_watches(_: Point) -> None:
    """What ``deliver`` does at its points by itself: nothing."""


class Finding(NamedTuple):
    """Something ops must put right: a channel set up wrongly, or a message that cannot be written."""

    channel: str
    code: str
    detail: str


class DeliveryReport(NamedTuple):
    """What became of the nudges that were claimed.

    ``sent``: taken by a provider. ``rerouted``: another channel takes over. ``failed``: nobody was reached and the
    coordinator's desk was told. ``waiting``: later. ``doubtful``: perhaps taken. ``moot``: all of it done meanwhile.
    """

    claimed: int = 0
    sent: int = 0
    rerouted: int = 0
    failed: int = 0
    waiting: int = 0
    doubtful: int = 0
    moot: int = 0
    findings: tuple[Finding, ...] = ()

    def plus(self, other: "DeliveryReport") -> "DeliveryReport":
        """Two reports as one."""
        findings = tuple(dict.fromkeys((*self.findings, *other.findings)))
        return DeliveryReport(*(mine + theirs for mine, theirs in zip(self[:-1], other[:-1], strict=True)), findings)


def deliver(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    now: datetime,
    worker: str,
    limit: int = LIMIT,
    watch: Callable[[Point], None] = nobody_watches,
) -> DeliveryReport:
    """Send up to ``limit`` nudges that may leave now; ``worker`` is a name no other process has.

    Give it again until it claims nothing. What another worker holds is left alone until its lease has run out.
    """
    started, moment = time.monotonic(), whole(now)

    def clock() -> datetime:
        return moment + timedelta(seconds=time.monotonic() - started)

    with writing(store.engine) as connection:
        claimed = outbox.claim(connection, worker, moment, moment + LEASE, limit)
        watch(Point.CLAIMING)
    watch(Point.CLAIMED)
    if not claimed:
        return DeliveryReport()
    return _Batch(store, settings, channels, worker, clock, watch).done(claimed)


def deliver_all(
    store: Store, settings: Telling, channels: Mapping[str, Channel], now: datetime, worker: str, limit: int = LIMIT
) -> DeliveryReport:
    """Send everything that may leave now, batch after batch."""
    report = DeliveryReport()
    while True:
        batch = deliver(store, settings, channels, now, worker, limit)
        report = report.plus(batch)
        if not batch.claimed:
            return report


@dataclass(frozen=True)
class _Outcome:
    """An attempt that has been made and is not yet written down."""

    letter: Letter
    settlement: Settlement
    said: Said


class _Batch:
    """One batch of claimed nudges on its way: each settled in the transaction in which the next one begins."""

    def __init__(
        self,
        store: Store,
        settings: Telling,
        channels: Mapping[str, Channel],
        worker: str,
        clock: Callable[[], datetime],
        watch: Callable[[Point], None],
    ) -> None:
        self.store, self.settings, self.channels = store, settings, channels
        self.worker, self.clock, self.watch = worker, clock, watch
        self.report = DeliveryReport()
        self.pending: _Outcome | None = None
        self.later: dict[NudgeId, datetime] = {}
        self.strain = Strain()

    def done(self, claimed: Sequence[Claimed]) -> DeliveryReport:
        """Send all of it; what cannot leave now is given back."""
        sorting = read_letters(self.store, self.settings, self.channels, self.worker, claimed, self.clock())
        self.later |= sorting.later
        self._count(claimed=len(claimed), moot=sorting.moot)
        self._set_aside("", sorting.unwritable)
        self._tell_desks(sorting)
        for letter in sorting.letters:
            self._take_up(letter)
        self._write_down()
        self._give_back()
        return self.report

    def _take_up(self, letter: Letter) -> None:
        channel, rests_until = self.channels.get(letter.nudge.channel), self.strain.rests.get(letter.nudge.channel)
        if rests_until is not None:
            self.later[letter.nudge.id] = letter.leave_at(rests_until)
        elif letter.message is None:
            self._note(letter, permanent("no-address"), channel, repeating=False)
        elif channel is None:
            self._note(letter, misconfigured("channel-not-open"), channel, repeating=False)
        elif letter.nudge.in_doubt:
            self._clear_up(letter, letter.message, channel)
        else:
            self._send(letter, letter.message, channel, repeating=False)

    def _clear_up(self, letter: Letter, message: Message, channel: Channel) -> None:
        """An earlier attempt may have been taken: ask where that is possible, else repeat where that is allowed."""
        if channel.can_ask:
            self._write_down()
            found = channel.ask(message, letter.nudge.provider_id)
            if found.kind in KNOWN_BY_ASKING:
                self._note(letter, found, channel, repeating=False)
                return
            letter = replace(letter, nudge=letter.nudge._replace(in_doubt=False))
        repeating = letter.nudge.in_doubt and channel.doubt is not Doubt.NOTHING
        if repeating and letter.nudge.repeats >= MOST_REPEATS:
            self._note(letter, unknown("repeated-once"), channel, repeating=False)
        else:
            self._send(letter, message, channel, repeating=repeating)

    def _send(self, letter: Letter, message: Message, channel: Channel, *, repeating: bool) -> None:
        if not self._begin(letter, repeating=repeating):
            self.later[letter.nudge.id] = self.clock()
            return
        self.watch(Point.BEGUN)
        try:
            outcome = channel.send(message)
        except Exception as error:  # noqa: BLE001 - a channel that breaks must not stop the others' messages
            outcome = unknown(type(error).__name__)
        self.watch(Point.SENT)
        self._note(letter, outcome, channel, repeating=repeating)

    def _begin(self, letter: Letter, *, repeating: bool) -> bool:
        """Settle the message before and note that this one begins, in one transaction."""
        now = self.clock()
        with writing(self.store.engine) as connection:
            if self.pending is not None:
                last = self.pending
                kept = settle(connection, self.worker, last.letter.nudge, last.settlement, last.said, now)
            begun = outbox.begin(connection, self.worker, letter.nudge.id, now + LEASE, repeat=repeating)
        ...
