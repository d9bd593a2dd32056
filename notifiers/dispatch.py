"""Everything that may leave now, each channel's in a thread of its own: a slow one holds up no other."""

import time
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final

from domain.store.engine import reading
from domain.store.outbox import channels_waiting
from domain.store.store import Store
from notifiers.channels import Channel
from notifiers.planner import plan
from notifiers.reports import DeliveryReport
from notifiers.settings import Telling
from notifiers.worker import LIMIT, deliver

MOST_CHANNELS: Final = 16
LOOK_AGAIN: Final = 1.0
"""While one channel is still busy, the others look for new messages so many seconds after they had none left."""

LONGEST: Final = timedelta(minutes=10)
"""So long a delivery looks again; what is under way then is sent to its end."""


def deliver_all(
    store: Store, settings: Telling, channels: Mapping[str, Channel], now: datetime, worker: str, limit: int = LIMIT
) -> DeliveryReport:
    """Send everything that may leave now, batch after batch, channel beside channel."""
    started = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    def all_of(name: str) -> DeliveryReport:
        report = DeliveryReport()
        while (batch := deliver(store, settings, channels, moment(), worker, limit, only=name)).claimed:
            report = report.plus(batch)
        return report

    report, busy, idle = DeliveryReport(), dict[Future[DeliveryReport], str](), set[str]()
    with ThreadPoolExecutor(MOST_CHANNELS, "channel") as pool:
        while True:
            with reading(store.engine) as connection:
                ready = [name for name in channels_waiting(connection, moment()) if name not in idle]
            busy |= {pool.submit(all_of, name): name for name in ready if name not in busy.values()}
            if not busy:
                return report
            done, _ = wait(busy, LOOK_AGAIN, FIRST_COMPLETED)
            for each in done:
                report, name = report.plus(each.result()), busy.pop(each)
                # What one channel gave up may be the next one's now.
                idle = set() if each.result().claimed else idle | {name}
            if not done and moment() < now + LONGEST:
                plan(store, settings, moment())
                idle = set()
