"""All commands together."""

from functools import cache
from importlib.metadata import version

from cyclopts import App

from deployments.cli import (
    activity_commands,
    bench_commands,
    calendar_commands,
    case_commands,
    check_in_commands,
    demo_commands,
    figures_commands,
    find_commands,
    message_commands,
    move_commands,
    open_commands,
    ops_commands,
    pair_commands,
    people_commands,
    programme_commands,
    proof_commands,
    round_commands,
    simulate_commands,
    tie_commands,
    units_commands,
    version_commands,
    wording_commands,
)

GROUPS = (
    people_commands,
    units_commands,
    pair_commands,
    case_commands,
    open_commands,
    activity_commands,
    check_in_commands,
    programme_commands,
    version_commands,
    calendar_commands,
    find_commands,
    tie_commands,
    move_commands,
    figures_commands,
    message_commands,
    wording_commands,
    proof_commands,
    round_commands,
    ops_commands,
    demo_commands,
    simulate_commands,
    bench_commands,
)


@cache
def build() -> App:
    """The whole command line, put together once: groups cannot be filled twice."""
    app = App(name="shouwang", help="守望: keeps watch over cases of help", version=version("shouwang"))
    for group in GROUPS:
        group.add(app)
    return app
