"""Which ports to listen on: the one asked for, or any free one when it was only a preference."""

import socket
from dataclasses import dataclass

from deployments.prefect.environment import LOOPBACK


@dataclass(frozen=True)
class Wanted:
    """A port; ``firmly`` when the user named it, so that another will not do."""

    port: int
    firmly: bool = False


class PortTaken(Exception):
    """The port the user named is in use."""

    def __init__(self, port: int) -> None:
        super().__init__(str(port))
        self.port = port


def choose(wanted: Wanted, *taken: int) -> int:
    """A free port for ``wanted``, none of ``taken``; PortTaken when only that one would do."""
    if wanted.port not in taken and is_free(wanted.port):
        return wanted.port
    if wanted.firmly:
        raise PortTaken(wanted.port)
    return any_free_port()


def is_free(port: int) -> bool:
    """Whether nobody listens on it."""
    with socket.socket() as probe:
        # As the servers do: without it a port just left would count as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """One the system has to spare."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
