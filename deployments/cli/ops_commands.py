"""``shouwang up`` and ``schedule …``: starting everything, and the rounds as ops plan them."""

import os
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from deployments.cli.where import DONE, FINDINGS, Where
from deployments.supervisor.becoming import become
from deployments.supervisor.place import FIRST_ADDRESS
from domain.store.console.signing import invite, is_set_up

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

    from deployments.prefect.recurrence import Answer

Act = Callable[[ModuleType, "PrefectClient"], Awaitable[Any]]
"""One of the acts of ``deployments.prefect.schedules``, which is loaded only when it is needed."""

Port = Annotated[int | None, Parameter(help="a port; without it the usual one, or any free one")]
schedule = App(name="schedule", help="the rounds, as Prefect's dashboard shows them")


def add(app: App) -> None:
    """Put these commands into the command line."""
    app.command(up)
    app.command(schedule)


def up(
    *, demo: bool = False, full: bool = False, prefect_port: Port = None, web_port: Port = None, where: Where = Where()
) -> int:
    """Start everything on this machine and keep it running; --demo fills an empty install with a made-up Linyi."""
    where.begin()
    if demo:
        from deployments.cli.demo_filling import fill_demo

        fill_demo(where, full=full)
    _leave_first_address(where)
    where.store.engine.dispose()
    become(where.data, prefect_port=prefect_port, web_port=web_port, language=where.spoken)


def _leave_first_address(where: Where) -> None:
    """Where nobody has signed in yet, the way to the first sign-in, which the supervisor shows."""
    if is_set_up(where.store):
        return
    secret = invite(where.store, None, where.moment)
    file = where.data / FIRST_ADDRESS
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(f"welcome/{secret}")


@schedule.command(name="list")
def list_(*, where: Where = Where()) -> int:
    """Every deployment: when it runs, whether it is paused, its next and its last run."""
    found = _ask(where, lambda schedules, api: schedules.list_schedules(api, where.spoken))
    if not isinstance(found, list):
        return _answered(where, found)
    where.show(found, "\n".join(_line(each, where) for each in found))
    return DONE


def _line(each: object, where: Where) -> str:
    from deployments.prefect.schedules import Line

    if not isinstance(each, Line):
        return ""
    state = where.say("cli.active" if each.active else "cli.paused")
    following = each.next_at.astimezone().strftime("%m-%d %H:%M:%S") if each.next_at else "—"
    return f"{each.name:<15} {each.flow}  {' / '.join(each.when) or '—'}  {state}  → {following}  {each.last_run}"


@schedule.command(name="set")
def set_(
    name: str, *, cron: str | None = None, rrule: str | None = None, interval: str | None = None, where: Where = Where()
) -> int:
    """Give a deployment another schedule: --cron, --rrule or --interval (90s, 10m, 2h, 1d)."""

    when = {"cron": cron, "rrule": rrule, "interval": interval}
    return _change(where, lambda schedules, api: schedules.set_schedule(api, name, **when, language=where.spoken))


@schedule.command
def pause(name: str, *, where: Where = Where()) -> int:
    """Let a deployment no longer run by itself."""
    return _change(where, lambda schedules, api: schedules.pause(api, name))


@schedule.command
def resume(name: str, *, where: Where = Where()) -> int:
    """Let a deployment run by its schedule again."""
    return _change(where, lambda schedules, api: schedules.resume(api, name))


@schedule.command
def run(name: str, *, where: Where = Where()) -> int:
    """Run a deployment once, now."""
    return _change(where, lambda schedules, api: schedules.run_now(api, name))


def _change(where: Where, act: Act) -> int:
    return _answered(where, _ask(where, act))


def _ask(where: Where, act: Act) -> Any:
    """What ``deployments.prefect.schedules`` answers, or an Answer in words where nothing is running."""
    from deployments.prefect.calling import ask

    async def request(api: "PrefectClient") -> Any:
        # Loads Prefect, which must find its environment set.
        from deployments.prefect import schedules

        return await act(schedules, api)

    return ask(where.existing(), request)


def _answered(where: Where, answer: "Answer") -> int:
    where.show({"done": answer.done, "key": answer.key, **answer.values}, answer.say(where.spoken))
    return DONE if answer.done else FINDINGS
