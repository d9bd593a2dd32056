"""``python -m deployments.supervisor FOLDER``: the supervisor by itself, as small as it can be."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deployments.supervisor.ports import Wanted
from deployments.supervisor.supervise import run
from domain.settings import Settings, read_settings
from domain.words import LANGUAGES


def main(words: Sequence[str]) -> int:
    """What is not said here is taken from the settings of the folder."""
    given = parser().parse_args(words)
    given.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = read_settings(given.folder)
    return run(
        given.folder,
        Wanted(given.prefect_port or settings.prefect_port, firmly=given.prefect_port is not None),
        Wanted(given.web_port or settings.web_port, firmly=given.web_port is not None),
        language=given.language or settings.language,
        base_url=address_of_pages(settings),
        tell=lambda line: print(line, flush=True),  # noqa: T201
    )


def parser() -> argparse.ArgumentParser:
    """Only what ``becoming.py`` passes on; people use ``shouwang up``."""
    found = argparse.ArgumentParser(prog="deployments.supervisor")
    found.add_argument("folder", type=Path)
    found.add_argument("--prefect-port", type=int)
    found.add_argument("--web-port", type=int)
    found.add_argument("--language", choices=LANGUAGES)
    return found


def address_of_pages(settings: Settings) -> str | None:
    """What the office has set; nothing when it has set nothing."""
    return settings.base_url if "base_url" in settings.model_fields_set else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
