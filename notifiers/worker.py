"""The worker: claims nudges, sends each outside any transaction, and settles it. Survives being killed anywhere."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.ids import NudgeId
from domain.store import outbox
from domain.store.engine import writing
from domain.store.moments import whole
from domain.store.outbox import Claimed
from domain.store.settling import Said, Settlement, put_on_desk, settle
from domain.store.store import Store
from notifiers.channels import Channel, Doubt, Message
from notifiers.delivery import MOST_REPEATS, Attempt, what_follows
from notifiers.desk import report_unreached
from notifiers.letters import Letter, Sorting, read_letters
from notifiers.outcomes import Outcome, OutcomeKind, misconfigured, permanent, unknown
from notifiers.reports import DeliveryReport, Finding, reported
from notifiers.settings import Telling
from notifiers.strain import Strain

LEASE: Final = timedelta(minutes=5)
"""How long a claim holds without a sign of life; each message begun renews its own."""

LIMIT: Final = 200
LONGEST_NAME: Final = 31
SET_ASIDE_FOR: Final = timedelta(hours=1)
KNOWN_BY_ASKING: Final = frozenset({OutcomeKind.ACCEPTED, OutcomeKind.PERMANENT, OutcomeKind.UNKNOWN})
"""Answers to asking that settle a nudge; any other says that the earlier attempt was not taken."""


class Point(StrEnum):
    """Places that can be watched; a test ends the process there."""

    CLAIMING = "before the claim is committed"
    CLAIMED = "after the claim"
    BEGUN = "before sending"
    SENT = "after sending, before settling"
    SETTLED = "after settling"


def nobody_watches(_: Point) -> None:
    """What happens at these places by itself: nothing."""


def deliver(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    now: datetime,
    worker: str,
    limit: int = LIMIT,
    watch: Callable[[Point], None] = nobody_watches,
) -> DeliveryReport:
    """Send up to ``limit`` nudges that may leave now; ``worker`` is the name under which ops see the claims.

    To be given again until nothing is claimed. What another worker holds is left alone until its lease has run out.
    """
    started, moment = time.monotonic(), whole(now)
    # Process numbers repeat, in containers all the time: a claim must be this call's and nobody else's.
    worker = f"{worker[:LONGEST_NAME]}.{secrets.token_hex(4)}"

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
    while (batch := deliver(store, settings, channels, now, worker, limit)).claimed:
        report = report.plus(batch)
    return report


@dataclass(frozen=True)
class _Made:
    """An attempt that has been made and is not yet written down."""

    nudge: Claimed
    settlement: Settlement
    said: Said


class _Batch:
    """One batch of claimed nudges on its way: each is settled in the transaction in which the next one begins."""

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
        self.made: _Made | None = None
        self.later: dict[NudgeId, datetime] = {}
        self.strain = Strain()

    def done(self, claimed: Sequence[Claimed]) -> DeliveryReport:
        """Send all of it; what cannot leave now is given back."""
        now = self.clock()
        sorting = read_letters(self.store, self.settings, self.channels, self.worker, claimed, now)
        self.later |= sorting.later
        self._count(DeliveryReport(claimed=len(claimed), moot=sorting.moot))
        self._set_aside(sorting.unwritable)
        self._tell_desks(sorting)
        for letter in sorting.letters:
            self._take_up(letter)
        self._turn_to(None)
        self._give_back()
        return self.report

    def _take_up(self, letter: Letter) -> None:
        name = letter.nudge.channel
        channel = self.channels.get(name)
        if name in self.strain.rests:
            self.later[letter.nudge.id] = letter.leave_at(self.strain.rests[name])
        elif letter.message is None:
            self._note(letter, permanent("no-address"), channel)
        elif channel is None:
            self._note(letter, misconfigured("channel-not-open"), channel)
        elif letter.nudge.in_doubt:
            self._clear_up(letter, letter.message, channel)
        else:
            self._send(letter, letter.message, channel)

    def _clear_up(self, letter: Letter, message: Message, channel: Channel) -> None:
        """An earlier attempt may have been taken: ask where that is possible, else repeat where that is allowed."""
        if channel.can_ask:
            self._turn_to(None)
            found = channel.ask(message, letter.nudge.provider_id)
            if found.kind in KNOWN_BY_ASKING:
                self._note(letter, found, channel)
                return
            letter = replace(letter, nudge=letter.nudge._replace(in_doubt=False))
        repeating = letter.nudge.in_doubt and channel.doubt is not Doubt.NOTHING
        if repeating and letter.nudge.repeats >= MOST_REPEATS:
            self._note(letter, unknown("repeated-once"), channel)
        else:
            self._send(letter, message, channel, repeating=repeating)

    def _send(self, letter: Letter, message: Message, channel: Channel, *, repeating: bool = False) -> None:
        if not self._turn_to(letter.nudge.id, repeating=repeating):
            # Something of it was done in this moment: it is read anew by the next batch.
            self.later[letter.nudge.id] = self.clock()
            return
        self.watch(Point.BEGUN)
        try:
            outcome = channel.send(message)
        except Exception as error:  # noqa: BLE001 - a channel that breaks must not stop the others' messages
            outcome = unknown(type(error).__name__)
            self._count(DeliveryReport(findings=(Finding(letter.nudge.channel, outcome.code),)))
        self.watch(Point.SENT)
        self._note(letter, outcome, channel, repeating=repeating)

    def _note(self, letter: Letter, outcome: Outcome, channel: Channel | None, *, repeating: bool = False) -> None:
        now, name = self.clock(), letter.nudge.channel
        attempt = Attempt(
            nudge=letter.nudge, repeating=repeating, doubt=channel.doubt if channel else Doubt.ONE,
            can_ask=channel is not None and channel.can_ask, next_channel=letter.next_channel, leave_at=letter.leave_at,
        )  # fmt: skip
        said = Said(outcome.kind.value, outcome.code, outcome.provider_id)
        self._turn_to(None)
        self.made = _Made(letter.nudge, what_follows(attempt, outcome, now), said)
        self.strain.bear(name, outcome, now)
        if outcome.kind is OutcomeKind.MISCONFIGURED:
            self._count(DeliveryReport(findings=(Finding(name, outcome.code, outcome.detail),)))
        if outcome.is_accepted:
            self._count(DeliveryReport(through=(name,)))

    def _turn_to(self, nudge: NudgeId | None, *, repeating: bool = False) -> bool:
        """Write down what was made, and that the next one begins if there is one: one transaction for both."""
        made, self.made = self.made, None
        kept = begun = False
        if made is None and nudge is None:
            return False
        now = self.clock()
        with writing(self.store.engine) as connection:
            if made is not None:
                kept = settle(connection, self.worker, made.nudge, made.settlement, made.said, now)
            if nudge is not None:
                begun = outbox.begin(connection, self.worker, nudge, now + LEASE, repeat=repeating)
        if made is not None:
            self.watch(Point.SETTLED)
            self._count(reported(made.settlement) if kept else DeliveryReport())
        return begun

    def _tell_desks(self, sorting: Sorting) -> None:
        if not sorting.desk:
            return
        self.watch(Point.BEGUN)
        failed = report_unreached(self.store, sorting.desk, self.clock())
        self.watch(Point.SENT)
        told = [nudge.id for nudge in sorting.desk if nudge.id not in failed]
        with writing(self.store.engine) as connection:
            count = put_on_desk(connection, self.worker, told, self.clock())
        self.watch(Point.SETTLED)
        self._count(DeliveryReport(failed=count))
        self._set_aside(failed)

    def _set_aside(self, broken: Mapping[NudgeId, str]) -> None:
        """What breaks the engine itself is left alone for an hour and reported; the others go on."""
        until = self.clock() + SET_ASIDE_FOR
        self.later |= dict.fromkeys(broken, until)
        findings = (Finding("", f"nudge {nudge}", error) for nudge, error in broken.items())
        self._count(DeliveryReport(findings=tuple(findings)))

    def _give_back(self) -> None:
        if not self.later:
            return
        with writing(self.store.engine) as connection:
            count = outbox.release(connection, self.worker, self.later)
        self._count(DeliveryReport(waiting=count))

    def _count(self, more: DeliveryReport) -> None:
        self.report = self.report.plus(more)
