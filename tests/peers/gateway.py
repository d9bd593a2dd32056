"""Starts the SMS gateway's process and speaks to it from a test."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from peers.certificates import Certificates

USER: Final = "shouwang"
PASSWORD_IN_URL: Final = "p%40ss%3Aw%2Frd%26"
"""The password the gateway knows, as it stands in a URL."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as the gateway read it."""

    method: str
    path: str
    fields: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class GatewayPeer:
    """The running gateway."""

    port: int
    _control: httpx.Client = field(repr=False)

    def answer(self, status: int, body: str = "", **how: Any) -> None:
        """Answer the next request so; ``headers``, ``type``, ``close_after=True`` as wanted."""
        self._order(status=status, body=body, **how)

    def answer_nothing(self) -> None:
        """Read the next request and close the line."""
        self._order(drop=True)

    def keep_waiting(self) -> None:
        """Read the next request and leave it without an answer until the gateway is reset."""
        self._order(wait=True, drop=True)

    def reset(self) -> None:
        """Forget what was seen and ordered."""
        self._control.post("/-/order", json={"reset": True}).raise_for_status()

    @property
    def seen(self) -> list[SeenRequest]:
        """All requests since the start or the last reset."""
        return [SeenRequest(**request) for request in self._state()["seen"]]

    @property
    def connections(self) -> int:
        """On how many connections requests have come."""
        return int(self._state()["connections"])

    def wait_until_closed(self) -> None:
        """Until the connection answered with ``close_after`` is gone."""
        self._control.get("/-/closed").raise_for_status()

    def _order(self, **order: Any) -> None:
        self._control.post("/-/order", json={"answers": [order]}).raise_for_status()

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._control.get("/-/seen").raise_for_status().json()
        return state


@contextmanager
def gateway_peer(signed: Certificates | None = None) -> Iterator[GatewayPeer]:
    """A gateway in a process of its own: Kannel at ``/cgi-bin/sendsms``, JSON at any other path."""
    files = [str(signed.server), str(signed.key)] if signed else []
    command = [sys.executable, str(Path(__file__).with_name("gateway_process.py")), *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        verify = _trusting(signed) if signed else True
        scheme = "https" if signed else "http"
        try:
            with httpx.Client(base_url=f"{scheme}://127.0.0.1:{port}", verify=verify, trust_env=False) as control:
                yield GatewayPeer(port, control)
        finally:
            process.kill()


def _trusting(signed: Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(signed.authority))
