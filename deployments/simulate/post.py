"""The post of a simulated office: the real planner, and a worker whose provider loses what the behaviour says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from deployments.simulate.behaviour import Telling as Losses
from deployments.simulate.chances import Chances, is_hit
from domain.ids import CaseId, NudgeId
from domain.store import outbox
from domain.store.engine import writing
from domain.store.outbox import DESK, Claimed, Line, drop_met, lines_of
from domain.store.settling import Said, all_taken, put_on_desk, settle
from domain.store.signals import forget_all
from domain.store.store import Store
from notifiers.channels import Doubt
from notifiers.delivery import Attempt, what_follows
from notifiers.desk import report_unreached
from notifiers.manners import leave_at
from notifiers.outcomes import Outcome, permanent, temporary
from notifiers.planner import plan
from notifiers.settings import Telling

WORKER: Final = "simulated"
AT_ONCE: Final = 5_000
LEASE: Final = timedelta(minutes=5)
TAKEN: Final = Said("accepted", "simulated")


class Post:
    """Plans what waits and lets it leave, in batches. Which messages are lost is drawn by person and day."""

    def __init__(self, store: Store, telling: Telling, losses: Losses, chances: Chances) -> None:
        self.store, self.telling, self.losses, self.chances = store, telling, losses, chances

    def go(self, now: datetime) -> list[CaseId]:
        """Everything that may leave now; the cases of which a desk heard that somebody was not reached."""
        plan(self.store, self.telling, now)
        unreached: list[CaseId] = []
        while self._some(now, unreached):
            pass
        return sorted(set(unreached))

    def forget_signals(self, now: datetime) -> None:
        """Nobody listens: what happened is past, not news to be relayed."""
        with writing(self.store.engine) as connection:
            forget_all(connection, now)

    def _some(self, now: datetime, unreached: list[CaseId]) -> bool:
        with writing(self.store.engine) as connection:
            claimed = outbox.claim(connection, WORKER, now, now + LEASE, AT_ONCE)
            if not claimed:
                return False
            drop_met(connection, WORKER, [nudge.id for nudge in claimed], now)
            failing = {nudge: outcome for nudge in claimed if (outcome := self._failure(nudge, now))}
            for nudge, outcome in failing.items():
                said = Said(outcome.kind.value, outcome.code)
                settle(connection, WORKER, nudge, what_follows(self._attempt(nudge), outcome, now), said, now)
            desk = [nudge for nudge in claimed if nudge.channel == DESK]
            taken = [nudge.id for nudge in claimed if nudge not in failing and nudge.channel != DESK]
            if taken:
                all_taken(connection, WORKER, taken, TAKEN, now)
            lines = lines_of(connection, [nudge.id for nudge in desk]) if desk else {}
        if desk:
            unreached += self._tell_desks(desk, lines, now)
        return bool(failing) or len(claimed) == AT_ONCE

    def _failure(self, nudge: Claimed, now: datetime) -> Outcome | None:
        if nudge.channel == DESK:
            return None
        draw = self.chances.one("message", nudge.person, now.date(), nudge.urgent)
        if is_hit(draw, self.losses.refused):
            return permanent("simulated")
        return temporary("simulated") if is_hit(draw, self.losses.refused + self.losses.delayed) else None

    def _attempt(self, nudge: Claimed) -> Attempt:
        return Attempt(
            nudge=nudge, repeating=False, doubt=Doubt.NOTHING, can_ask=False, next_channel=DESK,
            leave_at=partial(
                leave_at, programmes=list(self.store.programmes.values()), calendar=self.store.calendar
            ),
        )  # fmt: skip

    def _tell_desks(
        self, desk: Sequence[Claimed], lines: Mapping[NudgeId, Sequence[Line]], now: datetime
    ) -> list[CaseId]:
        """In the order of persons: the numbers of messages follow the order in which a database answers."""
        ordered = sorted(desk, key=lambda nudge: (nudge.person, nudge.urgent))
        about = {nudge: lines[nudge.id] for nudge in ordered if nudge.id in lines}
        report_unreached(self.store, about, now)
        with writing(self.store.engine) as connection:
            put_on_desk(connection, WORKER, [nudge.id for nudge in desk], now)
        return [line.case for some in about.values() for line in some]
