"""For commands: one request to the Prefect of an install that is up, from a process that has not loaded Prefect."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import httpx

from deployments.prefect.environment import auth_string, prefect_environment
from deployments.supervisor.place import noted

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

    from deployments.prefect.recurrence import Answer

T = TypeVar("T")


def ask(data: Path, request: "Callable[[PrefectClient], Awaitable[T]]") -> "T | Answer":
    """The answer to ``request``; an Answer in words when nothing runs in ``data`` or it does not answer.

    ``request`` must import what it needs of Prefect by itself: here the environment is set before Prefect is loaded.
    """
    data = data.resolve()
    ports = noted(data)
    if ports is not None:
        os.environ.update(prefect_environment(data, ports, auth_string(data)))
    from deployments.prefect.recurrence import mistake

    if ports is None:
        return mistake("not-running")
    try:
        return asyncio.run(_ask(request))
    except httpx.TransportError:
        return mistake("not-answering")


async def _ask(request: "Callable[[PrefectClient], Awaitable[T]]") -> T:
    from prefect import get_client

    async with get_client() as client:
        return await request(client)
