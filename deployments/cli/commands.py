"""All commands together."""

from functools import cache
from importlib.metadata import version

from cyclopts import App

from deployments.cli import (
    bench_commands,
    case_commands,
    check_in_commands,
    demo_commands,
    find_commands,
    message_commands,
    ops_commands,
    pair_commands,
    people_commands,
    programme_commands,
    proof_commands,
    round_commands,
)

GROUPS = (
    people_commands,
    pair_commands,
    case_commands,
    check_in_commands,
    programme_commands,
    find_commands,
    message_commands,
    proof_commands,
    round_commands,
    ops_commands,
    demo_commands,
    bench_commands,
)


@cache
def build() -> App:
    """The whole command line, put together once: groups cannot be filled twice."""
    app = App(name="shouwang", help="守望: keeps watch over cases of help", version=version("shouwang"))
    for group in GROUPS:
        group.add(app)
    return app
