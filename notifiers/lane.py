"""A lane: one thread's messages through one channel, each begun in the transaction that settles the one before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.ids import NudgeId
from domain.store.engine import writing
from domain.store.gateways import note
from domain.store.settling import Said
from domain.store.store import Store
from domain.store.turning import Next, Tried, Turn, turning
from notifiers.channels import Channel, Doubt, Message
from notifiers.delivery import MOST_REPEATS, Attempt, what_follows
from notifiers.letters import Letter
from notifiers.outcomes import Outcome, OutcomeKind, misconfigured, permanent, unknown
from notifiers.pace import Pace
from notifiers.reports import DeliveryReport, Finding, reported
from notifiers.strain import Strain

LEASE: Final = timedelta(minutes=5)
"""How long a claim holds without a sign of life; each message begun renews its own."""

KNOWN_BY_ASKING: Final = frozenset({OutcomeKind.ACCEPTED, OutcomeKind.PERMANENT, OutcomeKind.UNKNOWN})
"""Answers to asking that settle a nudge; any other says that the earlier attempt was not taken."""


_BROKEN_DOWN: Final = frozenset({OutcomeKind.TEMPORARY, OutcomeKind.UNKNOWN})
"""What ops should hear of when it has made a channel rest; being set up wrongly they hear of each time."""


class Point(StrEnum):
    """Places that can be watched; a test ends the process there."""

    CLAIMING = "before the claim is committed"
    CLAIMED = "after the claim"
    BEGUN = "before sending"
    SENT = "after sending, before settling"
    SETTLED = "after settling"


Watch = Callable[[Point], None]


@dataclass(frozen=True)
class Hands:
    """Whose hands messages are in: the store, the name under which they are claimed, the clock, who watches."""

    store: Store
    worker: str
    clock: Callable[[], datetime]
    watch: Watch


@dataclass(frozen=True)
class Way:
    """One channel as its lanes share it; ``channel`` is nothing where it could not be opened."""

    name: str
    channel: Channel | None
    strain: Strain
    pace: Pace


@dataclass
class Lane:
    """Messages one after the other; ``later`` are those that go back unharmed, each to be taken up at its moment.

    ``unwritable``: those that could not be worded, with the kind of error.
    """

    hands: Hands
    way: Way
    report: DeliveryReport = field(default_factory=DeliveryReport)
    later: dict[NudgeId, datetime] = field(default_factory=dict)
    unwritable: dict[NudgeId, str] = field(default_factory=dict)
    _made: Tried | None = None
    _turn: Turn = field(init=False, repr=False)

    def send_all(self, letters: Iterable[Letter]) -> "Lane":
        """Send what can leave now."""
        with turning(self.hands.store.engine, self.hands.worker) as self._turn:
            for letter in letters:
                self._take_up(letter)
            self._turn_to(None)
        return self

    def _take_up(self, letter: Letter) -> None:
        rests, channel = self.way.strain.rests_until, self.way.channel
        if rests is not None:
            self.later[letter.nudge.id] = letter.leave_at(rests)
            return
        try:
            message = letter.write()
        except Exception as error:  # noqa: BLE001 - one that cannot be written must not silence the others
            self.unwritable[letter.nudge.id] = type(error).__name__
            return
        if message is None:
            self._note(letter, permanent("no-address"))
        elif channel is None:
            self._note(letter, misconfigured("channel-not-open"))
        elif letter.nudge.in_doubt:
            self._clear_up(letter, message, channel)
        else:
            self._send(letter, message, channel)

    def _clear_up(self, letter: Letter, message: Message, channel: Channel) -> None:
        """An earlier attempt may have been taken: ask where that is possible, else repeat where that is allowed."""
        if channel.can_ask:
            self._turn_to(None)
            found = channel.ask(message, letter.nudge.provider_id)
            if found.kind in KNOWN_BY_ASKING:
                self._note(letter, found)
                return
            letter = replace(letter, nudge=letter.nudge._replace(in_doubt=False))
        repeating = letter.nudge.in_doubt and channel.doubt is not Doubt.NOTHING
        if repeating and letter.nudge.repeats >= MOST_REPEATS:
            self._note(letter, unknown("repeated-once"))
        else:
            self._send(letter, message, channel, repeating=repeating)

    def _send(self, letter: Letter, message: Message, channel: Channel, *, repeating: bool = False) -> None:
        self.way.pace.wait()
        if not self._turn_to(letter.nudge.id, repeating=repeating):
            # Something of it was done in this moment: it is read anew by the next batch.
            self.later[letter.nudge.id] = self.hands.clock()
            return
        self.hands.watch(Point.BEGUN)
        try:
            outcome = channel.send(message)
        except Exception as error:  # noqa: BLE001 - a channel that breaks must not stop the others' messages
            outcome = unknown(type(error).__name__)
            self._count(DeliveryReport(findings=(Finding(self.way.name, outcome.code),)))
        self.hands.watch(Point.SENT)
        self._note(letter, outcome, repeating=repeating)

    def _note(self, letter: Letter, outcome: Outcome, *, repeating: bool = False) -> None:
        now, channel = self.hands.clock(), self.way.channel
        attempt = Attempt(
            nudge=letter.nudge, repeating=repeating, doubt=channel.doubt if channel else Doubt.ONE,
            can_ask=channel is not None and channel.can_ask, next_channel=letter.next_channel, leave_at=letter.leave_at,
        )  # fmt: skip
        said = Said(outcome.kind.value, outcome.code, outcome.provider_id)
        self._turn_to(None)
        self._made = Tried(letter.nudge, what_follows(attempt, outcome, now), said)
        self._bear(outcome, now)
        if outcome.kind is OutcomeKind.MISCONFIGURED:
            self._count(DeliveryReport(findings=(Finding(self.way.name, outcome.code, outcome.detail),)))
        if outcome.is_accepted:
            self._count(DeliveryReport(through=(self.way.name,)))

    def _bear(self, outcome: Outcome, now: datetime) -> None:
        change = self.way.strain.bear(outcome, now)
        if change is None:
            return
        with writing(self.hands.store.engine) as connection:
            note(connection, change.gateway)
        if change.was_well and outcome.kind in _BROKEN_DOWN:
            self._count(DeliveryReport(findings=(Finding(self.way.name, f"rests {outcome.code}"),)))

    def _turn_to(self, nudge: NudgeId | None, *, repeating: bool = False) -> bool:
        """Write down what was made, and that the next one begins if there is one: one transaction for both."""
        made, self._made = self._made, None
        if made is None and nudge is None:
            return False
        now = self.hands.clock()
        turned = self._turn(made, Next(nudge, now + LEASE, repeating) if nudge is not None else None, now)
        if made is not None:
            self.hands.watch(Point.SETTLED)
            self._count(reported(made.settlement) if turned.kept else DeliveryReport())
        return turned.begun

    def _count(self, more: DeliveryReport) -> None:
        self.report = self.report.plus(more)
