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

    The environment is set before Prefect is loaded: whoever wants Prefect to stay silent imports it in ``request``.
    """
    data = data.resolve()
    ports = noted(data)
    if ports is None:
        from deployments.prefect.recurrence import mistake

        return mistake("not-running")
    settings = prefect_environment(data, ports, auth_string(data))
    os.environ.update(settings)
    return asyncio.run(_ask(request, settings["PREFECT_API_URL"], settings["PREFECT_API_AUTH_STRING"]))


async def _ask(request: "Callable[[PrefectClient], Awaitable[T]]", api: str, auth: str) -> "T | Answer":
    from prefect.client.orchestration import PrefectClient

    from deployments.prefect.recurrence import mistake

    try:
        # With both said: Prefect may have been loaded before, for another install.
        async with PrefectClient(api, auth_string=auth) as client:
            return await request(client)
    except httpx.TransportError:
        return mistake("not-answering")
