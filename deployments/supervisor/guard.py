"""Ends every process group it was told of when its standard input ends, that is, however the supervisor ended.

Runs as a script of its own (``python -I -S guard.py``), so that it is small and needs nothing. A parent-death signal
would reach the children only, not the flow runs they have started, and only on Linux.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 3.0


def main() -> None:
    """Lines: ``+<group>`` to watch over it, ``-<group>`` when it has gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        if line.startswith("+"):
            groups.add(int(line[1:]))
        else:
            groups.discard(int(line[1:]))
    end(groups)


def end(groups: set[int]) -> None:
    """Ask, wait a little, then do not ask."""
    left = {group for group in groups if told(group, signal.SIGTERM)}
    until = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < until:
        time.sleep(0.1)
        left = {group for group in left if told(group, 0)}
    for group in left:
        told(group, signal.SIGKILL)


def told(group: int, number: int) -> bool:
    """Whether anybody was left to be told."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
