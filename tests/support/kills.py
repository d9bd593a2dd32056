"""Killing a delivery for real: a child process that sends, and dies by SIGKILL at the n-th place it comes to."""

import os
import signal
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Engine, event
from support.programmes import LINYI, linyi

from domain.calendar import Calendar
from domain.store.engine import open_engine
from domain.store.sealing import Seal
from domain.store.store import Store
from notifiers.opening import open_channels
from notifiers.settings import Telling
from notifiers.worker import Point, deliver

STATEMENTS = ("before_cursor_execute", "after_cursor_execute", "commit")


def deliver_until_killed(
    url: str, seal: Seal, settings: Telling, now: datetime, worker: str, places: int, limit: int = 3
) -> bool:
    """Deliver all that is due in a process of its own, killed at the ``places``-th place; whether it was killed.

    Places are the worker's own points and each side of every statement and commit.
    """
    pass_by = _deadly(places)
    return _in_a_process(lambda: _deliver(url, seal, settings, now, worker, pass_by, limit, statements=True))


def deliver_killed_at(url: str, seal: Seal, settings: Telling, now: datetime, worker: str, point: Point) -> bool:
    """Deliver in a process of its own, killed where it comes to ``point`` first; whether it was killed."""
    return _in_a_process(lambda: _deliver(url, seal, settings, now, worker, _deadly_at(point), 3, statements=False))


def _in_a_process(work: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        _work_and_leave(work)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), f"the worker ended by itself with {code}"
    return code != 0


def _work_and_leave(work: Callable[[], None]) -> NoReturn:
    """Never returns into the test that was copied along."""
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - the copy of the test must not go on as a second test
        traceback.print_exc()
        os._exit(3)


def _deliver(
    url: str, seal: Seal, settings: Telling, now: datetime, worker: str, pass_by: Callable[[Point | None], None],
    limit: int, *, statements: bool,
) -> None:  # fmt: skip
    store = Store(open_engine(url), {LINYI: linyi()}, Calendar(), seal)
    if statements:
        _watch_statements(store.engine, pass_by)
    with open_channels(settings) as channels:
        while deliver(store, settings, channels, now, worker, limit, watch=pass_by).claimed:
            pass


def _deadly_at(point: Point) -> Callable[[Point | None], None]:
    def pass_by(reached: Point | None) -> None:
        if reached is point:
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


def _deadly(places: int) -> Callable[[Point | None], None]:
    left = places

    def pass_by(_: Point | None) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return pass_by


def _watch_statements(engine: Engine, pass_by: Callable[[Point | None], None]) -> None:
    def reached(*_: Any) -> None:
        pass_by(None)

    for name in STATEMENTS:
        event.listen(engine, name, reached)
