"""Handing a command's process over to the supervisor, which needs 110 MB less than a whole command line does."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from deployments.supervisor.parts import search_path


def become(data: Path, *, prefect_port: int | None, web_port: int | None, language: str) -> NoReturn:
    """Turn this process into the supervisor of ``data``; its number, signals and exit code stay the caller's."""
    command = [sys.executable, "-P", "-m", "deployments.supervisor", str(data.resolve()), "--language", language]
    for name, port in (("--prefect-port", prefect_port), ("--web-port", web_port)):
        if port is not None:
            command += [name, str(port)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": search_path(), "PYTHONUTF8": "1"})
