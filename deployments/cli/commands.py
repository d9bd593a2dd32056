"""All commands together, each module of them loaded when a command line asks for it."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Final

from cyclopts import App

SERVES: Final[Mapping[str, tuple[str, ...]]] = {
    "people_commands": ("survey", "volunteers", "coordinators", "units", "case"),
    "units_commands": ("units",),
    "pair_commands": ("pair",),
    "case_commands": ("case",),
    "open_commands": ("case",),
    "guardian_commands": ("case",),
    "activity_commands": ("activity",),
    "check_in_commands": ("check-in",),
    "programme_commands": ("programmes",),
    "version_commands": ("programmes",),
    "calendar_commands": ("calendar",),
    "find_commands": ("case", "volunteers"),
    "tie_commands": ("case", "volunteers"),
    "move_commands": ("case", "units"),
    "figures_commands": ("figures",),
    "message_commands": ("messages",),
    "gateway_commands": ("messages",),
    "reply_commands": ("messages",),
    "wording_commands": ("messages",),
    "proof_commands": ("audit", "why", "case"),
    "round_commands": ("round", "deliver", "overdue", "findings", "desks"),
    "ops_commands": ("up", "schedule"),
    "login_commands": ("logins",),
    "demo_commands": ("demo",),
    "simulate_commands": ("simulate",),
    "bench_commands": ("bench",),
}
"""The modules, and the first words that want each. What adds to another's group comes after it and brings it along."""


def build(words: Sequence[str] = ()) -> App:
    """The command line as far as these words ask for it; the whole of it where they name no command."""
    wanted = [module for module, first in SERVES.items() if not set(first).isdisjoint(words)]
    for module in wanted or SERVES:
        _fill(module)
    return _app()


@cache
def _app() -> App:
    return App(name="shouwang", help="守望: keeps watch over cases of help", version=version("shouwang"))


@cache
def _fill(module: str) -> None:
    """Once only: groups cannot be filled twice."""
    import_module(f"deployments.cli.{module}").add(_app())
