"""Turning what is known into pages: templates, the words of a language, questions as fields."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from domain.programme.schema import DutyKind, Question
from domain.words import say

PAGES = Path(__file__).parent / "pages"


class Field(NamedTuple):
    """One question as a page shows it; ``value`` is what was typed before, when the page comes back."""

    key: str
    title: str
    type: str
    required: bool
    options: tuple[tuple[str, str], ...]
    least: int
    most: int
    values: tuple[str, ...]


@lru_cache
def templates() -> Environment:
    """The templates, every value escaped."""
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)


def page(name: str, language: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page in a language; ``t`` says a sentence of the area ``web``."""

    def t(key: str, **more: object) -> str:
        return say(language, f"web.{key}", **more)

    html = templates().get_template(name).render(t=t, language=language, day=lambda d: day(d, language), **values)
    return HTMLResponse(html, status_code=status)


def day(when: date, language: str) -> str:
    """A day as people of the language write it."""
    return f"{when.year}年{when.month}月{when.day}日" if language == "zh" else when.isoformat()


def fields(kind: DutyKind, language: str, given: dict[str, list[str]]) -> list[Field]:
    """A duty's questions, required ones as they stand in the programme."""
    return [_field(key, question, language, tuple(given.get(key, ()))) for key, question in kind.asks.items()]


def _field(key: str, question: Question, language: str, values: tuple[str, ...]) -> Field:
    options = tuple((option, words.say(language)) for option, words in question.options.items())
    return Field(
        key, question.title.say(language), question.type.value, question.required, options, question.least,
        question.most, values,
    )  # fmt: skip
