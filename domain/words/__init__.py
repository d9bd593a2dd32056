"""Every sentence a user reads, by language and area: ``say("zh", "sheets.name-missing")``."""

from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

LANGUAGES: Final = ("zh", "en")


def say(language: str, key: str, /, **values: object) -> str:
    """The sentence for ``key`` (``<area>.<name>``) with its values put in; KeyError when there is none."""
    area, _, name = key.partition(".")
    return sentences(area, language)[name].format(**values)


@lru_cache
def sentences(area: str, language: str) -> dict[str, str]:
    """All sentences of an area, from ``domain/words/<area>.<language>.yaml``."""
    text = files(__package__).joinpath(f"{area}.{language}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def areas() -> tuple[str, ...]:
    """The areas there are words for, in alphabetical order."""
    names = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted({name.split(".")[0] for name in names if name.endswith(".yaml")}))
