"""Templates filed with a provider, as a URL declares them: ``:KEY=CODE,value,value``; and how a message fills them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.words.places import LINK
from notifiers.channels.message import Filled
from notifiers.channels.url_settings import UrlSettings
from notifiers.outcomes import Outcome, misconfigured, permanent

VALUE_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class FiledTemplate:
    """The provider's code of a template, and which of our values go into its places, in their order."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A template with its values, ready to be sent."""

    code: str
    values: Mapping[str, str]


def filed_templates(settings: UrlSettings, code: re.Pattern[str]) -> dict[str, FiledTemplate]:
    """Read every field of the URL; ``code`` is what the provider's codes look like."""
    fields = {name[1:]: value for name, value in settings.given.items() if name.startswith(":")}
    settings.refuse_if(not fields, "templates-missing", ":")
    found = {}
    for key, value in fields.items():
        first, *names = value.replace(" ", "").split(",")
        readable = code.fullmatch(first) and all(map(VALUE_NAME.fullmatch, names)) and len(set(names)) == len(names)
        settings.refuse_if(not readable, "setting-not-a-template", key)
        found[key] = FiledTemplate(first, tuple(names))
    return found


def filled_in(filled: Filled | None, templates: Mapping[str, FiledTemplate], longest: int) -> Ready | Outcome:
    """The template a message asks for with its values, or why it cannot be sent; a value has 1 to ``longest``
    characters and holds no link."""
    if filled is None:
        return misconfigured("template-needed")
    template = templates.get(filled.key)
    if template is None:
        return misconfigured("template-undeclared", filled.key)
    missing = [name for name in template.names if name not in filled.values]
    if missing:
        return misconfigured("template-value-missing", f"{filled.key}: {', '.join(missing)}")
    values = {name: filled.values[name] for name in template.names}
    return _fault(values, longest) or Ready(template.code, values)


def _fault(values: Mapping[str, str], longest: int) -> Outcome | None:
    for name, value in values.items():
        if not value.strip():
            return permanent("value-empty", name)
        if len(value) > longest:
            return permanent("value-too-long", name)
        if LINK.search(value):
            return permanent("link-in-value", name)
    return None
