"""The parts of one install: Prefect's server, the runner with the relay, the pages."""

import os
import sys
from pathlib import Path

from deployments import prefect
from deployments.prefect.environment import HOME, LOOPBACK, Ports, auth_string, prefect_environment
from deployments.supervisor.child import Child
from deployments.supervisor.place import FOLDER

LOGS = "logs"
READY_FILE = "SHOUWANG_READY_FILE"
RUNNER_READY = "runner.ready"


def parts(data: Path, ports: Ports, base_url: str) -> tuple[Child, Child, Child]:
    """Server, runner and pages, none of them started."""
    env = environment(data, ports, base_url)
    marked = {**env, READY_FILE: str(data / FOLDER / RUNNER_READY)}
    pages = ["uvicorn", "web.app:build", "--factory", "--host", LOOPBACK, "--port", str(ports.web)]
    # A page that stands open (live) never ends by itself.
    quiet = ["--log-level", "warning", "--no-access-log", "--timeout-graceful-shutdown", "3"]
    return (
        part("server", "deployments.prefect.server", data=data, env=env),
        part("runner", "deployments.prefect.runner", data=data, env=marked),
        part("web", *pages, *quiet, data=data, env=env),
    )


def part(name: str, *module: str, data: Path, env: dict[str, str]) -> Child:
    """A child that runs a module; in Prefect's folder, where no stray settings file of somebody's project lies."""
    command = [sys.executable, "-P", "-m", *module]
    return Child(name, command, env, data / HOME, data / LOGS / f"{name}.log")


def environment(data: Path, ports: Ports, base_url: str) -> dict[str, str]:
    """What all parts share."""
    ours = prefect_environment(data, ports, auth_string(data))
    pages = {"SHOUWANG_BASE_URL": base_url, "SHOUWANG_PREFECT_UI": f"http://{LOOPBACK}:{ports.prefect}"}
    return {**os.environ, **ours, **pages, "PYTHONPATH": search_path(), "PYTHONUTF8": "1"}


def search_path() -> str:
    """By it our packages are found in whatever folder a part runs."""
    here = str(Path(prefect.__file__).parents[2])
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))
