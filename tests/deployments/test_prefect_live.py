"""All of it running: what is planned happens, what is urgent happens at once, what is killed comes back."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Row, select
from support.office import TOWNSHIP_DESK, ZHOU, open_case, open_office, pair, talk
from support.running import Running, fetched, processes_in, until

from deployments.prefect.calling import ask
from deployments.supervisor.place import noted
from domain import clock
from domain.ids import CaseId
from domain.store import tables as t
from domain.store.engine import open_engine, reading
from domain.store.migrating import migrate
from domain.store.moments import stamp
from domain.store.store import Store
from notifiers.channels.spool import Spooled, listing

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

pytestmark = pytest.mark.xdist_group("prefect")

KEY = b"a key for tests, thirty-two long"
"""The one `open_office` seals with."""
A_GIRL_PAIRED_FOR = timedelta(days=25)
WITHIN_SECONDS = 30
"""What is promised is seconds; a busy machine that also runs the other tests needs more of them."""


@dataclass
class Office:
    """An install that is up, and its store as we see it beside the running processes."""

    running: Running
    store: Store
    children: int = 0

    def needs_help(self) -> CaseId:
        """A volunteer answers just now that a child needs help."""
        self.children += 1
        now = clock.now()
        case = open_case(self.store, self.children, now=now - A_GIRL_PAIRED_FOR)
        pair(self.store, case, ZHOU, now - A_GIRL_PAIRED_FOR)
        talk(self.store, case, ZHOU, now, needs_help=True)
        return case

    def signals(self, *, urgent: bool) -> list[Row[Any]]:
        """The signals there have been."""
        with reading(self.store.engine) as connection:
            return list(connection.execute(select(t.signal).where(t.signal.c.urgent == urgent)))

    def told(self, case: CaseId) -> list[Spooled]:
        """The urgent messages about a case that the township's desk was sent; plain ones wait for the quiet hours."""
        found = listing(self.running.data / "spool", most=200)
        return [one for one in found if TOWNSHIP_DESK in one.to and case in one.text and "紧急" in one.subject]

    def asked(self, request: "Callable[[PrefectClient], Awaitable[Any]]") -> Any:
        """As a command would ask."""
        return ask(self.running.data, request)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that is up; shared, for each start costs seconds."""
    running = Running(tmp_path_factory.mktemp("up") / "data")
    key = running.data / "keys" / "master.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(base64.b64encode(KEY))
    url = f"sqlite:///{running.data / 'shouwang.db'}"
    migrate(open_engine(url))
    store = open_office(url)
    try:
        running.start()
        yield Office(running, store)
    finally:
        store.engine.dispose()
        if not running.has_ended():
            running.stop()


def test_the_api_serves_nobody_who_has_not_signed_in(office: Office) -> None:
    api = f"http://127.0.0.1:{office.running.ports.prefect}/api"
    assert fetched(f"{api}/health") == (200, True)
    assert fetched(f"{api}/admin/settings")[0] == 401
    assert fetched(f"{api}/flow_runs/filter", {})[0] == 401
    assert fetched(f"{api}/flow_runs/filter", {}, {"Authorization": "Basic c2hvdXdhbmc6"})[0] == 401
    assert office.running.call("/admin/version") == (200, "3.8.8")


def test_the_api_serves_no_foreign_page_even_with_credentials(office: Office) -> None:
    foreign = {"Origin": "http://somewhere.example"}
    assert office.running.call("/admin/version", headers=foreign)[0] == 403
    assert office.running.call("/flow_runs/filter", {}, foreign)[0] == 403
    own = {"Origin": f"http://localhost:{office.running.ports.prefect}"}
    assert office.running.call("/admin/version", headers=own)[0] == 200


def test_a_request_that_a_page_could_forge_is_refused(office: Office) -> None:
    assert office.running.call("/flow_runs/filter", {}, {"Prefect-Csrf-Token": "guessed"})[0] == 403


def test_a_planned_run_is_made_and_carried_out_within_seconds(office: Office) -> None:
    """The trap: with a library of the wrong version the scheduler dies while everything looks healthy."""
    from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
    from prefect.client.schemas.schedules import IntervalSchedule

    anchor = clock.now() + timedelta(seconds=8)
    soon = DeploymentScheduleCreate(schedule=IntervalSchedule(interval=timedelta(hours=6), anchor_date=anchor))

    async def plan_it(api: "PrefectClient") -> None:
        known = await api.read_deployment_by_name("check-in/check-in")
        await api.create_deployment_schedules(known.id, [soon])
        # Touched, so that the scheduler's short loop plans it and not only its long one.
        await api.update_deployment(known.id, DeploymentUpdate(description=known.description))

    async def done(api: "PrefectClient") -> list[str]:
        runs = [run for run in await api.read_flow_runs() if "check-in" in run.tags and run.auto_scheduled]
        return [run.name for run in runs if run.state_name == "Completed"]

    office.asked(plan_it)
    until(lambda: office.asked(done), 8 + WITHIN_SECONDS, pause=1)
    assert office.asked(done) == ["探访 · 没有到期事项"]


def test_a_delivery_leaves_the_table_of_the_channels(office: Office) -> None:
    from deployments.prefect import schedules

    def shown() -> list[dict[str, Any]]:
        wanted = {"artifacts": {"key": {"any_": ["delivery-by-gateway"]}}}
        _, found = office.running.call("/artifacts/latest/filter", wanted)
        return list(found)

    assert office.asked(lambda api: schedules.run_now(api, "delivery")).done
    until(lambda: bool(shown()), WITHIN_SECONDS, pause=1)
    (table,) = shown()
    assert table["data"].startswith("| 通道 | 等待 |")
    assert "| spool | 0 |" in table["data"]


def somebody_asked_for_help(office: Office) -> None:
    """For tests that look at what one urgent answer left behind, whichever of them comes first."""
    if office.children == 0:
        office.needs_help()
    until(lambda: all(signal.settled_at for signal in office.signals(urgent=True)), WITHIN_SECONDS)


def test_an_urgent_answer_is_at_the_township_within_seconds(office: Office) -> None:
    case = office.needs_help()
    until(lambda: office.told(case), WITHIN_SECONDS)
    until(lambda: all(signal.settled_at for signal in office.signals(urgent=True)), WITHIN_SECONDS)
    assert len(office.told(case)) == 1


def test_the_automation_started_that_run_with_ids_only(office: Office) -> None:
    somebody_asked_for_help(office)

    async def started(api: "PrefectClient") -> list[dict[str, Any]]:
        runs = [run for run in await api.read_flow_runs() if "escalation" in run.tags]
        return [run.parameters for run in runs if (run.created_by and run.created_by.type == "AUTOMATION")]

    urgent = [signal.id for signal in office.signals(urgent=True)]
    data = str(office.running.data)
    assert {"data": data, "county": "371302", "signals": urgent} in office.asked(started)


def test_every_fact_stands_once_in_the_history_of_events(office: Office) -> None:
    somebody_asked_for_help(office)
    until(lambda: all(signal.settled_at for signal in office.signals(urgent=False)), WITHIN_SECONDS)
    everything = {"filter": {"event": {"prefix": ["shouwang."]}, "occurred": {"since": "2026-01-01T00:00:00Z"}}}
    _, answer = office.running.call("/events/filter", {**everything, "limit": 50})
    events = [event for event in answer["events"] if event["event"] != "shouwang.hurry"]
    signals = [*office.signals(urgent=False), *office.signals(urgent=True)]
    kept_by_prefect = stamp(clock.now() - timedelta(days=7))
    expected = [(signal.first, signal.name) for signal in signals if signal.created_at > kept_by_prefect]
    assert sorted((event["payload"]["first"], event["event"]) for event in events) == sorted(expected)
    assert {event["resource"]["prefect.resource.id"] for event in events} == {"shouwang.county.371302"}


def test_a_server_killed_right_after_it_took_the_event_loses_nothing_and_doubles_nothing(office: Office) -> None:
    server = office.running.part("deployments.prefect.server")
    case = office.needs_help()
    until(lambda: all(signal.tried_at for signal in office.signals(urgent=True)), WITHIN_SECONDS, pause=0.01)
    os.kill(server, signal.SIGKILL)
    until(lambda: all(signal.settled_at for signal in office.signals(urgent=True)), 80)
    until(lambda: office.told(case), WITHIN_SECONDS)
    assert len(office.told(case)) == 1
    assert office.running.part("deployments.prefect.server") not in (0, server)


def test_when_the_scheduler_plans_nothing_rounds_go_on_all_the_same(office: Office) -> None:
    from deployments.prefect.catalogue import entries
    from deployments.prefect.leftovers import in_states
    from deployments.prefect.watch import nothing_planned, start_instead

    async def look(api: "PrefectClient") -> list[bool]:
        rounds = (await api.read_deployment_by_name("round/round")).id
        found = [await nothing_planned(api, rounds)]
        for run in await api.read_flow_runs(flow_run_filter=in_states(StateType.SCHEDULED)):
            if run.deployment_id == rounds:
                await api.delete_flow_run(run.id)
        found.append(await nothing_planned(api, rounds))
        for _ in range(2):
            await start_instead(api, rounds, entries(10)[0], clock.now())
        started = [run for run in await api.read_flow_runs() if (run.idempotency_key or "").startswith("unplanned")]
        return [*found, len(started) == 1]

    from prefect.client.schemas.objects import StateType

    assert office.asked(look) == [False, True, True]


def test_pages_that_die_are_served_again(office: Office) -> None:
    page = f"http://127.0.0.1:{office.running.ports.web}/health"
    os.kill(office.running.part("web.app:build"), signal.SIGKILL)
    until(lambda: not _answers(page), 5, pause=0.02)
    until(lambda: _answers(page), WITHIN_SECONDS)


def test_a_second_one_on_the_same_folder_is_refused(office: Office) -> None:
    command = [sys.executable, "-m", "deployments.supervisor", str(office.running.data)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"http://127.0.0.1:{office.running.ports.web}/" in second.stdout
    assert noted(office.running.data) == office.running.ports


def test_what_ops_have_set_survives_a_restart_that_leaves_no_process_behind(office: Office) -> None:
    from deployments.prefect import schedules

    asked = office.asked
    assert asked(lambda api: schedules.set_schedule(api, "round", cron="15 8 * * 1-5")).done
    assert asked(
        lambda api: schedules.set_schedule(api, "follow-up", rrule="FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0")
    ).done
    assert asked(lambda api: schedules.pause(api, "delivery")).done
    before = {line.name: (line.when, line.active) for line in asked(schedules.list_schedules)}

    assert office.running.stop() == 0
    assert processes_in(office.running.data) == {}
    assert noted(office.running.data) is None
    assert asked(schedules.list_schedules).key == "not-running"
    office.running.start()

    after = {line.name: (line.when, line.active) for line in asked(schedules.list_schedules)}
    assert after == before
    assert after["round"] == (("15 8 * * 1-5 (Asia/Shanghai)",), True)
    assert after["delivery"] == (("*/30 * * * * (Asia/Shanghai)",), False)
    assert asked(lambda api: schedules.resume(api, "delivery")).done
    assert {line.name: line.active for line in asked(schedules.list_schedules)}["delivery"]


def test_nothing_is_left_of_a_supervisor_that_was_killed(office: Office) -> None:
    assert office.running.parts()
    office.running.stop(signal.SIGKILL)
    until(lambda: not processes_in(office.running.data), 10)


def _answers(address: str) -> bool:
    try:
        return fetched(address)[0] == 200
    except (OSError, ValueError) as error:
        return isinstance(error, ValueError)  # "ok" is no JSON
