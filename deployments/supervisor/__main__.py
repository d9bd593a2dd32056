"""``python -m deployments.supervisor FOLDER``: the supervisor by itself, as small as it can be."""

import sys
from pathlib import Path

from deployments.supervisor.ports import Wanted
from deployments.supervisor.supervise import run
from domain.settings import Settings, read_settings


def main(folder: str) -> int:
    """With what the settings of the folder say."""
    data = Path(folder)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = read_settings(data)
    return run(
        data,
        Wanted(settings.prefect_port),
        Wanted(settings.web_port),
        language=settings.language,
        base_url=address_of_pages(settings),
        tell=lambda line: print(line, flush=True),  # noqa: T201
    )


def address_of_pages(settings: Settings) -> str | None:
    """What the office has set; nothing when it has set nothing."""
    return settings.base_url if "base_url" in settings.model_fields_set else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
