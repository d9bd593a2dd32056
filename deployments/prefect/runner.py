"""The one process that runs our flows and relays signals: ``python -m deployments.prefect.runner``."""

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.runner import Runner

from deployments.prefect.automations import set_automations
from deployments.prefect.catalogue import HURRIED, entries
from deployments.prefect.leftovers import clear_leftovers
from deployments.prefect.register import register
from deployments.prefect.watch import keep_watching
from domain import clock
from domain.settings import read_settings
from flows.relay import Relay, keep_relaying
from flows.relay_api import PrefectApi
from flows.relay_store import StoredSignals

RUNS_AT_ONCE: Final = 2
"""A long round and something urgent beside it; more would wait for each other on SQLite."""
RELAY_PAUSE: Final = 1.0
READY_FILE: Final = "SHOUWANG_READY_FILE"


async def run(data: Path) -> None:
    """Register everything, then serve and relay until SIGTERM."""
    settings = read_settings(data)
    runner = Runner(name="shouwang", limit=RUNS_AT_ONCE, pause_on_shutdown=False)
    async with get_client() as client:
        await until_healthy(client)
        catalogue = entries(settings.round_every_minutes)
        known: dict[str, UUID] = {}
        for entry in catalogue:
            known[entry.name] = await register(runner, client, entry, data, settings.language)
        await clear_leftovers(client, list(known.values()), clock.now())
        hurried = {name: known[name] for name in HURRIED}
        await set_automations(client, hurried, settings.language)
        relay = Relay(await asyncio.to_thread(StoredSignals, str(data)), PrefectApi(client))
        rounds = catalogue[0]
        beside = [
            keep_relaying(relay, clock.now, RELAY_PAUSE),
            keep_watching(client, known[rounds.name], rounds, clock.now),
        ]
        await serve(runner, beside)


async def until_healthy(client: PrefectClient) -> None:
    """Wait for the server, which starts beside us."""
    while True:
        with suppress(httpx.HTTPError):
            if (await client.hello()).is_success:
                return
        await asyncio.sleep(0.2)


async def serve(runner: Runner, beside: Iterable[Coroutine[None, None, None]]) -> None:
    """Run flows, and what goes on ``beside``, until SIGTERM or SIGINT.

    Flows under way are cut short, which their transactions survive.
    """
    told_to_stop = asyncio.Event()
    serving = asyncio.create_task(runner.start())
    others = [asyncio.create_task(each) for each in beside]
    while not runner.started and not serving.done():  # noqa: ASYNC110 - its runner offers nothing to wait for
        await asyncio.sleep(0.05)
    for number in (signal.SIGTERM, signal.SIGINT):
        # After runner.start(), whose own handler leaves from the middle of whatever is going on.
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    tell_ready()
    stopping = asyncio.create_task(told_to_stop.wait())
    await asyncio.wait({serving, stopping, *others}, return_when=asyncio.FIRST_COMPLETED)
    broken = [task for task in (serving, *others) if task.done()]
    for task in (stopping, *others):
        task.cancel()
    if not serving.done():
        await runner.astop()
    await asyncio.gather(serving, stopping, *others, return_exceptions=True)
    for task in broken:
        task.result()  # what ended before it was told to, ends the process, which is then started anew


def tell_ready() -> None:
    """Leave the mark that whoever started us waits for, if they asked for one."""
    mark = os.environ.get(READY_FILE)
    if mark:
        Path(mark).touch()


def main() -> None:
    """Everything comes from the environment (see ``environment.py``)."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    asyncio.run(run(Path(os.environ["SHOUWANG_DATA"])))


if __name__ == "__main__":
    main()
