"""Reasons of a pairing as sentences for people, and as short strings for the journal."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from domain.programme.schema import Programme
from domain.rules.pairing_forms import Reason, Value
from domain.words import say

_OWN_WORDS: Final = ("level", "who")
_LISTS: Final = ("skills",)
_NUMBERS: Final = ("points", "count", "years")
_COMMA: Final = {"zh": "、", "en": ", "}


def sentence(language: str, reason: Reason, names: Mapping[str, str] | None = None) -> str:
    """The reason in words. ``names``: what papers, skills, kinds and risks are called in this language."""
    values = {name: _spoken(language, name, value, names or {}) for name, value in reason.values.items()}
    return say(language, f"pairing.{reason.key}", **values)


def _spoken(language: str, name: str, value: Value, names: Mapping[str, str]) -> int | str:
    if isinstance(value, int):
        return value
    if name in _OWN_WORDS:
        return say(language, f"pairing.{name}-{value}")
    parts = (value,) if isinstance(value, str) else value
    return _COMMA[language].join(names.get(part, part) for part in parts)


def titles(programme: Programme, language: str) -> dict[str, str]:
    """What a programme's papers, helpers and risks are called."""
    words = {key: paper.title for key, paper in programme.papers.items()}
    words |= {key: helper.title for key, helper in programme.helpers.items()}
    return {key: title.say(language) for key, title in (words | dict(programme.risks)).items()}


def packed(reason: Reason) -> str:
    """The reason as one string of keys and numbers: ``near?level=township&points=75``."""
    return f"{reason.key}?{urlencode(dict(reason.values), doseq=True)}" if reason.values else reason.key


def unpacked(text: str) -> Reason:
    """The reason that ``packed`` wrote."""
    key, _, query = text.partition("?")
    values: dict[str, Value] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values[name] = _read(name, value, values)
    return Reason(key, values)


def _read(name: str, value: str, before: Mapping[str, Value]) -> Value:
    if name in _LISTS:
        others = before.get(name, ())
        return (*(others if isinstance(others, tuple) else ()), value)
    return int(value) if name in _NUMBERS else value
