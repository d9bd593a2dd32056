"""The worker: claims nudges and sends them in lanes, side by side for each channel. Survives being killed anywhere."""

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from domain.ids import NudgeId, PersonId
from domain.store import outbox
from domain.store.engine import reading, writing
from domain.store.gateways import Gateway, gateways, resting, take_probe
from domain.store.moments import whole
from domain.store.outbox import Claimed, told_lately
from domain.store.settling import put_on_desk
from domain.store.store import Store
from notifiers.channels import Channel
from notifiers.desk import report_unreached
from notifiers.lane import LEASE, Hands, Lane, Point, Watch, Way
from notifiers.letters import Letter, Sorting, read_letters
from notifiers.pace import Pace, room_at, windows
from notifiers.reaching import at_once
from notifiers.reports import DeliveryReport, Finding
from notifiers.settings import ChannelSetting, Telling
from notifiers.strain import Strain

__all__ = ["LEASE", "Point", "deliver"]

LIMIT: Final = 200
LONGEST_NAME: Final = 31
SET_ASIDE_FOR: Final = timedelta(hours=1)

WORTH_A_LANE: Final = 10
"""So many messages at least before another connection is opened for them."""


def nobody_watches(_: Point) -> None:
    """What happens at these places by itself: nothing."""


def deliver(
    store: Store,
    settings: Telling,
    channels: Mapping[str, Channel],
    now: datetime,
    worker: str,
    limit: int = LIMIT,
    watch: Watch = nobody_watches,
    only: str | None = None,
) -> DeliveryReport:
    """Send up to ``limit`` nudges that may leave now; ``worker`` is the name under which ops see the claims.

    ``only``: of this channel. To be given again until nothing is claimed. What another worker holds is left alone until
    its lease has run out.
    """
    started, moment = time.monotonic(), whole(now)
    # Process numbers repeat, in containers all the time: a claim must be this call's and nobody else's.
    worker = f"{worker[:LONGEST_NAME]}.{secrets.token_hex(4)}"

    def clock() -> datetime:
        return moment + timedelta(seconds=time.monotonic() - started)

    with writing(store.engine) as connection:
        claimed = outbox.claim(connection, worker, moment, moment + LEASE, limit, only)
        watch(Point.CLAIMING)
    watch(Point.CLAIMED)
    if not claimed:
        return DeliveryReport()
    return _Batch(settings, channels, Hands(store, worker, clock, watch)).done(claimed)


class _Batch:
    """One batch of claimed nudges on its way."""

    def __init__(self, settings: Telling, channels: Mapping[str, Channel], hands: Hands) -> None:
        self.settings, self.channels, self.hands = settings, channels, hands
        self.store = hands.store
        self.report = DeliveryReport()
        self.later: dict[NudgeId, datetime] = {}
        self._known: Mapping[str, Gateway] = {}

    def done(self, claimed: Sequence[Claimed]) -> DeliveryReport:
        """Send all of it; what cannot leave now is given back."""
        now, hands = self.hands.clock(), self.hands
        sorting = read_letters(self.store, self.settings, self.channels, hands.worker, claimed, now)
        self.later |= sorting.later
        self._count(DeliveryReport(claimed=len(claimed), moot=sorting.moot))
        self._set_aside(sorting.unwritable)
        self._tell_desks(sorting)
        self._send(self._ready(sorting.letters, now))
        self._give_back()
        return self.report

    def _ready(self, letters: Sequence[Letter], now: datetime) -> dict[str, list[Letter]]:
        """The letters by channel, without those of channels that rest and of numbers that have had enough."""
        found: dict[str, list[Letter]] = defaultdict(list)
        by_channel: dict[str, list[Letter]] = defaultdict(list)
        for letter in letters:
            by_channel[letter.nudge.channel].append(letter)
        with reading(self.store.engine) as connection:
            self._known = gateways(connection)
        rests = resting(self._known, now)
        for name, own in by_channel.items():
            room = self._room(name, own, now)
            for letter in own:
                at = max(rests.get(name, now), room.get(letter.nudge.person, now))
                if at > now:
                    self.later[letter.nudge.id] = letter.leave_at(at)
                else:
                    found[name].append(letter)
        return found

    def _room(self, name: str, letters: Sequence[Letter], now: datetime) -> dict[PersonId, datetime]:
        """When each of these people may be written to again through a channel with windows."""
        setting = self._setting(name)
        allowed = windows(setting.per_number) if setting else ()
        if not allowed:
            return {}
        people = sorted({letter.nudge.person for letter in letters})
        mine = [letter.nudge.id for letter in letters]
        with reading(self.store.engine) as connection:
            longest = max(each.span for each in allowed)
            told = told_lately(connection, people, now - longest, name, but=mine)
        return {person: room_at(at, allowed, now) for person, at in told.items()}

    def _send(self, ready: Mapping[str, Sequence[Letter]]) -> None:
        lanes = [each for name, letters in ready.items() for each in self._lanes(name, letters)]
        if len(lanes) == 1:
            self._take_in(lanes[0][0].send_all(lanes[0][1]))
        elif lanes:
            with ThreadPoolExecutor(len(lanes), "lane") as pool:
                for done in pool.map(lambda each: each[0].send_all(each[1]), lanes):
                    self._take_in(done)

    def _lanes(self, name: str, letters: Sequence[Letter]) -> list[tuple[Lane, Sequence[Letter]]]:
        setting, known = self._setting(name), self._known.get(name)
        way = Way(name, self.channels.get(name), Strain(name, known), Pace(setting.per_second if setting else None))
        if known is not None and known.rests_until is not None and not self._is_mine_to_try(known):
            self.later |= {letter.nudge.id: letter.leave_at(self.hands.clock() + LEASE) for letter in letters}
            return []
        most = at_once(setting) if setting and not way.strain.is_probe else 1
        count = max(1, min(most, -(-len(letters) // WORTH_A_LANE)))
        return [(Lane(self.hands, way), letters[place::count]) for place in range(count)]

    def _is_mine_to_try(self, known: Gateway) -> bool:
        now = self.hands.clock()
        with writing(self.store.engine) as connection:
            return take_probe(connection, known.channel, self.hands.worker, now, now + LEASE)

    def _take_in(self, lane: Lane) -> None:
        self.later |= lane.later
        self._set_aside(lane.unwritable)
        self._count(lane.report)

    def _setting(self, name: str) -> ChannelSetting | None:
        return next((each for each in self.settings.channels if each.name == name), None)

    def _tell_desks(self, sorting: Sorting) -> None:
        if not sorting.desk:
            return
        hands = self.hands
        hands.watch(Point.BEGUN)
        failed = report_unreached(self.store, sorting.desk, hands.clock())
        hands.watch(Point.SENT)
        told = [nudge.id for nudge in sorting.desk if nudge.id not in failed]
        with writing(self.store.engine) as connection:
            count = put_on_desk(connection, hands.worker, told, hands.clock())
        hands.watch(Point.SETTLED)
        self._count(DeliveryReport(failed=count))
        self._set_aside(failed)

    def _set_aside(self, broken: Mapping[NudgeId, str]) -> None:
        """What breaks the engine itself is left alone for an hour and reported; the others go on."""
        until = self.hands.clock() + SET_ASIDE_FOR
        self.later |= dict.fromkeys(broken, until)
        findings = (Finding("", f"nudge {nudge}", error) for nudge, error in broken.items())
        self._count(DeliveryReport(findings=tuple(findings)))

    def _give_back(self) -> None:
        if not self.later:
            return
        with writing(self.store.engine) as connection:
            count = outbox.release(connection, self.hands.worker, self.later)
        self._count(DeliveryReport(waiting=count))

    def _count(self, more: DeliveryReport) -> None:
        self.report = self.report.plus(more)
